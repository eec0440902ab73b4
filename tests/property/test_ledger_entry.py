"""Laws of entries, commitments and receipts: whatever is sealed reads back; equal values never look equal."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.identifiers import Digest, JsonValue
from overt.ledger.canonical import canonical, parse_canonical
from overt.ledger.commitment import commit, once_tag, opens
from overt.ledger.deeds import FORMS, Deed
from overt.ledger.entry import EntryDraft, SealedEntry, parse, seal
from overt.ledger.fields import MERGED, size_band
from overt.ledger.note import Signer
from overt.ledger.proof import build_proof
from overt.ledger.receipt import build_receipt, check_receipt
from unit.ledger.paper_log import PaperLog

UNHURRIED = settings(deadline=None)
"""Two cores are shared with others: a slow example is no failure."""

SIGNER = Signer("overt.example/log", b"s" * 32)
BYTES32 = st.binary(min_size=32, max_size=32)
TEXT = st.text('aA0 "\\/\n\x1f\x7fé\u2028\ufb33\U0001f600', max_size=12)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
CODES = st.builds("{}{}".format, st.sampled_from("abz09"), st.text("abz09._-", max_size=20))
MIXES = st.dictionaries(CODES, st.integers(0, 10**15), min_size=1, max_size=4).map(
    lambda counts: tuple(f"{code}={count}" for code, count in counts.items())
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "destroyed": st.sets(CODES, min_size=1, max_size=4).map(tuple),
    "tried_first": st.sets(CODES, min_size=1, max_size=4).map(tuple),
    "source_mix": MIXES,
    "outcome_mix": MIXES,
    "count": st.integers(0, 2**53 - 1),
    "references": st.integers(0, 2**53 - 1),
    "number": st.integers(0, 2**53 - 1),
    "threshold_millionths": INTEGERS,
    "scope_size_band": st.integers(0, 10**9).map(size_band),
    "trained_until": st.dates().map(str),
    "day": st.dates().map(str),
    "valid_until": st.just("none") | st.dates().map(str),
    "document": BYTES32.map(lambda data: "sha256:" + data.hex()),
    "earliest": st.dates().map(str),
    "contract": BYTES32.map(lambda data: "sha256:" + data.hex()),
    "counts": BYTES32.map(lambda data: "sha256:" + data.hex()),
    "continues": st.just("none") | BYTES32.map(lambda data: "sha256:" + data.hex()),
    "proposed": BYTES32.map(lambda data: "sha256:" + data.hex()),
    "root": BYTES32.map(bytes.hex),
    "key": BYTES32.map(bytes.hex),
    "origin": st.text("abc.:/~!", min_size=1, max_size=255),
    "ground": st.sampled_from(["missing", "deceased", "wanted"]),
    "notice": st.sampled_from(["given", "deceased", "not-understood"]),
    **dict.fromkeys(["demonstration", "synthetic", "simulated", "declined"], st.sampled_from(["yes", "no"])),
}


@st.composite
def drafts(draw: st.DrawFn) -> EntryDraft:
    """Any lawful draft of any deed."""
    deed = draw(st.sampled_from(Deed))
    form = FORMS[deed]
    fields = {name: draw(FIELDS.get(name, CODES)) for name in form.fields}
    private = {name: draw(VALUES) for name in form.commitments}
    return EntryDraft(deed, fields, private, draw(st.integers(1, 5)) if form.repeatable else 1)


def sealed(draft: EntryDraft, seed: int, hour: str = "2026-11-23T09Z") -> SealedEntry:
    source = random.Random(seed)
    digest = Digest("sha256:" + source.randbytes(32).hex())
    secret = source.randbytes(32) if FORMS[draft.deed].in_encounter else None
    return seal(draft, hour=hour, build=digest, policy=digest, draw=lambda: source.randbytes(32), secret=secret)


@UNHURRIED
@given(drafts(), st.integers(0))
def test_whatever_is_sealed_reads_back(draft: EntryDraft, seed: int) -> None:
    made = sealed(draft, seed)
    entry = parse(made.body)
    assert entry.deed is draft.deed
    for name, value in draft.fields.items():
        merged = MERGED.get(name, {}).get(value, value) if isinstance(value, str) else value
        assert entry.fields[name] == (tuple(sorted(merged)) if isinstance(merged, tuple) else merged)
    assert {name: each.value for name, each in made.openings.items()} == draft.private
    assert all(opens(entry.commitments[name], each.opening, each.value) for name, each in made.openings.items())


@UNHURRIED
@given(drafts(), st.integers(0), st.integers(0))
def test_sealing_equal_values_twice_gives_unrelated_commitments(draft: EntryDraft, one: int, other: int) -> None:
    if one == other:
        other += 1
    first, second = parse(sealed(draft, one).body), parse(sealed(draft, other).body)
    assert not set(first.commitments.values()) & set(second.commitments.values())
    assert len(set(first.commitments.values())) == len(first.commitments)
    assert first.once is None or first.once != second.once


@UNHURRIED
@given(drafts(), st.integers(0), st.integers(0), st.integers(1, 255))
def test_no_changed_byte_of_an_entry_goes_unnoticed(draft: EntryDraft, seed: int, at: int, change: int) -> None:
    """It makes another entry, and so another leaf, or no entry at all."""
    made = sealed(draft, seed)
    at %= len(made.body)
    body = made.body[:at] + bytes([made.body[at] ^ change]) + made.body[at + 1 :]
    try:
        entry = parse(body)
    except LedgerFormatError:
        return
    assert entry != parse(made.body)


@UNHURRIED
@given(st.binary(max_size=200) | VALUES.map(canonical) | TEXT.map(str.encode))
def test_any_other_bytes_meet_one_exception(data: bytes) -> None:
    with pytest.raises(LedgerFormatError):
        parse(data)


@UNHURRIED
@given(VALUES)
def test_canonical_json_is_json_and_its_own_only_spelling(value: JsonValue) -> None:
    data = canonical(value)
    assert json.loads(data) == value
    assert parse_canonical(data, len(data)) == value
    assert canonical(parse_canonical(data, len(data))) == data


@UNHURRIED
@given(VALUES, VALUES, BYTES32)
def test_a_commitment_opens_with_its_own_value_only(value: JsonValue, other: JsonValue, opening: bytes) -> None:
    made = commit(opening, value)
    assert opens(made, opening, other) == (canonical(value) == canonical(other))


@UNHURRIED
@given(st.lists(BYTES32, min_size=2, max_size=3, unique=True))
def test_tags_differ_between_encounters_deeds_and_numbers(secrets: list[bytes]) -> None:
    deeds = [deed for deed in Deed if FORMS[deed].in_encounter]
    tags = [
        once_tag(secret, deed, n)
        for secret in secrets
        for deed in deeds
        for n in (1, 2)
        if n == 1 or FORMS[deed].repeatable
    ]
    assert len(tags) == len(set(tags))


@UNHURRIED
@given(drafts(), st.integers(0), st.integers(0), st.data())
def test_a_receipt_checks_and_no_flipped_bit_of_it_does(
    draft: EntryDraft, seed: int, bit: int, data: st.DataObject
) -> None:
    made, log = sealed(draft, seed), PaperLog(SIGNER)
    log.append([b"before", made.body, b"after"])
    names = data.draw(st.sets(st.sampled_from(sorted(made.openings)))) if made.openings else set()
    openings = {name: made.openings[name] for name in names}
    proof = build_proof(1, log.checkpoint(), log.node).encode()
    receipt = build_receipt("ABCD-1234", "x", made.body, openings, proof, SIGNER.key)
    assert set(check_receipt(receipt, SIGNER.key).opened) == names
    at, mask = divmod(bit % (8 * len(receipt)), 8)
    spoilt = receipt[:at] + bytes([receipt[at] ^ 1 << mask]) + receipt[at + 1 :]
    try:
        checked = check_receipt(spoilt, SIGNER.key)
    except (LedgerFormatError, LedgerProofInvalid):
        return
    assert (checked.reference, checked.complaint) != ("ABCD-1234", "x")
    assert checked.entry == parse(made.body)
