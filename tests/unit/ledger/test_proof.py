"""Offline proofs (C2SP tlog-proof)."""

from base64 import b64encode

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.note import Signer, sign_note, split_note
from overt.ledger.proof import LogProof, build_proof, check_proof, parse_proof
from unit.ledger.paper_log import PaperLog

SIGNER, WITNESS = Signer("overt.example/log", b"s" * 32), Signer("witness.example", b"w" * 32)
ENTRIES = [b"entry %d" % n for n in range(7)]


@pytest.fixture
def log() -> PaperLog:
    made = PaperLog(SIGNER)
    made.append(ENTRIES)
    return made


def test_the_text_is_as_the_standard_lays_it_out(log: PaperLog) -> None:
    proof = build_proof(2, log.checkpoint(), log.node)
    lines = proof.encode().decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 2"]
    assert lines[2:5] == [b64encode(each).decode() for each in proof.hashes]
    assert lines[5] == ""
    assert "\n".join(lines[6:]).encode() == log.checkpoint()


def test_every_entry_is_proven_under_every_checkpoint_that_reaches_it(log: PaperLog) -> None:
    for size in range(1, 8):
        for index in range(size):
            data = build_proof(index, log.checkpoint(size), log.node).encode()
            assert check_proof(data, ENTRIES[index], SIGNER.key).size == size
            with pytest.raises(LedgerProofInvalid):
                check_proof(data, b"another entry", SIGNER.key)
        with pytest.raises(LedgerFormatError):
            build_proof(size, log.checkpoint(size), log.node)


def test_an_only_entry_has_no_hashes(log: PaperLog) -> None:
    data = build_proof(0, log.checkpoint(1), log.node).encode()
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\novert.example/log\n1\n")
    assert parse_proof(data).encode() == data


def test_extra_data_and_cosignatures_are_read_and_change_nothing(log: PaperLog) -> None:
    text, _ = split_note(log.checkpoint())
    proof = build_proof(2, sign_note(text, [SIGNER, WITNESS]), log.node)
    with_extra = LogProof(proof.index, proof.hashes, proof.checkpoint, b"anything")
    assert parse_proof(with_extra.encode()) == with_extra
    assert check_proof(with_extra.encode(), ENTRIES[2], SIGNER.key).size == 7


def test_another_key_does_not_check(log: PaperLog) -> None:
    data = build_proof(2, log.checkpoint(), log.node).encode()
    with pytest.raises(LedgerProofInvalid):
        check_proof(data, ENTRIES[2], Signer(SIGNER.name, b"x" * 32).key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 2", "index 02"),
        ("index 2", "index -2"),
        ("index 2", "Index 2"),
        ("index 2\n", ""),
        ("index 2\n", "index 2\nindex 2\n"),
        ("index 2\n", "extra AAA\nindex 2\n"),
        ("index 2\n", "index 2\nextra AAAA\n"),
        ("index 2\n", "index 2\nAAAA\n"),
        ("index 2\n", "index 2\n\n"),
        ("index 2\n", "index 2\r\n"),
        ("index 2\n", "index 2\n" + (b64encode(bytes(32)).decode() + "\n") * 63),
        ("\n7\n", "\n07\n"),
        ("—", "-"),
        ("overt.example/log\n7", "overt.example/log\x00\n7"),
    ],
)
def test_what_is_not_in_the_form_is_refused(log: PaperLog, old: str, new: str) -> None:
    text = build_proof(2, log.checkpoint(), log.node).encode().decode()
    assert old in text
    with pytest.raises(LedgerFormatError):
        check_proof(text.replace(old, new, 1).encode(), ENTRIES[2], SIGNER.key)


@pytest.mark.parametrize("data", [b"", b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v1\n\n", b"\n\n", b"\xff" * 99])
def test_scraps_are_refused(data: bytes) -> None:
    with pytest.raises(LedgerFormatError):
        parse_proof(data)


def test_a_proof_of_a_megabyte_is_refused(log: PaperLog) -> None:
    assert parse_proof(LogProof(0, (), log.checkpoint(), bytes(500_000)).encode()).index == 0
    with pytest.raises(LedgerFormatError):
        parse_proof(LogProof(0, (), log.checkpoint(), bytes(1_000_000)).encode())
