"""Keeps the catalogues of texts whole: what every language needs, and what of a translation has to be read again.

    python tools/catalogues.py              bring every file up to date
    python tools/catalogues.py --check      only say what would change; status 1 where something would
    python tools/catalogues.py --new cy Cymraeg    begin another language

Rules:
* English (`en.po`) is the source. The texts of refusals in it are the error tree's (`overt.errors`), written here.
* Nothing is translated here. A new text is empty in other languages until a person has translated it; the pages show
  the English one meanwhile.
* Beside each text stands the English one that it translates. Where that has changed, the translation is marked fuzzy:
  it is not shown until a person has read it again.
* A text that English has no longer is dropped, and said.
"""

import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

from overt import errors
from overt.service.pages.catalogue import ENGLISH, refusal_ids

FOLDER = Path(__file__).resolve().parents[1] / "src" / "overt" / "service" / "messages"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_NEW_HEAD = """\
# Texts of the pages. The identifiers are the message ids; what stands in braces is put in, and stays as it is.
# Name: {name}
# Status: untranslated
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


@dataclass(frozen=True)
class Entry:
    """One text. `english`: what it translates, in another language than English; `notes`: a translator's own."""

    text: str = ""
    english: str = ""
    fuzzy: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """One file: its head as it stands, and its texts by identifier."""

    head: str
    entries: Mapping[str, Entry]


def read(data: str) -> Book:
    """A file as it is written. Its head ends at the first empty line."""
    found = read_po(BytesIO(data.encode()))
    entries = {
        str(each.id): Entry(
            str(each.string or ""), _as_said("".join(each.auto_comments)), bool(each.fuzzy), tuple(each.user_comments)
        )
        for each in found
        if each.id
    }
    return Book(data.split("\n\n", 1)[0].rstrip("\n") + "\n", entries)


def written(book: Book) -> str:
    """The file of a book, sorted by identifier."""
    return book.head + "".join(_entry(name, each) for name, each in sorted(book.entries.items()))


def _entry(name: str, entry: Entry) -> str:
    lines = [f"# {note}" for note in entry.notes]
    lines += [f"#. {_on_one_line(entry.english)}"] if entry.english else []
    lines += ["#, fuzzy"] if entry.fuzzy else []
    return "\n" + "\n".join([*lines, f'msgid "{name}"', f'msgstr "{_escaped(entry.text)}"']) + "\n"


def _on_one_line(text: str) -> str:
    # Babel keeps one of several equal lines of a comment, so a comment has one line.
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _as_said(line: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], line)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


def shown_errors() -> tuple[type[errors.OvertError], ...]:
    """The errors that are raised: every leaf of the tree, and the two that are raised as they are."""
    tree = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.OvertError)]
    bases = {base for one in tree for base in one.__mro__[1:]} - {errors.UsageError, errors.Fault}
    return tuple(sorted((one for one in tree if one not in bases), key=lambda one: one.code))


def english_of(book: Book) -> Book:
    """English with the texts of the error tree."""
    kept = {name: each for name, each in book.entries.items() if not _is_of_a_refusal(name)}
    for error in shown_errors():
        message, remedy = refusal_ids(error.code)
        kept[message], kept[remedy] = Entry(error.message), Entry(error.remedy)
    return replace(book, entries=kept)


def _is_of_a_refusal(name: str) -> bool:
    """Whether an identifier is `refusal.CODE.message` or `refusal.CODE.remedy`."""
    return name.startswith("refusal.") and name.count(".") == 2


def brought_up(book: Book, english: Book) -> Book:
    """Another language's book with exactly the texts of English."""
    return replace(
        book, entries={name: _renewed(book.entries.get(name), each) for name, each in english.entries.items()}
    )


def _renewed(known: Entry | None, english: Entry) -> Entry:
    if known is None:
        return Entry(english=english.text)
    changed = bool(known.text) and known.english != english.text
    return replace(known, english=english.text, fuzzy=known.fuzzy or changed)


def problems(book: Book, english: Book) -> list[str]:
    """What is wrong with a translation, in words: a text too many or too few, another set of placeholders."""
    said = [f"{name}: not in English" for name in book.entries.keys() - english.entries.keys()]
    said += [f"{name}: missing" for name in english.entries.keys() - book.entries.keys()]
    for name in book.entries.keys() & english.entries.keys():
        mine, theirs = book.entries[name].text, english.entries[name].text
        if mine and placeholders(mine) != placeholders(theirs):
            said.append(f"{name}: {{...}} is not as in English")
    return sorted(said)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def renewed(folder: Path = FOLDER) -> dict[Path, str]:
    """What every file of a folder should hold."""
    english = english_of(read((folder / f"{ENGLISH}.po").read_text(encoding="utf-8")))
    files = {folder / f"{ENGLISH}.po": written(english)}
    for path in sorted(folder.glob("*.po")):
        if path.stem != ENGLISH:
            files[path] = written(brought_up(read(path.read_text(encoding="utf-8")), english))
    return files


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Do what was asked; returns the exit status."""
    if arguments[:1] == ["--new"]:
        language, name = arguments[1:]
        with (folder / f"{language}.po").open("x", encoding="utf-8") as file:  # never over somebody's work
            file.write(_NEW_HEAD.format(language=language, name=name))
    changed = 0
    for path, text in renewed(folder).items():
        before = path.read_text(encoding="utf-8")
        gone = sorted(read(before).entries.keys() - read(text).entries.keys())
        for each in gone:
            sys.stdout.write(f"{path.name}: {each} is dropped\n")
        if text != before:
            changed += 1
            sys.stdout.write(f"{path.name}: {'would change' if '--check' in arguments else 'written'}\n")
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
