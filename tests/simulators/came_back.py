"""What comes back when a form of the pages is sent: onward, a page, the same question with its errors, or a refusal.

Rule: there is no fifth. Whatever else an application answers fails whoever asks.
"""

import re
from enum import StrEnum
from html.parser import HTMLParser

import httpx

from overt.errors import OvertError

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_REFUSAL = re.compile(r"<code>(\w+)</code>")


class CameBack(StrEnum):
    """The four."""

    ONWARD = "onward"
    SHOWN = "shown"
    ASKED_AGAIN = "asked again"
    REFUSED = "refused"


def refusals() -> dict[str, int]:
    """Every code of the error tree that is no fault, with its status."""
    found: dict[str, int] = {}
    left: list[type[OvertError]] = [OvertError]
    while left:
        each = left.pop()
        left += each.__subclasses__()
        if each.status < 500:
            found[each.code] = each.status
    return found


def what_came(response: httpx.Response) -> CameBack:
    """Which of the four an answer is; it is held to what that promises.

    Raises:
        AssertionError: it is none, or half of one.
    """
    if response.status_code == 303:
        assert re.match(r"/(?![/\\])", response.headers["location"]), response.headers["location"]
        assert response.text == ""
        return CameBack.ONWARD
    assert response.headers["content-type"].startswith("text/html"), response.headers["content-type"]
    asked = Asked(response.text)
    if asked.summary:
        assert response.status_code == 400
        asked.hold()
        return CameBack.ASKED_AGAIN
    if response.status_code == 200:
        return CameBack.SHOWN
    named = _REFUSAL.search(response.text)
    assert named is not None, f"{response.status_code} without a code"
    assert refusals().get(named[1]) == response.status_code, named[1]
    return CameBack.REFUSED


class Asked(HTMLParser):
    """A page that may ask again: its summary of errors, and what describes each field.

    `summary`: field and text of each link in it. `messages`: the text of each error message by its identifier.
    `described`: by the identifier of each element, what describes it or a group that it stands in.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.summary: list[tuple[str, str]] = []
        self.messages: dict[str, str] = {}
        self.described: dict[str, set[str]] = {}
        self.title = ""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def hold(self) -> None:
        """Raises AssertionError where an error does not lead to its field, or is not said at it in the same words."""
        assert "(Error)" in self.title
        for field, text in self.summary:
            said_there = [self.messages[each] for each in self.described.get(field, ()) if each in self.messages]
            assert any(each.endswith(text) for each in said_there), (field, text, said_there)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where it stands."""
        said = dict(attrs)
        self._open.append((tag, said))
        if identifier := said.get("id"):
            around = [each.get("aria-describedby") or "" for _, each in self._open]
            self.described[identifier] = {name for names in around for name in names.split()}
        if tag in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note a text where it belongs to the title, the summary or a message."""
        text = " ".join(data.split())
        if not text:
            return
        if self._open and self._open[-1][0] == "title":
            self.title += text
        if self._within("govuk-error-summary__list"):
            link = next(each.get("href") or "" for tag, each in reversed(self._open) if tag == "a")
            self.summary.append((link.removeprefix("#"), text))
        if message := self._within("govuk-error-message"):
            name = message.get("id") or ""
            self.messages[name] = f"{self.messages.get(name, '')} {text}".strip()

    def _within(self, style: str) -> dict[str, str | None] | None:
        return next((each for _, each in self._open if style in (each.get("class") or "").split()), None)
