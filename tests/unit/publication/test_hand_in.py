"""Handing in a checkpoint: to a witness of the verifier's, which shares no code with this, and to bad ones."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from overt.errors import WitnessRefused, WitnessUnreachable
from overt.ledger.cosignature import Cosigner, cosign, parse_witness_key
from overt.ledger.merkle import consistency_proof
from overt.ledger.note import Signer
from overt.policy.values import Witness
from overt.publication.hand_in import Answer, Cosigned, hand_in
from overt.publication.post import post
from overt_verify.note import VerifierKey
from overt_verify.witness.answers import Answers
from overt_verify.witness.cli import open_witness
from overt_verify.witness.secret import make_secret
from overt_verify.witness.settings import Log, add_log
from unit.ledger.paper_log import PaperLog

SIGNER = Signer("force.example/log", sha256(b"log").digest())
COSIGNER = Cosigner("gazette.example/witness", sha256(b"witness").digest())
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACE = "https://gazette.example"


@dataclass
class Head:
    size: int
    note: bytes


class Growing:
    """A log that grows, and what it has published."""

    def __init__(self, size: int) -> None:
        self.paper = PaperLog(SIGNER)
        self.size = 0
        self.grow(size)

    def grow(self, count: int) -> None:
        self.paper.append([f"entry {self.size + at}".encode() for at in range(count)])
        self.size += count

    @property
    def head(self) -> Head:
        return Head(self.size, self.paper.checkpoint())

    def prove(self, old: int) -> tuple[bytes, ...]:
        return consistency_proof(old, self.size, self.paper.node) if 0 < old < self.size else ()


@pytest.fixture
def log() -> Growing:
    return Growing(5)


@pytest.fixture
def real(tmp_path: Path) -> Callable[[str, bytes], Answer]:
    """A witness of the verifier, asked as over HTTP."""
    make_secret(tmp_path / "w", COSIGNER.name)
    add_log(tmp_path / "w", Log((VerifierKey.parse(SIGNER.key.encode()),)))
    witness = open_witness(tmp_path / "w")
    answers = Answers(witness, None)

    def ask(address: str, body: bytes) -> Answer:
        assert address == f"{PLACE}/add-checkpoint"
        answer = answers.post("/add-checkpoint", body)
        return Answer(answer.status, answer.body)

    ask.key = witness.key.vkey  # type: ignore[attr-defined]
    return ask


def handed(log: Growing, old: int, ask: Callable[[str, bytes], Answer], key: str, now: datetime) -> Cosigned:
    return hand_in(log.head, log.prove, Witness(parse_witness_key(key), PLACE), old, ask, now)


def test_a_witness_of_the_verifier_cosigns_a_growing_log(log: Growing, real: Callable[[str, bytes], Answer]) -> None:
    key = real.key  # type: ignore[attr-defined]
    known = 0
    for more in (0, 1, 0, 251, 300):
        log.grow(more)
        now = datetime.now(UTC)
        done = handed(log, known, real, key, now)
        assert abs(done.cosignature.seconds - time.time()) < 60
        assert done.note.startswith(log.head.note)
        known = log.size


@pytest.mark.parametrize("thought", [0, 2, 5, 99])
def test_what_the_witness_knows_counts_and_not_what_we_thought(
    log: Growing, real: Callable[[str, bytes], Answer], thought: int
) -> None:
    key = real.key  # type: ignore[attr-defined]
    handed(log, 0, real, key, datetime.now(UTC))
    log.grow(7)
    assert handed(log, thought, real, key, datetime.now(UTC)).cosignature.witness.name == COSIGNER.name


def test_a_witness_that_has_seen_more_is_not_explained_away(log: Growing, real: Callable[[str, bytes], Answer]) -> None:
    key = real.key  # type: ignore[attr-defined]
    handed(log, 0, real, key, datetime.now(UTC))
    with pytest.raises(WitnessRefused, match="seen 5 entries, and 3 are published: entries are gone"):
        handed(Growing(3), 3, real, key, datetime.now(UTC))


def test_another_history_is_refused(log: Growing, real: Callable[[str, bytes], Answer]) -> None:
    key = real.key  # type: ignore[attr-defined]
    handed(log, 0, real, key, datetime.now(UTC))
    other = Growing(0)
    other.paper.append([b"another first entry"])
    other.size = 1
    other.grow(9)
    with pytest.raises(WitnessRefused, match="answered 422"):
        handed(other, 5, real, key, datetime.now(UTC))


def line_of(note: bytes, head: bytes) -> bytes:
    return note.removeprefix(head)


BAD: dict[str, Callable[[bytes], Answer]] = {
    "nothing": lambda note: Answer(200, b""),
    "noise": lambda note: Answer(200, b"\xff\x00"),
    "another's line": lambda note: Answer(
        200, line_of(cosign(note, Cosigner("other.example/w", bytes(32)), int(NOW.timestamp())), note)
    ),
    "its name, another key": lambda note: Answer(
        200, line_of(cosign(note, Cosigner(COSIGNER.name, bytes(32)), int(NOW.timestamp())), note)
    ),
    "a false signature": lambda note: Answer(
        200, line_of(cosign(Growing(4).head.note, COSIGNER, int(NOW.timestamp())), Growing(4).head.note)
    ),
    "long ago": lambda note: Answer(200, line_of(cosign(note, COSIGNER, int(NOW.timestamp()) - 301), note)),
    "in the future": lambda note: Answer(200, line_of(cosign(note, COSIGNER, int(NOW.timestamp()) + 301), note)),
    "another size, unsaid": lambda note: Answer(409, b"many\n"),
    "a size of a thousand digits": lambda note: Answer(409, b"9" * 1000),
    "another size for ever": lambda note: Answer(409, b"2\n"),
    "not followed": lambda note: Answer(404, b""),
    "a fault": lambda note: Answer(500, b""),
    "elsewhere": lambda note: Answer(302, b""),
}


@pytest.mark.parametrize("how", BAD)
def test_what_does_not_verify_is_no_cosignature(log: Growing, how: str) -> None:
    head = log.head
    witness = Witness(COSIGNER.key, PLACE)
    with pytest.raises(WitnessRefused):
        hand_in(head, log.prove, witness, 0, lambda address, body: BAD[how](head.note), NOW)


def test_the_request_is_the_checkpoint_and_a_proof_and_nothing_else(log: Growing) -> None:
    log.grow(2)
    sent: list[tuple[str, bytes]] = []

    def ask(address: str, body: bytes) -> Answer:
        sent.append((address, body))
        note = log.head.note
        return Answer(200, line_of(cosign(note, COSIGNER, int(NOW.timestamp())), note))

    hand_in(log.head, log.prove, Witness(COSIGNER.key, f"{PLACE}/w/"), 5, ask, NOW)
    ((address, body),) = sent
    assert address == f"{PLACE}/w/add-checkpoint"
    first, *proof = body.removesuffix(log.head.note).decode().split("\n")
    assert (first, proof[-2:]) == ("old 5", ["", ""])
    assert len(proof) - 2 == len(log.prove(5))


@pytest.mark.parametrize(
    "address",
    [
        "http://gazette.example/add-checkpoint",
        "ftp://gazette.example/x",
        "file:///etc/passwd",
        "https://user@gazette.example/x",
        "https://gazette.example/x?y",
        "https:///x",
        "https://[/x",
        "http://127.0.0.1:1/add-checkpoint",
    ],
)
def test_addresses_that_nothing_is_sent_to_or_that_do_not_answer(address: str) -> None:
    with pytest.raises(WitnessUnreachable):
        post(address, b"old 0\n")
