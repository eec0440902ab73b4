"""Cosignatures that public witnesses made, with programs that are not ours, verify; nothing changed in them does."""

import json
from pathlib import Path
from typing import Any

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.cosignature import cosignatures, cosigned_message, parse_witness_key
from overt.ledger.note import open_note, parse_vkey, split_note

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "cosignatures.json").read_text(encoding="ascii"))
PUBLISHED = VECTORS["published"]
EACH = [(sample, vkey) for sample in PUBLISHED for vkey in sample["witnesses"]]


@pytest.mark.parametrize(("sample", "vkey"), EACH, ids=[vkey.split("+")[0] for _, vkey in EACH])
def test_a_public_witness(sample: dict[str, Any], vkey: str) -> None:
    note, witness = sample["checkpoint"], parse_witness_key(vkey)
    assert witness.encode() == vkey
    (found,) = cosignatures(note.encode(), [witness])
    assert (found.witness, found.seconds) == (witness, sample["seconds"])
    for old, new in ((note.split("\n")[1], "42"), (note.split("\n\n")[0], note.split("\n\n")[0] + "\nextension")):
        with pytest.raises(LedgerProofInvalid):
            cosignatures(note.replace(old, new, 1).encode(), [witness])


def test_all_witnesses_of_a_checkpoint_together() -> None:
    for sample in PUBLISHED:
        witnesses = [parse_witness_key(vkey) for vkey in sample["witnesses"]]
        found = cosignatures(sample["checkpoint"].encode(), witnesses)
        assert {each.witness for each in found} == set(witnesses)


def test_the_log_that_they_cosigned() -> None:
    sample = PUBLISHED[0]
    opened = open_note(sample["checkpoint"].encode(), [parse_vkey(sample["log_key"])])
    assert len(opened.unknown) == 1 + len(sample["witnesses"]), "the log's other signature is of another type"


def test_a_witness_is_no_log_and_a_log_no_witness() -> None:
    for vkey in PUBLISHED[0]["witnesses"]:
        with pytest.raises(LedgerFormatError):
            parse_vkey(vkey)
    with pytest.raises(LedgerFormatError):
        parse_witness_key(PUBLISHED[0]["log_key"])


def test_the_parts_of_the_standards_example() -> None:
    example = VECTORS["example"]
    text, signatures = split_note(example["checkpoint"].encode())
    (line,) = [each for each in signatures if each.name == example["witness"]]
    assert line.key_id.hex() == example["key_id"]
    assert (len(line.signature), int.from_bytes(line.signature[:8], "big")) == (72, example["seconds"])
    assert cosigned_message(text, example["seconds"]).decode() == example["message"]
