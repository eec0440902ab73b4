"""Receipts: the honest one, and each way in which one can lie."""

import copy
from collections.abc import Callable

import pytest
from verify_simulators.lying_ledger import LyingLedger, canonical

from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.receipt import verify_receipt

Parts = dict[str, dict[str, object]]


@pytest.fixture
def receipt(ledger: LyingLedger) -> Parts:
    return ledger.receipt(ledger.find("encounter:receipt:issued"))


def refused(parts: object, log: LyingLedger) -> Code:
    with pytest.raises(VerificationError) as caught:
        verify_receipt(canonical(parts), VerifierKey.parse(log.vkey))
    return caught.value.code


def test_an_honest_receipt(ledger: LyingLedger, receipt: Parts) -> None:
    found = verify_receipt(canonical(receipt), VerifierKey.parse(ledger.vkey))
    assert (found.reference, found.hour, found.own_key) == ("7K3M-9QXD", "2026-11-01T01Z", False)
    assert found.opened == {"receipt": {"reference": "7K3M-9QXD", "officer": "PC 1234"}}
    assert (found.inclusion.index, found.inclusion.checkpoint.size) == (17, 300)


def test_without_a_key_nothing_is_verified(receipt: Parts) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_receipt(canonical(receipt), None)
    assert caught.value.code == Code.RECEIPT_KEY_NOT_TRUSTED


def test_its_own_key_is_used_only_on_demand_and_said(receipt: Parts) -> None:
    assert verify_receipt(canonical(receipt), None, trust_key_in_receipt=True).own_key


def test_a_forger_has_a_key_too(ledger: LyingLedger) -> None:
    forger = LyingLedger(ledger.origin, seed=2).begin().check()
    forged = forger.receipt(forger.find("encounter:receipt:issued"))
    assert refused(forged, ledger) == Code.UNKNOWN_SIGNER
    assert verify_receipt(canonical(forged), None, trust_key_in_receipt=True).own_key


def _set(half: str, name: str, value: object) -> Callable[[Parts, LyingLedger], object]:
    return lambda parts, _: parts[half].__setitem__(name, value)


def _replace(half: str, name: str, old: str, new: str) -> Callable[[Parts, LyingLedger], object]:
    return lambda parts, _: parts[half].__setitem__(name, str(parts[half][name]).replace(old, new, 1))


def _opening(name: str, value: object) -> Callable[[Parts, LyingLedger], object]:
    def work(parts: Parts, _: LyingLedger) -> None:
        opening = parts["inside"]["openings"][0]  # type: ignore[index]
        parts["inside"]["openings"] = [opening | {name: value}]

    return work


def _twice(parts: Parts, _: LyingLedger) -> None:
    parts["inside"]["openings"] *= 2  # type: ignore[operator]


def _other_entry(parts: Parts, log: LyingLedger) -> None:
    parts["inside"]["entry"] = log.receipt(32)["inside"]["entry"]


