"""Every text of the pages, by its identifier, in the person's language.

Rules:
* A text stands in the catalogue and nowhere else (`messages/LANGUAGE.po`, gettext with identifiers as message ids).
* English is complete. Another language is offered only when a person has translated and read it: until then its file
  says `# Status: untranslated` in its head. A text that is missing there is shown in English.
* A refusal takes message and remedy from the catalogue, and from itself where the language has none. What its `detail`
  adds about this case is said as it is.
* What is put into a text is escaped, unless it is markup of ours already.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from babel.messages.pofile import read_po
from markupsafe import Markup

from overt.errors import OvertError

ENGLISH = "en"
_HEAD = re.compile(r"^# (Name|Status): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal or a fault in words. `detail` is empty where it says no more than the message."""

    message: str
    detail: str
    remedy: str

    @property
    def short(self) -> str:
        """One sentence: what it says of this case, else what it always says."""
        return self.detail or self.message


def refusal_ids(code: str) -> tuple[str, str]:
    """Under which identifiers message and remedy of a refusal stand."""
    return f"refusal.{code}.message", f"refusal.{code}.remedy"


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

    def said(self, error: OvertError) -> Said:
        """A refusal or a fault in this language, as far as it is translated."""
        message, remedy = (self.texts.get(name, "") for name in refusal_ids(error.code))
        detail = "" if error.detail == error.message else error.detail
        return Said(message or error.message, detail, remedy or error.remedy)

    def having(self, prefix: str) -> dict[str, str]:
        """Texts for a script of a page: those whose name begins with a prefix, without it."""
        chosen = {name: self.texts.get(name) or text for name, text in self.english.items()}
        return {name.removeprefix(prefix): text for name, text in chosen.items() if name.startswith(prefix)}


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """Every catalogue of the package, English first, by language."""
    return read_catalogues(resources.files("overt.service") / "messages")


def read_catalogues(folder: Traversable) -> Mapping[str, Catalogue]:
    """Every catalogue of a folder, English first, by language."""
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".po")), key=lambda each: each.name)
    read = {each.name.removesuffix(".po"): _read(each) for each in files}
    english = read[ENGLISH][1]
    order = [ENGLISH, *(language for language in read if language != ENGLISH)]
    return {
        language: Catalogue(language, head.get("Name", language), head.get("Status") == "read", texts, english)
        for language in order
        for head, texts in (read[language],)
    }


def _read(catalogue: Traversable) -> tuple[dict[str, str], dict[str, str]]:
    with catalogue.open("rb") as file:
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
