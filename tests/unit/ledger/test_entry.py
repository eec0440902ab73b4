"""Sealing and reading entries. Refusals byte by byte are in the published vectors (tests/golden/ledger)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from overt.errors import LedgerFormatError
from overt.identifiers import Digest
from overt.ledger.commitment import once_tag, opens
from overt.ledger.deeds import Deed
from overt.ledger.entry import MAX_BYTES, EntryDraft, SealedEntry, hour_of, is_hour, parse, seal

BUILD = Digest("sha256:" + "1" * 64)
POLICY = Digest("sha256:" + "2" * 64)
SECRET = bytes(range(32))
REFUSED = EntryDraft(
    Deed.ENCOUNTER_CHECK_REFUSED, {"refusal": "incomplete_encounter"}, {"officer": "demo", "fields": {}}
)
ERASED = EntryDraft(Deed.GALLERY_PERSON_ERASED, {"references": 2}, {"person": "p"})


def draws() -> Iterator[bytes]:
    """Different 32 bytes each time."""
    number = 0
    while True:
        yield sha256(str(number).encode()).digest()
        number += 1


def sealed(draft: EntryDraft, secret: bytes | None = SECRET, **other: Any) -> SealedEntry:
    source = draws()
    given: dict[str, Any] = {"hour": "2026-11-23T09Z", "build": BUILD, "policy": POLICY, "draw": lambda: next(source)}
    return seal(draft, **{**given, **other}, secret=secret)


def test_an_entry_reads_back_as_it_was_sealed() -> None:
    made = sealed(REFUSED)
    entry = parse(made.body)
    assert (entry.deed, entry.hour, entry.build, entry.policy) == (REFUSED.deed, "2026-11-23T09Z", BUILD, POLICY)
    assert entry.fields == {"refusal": "incomplete_encounter"}
    assert entry.once == once_tag(SECRET, REFUSED.deed)
    assert set(made.openings) == set(entry.commitments) == {"officer", "fields"}
    assert all(opens(entry.commitments[name], each.opening, each.value) for name, each in made.openings.items())


def test_no_private_value_stands_in_the_bytes_or_in_a_repr() -> None:
    draft = EntryDraft(REFUSED.deed, REFUSED.fields, {"officer": "canary-officer", "fields": ["canary-field"]})
    made = sealed(draft)
    assert b"canary" not in made.body
    assert "canary" not in repr(made) + repr(draft)
    assert made.openings["officer"].opening.hex() not in made.body.decode()


def test_arrays_come_back_as_tuples() -> None:
    mixes = {"source_mix": ("missing=1", "custody=1"), "outcome_mix": ("convicted=2",)}
    draft = EntryDraft(Deed.GALLERY_BATCH_IMPORTED, {"count": 2, "root": "a" * 64, "synthetic": "no", **mixes}, {})
    assert parse(sealed(draft, None).body).fields["source_mix"] == ("custody=1", "missing=1")


@pytest.mark.parametrize(
    ("fields", "private"),
    [
        ({}, {"officer": "x", "fields": {}}),
        ({"refusal": "x", "place": "street"}, {"officer": "x", "fields": {}}),
        ({"refusal": "x"}, {"officer": "x"}),
        ({"refusal": "x"}, {"officer": "x", "fields": {}, "area": "n"}),
        ({"refusal": "Not a code"}, {"officer": "x", "fields": {}}),
    ],
)
def test_a_draft_has_exactly_the_names_of_its_deed(fields: Any, private: Any) -> None:
    with pytest.raises(LedgerFormatError):
        EntryDraft(REFUSED.deed, fields, private)


@pytest.mark.parametrize(("draft", "number"), [(REFUSED, 0), (REFUSED, -1), (ERASED, 2)])
def test_a_number_that_the_deed_lacks_is_refused(draft: EntryDraft, number: int) -> None:
    with pytest.raises(LedgerFormatError):
        EntryDraft(draft.deed, draft.fields, draft.private, once_number=number)


def test_a_search_has_no_second_tag_and_a_second_attempt_has() -> None:
    search: dict[str, Any] = {"contract": BUILD, "threshold_millionths": 440000, "scope_size_band": 10}
    private: dict[str, Any] = {"result": [], "authority": None, "signature": None}
    EntryDraft(Deed.ENCOUNTER_SEARCH_PERFORMED, search, private)
    with pytest.raises(LedgerFormatError):
        EntryDraft(Deed.ENCOUNTER_SEARCH_PERFORMED, search, private, once_number=2)
    again = EntryDraft(Deed.ENCOUNTER_CAPTURE_REFUSED, {"refusal": "no_face"}, {}, once_number=2)
    assert parse(sealed(again).body).once == once_tag(SECRET, again.deed, 2)


def test_a_secret_is_for_encounters_and_only_for_those() -> None:
    assert parse(sealed(ERASED, None).body).once is None
    for draft, secret in ((REFUSED, None), (ERASED, SECRET), (REFUSED, b"short")):
        with pytest.raises(LedgerFormatError):
            sealed(draft, secret)


@pytest.mark.parametrize("draw", [lambda: bytes(32), lambda: b"short"])
def test_a_source_that_repeats_or_is_short_is_refused(draw: Any) -> None:
    with pytest.raises(LedgerFormatError):
        sealed(REFUSED, draw=draw)


@pytest.mark.parametrize(
    "other",
    [{"hour": "2026-11-23T09:30Z"}, {"hour": "2026-11-23T24Z"}, {"build": "x"}, {"policy": "sha256:" + "A" * 64}],
)
def test_nothing_is_sealed_that_could_not_be_read(other: dict[str, Any]) -> None:
    with pytest.raises(LedgerFormatError):
        sealed(REFUSED, **other)


def test_float_and_too_large_values_cannot_be_committed_to() -> None:
    for value in (0.5, 2**53):
        with pytest.raises(LedgerFormatError):
            sealed(EntryDraft(REFUSED.deed, REFUSED.fields, {"officer": "x", "fields": value}))  # type: ignore[dict-item]


def test_a_missing_and_a_deceased_person_leave_the_same_entries() -> None:
    def entries(ground: str, notice: str) -> list[bytes]:
        opened: dict[str, Any] = dict.fromkeys(["details", "power", "offence", "place", "age", "without_this"], "x")
        opened |= {"ground": ground, "tried_first": ("document",), "simulated": "no"}
        private = dict.fromkeys(["officer", "operator", "area", "encounter", "sign_off"])
        drafts = (
            EntryDraft(Deed.ENCOUNTER_CHECK_OPENED, opened, private),
            EntryDraft(Deed.ENCOUNTER_NOTICE_RECORDED, {"notice": notice}, {}),
        )
        return [sealed(draft).body for draft in drafts]

    assert entries("missing", "given") == entries("deceased", "deceased")
    assert entries("missing", "given") != entries("wanted", "given")


def test_an_entry_has_a_length_of_two_bytes() -> None:
    body = sealed(REFUSED).body
    long = json.loads(body) | {"note": ""}
    padding = MAX_BYTES - len(json.dumps(long, separators=(",", ":")))
    for extra in (0, 1):
        data = json.dumps(long | {"note": "x" * (padding + extra)}, separators=(",", ":"), sort_keys=True).encode()
        assert len(data) == MAX_BYTES + extra
        with pytest.raises(LedgerFormatError, match=r"members" if extra == 0 else r"longer"):
            parse(data)


def test_the_hour_is_utc_and_needs_a_time_zone() -> None:
    summer = timezone(timedelta(hours=1))
    assert hour_of(datetime(2026, 7, 1, 0, 59, 59, 999999, tzinfo=summer)) == "2026-06-30T23Z"
    assert hour_of(datetime(26, 7, 1, 5, tzinfo=UTC)) == "0026-07-01T05Z"
    assert is_hour(hour_of(datetime(26, 7, 1, 5, tzinfo=UTC)))
    with pytest.raises(ValueError):
        hour_of(datetime(2026, 7, 1))  # noqa: DTZ001
