"""What a field in clear may hold (spec/ledger-entry.md, "What an entry must not tell" and the table of kinds).

Rules:
* Clear text is codes, counts, dates and digests: there is no room for a sentence or for a name with a space.
* Codes that would tell a bystander too much are merged here (`MERGED`) before anything is written, and an entry that
  holds one unmerged is refused; no caller can forget it.
* Arrays are sorted and hold nothing twice, so the order in which buttons were pressed does not show.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from overt.errors import LedgerFormatError
from overt.identifiers import JsonValue

FieldValue = str | int | tuple[str, ...]
"""A field in clear as a stage hands it over."""

MERGED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ground": {"missing": "missing-or-deceased", "deceased": "missing-or-deceased"},
        "notice": {"given": "given-or-deceased", "deceased": "given-or-deceased"},
    }
)
"""Field -> code -> what is written. Without the second, the notice would tell which of the merged grounds it was."""

MAX_ITEMS = 64
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MIX = re.compile(r"([a-z0-9][a-z0-9._-]{0,63})=(0|[1-9][0-9]{0,15})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_ORIGIN = re.compile(r"[!-*,-~]{1,255}")
_BAND = re.compile(r"0|[125]0*")


def is_code(value: JsonValue) -> bool:
    """1 to 64 of `a-z 0-9 . _ -`, the first a letter or digit."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def is_digest(value: JsonValue) -> bool:
    """`sha256:` and 64 lower-case hex digits."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def is_hex64(value: JsonValue) -> bool:
    """64 lower-case hex digits: 32 bytes."""
    return isinstance(value, str) and _HEX64.fullmatch(value) is not None


def is_date(value: JsonValue) -> bool:
    """`YYYY-MM-DD`, a day that exists."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_origin(value: JsonValue) -> bool:
    """An origin line that is also a key name (C2SP signed-note): 1 to 255 of `!` to `~`, without `+`."""
    return isinstance(value, str) and _ORIGIN.fullmatch(value) is not None


def _is_integer(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_band(value: JsonValue) -> bool:
    return _is_integer(value) and _BAND.fullmatch(str(value)) is not None


def _is_digest_or_none(value: JsonValue) -> bool:
    return value == "none" or is_digest(value)


def _is_date_or_none(value: JsonValue) -> bool:
    return value == "none" or is_date(value)


def _is_yes_no(value: JsonValue) -> bool:
    return value in ("yes", "no")


def _is_sorted_set(value: JsonValue) -> bool:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ITEMS:
        return False
    return all(is_code(item) for item in value) and value == sorted({str(item) for item in value})


def _is_mix(value: JsonValue) -> bool:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ITEMS:
        return False
    parts = [_MIX.fullmatch(item) if isinstance(item, str) else None for item in value]
    codes = {part.group(1) for part in parts if part}
    return len(codes) == len(value) and value == sorted(str(item) for item in value)


_KINDS: Mapping[str, Callable[[JsonValue], bool]] = {
    "tried_first": _is_sorted_set,
    "source_mix": _is_mix,
    "outcome_mix": _is_mix,
    "destroyed": _is_sorted_set,
    "count": _is_count,
    "references": _is_count,
    "threshold_millionths": _is_integer,
    "scope_size_band": _is_band,
    "number": _is_count,
    "trained_until": is_date,
    "earliest": is_date,
    "day": is_date,
    "demonstration": _is_yes_no,
    "synthetic": _is_yes_no,
    "simulated": _is_yes_no,
    "declined": _is_yes_no,
    "contract": is_digest,
    "proposed": is_digest,
    "counts": is_digest,
    "root": is_hex64,
    "key": is_hex64,
    "continues": _is_digest_or_none,
    "document": is_digest,
    "valid_until": _is_date_or_none,
    "origin": is_origin,
}


def check_field(name: str, value: JsonValue) -> None:
    """Check a field as it stands in an entry.

    Raises:
        LedgerFormatError: the value is not of the kind that goes with the field's name, or should have been merged.
    """
    if not _KINDS.get(name, is_code)(value):
        raise LedgerFormatError(f"The field {name} does not hold what it may hold.")
    if isinstance(value, str) and value in MERGED.get(name, {}):
        raise LedgerFormatError(f"The field {name} tells what only a merged code may tell.")


def public_value(name: str, value: FieldValue) -> JsonValue:
    """The form in which a field is written: merged codes, sorted arrays.

    Raises:
        LedgerFormatError: as in `check_field`.
    """
    written: JsonValue
    if isinstance(value, tuple):
        written = [str(item) for item in sorted(value)]
    elif isinstance(value, str):
        written = MERGED.get(name, {}).get(value, str(value))
    else:
        written = value
    check_field(name, written)
    return written


def size_band(size: int) -> int:
    """`size` (0 or more) rounded up to 1, 2 or 5 times a power of ten; 0 stays 0."""
    power = 1
    while size > 5 * power:
        power *= 10
    return next(step * power for step in (0, 1, 2, 5) if size <= step * power)
