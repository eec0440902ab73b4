"""Reading `manifest.csv`: which image belongs to whom, and on what lawful basis it is held.

Rules:
* Every row becomes a `ManifestRow` or a `RowRefused` with its reason; none is dropped in silence.
* Dates are ISO, `under_18` is `true` or `false`, codes are the closed lists of `overt.scope`.
* Source, lawful basis and outcome must belong together: a missing-person report is not a ground for a custody image.
* A file name stays inside the manifest's folder: no absolute path, no `..`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar

from overt.errors import ManifestUnreadable
from overt.scope import Label, LawfulBasis, Outcome, Source

REQUIRED = ("file", "person", "captured_on", "lawful_basis", "outcome", "review_on", "under_18", "source")
OPTIONAL = ("display_name", "external_id", "related_to")
MAX_TEXT = 200
"""Longest text of one field, in characters."""

_BASES = {
    Source.CUSTODY: {LawfulBasis.PACE_64A, LawfulBasis.COURT_ORDER},
    Source.MISSING: {LawfulBasis.MISSING_REPORT, LawfulBasis.COURT_ORDER},
}

Code = TypeVar("Code", bound=StrEnum)


class RowReason(StrEnum):
    """Why a row was not imported."""

    MISSING_VALUE = "missing_value"
    TOO_LONG = "too_long"
    BAD_DATE = "bad_date"
    BAD_CODE = "bad_code"
    BAD_PATH = "bad_path"
    CAPTURED_IN_FUTURE = "captured_in_future"
    REVIEW_BEFORE_CAPTURE = "review_before_capture"
    BASIS_NOT_FOR_SOURCE = "basis_not_for_source"
    OUTCOME_NOT_FOR_SOURCE = "outcome_not_for_source"
    EXTRA_VALUES = "extra_values"
    FILE_NOT_READABLE = "file_not_readable"
    PHOTO_REFUSED = "photo_refused"
    IMAGE_OF_ANOTHER_PERSON = "image_of_another_person"
    OTHER_LABELS_ON_FILE = "other_labels_on_file"
    GALLERY_FULL = "gallery_full"


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One well-formed row. `line` counts from 1, the header being line 1."""

    line: int
    file: str
    person: str
    label: Label
    display_name: str | None
    external_id: str | None
    related_to: str | None


@dataclass(frozen=True, slots=True)
class RowRefused:
    """One row that cannot be imported: `reason` is stable, `detail` is for people and names no value of the row."""

    line: int
    file: str
    reason: RowReason
    detail: str


class _Bad(Exception):
    def __init__(self, reason: RowReason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def read_manifest(text: str, today: date, review_interval_days: int) -> Iterator[ManifestRow | RowRefused]:
    """Rows of a manifest in order.

    Args:
        text: the whole file; a leading byte-order mark is allowed.
        today: the day of the import; an image from the future is refused.
        review_interval_days: the policy's longest time to a review; a later `review_on` is brought forward to it.

    Raises:
        ManifestUnreadable: a column is missing, unknown or there twice, or the text is not CSV.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        _check_header(reader.fieldnames)
        for values in reader:
            yield _read_row(reader.line_num, values, today, review_interval_days)
    except csv.Error as error:
        raise ManifestUnreadable(f"Line {reader.line_num} of the manifest is not CSV.") from error


def _check_header(names: Sequence[str] | None) -> None:
    found = list(names or [])
    missing = [name for name in REQUIRED if name not in found]
    unknown = [name for name in found if name not in REQUIRED + OPTIONAL]
    if missing:
        raise ManifestUnreadable(f"The manifest lacks the column(s) {', '.join(missing)}.")
    if unknown or len(set(found)) != len(found):
        raise ManifestUnreadable("The manifest has a column twice or one that is not known.")


def _read_row(line: int, values: "dict[str, str | None]", today: date, interval: int) -> ManifestRow | RowRefused:
    name = (values.get("file") or "")[:MAX_TEXT]
    try:
        return _well_formed(line, values, today, interval)
    except _Bad as bad:
        return RowRefused(line, name, bad.reason, bad.detail)


def _well_formed(line: int, values: "dict[str, str | None]", today: date, interval: int) -> ManifestRow:
    if None in values:
        raise _Bad(RowReason.EXTRA_VALUES, "The row has more values than the header has columns.")
    clean = {name: (value or "").strip() for name, value in values.items()}
    for name, value in clean.items():
        if len(value) > MAX_TEXT or "\x00" in value:
            raise _Bad(RowReason.TOO_LONG, f"The value of {name} is longer than {MAX_TEXT} characters or not text.")
        if name in REQUIRED and not value:
            raise _Bad(RowReason.MISSING_VALUE, f"The row has no {name}.")
    return ManifestRow(
        line=line,
        file=_inside(clean["file"]),
        person=clean["person"],
        label=_label(clean, today, interval),
        display_name=clean.get("display_name") or None,
        external_id=clean.get("external_id") or None,
        related_to=clean.get("related_to") or None,
    )


def _inside(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or PureWindowsPath(name).drive or ".." in path.parts:
        raise _Bad(RowReason.BAD_PATH, "The file is not inside the manifest's folder.")
    return str(path)


def _label(clean: dict[str, str], today: date, interval: int) -> Label:
    source = _code(Source, clean["source"], "source")
    basis = _code(LawfulBasis, clean["lawful_basis"], "lawful_basis")
    outcome = _code(Outcome, clean["outcome"], "outcome")
    captured, review = _date(clean["captured_on"], "captured_on"), _date(clean["review_on"], "review_on")
    if captured > today:
        raise _Bad(RowReason.CAPTURED_IN_FUTURE, "captured_on lies in the future.")
    if review < captured:
        raise _Bad(RowReason.REVIEW_BEFORE_CAPTURE, "review_on lies before captured_on.")
    if basis not in _BASES[source]:
        raise _Bad(RowReason.BASIS_NOT_FOR_SOURCE, "This lawful basis does not serve this source.")
    if not belongs(source, outcome):
        raise _Bad(RowReason.OUTCOME_NOT_FOR_SOURCE, "A missing person's image has the outcome not-applicable.")
    if clean["under_18"] not in ("true", "false"):
        raise _Bad(RowReason.BAD_CODE, "under_18 is neither true nor false.")
    latest = today + timedelta(days=interval)
    return Label(source, basis, outcome, captured, min(review, latest), today, clean["under_18"] == "true")


def belongs(source: Source, outcome: Outcome) -> bool:
    """Whether an outcome goes with a source: a missing person has no matter that could end in one."""
    return source is not Source.MISSING or outcome is Outcome.NOT_APPLICABLE


def _code(kind: type[Code], value: str, name: str) -> Code:
    try:
        return kind(value)
    except ValueError:
        raise _Bad(RowReason.BAD_CODE, f"{name} is not one of {', '.join(kind)}.") from None


def _date(value: str, name: str) -> date:
    found: date | None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    # fromisoformat also takes 20260131 and week dates; only the plain form is meant.
    if found is None or found.isoformat() != value:
        raise _Bad(RowReason.BAD_DATE, f"{name} is not a date such as 2026-01-31.")
    return found
