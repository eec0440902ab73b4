"""Every text of the pages, by its identifier, in the person's language.

Rules:
* A text stands in the catalogue and nowhere else (`messages/LANGUAGE.po`, gettext with identifiers as message ids).
* English is complete. Another language is offered only when a person has translated and read it: until then its file
  says `# Status: untranslated` in its head. A text that is missing there is shown in English.
* What is put into a text is escaped, unless it is markup of ours already.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po
from markupsafe import Markup

ENGLISH = "en"
_HEAD = re.compile(r"^# (Name|Status): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language. `offered`: whether a person has read the translation."""

    language: str
    name: str
    offered: bool
    texts: Mapping[str, str]
    english: Mapping[str, str]

    def text(self, name: str, **values: object) -> Markup:
        """A text with its values put in.

        Raises:
            KeyError: there is no such text; a test finds it before a user does.
        """
        text = self.texts.get(name) or self.english[name]
        return Markup(text).format(**values)  # noqa: S704 - texts are ours; `format` escapes what is put in

    def having(self, prefix: str) -> dict[str, str]:
        """Texts for a script of a page: those whose name begins with a prefix, without it."""
        chosen = {name: self.texts.get(name) or text for name, text in self.english.items()}
        return {name.removeprefix(prefix): text for name, text in chosen.items() if name.startswith(prefix)}


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """Every catalogue, English first, by language."""
    folder = resources.files("overt.service") / "messages"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".po"))
    read = {name.removesuffix(".po"): _read(name) for name in names}
    english = read[ENGLISH][1]
    order = [ENGLISH, *(language for language in read if language != ENGLISH)]
    return {
        language: Catalogue(language, head["Name"], head["Status"] == "read", texts, english)
        for language in order
        for head, texts in (read[language],)
    }


def _read(name: str) -> tuple[dict[str, str], dict[str, str]]:
    with (resources.files("overt.service") / "messages" / name).open("rb") as file:
        found = read_po(file)
    head = dict(_HEAD.findall(found.header_comment))
    texts = {str(each.id): str(each.string) for each in found if each.id and each.string and not each.fuzzy}
    return head, texts


def catalogue_for(wanted: str | None) -> Catalogue:
    """The catalogue of a language that is offered, else the English one."""
    found = catalogues().get(wanted or ENGLISH)
    return found if found is not None and found.offered else catalogues()[ENGLISH]


def offered() -> list[Catalogue]:
    """The languages that a person may choose."""
    return [each for each in catalogues().values() if each.offered]
