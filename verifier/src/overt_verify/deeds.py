"""The closed list of deeds of format 1, their fields and commitments, and the form of each (spec/ledger-entry.md).

Rules:
* A deed has exactly the fields and commitments of its row.
* The form of a field goes with its name. Which codes a force uses is its policy's matter; what is checked is that a
  code is a code: short, without spaces, no place for a sentence or a name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeGuard

from overt_verify.canonical import JsonValue
from overt_verify.encoding import is_date, is_digest, is_hex64

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_MIX = re.compile(r"([a-z0-9][a-z0-9._-]{0,63})=(?:0|[1-9][0-9]{0,15})", re.ASCII)
_BAND = re.compile(r"0|[125]0*", re.ASCII)
_ORIGIN = re.compile(r"[!-*,-~]{1,255}", re.ASCII)
_MOST_ITEMS = 64


def is_code(value: JsonValue) -> bool:
    """1 to 64 of `a-z 0-9 . _ -`, the first a letter or digit."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _codes(value: JsonValue) -> bool:
    return _sorted_strings(value) and all(map(is_code, value))


def _mix(value: JsonValue) -> bool:
    if not _sorted_strings(value):
        return False
    found = [_MIX.fullmatch(item) for item in value]
    codes = {item.group(1) for item in found if item is not None}
    return len(codes) == len(value)


def _sorted_strings(value: JsonValue) -> TypeGuard[list[str]]:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_ITEMS:
        return False
    texts = [item for item in value if isinstance(item, str)]
    return len(texts) == len(value) and texts == sorted(set(texts))


def _count(value: JsonValue) -> bool:
    return isinstance(value, int) and value >= 0


def _integer(value: JsonValue) -> bool:
    return isinstance(value, int)


def _band(value: JsonValue) -> bool:
    return isinstance(value, int) and _BAND.fullmatch(str(value)) is not None


def _yes_no(value: JsonValue) -> bool:
    return value in ("yes", "no")


def _date(value: JsonValue) -> bool:
    return isinstance(value, str) and is_date(value)


def _hash(value: JsonValue) -> bool:
    return isinstance(value, str) and is_hex64(value)


def _digest(value: JsonValue) -> bool:
    return isinstance(value, str) and is_digest(value)


def _date_or_none(value: JsonValue) -> bool:
    return value == "none" or _date(value)


def _digest_or_none(value: JsonValue) -> bool:
    return value == "none" or _digest(value)


def _origin(value: JsonValue) -> bool:
    return isinstance(value, str) and _ORIGIN.fullmatch(value) is not None


_FORMS: Mapping[str, Callable[[JsonValue], bool]] = MappingProxyType(
    {
        "tried_first": _codes,
        "source_mix": _mix,
        "outcome_mix": _mix,
        "count": _count,
        "references": _count,
        "destroyed": _codes,
        "number": _count,
        "threshold_millionths": _integer,
        "scope_size_band": _band,
        "trained_until": _date,
        "earliest": _date,
        "day": _date,
        "contract": _digest,
        "proposed": _digest,
        "counts": _digest,
        "root": _hash,
        "key": _hash,
        "continues": _digest_or_none,
        "document": _digest,
        "valid_until": _date_or_none,
        "origin": _origin,
        **dict.fromkeys(("demonstration", "synthetic", "simulated", "declined"), _yes_no),
    }
)


def has_form(name: str, value: JsonValue) -> bool:
    """Whether a value (without `true`, `false`, `null`) has the form of the field of this name; else it is a code."""
    return _FORMS.get(name, is_code)(value)


@dataclass(frozen=True)
class Shape:
    """What the entries of a deed hold: names of the fields in clear and of the commitments."""

    fields: frozenset[str]
    commitments: frozenset[str]


def _shape(fields: str = "", commitments: str = "") -> Shape:
    return Shape(frozenset(fields.split()), frozenset(commitments.split()))


CREATED = "instance:ledger:created"
KEY_CHANGED = "instance:key:changed"
DAY_CLOSED, DESTROYED = "instance:day:closed", "instance:records:destroyed"
ADOPTED = "policy:version:adopted"
ANNOUNCED = "policy:loosening:announced"
DOCUMENT = "policy:document:registered"
SUSPENDED, LIFTED = "policy:suspension:ordered", "policy:suspension:lifted"
AUTHORISED, REVOKED = "officer:account:authorised", "officer:account:revoked"
REGISTERED, UNREGISTERED = "officer:passkey:registered", "officer:passkey:revoked"
ENROLLED, UNENROLLED = "device:key:enrolled", "device:key:revoked"
IMPORTED, ERASED = "gallery:batch:imported", "gallery:person:erased"
OPENED, NOTICE = "encounter:check:opened", "encounter:notice:recorded"
SEARCHED, COMPARED = "encounter:search:performed", "encounter:comparison:recorded"
REVEALED, DECIDED = "encounter:candidates:revealed", "encounter:decision:recorded"
FOLLOW_UP = "encounter:follow-up:recorded"
RECEIPT, ENDED = "encounter:receipt:issued", "encounter:check:ended"
HOURLESS = frozenset({DAY_CLOSED, FOLLOW_UP, RECEIPT})
"""Deeds whose entries carry the hour of the entry before them, or their day's first."""

DEEDS: Mapping[str, Shape] = MappingProxyType(
    {
        CREATED: _shape("continues origin"),
        DAY_CLOSED: _shape("counts day", "journal"),
        KEY_CHANGED: _shape("cause key number"),
        DESTROYED: _shape("destroyed", "numbers"),
        ADOPTED: _shape("change demonstration version"),
        ANNOUNCED: _shape("earliest proposed version"),
        DOCUMENT: _shape("document kind valid_until"),
        SUSPENDED: _shape("number reach suspended", "order"),
        LIFTED: _shape("number reach suspended", "order"),
        AUTHORISED: _shape("seat trained_until", "officer"),
        REVOKED: _shape("", "officer"),
        REGISTERED: _shape("", "officer passkey"),
        UNREGISTERED: _shape("", "officer passkey"),
        ENROLLED: _shape("", "device"),
        UNENROLLED: _shape("", "device"),
        IMPORTED: _shape("count root source_mix outcome_mix synthetic"),
        ERASED: _shape("references", "person"),
        "gallery:reference:reviewed": _shape("", "reference"),
        "gallery:relation:recorded": _shape("count"),
        OPENED: _shape(
            "ground details power offence tried_first place age without_this simulated",
            "officer operator area encounter sign_off",
        ),
        "encounter:check:refused": _shape("refusal", "officer fields"),
        NOTICE: _shape("notice"),
        "encounter:capture:refused": _shape("refusal"),
        SEARCHED: _shape("contract threshold_millionths scope_size_band", "result authority signature"),
        COMPARED: _shape("simulated", "comparison"),
        REVEALED: _shape("", "reveal"),
        DECIDED: _shape("", "decision"),
        FOLLOW_UP: _shape("", "follow_up"),
        RECEIPT: _shape("declined", "receipt"),
        ENDED: _shape("end step"),
        "encounter:step:refused": _shape("refusal"),
    }
)
