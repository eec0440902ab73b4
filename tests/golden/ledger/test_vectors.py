"""The published vectors are what this program makes, and what it accepts and refuses."""

import json
from base64 import b64decode
from hashlib import sha256
from typing import Any

import pytest

from golden.ledger import vectors
from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.canonical import canonical
from overt.ledger.checkpoint import open_checkpoint
from overt.ledger.commitment import opens
from overt.ledger.entry import parse
from overt.ledger.merkle import leaf_hash, root_of
from overt.ledger.merkle_check import check_consistency, check_inclusion
from overt.ledger.note import parse_vkey
from overt.ledger.proof import check_proof
from overt.ledger.receipt import check_receipt
from overt.ledger.tiles import decode_bundle

PUBLISHED: dict[str, Any] = json.loads(vectors.FILE.read_text(encoding="ascii"))
LOG = PUBLISHED["log"]


def test_the_published_file_is_what_this_program_makes() -> None:
    assert vectors.FILE.read_text(encoding="ascii") == vectors.dump()


@pytest.mark.parametrize("sample", PUBLISHED["entries"], ids=lambda sample: sample["name"])
def test_a_published_entry_is_read_and_its_openings_open_it(sample: dict[str, Any]) -> None:
    body = sample["entry"].encode()
    entry = parse(body)
    assert (entry.deed, entry.hour, entry.once) == (sample["deed"], sample["hour"], sample["once"])
    assert leaf_hash(body).hex() == sample["leaf_hash"]
    for name, value in sample["private"].items():
        assert opens(entry.commitments[name], bytes.fromhex(sample["openings"][name]), value)


@pytest.mark.parametrize("sample", PUBLISHED["invalid_entries"], ids=lambda sample: sample["reason"])
def test_a_published_invalid_entry_is_refused(sample: dict[str, Any]) -> None:
    with pytest.raises(LedgerFormatError):
        parse(b64decode(sample["base64"]))


def test_published_commitments_open() -> None:
    for sample in PUBLISHED["commitments"]:
        assert canonical(sample["value"]) == b64decode(sample["canonical_base64"])
        assert opens(sample["commitment"], bytes.fromhex(sample["opening"]), sample["value"])


def test_the_published_log_follows_from_its_rule_by_hand() -> None:
    """Written without the package's own sealing and tiles, from the rule as published."""
    fixed = {123: "check-opened", 132: "receipt-issued"}
    named = {sample["name"]: sample["entry"] for sample in PUBLISHED["entries"]}
    said = {"build": b"build", "policy": LOG["policy"].partition("\n")[0].encode()}
    digests = {name: "sha256:" + sha256(text).hexdigest() for name, text in said.items()}

    def entry(index: int) -> bytes:
        if index in fixed:
            return str(named[fixed[index]]).encode()
        first = {"change": "first", "demonstration": "yes", "version": "test-1"}
        deed, fields = ("gallery:relation:recorded", {"count": index})
        if index < 2:
            deed = "policy:version:adopted" if index else "instance:ledger:created"
            fields = first if index else {"continues": "none", "origin": LOG["origin"]}
        hour = f"2026-11-01T{index // 30:02d}Z"
        whole = {**digests, "commitments": {}, "deed": deed, "fields": fields, "hour": hour, "v": 1}
        if 123 < index < 132:
            tag = sha256(b"%d" % index).hexdigest()
            whole |= {"deed": "encounter:follow-up:recorded", "fields": {}, "once": tag}
            whole["commitments"] = {"follow_up": tag}
        return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()

    hashes = [leaf_hash(entry(index)) for index in range(LOG["size"])]
    assert {size: root_of(hashes[: int(size)]).hex() for size in LOG["roots"]} == LOG["roots"]
    assert sha256(b"".join(hashes[:256])).hexdigest() == LOG["tiles"]["tile/0/000"]
    bundle = b"".join(len(entry(index)).to_bytes(2, "big") + entry(index) for index in range(256, 300))
    assert sha256(bundle).hexdigest() == LOG["tiles"]["tile/entries/001.p/44"]
    assert decode_bundle(bundle, 44)[0] == entry(256)


def test_published_proofs_check() -> None:
    key, roots = parse_vkey(LOG["vkey"]), LOG["roots"]
    assert open_checkpoint(LOG["checkpoint"].encode(), key).root.hex() == roots["300"]
    for each in LOG["consistency"]:
        old, new = (bytes.fromhex(roots[str(each[name])]) for name in ("old", "new"))
        check_consistency(each["old"], old, each["new"], new, [bytes.fromhex(hash_) for hash_ in each["hashes"]])
    for each in LOG["inclusion"]:
        if str(each["index"]) in LOG["leaf_hashes"]:
            leaf = bytes.fromhex(LOG["leaf_hashes"][str(each["index"])])
            root = bytes.fromhex(roots[str(each["size"])])
            check_inclusion(leaf, each["index"], each["size"], root, [bytes.fromhex(hash_) for hash_ in each["hashes"]])
    opened = next(sample for sample in PUBLISHED["entries"] if sample["name"] == "check-opened")
    assert check_proof(LOG["proof"]["proof"].encode(), opened["entry"].encode(), key).size == 300


def test_published_receipts_check() -> None:
    key = parse_vkey(LOG["vkey"])
    for sample in PUBLISHED["receipts"]:
        assert check_receipt(sample["receipt"].encode(), key).reference == vectors.REFERENCE


@pytest.mark.parametrize("sample", PUBLISHED["invalid_receipts"], ids=lambda sample: sample["reason"])
def test_a_published_spoilt_receipt_is_refused(sample: dict[str, Any]) -> None:
    with pytest.raises((LedgerFormatError, LedgerProofInvalid)):
        check_receipt(sample["receipt"].encode(), parse_vkey(LOG["vkey"]))
