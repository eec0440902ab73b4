"""Who is related to whom, as the force's own records say: reading the file of `overt gallery relate`.

Rules:
* A relation is a code of a closed list. It comes from records; nothing here or elsewhere infers one from a face.
* It has no direction: of two rows with the same two people, whichever comes first, one is a repetition, or the file
  contradicts itself.
* All or nothing: the first row that is wrong refuses the file. The refusal names its line and no value of it.
* `none` takes back what was on file, since a record that turns out to be wrong has to be put right.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from overt.errors import RelationsRefused

COLUMNS: Final = ("person", "relation", "other")
MAX_TEXT: Final = 200
"""Longest label of a person, in characters, as in a manifest."""
NONE: Final = "none"


class Relation(StrEnum):
    """How two people are related; the closest comes first."""

    TWIN = "twin"
    SIBLING = "sibling"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class RelationRow:
    """What the file says of two people.

    Args:
        line: where it first stands, counted from 1, the header being line 1.
        pair: the force's own labels of the two, in the order of their characters.
        relation: None takes back what was on file.
    """

    line: int
    pair: tuple[str, str]
    relation: Relation | None


def read_relations(text: str) -> tuple[RelationRow, ...]:
    """What a file says, each pair once.

    Args:
        text: the whole file; a leading byte-order mark is allowed.

    Raises:
        RelationsRefused: it is not CSV with exactly `COLUMNS`, it has no row, or a row is wrong.
    """
    found: dict[tuple[str, str], RelationRow] = {}
    for row in _rows(text):
        before = found.setdefault(row.pair, row)
        if before.relation != row.relation:
            raise RelationsRefused(f"Line {row.line} contradicts line {before.line}, which is about the same two.")
    if not found:
        raise RelationsRefused("The file has no row.")
    return tuple(found.values())


def _rows(text: str) -> Iterator[RelationRow]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        if sorted(reader.fieldnames or ()) != sorted(COLUMNS):
            raise RelationsRefused("The file has not exactly the columns person, relation, other.")
        for values in reader:
            yield _row(reader.line_num, values)
    except csv.Error as error:
        # The outer reader's own count stands at the last row that was well.
        raise RelationsRefused(f"Line {reader.reader.line_num} is not CSV.") from error


def _row(line: int, values: "dict[str, str | None]") -> RelationRow:
    if None in values or None in values.values():
        raise RelationsRefused(f"Line {line} has not as many values as there are columns.")
    person, code, other = ((values[name] or "").strip() for name in COLUMNS)
    if not all(_is_label(label) for label in (person, other)):
        raise RelationsRefused(f"Line {line} lacks a person, or a label is longer than {MAX_TEXT} characters.")
    if person == other:
        raise RelationsRefused(f"Line {line} relates a person to themself.")
    if code not in (*Relation, NONE):
        raise RelationsRefused(f"The relation in line {line} is not one of {', '.join((*Relation, NONE))}.")
    first, second = sorted((person, other))
    return RelationRow(line, (first, second), None if code == NONE else Relation(code))


def _is_label(text: str) -> bool:
    return 0 < len(text) <= MAX_TEXT and "\x00" not in text