LIES: dict[str, tuple[Callable[[Parts, LyingLedger], object], Code]] = {
    "another reference": (_set("front", "reference", "7K3M-9QXE"), Code.FRONT_MISMATCH),
    "another hour": (_set("front", "hour", "2026-11-01T02Z"), Code.FRONT_MISMATCH),
    "a malformed reference": (_set("front", "reference", "7k3m-9qxd"), Code.BAD_RECEIPT),
    "a malformed hour": (_set("front", "hour", "today"), Code.BAD_RECEIPT),
    "no complaint": (_set("front", "complaint", ""), Code.BAD_RECEIPT),
    "too long a complaint": (_set("front", "complaint", "x" * 4001), Code.BAD_RECEIPT),
    "the officer in front": (_set("front", "officer", "PC 1234"), Code.BAD_RECEIPT),
    "another entry": (_other_entry, Code.PROOF_MISMATCH),
    "an entry that is no base64": (_set("inside", "entry", "e30"), Code.BAD_RECEIPT),
    "an entry that is an integer": (_set("inside", "entry", 1), Code.BAD_RECEIPT),
    "another origin": (_set("inside", "origin", "other.example/log"), Code.WRONG_ORIGIN),
    "a malformed key": (_set("inside", "vkey", "key"), Code.BAD_KEY),
    "a changed value": (_opening("value", {"reference": "7K3M-9QXD", "officer": "PC 1"}), Code.COMMITMENT_MISMATCH),
    "a changed opening": (_opening("opening", "00" * 32), Code.COMMITMENT_MISMATCH),
    "a short opening": (_opening("opening", "00"), Code.BAD_RECEIPT),
    "an opening of nothing": (_opening("name", "officer"), Code.BAD_RECEIPT),
    "an opening with more": (_opening("more", 1), Code.BAD_RECEIPT),
    "an opening twice": (_twice, Code.BAD_RECEIPT),
    "openings in an object": (_set("inside", "openings", {}), Code.BAD_RECEIPT),
    "another index": (_replace("inside", "proof", "index 17\n", "index 18\n"), Code.PROOF_MISMATCH),
    "a malformed index": (_replace("inside", "proof", "index 17\n", "index 017\n"), Code.BAD_PROOF),
    "no index": (_replace("inside", "proof", "index 17\n", ""), Code.BAD_PROOF),
    "extra data": (_replace("inside", "proof", "index 17\n", "extra AAAA\nindex 17\n"), Code.BAD_PROOF),
    "another header": (_replace("inside", "proof", "@v1", "@v2"), Code.BAD_PROOF),
    "a hash too many": (_replace("inside", "proof", "\n\n", "\n" + "A" * 43 + "=\n\n"), Code.PROOF_MISMATCH),
    "hashes without end": (_replace("inside", "proof", "\n\n", ("\n" + "A" * 43 + "=") * 64 + "\n\n"), Code.BAD_PROOF),
    "a hash that is none": (_replace("inside", "proof", "\n\n", "\nAAAA\n\n"), Code.BAD_PROOF),
    "another size": (_replace("inside", "proof", "\n300\n", "\n301\n"), Code.BAD_SIGNATURE),
    "no checkpoint": (_set("inside", "proof", "c2sp.org/tlog-proof@v1\nindex 17\n"), Code.BAD_PROOF),
    "an empty checkpoint": (_set("inside", "proof", "c2sp.org/tlog-proof@v1\nindex 17\n\n"), Code.BAD_NOTE),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies(ledger: LyingLedger, receipt: Parts, lie: str) -> None:
    change, code = LIES[lie]
    changed = copy.deepcopy(receipt)
    change(changed, ledger)
    assert refused(changed, ledger) == code


def test_opening_nothing_is_allowed(ledger: LyingLedger, receipt: Parts) -> None:
    receipt["inside"]["openings"] = []
    assert verify_receipt(canonical(receipt), VerifierKey.parse(ledger.vkey)).opened == {}


@pytest.mark.parametrize("version", [2, "1", True, None, [1]])
def test_other_formats(ledger: LyingLedger, receipt: Parts, version: object) -> None:
    assert refused(receipt | {"v": version}, ledger) == Code.BAD_RECEIPT


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 5000])
def test_what_is_no_receipt(ledger: LyingLedger, data: bytes) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_receipt(data, VerifierKey.parse(ledger.vkey))
    assert caught.value.code == Code.BAD_RECEIPT


def test_a_receipt_in_another_spelling(ledger: LyingLedger, receipt: Parts) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_receipt(canonical(receipt) + b"\n", VerifierKey.parse(ledger.vkey))
    assert caught.value.code == Code.BAD_RECEIPT


def test_a_giant_receipt(ledger: LyingLedger) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_receipt(b" " * 262_145, VerifierKey.parse(ledger.vkey))
    assert caught.value.code == Code.FILE_TOO_LARGE
