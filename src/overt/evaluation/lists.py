"""What is said of the people of an evaluation: their labels, and lists that correct a folder's names.

Rules:
* Bytes in, values out. A file that is not as written here is refused with the line; nothing in it is guessed at.
* Both are UTF-8 CSV with commas and a header. Labels: the first column names a folder, one row a person; what the other
  columns mean is the caller's business. Clean-up lists: `action`, `subject`, `person`, in that order.
* A refusal never quotes a name: a line number is enough to find it.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from overt.errors import EvaluationCleanupInvalid, EvaluationLabelsInvalid, EvaluationRefusal
from overt.identifiers import Digest

CLEANUP_COLUMNS = ("action", "subject", "person")


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of people.

    Args:
        columns: all but the first.
        values: by folder name, one value a column, empty where unknown.
        lines: by folder name, where it stands in the file.
    """

    columns: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CleanupList:
    """One list of corrections.

    Args:
        name: plain file name, for the report.
        digest: of the file.
        drops: images to leave out, as FOLDER/FILE.
        same: folder name to the name of the same person.
    """

    name: str
    digest: Digest
    drops: frozenset[str]
    same: Mapping[str, str]


NO_LABELS = Labels((), {}, {})


def read_labels(content: bytes) -> Labels:
    """Labels out of a file's bytes.

    Raises:
        EvaluationLabelsInvalid: not UTF-8 CSV, no header, a row of another length, two columns or two rows of one name.
    """
    rows = _rows(content, EvaluationLabelsInvalid)
    header = next(rows, (0, []))[1]
    if not header or len(set(header)) != len(header) or not all(header):
        raise EvaluationLabelsInvalid("The labels have no header of distinct column names.")
    values: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        if len(row) != len(header):
            raise EvaluationLabelsInvalid(f"Line {line} of the labels has another number of columns than the header.")
        name = row[0]
        if not name or name in values:
            raise EvaluationLabelsInvalid(f"Line {line} of the labels names nobody, or somebody who stands above.")
        values[name], lines[name] = tuple(row[1:]), line
    return Labels(tuple(header[1:]), values, lines)


def read_cleanup(name: str, content: bytes) -> CleanupList:
    """A clean-up list out of a file's bytes.

    Raises:
        EvaluationCleanupInvalid: another header, an unknown action, a row without its parts.
    """
    rows = _rows(content, EvaluationCleanupInvalid)
    if tuple(next(rows, (0, []))[1]) != CLEANUP_COLUMNS:
        raise EvaluationCleanupInvalid()
    drops: set[str] = set()
    same: dict[str, str] = {}
    for line, row in rows:
        match row:
            case ["drop", subject, ""] if subject:
                drops.add(subject)
            case ["same_person", subject, person] if subject and person and subject not in same:
                same[subject] = person
            case _:
                raise EvaluationCleanupInvalid(f"Line {line} of a clean-up list is no action with its parts.")
    return CleanupList(name, Digest("sha256:" + hashlib.sha256(content).hexdigest()), frozenset(drops), same)


def one_name_each(lists: tuple[CleanupList, ...]) -> Mapping[str, str]:
    """Folder name to the one name that the person has in the end, for every name that stands for another.

    Raises:
        EvaluationCleanupInvalid: lists that contradict each other, or go in a circle.
    """
    said: dict[str, str] = {}
    for subject, person in (pair for one in lists for pair in one.same.items()):
        if said.setdefault(subject, person) != person:
            raise EvaluationCleanupInvalid("Two clean-up lists contradict each other about one person.")
    return {subject: _last(subject, said) for subject in said}


def _last(name: str, said: Mapping[str, str]) -> str:
    seen = {name}
    while name in said:
        name = said[name]
        if name in seen:
            raise EvaluationCleanupInvalid("The clean-up lists say in a circle who is the same person.")
        seen.add(name)
    return name


def _rows(content: bytes, refusal: type[EvaluationRefusal]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not empty; names in one spelling of Unicode."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        for row in reader:
            if row:
                yield reader.line_num, [normalize("NFC", cell.strip()) for cell in row]
    except UnicodeDecodeError:
        raise refusal("The file is not UTF-8 text.") from None
    except csv.Error:
        raise refusal("The file is not CSV.") from None
