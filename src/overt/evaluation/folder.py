"""A folder of people in, who has which image out, with everything that was left out and why.

Rules:
* IMAGES holds one folder a person, its name is the person's; the images lie in it directly. Files beside the folders,
  hidden names, deeper folders and files of another kind are ignored and counted. A person without an image is no person
  of the evaluation, and is counted.
* An image is told by its name's end; whether it can be read is for the matcher to say (a failure to acquire).
* A clean-up list that names what is not here is no error, since lists are published for whole data sets: what it did
  not change is counted. The same holds for rows of the labels, which are pointed at by line, not by name.
* Two folders of one person are one person. Labels of the kept name come first, empty ones are filled from the others,
  and where two differ the value is unknown, and counted.
* Everything comes in the order of names, so that the same folder gives the same evaluation.

This module, `making.py` and `cache.py` are the only ones of `evaluation` that read files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from overt.errors import EvaluationImagesUnusable, EvaluationLabelsInvalid
from overt.evaluation.lists import NO_LABELS, CleanupList, Labels, one_name_each
from overt.identifiers import Digest

KINDS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})


@dataclass(frozen=True, slots=True)
class CleanupUse:
    """What one clean-up list changed: images dropped, names joined to others, entries that named nothing here."""

    name: str
    digest: Digest
    dropped: int
    joined: int
    not_here: int


@dataclass(frozen=True, slots=True)
class Left:
    """What of the input is no part of the evaluation, by count; `label_lines` are lines of the labels for nobody here.

    Args:
        ignored: files and folders that are no image of a person.
        empty: people without an image, or whose every image was dropped.
        unlabelled: people of whom the labels say nothing.
        contradicted: values that became unknown because two folders of one person differ.
    """

    ignored: int
    empty: int
    unlabelled: int
    contradicted: int
    label_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Images in rows, people by index, as in `Sample`, before there are templates.

    Args:
        images: files, in the order of their people.
        person: whose each is, an index into `people`.
        labels: by column, one value a person; empty where unknown.
    """

    images: tuple[Path, ...]
    person: tuple[int, ...]
    people: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    cleanup: tuple[CleanupUse, ...]
    left: Left


def read_people(
    folder: Path, labels: Labels = NO_LABELS, lists: Sequence[CleanupList] = (), groups: Sequence[str] = ()
) -> People:
    """The people of a folder.

    Args:
        groups: the columns of the labels that are kept.

    Raises:
        EvaluationImagesUnusable: not a readable folder of folders, or without any image.
        EvaluationLabelsInvalid: there is no such column.
        EvaluationCleanupInvalid: as in `one_name_each`.
    """
    _demand_columns(labels, groups)
    found, ignored = _images_by_folder(folder)
    lists = tuple(lists)
    names, dropped = one_name_each(lists), frozenset[str]().union(*(one.drops for one in lists))
    owned: dict[str, list[Path]] = {}
    for name, images in found.items():
        kept = [image for image in images if _subject(name, image) not in dropped]
        owned.setdefault(names.get(name, name), []).extend(kept)
    people = tuple(sorted(name for name, images in owned.items() if images))
    if not people:
        raise EvaluationImagesUnusable("There is no image of anybody in that folder.")
    aliases = {name: [each for each in found if names.get(each) == name] for name in people}
    columns, contradicted = _labels_of(people, aliases, labels, groups)
    return People(
        images=tuple(image for name in people for image in owned[name]),
        person=tuple(index for index, name in enumerate(people) for _ in owned[name]),
        people=people,
        labels=columns,
        cleanup=tuple(_use(one, found) for one in lists),
        left=Left(
            ignored=ignored,
            empty=len(owned) - len(people),
            unlabelled=sum(not _rows_of(name, aliases, labels) for name in people),
            contradicted=contradicted,
            label_lines=tuple(sorted(line for name, line in labels.lines.items() if name not in found)),
        ),
    )


def subjects(people: People) -> tuple[str, ...]:
    """What each image is called in lists about them: FOLDER/FILE."""
    return tuple(_subject(normalize("NFC", image.parent.name), image) for image in people.images)


def _demand_columns(labels: Labels, groups: Sequence[str]) -> None:
    if missing := [group for group in groups if group not in labels.columns]:
        raise EvaluationLabelsInvalid(
            f"The labels have no column {missing[0]}; they have: {', '.join(labels.columns) or 'none'}."
        )


def _images_by_folder(folder: Path) -> tuple[dict[str, list[Path]], int]:
    """The images of each person's folder, in order, and how much else there is."""
    found: dict[str, list[Path]] = {}
    ignored = 0
    for entry in _entries(folder):
        if not entry.is_dir():
            ignored += 1
            continue
        inside = _entries(entry)
        name = normalize("NFC", entry.name)
        images = [file for file in inside if file.suffix.lower() in KINDS and file.is_file()]
        found[name] = images
        ignored += len(inside) - len(images)
    return found, ignored


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder and is not hidden, by name."""
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise EvaluationImagesUnusable() from error


def _subject(name: str, image: Path) -> str:
    return f"{name}/{normalize('NFC', image.name)}"


def _use(one: CleanupList, found: Mapping[str, Sequence[Path]]) -> CleanupUse:
    here = {_subject(name, image) for name, images in found.items() for image in images}
    dropped, joined = len(one.drops & here), len(one.same.keys() & found.keys())
    return CleanupUse(one.name, one.digest, dropped, joined, len(one.drops) + len(one.same) - dropped - joined)


def _rows_of(name: str, aliases: Mapping[str, Sequence[str]], labels: Labels) -> list[tuple[str, ...]]:
    """The rows of the labels about one person, that of the kept name first."""
    return [labels.values[each] for each in (name, *aliases[name]) if each in labels.values]


def _labels_of(
    people: Iterable[str], aliases: Mapping[str, Sequence[str]], labels: Labels, groups: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], int]:
    columns: dict[str, list[str]] = {group: [] for group in groups}
    contradicted = 0
    for name in people:
        rows = _rows_of(name, aliases, labels)
        for group, values in columns.items():
            known = {row[labels.columns.index(group)] for row in rows} - {""}
            contradicted += len(known) > 1
            values.append(known.pop() if len(known) == 1 else "")
    return {group: tuple(values) for group, values in columns.items()}, contradicted
