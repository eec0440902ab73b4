"""Receipts. Spoilt ones, each for one reason, are in the published vectors (tests/golden/ledger)."""

import json
from hashlib import sha256
from itertools import count
from typing import Any

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.identifiers import Digest
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft, SealedEntry, seal
from overt.ledger.note import Signer
from overt.ledger.proof import build_proof
from overt.ledger.receipt import build_receipt, check_receipt, reference_code
from unit.ledger.paper_log import PaperLog

SIGNER = Signer("overt.example/log", b"s" * 32)
DIGEST = Digest("sha256:" + "0" * 64)
NUMBERS = count()
PRIVATE: dict[str, Any] = {"officer": "PC 1234", "operator": None, "area": "n4", "encounter": "e", "sign_off": None}
FIELDS: dict[str, Any] = {
    **dict.fromkeys(["details", "power", "offence", "place", "age", "without_this"], "x"),
    **{"ground": "missing", "tried_first": ("document",), "simulated": "no"},
}


def draw() -> bytes:
    return sha256(b"%d" % next(NUMBERS)).digest()


@pytest.fixture
def entry() -> SealedEntry:
    draft = EntryDraft(Deed.ENCOUNTER_CHECK_OPENED, FIELDS, PRIVATE)
    return seal(draft, hour="2026-11-23T09Z", build=DIGEST, policy=DIGEST, draw=draw, secret=bytes(32))


@pytest.fixture
def proof(entry: SealedEntry) -> bytes:
    log = PaperLog(SIGNER)
    log.append([b"before", entry.body, b"after"])
    return build_proof(1, log.checkpoint(), log.node).encode()


def receipt(entry: SealedEntry, proof: bytes, *names: str, **other: Any) -> bytes:
    openings = {name: entry.openings[name] for name in names}
    given: dict[str, Any] = {
        "reference": "ABCD-1234",
        "complaint": "Write to us.",
        "openings": openings,
        "key": SIGNER.key,
    }
    return build_receipt(**{**given, **other}, entry=entry.body, proof=proof)


def test_a_receipt_shows_what_was_chosen_and_nothing_else(entry: SealedEntry, proof: bytes) -> None:
    made = receipt(entry, proof, "officer", "operator")
    checked = check_receipt(made, SIGNER.key)
    assert checked.opened == {"officer": "PC 1234", "operator": None}
    assert (checked.reference, checked.complaint, checked.entry.hour) == ("ABCD-1234", "Write to us.", "2026-11-23T09Z")
    assert checked.checkpoint.size == 3
    assert entry.openings["area"].opening.hex().encode() not in made
    assert "PC 1234" not in repr(checked)


def test_the_front_says_nothing_of_the_check(entry: SealedEntry, proof: bytes) -> None:
    front = json.loads(receipt(entry, proof, "officer"))["front"]
    assert front == {"reference": "ABCD-1234", "hour": "2026-11-23T09Z", "complaint": "Write to us."}


def test_a_receipt_may_open_nothing(entry: SealedEntry, proof: bytes) -> None:
    assert check_receipt(receipt(entry, proof), SIGNER.key).opened == {}


@pytest.mark.parametrize(
    "reference", ["", "ABCD", "abcd-1234", "ABCD-1234-", "ABCD-1234\n", "ABCD-1234-ABCD-1234-ABCD"]
)
def test_a_reference_is_a_short_code(entry: SealedEntry, proof: bytes, reference: str) -> None:
    with pytest.raises(LedgerFormatError):
        receipt(entry, proof, reference=reference)


@pytest.mark.parametrize("complaint", ["", "x" * 4001])
def test_how_to_complain_is_said_and_short(entry: SealedEntry, proof: bytes, complaint: str) -> None:
    with pytest.raises(LedgerFormatError):
        receipt(entry, proof, complaint=complaint)


def test_none_is_handed_out_that_its_holder_could_not_verify(entry: SealedEntry, proof: bytes) -> None:
    wrong = {"officer": entry.openings["area"]}
    for other in (
        {"openings": wrong},
        {"key": Signer(SIGNER.name, b"x" * 32).key},
        {"key": Signer("o", b"s" * 32).key},
    ):
        with pytest.raises(LedgerProofInvalid):
            receipt(entry, proof, **other)
    with pytest.raises(LedgerFormatError):
        receipt(entry, proof, openings={"result": entry.openings["area"]})
    with pytest.raises(LedgerFormatError):
        receipt(entry, b"\xff", "officer")


def test_a_receipt_is_checked_against_a_key_from_elsewhere(entry: SealedEntry, proof: bytes) -> None:
    with pytest.raises(LedgerProofInvalid):
        check_receipt(receipt(entry, proof), Signer(SIGNER.name, b"x" * 32).key)


def test_the_reference_code_is_crockford() -> None:
    assert reference_code(bytes(5)) == "0000-0000"
    assert reference_code(b"\xff" * 5) == "ZZZZ-ZZZZ"
    assert reference_code(b"\x00\x44\x32\x14\xc7") == "0123-4567"
    with pytest.raises(ValueError):
        reference_code(bytes(4))
