"""Texts that somebody hopes a page will run, and a force in which every stored text is one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from overt.store.creation import create, demonstration_text
from overt.store.instance import open_instance
from simulators.force import Clock, Force

# Markup, an attribute that would run, three kinds of templates, an entity and both quotes.
SCRIPT = (
    "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">{{7007*7007}}{%x%}${7007}&lt;'"
)
EVALUATED = "49098049"
"""What a template would make of `SCRIPT`."""
TEXTS = (
    SCRIPT,
    "' autofocus onfocus=document.title='ran' x=\"",
    "\x00",
    "\r\nSet-Cookie: overt-demonstration=x",
    "//elsewhere.example/",
    "https://elsewhere.example/",
    "/\\elsewhere.example",
    "\u0661\u00b2",
    "9" * 5000,
    "1e400",
)
"""What is sent in place of an answer."""
_LABELLED = re.compile(r'^(?P<name>[a-z0-9-]+|text|force|complaints) = "(?P<text>(?:[^"\\]|\\.)*)"$', re.MULTILINE)
_SECTION = re.compile(r"(?m)^(?=\[)")


def hostile_policy(text: str) -> str:
    """A policy whose every label, and every text for people, ends in `SCRIPT`."""
    head, *sections = _SECTION.split(text)
    for name in ("force", "complaints"):
        head = _labels_spoilt(head, name)
    spoilt = [_labels_spoilt(each) if re.match(r"\[(codes|grounds|demographics)", each) else each for each in sections]
    whole = "".join((head, *(_labels_spoilt(each, "text") for each in spoilt)))
    for name in ("standard", "child"):
        whole = re.sub(rf'(?ms)^({name} = """.*?)\\\n"""', lambda found: found[1] + _escaped(SCRIPT) + '"""', whole)
    return whole


def _labels_spoilt(section: str, only: str = "") -> str:
    def spoilt(found: re.Match[str]) -> str:
        if (only and found["name"] != only) or SCRIPT[:8] in found["text"]:
            return found[0]
        return f'{found["name"]} = "{found["text"]} {_escaped(SCRIPT)}"'

    return _LABELLED.sub(spoilt, section)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@contextmanager
def hostile_force(folder: Path) -> Iterator[Force]:
    """A demonstration with such a policy, and three people in its gallery whose names are such texts."""
    clock = Clock()
    create(folder / "hostile", hostile_policy(demonstration_text(clock().date(), None)), clock)
    with open_instance(folder / "hostile", clock) as instance:
        force = Force(instance, clock)
        quoted = '"' + SCRIPT.replace('"', '""') + '"'
        report = force.enrol(1, 2, display_name=quoted, related_to=quoted)
        assert report.imported == 2, report
        yield force


class Elements(HTMLParser):
    """What a browser would make of a page: the elements with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)

    @property
    def text(self) -> str:
        """Every text, one after the other."""
        return " ".join(self.texts)

    def runs(self) -> list[str]:
        """Whatever in this page could run that is not a file of ours."""
        found = [f"{tag} {name}" for tag, said in self.elements for name in said if name.startswith("on")]
        found += [f"script {said}" for tag, said in self.elements if tag == "script" and not _ours(said)]
        found += [tag for tag, _ in self.elements if tag in ("style", "iframe", "object", "embed", "base")]
        found += [f"{tag} style" for tag, said in self.elements if "style" in said]
        found += [
            f"{tag} {said[name]}"
            for tag, said in self.elements
            for name in ("href", "src", "action", "formaction")
            if not re.match(r"[/#]|https?://localhost|$", said.get(name) or "")
        ]
        return found


def _ours(said: dict[str, str | None]) -> bool:
    return said.get("type") == "application/json" or str(said.get("src")).startswith("/static/")
