"""One entry of the ledger: sealed from what a stage hands over, and read back strictly (spec/ledger-entry.md).

Rules:
* A stage makes an `EntryDraft`; only `seal` makes bytes; only `parse` reads them. Whatever `seal` makes, `parse` takes.
* Every private value is committed to under an opening of its own, drawn for it; the openings go to the store, not here.
* The time is an hour, in UTC, and the caller's: this module has no clock.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import cast

from overt.errors import LedgerFormatError
from overt.identifiers import Digest, JsonValue
from overt.ledger.canonical import canonical, parse_canonical
from overt.ledger.commitment import commit, once_tag
from overt.ledger.deeds import FORMS, Deed, DeedForm
from overt.ledger.fields import FieldValue, check_field, is_date, is_digest, is_hex64, public_value

FORMAT = 1
MAX_BYTES = 65_535
"""An entry's length has two bytes in a bundle."""

_HOUR = re.compile(r"(.{10})T([01][0-9]|2[0-3])Z")
_MEMBERS = frozenset({"v", "deed", "hour", "build", "policy", "fields", "commitments"})


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What a stage hands over: a deed, its fields in clear, and the values that will be committed to.

    `once_number` is 1, or 2, 3, ... when a deed of one encounter is repeated or corrected.

    Raises:
        LedgerFormatError: names other than the deed's, a field of another kind, or a number that the deed lacks.
    """

    deed: Deed
    fields: Mapping[str, FieldValue]
    private: Mapping[str, JsonValue] = field(repr=False)
    once_number: int = 1

    def __post_init__(self) -> None:
        form = FORMS[self.deed]
        _check_names(form, self.fields, self.private)
        for name, value in self.fields.items():
            public_value(name, value)
        if self.once_number != 1 and not (form.repeatable and self.once_number > 1):
            raise LedgerFormatError("This deed cannot be repeated.")


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one commitment: 32 random bytes, and the value. Never in an entry; never printed."""

    opening: bytes = field(repr=False)
    value: JsonValue = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """The bytes of an entry, and by name what opens its commitments."""

    body: bytes
    openings: Mapping[str, Opening]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as read: commitments and once-tag in hex; fields as written, merged and sorted."""

    deed: Deed
    hour: str
    build: Digest
    policy: Digest
    fields: Mapping[str, FieldValue]
    commitments: Mapping[str, str]
    once: str | None


def seal(
    draft: EntryDraft,
    *,
    hour: str,
    build: Digest,
    policy: Digest,
    draw: Callable[[], bytes],
    secret: bytes | None,
) -> SealedEntry:
    """Make the bytes of an entry.

    Args:
        draft: what the stage hands over.
        hour: `hour_of` the deed's moment.
        build: digest of the running program.
        policy: digest of the policy in force.
        draw: gives 32 fresh random bytes a call; called once for each commitment, in the order of their names.
        secret: the encounter's 32 bytes; for `encounter:` deeds, and only for those.

    Raises:
        LedgerFormatError: the entry would not be one that `parse` takes, a secret is missing or too much, or `draw`
            gave the same bytes twice.
    """
    if (secret is not None) != FORMS[draft.deed].in_encounter:
        raise LedgerFormatError("Entries of an encounter, and only those, need its secret.")
    openings = {name: Opening(draw(), draft.private[name]) for name in sorted(draft.private)}
    if len({each.opening for each in openings.values()}) != len(openings):
        raise LedgerFormatError("Two commitments were given the same opening.")
    members: dict[str, JsonValue] = {
        "v": FORMAT,
        "deed": draft.deed.value,
        "hour": hour,
        "build": build,
        "policy": policy,
        "fields": {name: public_value(name, value) for name, value in draft.fields.items()},
        "commitments": {name: commit(each.opening, each.value) for name, each in openings.items()},
    }
    if secret is not None:
        members["once"] = once_tag(secret, draft.deed, draft.once_number)
    body = canonical(members)
    parse(body)
    return SealedEntry(body, MappingProxyType(openings))


def parse(body: bytes) -> Entry:
    """Read one entry, strictly.

    Raises:
        LedgerFormatError: anything but the one form that `spec/ledger-entry.md` allows.
    """
    members = _object(parse_canonical(body, MAX_BYTES))
    deed = _deed(members.get("deed"))
    form = FORMS[deed]
    if set(members) != (_MEMBERS | {"once"} if form.in_encounter else _MEMBERS):
        raise LedgerFormatError("The entry does not have exactly the members of its deed.")
    if not _is_one(members["v"]):
        raise LedgerFormatError("The entry is of another format.")
    fields, commitments = _object(members["fields"]), _object(members["commitments"])
    _check_names(form, fields, commitments)
    for name, value in fields.items():
        check_field(name, value)
    return Entry(
        deed=deed,
        hour=_text(members["hour"], "hour", is_hour),
        build=Digest(_text(members["build"], "build", is_digest)),
        policy=Digest(_text(members["policy"], "policy", is_digest)),
        fields=MappingProxyType({name: _field(value) for name, value in fields.items()}),
        commitments=MappingProxyType({name: _text(each, name, is_hex64) for name, each in commitments.items()}),
        once=_text(members["once"], "once", is_hex64) if form.in_encounter else None,
    )


def hour_of(moment: datetime) -> str:
    """The UTC hour of an aware moment, `YYYY-MM-DDTHHZ`.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="hours")[:13] + "Z"


def is_hour(value: JsonValue) -> bool:
    """`YYYY-MM-DDTHHZ`, an hour that exists."""
    found = _HOUR.fullmatch(value) if isinstance(value, str) else None
    return found is not None and is_date(found.group(1))


def _check_names(form: DeedForm, fields: Mapping[str, object], commitments: Mapping[str, object]) -> None:
    if set(fields) != form.fields or set(commitments) != form.commitments:
        raise LedgerFormatError("The fields and commitments are not exactly those of the deed.")


def _deed(value: JsonValue) -> Deed:
    if not isinstance(value, str) or value not in FORMS:
        raise LedgerFormatError("The deed is not one of the list.")
    return Deed(value)


def _object(value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise LedgerFormatError("Something that should be an object is not.")
    return value


def _text(value: JsonValue, name: str, accepts: Callable[[JsonValue], bool]) -> str:
    if not isinstance(value, str) or not accepts(value):
        raise LedgerFormatError(f"The member {name} is not in its form.")
    return value


def _is_one(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == FORMAT


def _field(value: JsonValue) -> FieldValue:
    return tuple(str(item) for item in value) if isinstance(value, list) else cast(FieldValue, value)
