"""Hostile input ends in a result or in `VerificationError`, never in anything else."""

import contextlib
import dataclasses
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from verify_simulators import effects
from verify_simulators.lying_ledger import CONTRACT, OTHER_POLICY, POLICY, TEXTS, LyingLedger, canonical
from verify_simulators.newsroom import Forgetful

from overt_verify.audit import audit
from overt_verify.checkpoint import open_checkpoint
from overt_verify.cosignature import cosigned_at
from overt_verify.effects import check_effect
from overt_verify.entry import parse_entry
from overt_verify.errors import VerificationError
from overt_verify.note import VerifierKey, split_note
from overt_verify.proof import verify_proof
from overt_verify.receipt import verify_receipt
from overt_verify.report_rates import read_report
from overt_verify.tiles import LedgerFolder
from overt_verify.witness.secret import Secret
from overt_verify.witness.settings import Log
from overt_verify.witness.store import Known
from overt_verify.witness.witness import Witness

LOG = LyingLedger().begin().check().adopt(OTHER_POLICY)
KEY = VerifierKey.parse(LOG.vkey)
ENTRIES = [canonical(entry) for entry in LOG.entries]
RECEIPT = canonical(LOG.receipt(LOG.find("encounter:receipt:issued")))
PIECES = [
    b"",
    b"\0",
    b"\xff",
    b"\n\n",
    b"+",
    b"=",
    b"-",
    b"9" * 30,
    b"[" * 99,
    b"{",
    b"null",
    b"1e9",
    b'"',
    b"\\ud800",
    b"\xe2\x80\x94",
]


def survives(work: Callable[[bytes], object], data: bytes) -> bool:
    """Whether the work accepted the data, or refused it unprintably; anything but `VerificationError` escapes."""
    try:
        work(data)
    except VerificationError as error:
        return not (error.message.isprintable() and error.meaning)
    return True


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few random edits: cut, copy, flip, insert."""
    for _ in range(chance.randint(1, 3)):
        start, end = sorted(chance.randrange(len(data) + 1) for _ in "ab")
        piece = chance.choice([*PIECES, data[start:end], bytes([chance.randrange(256)])])
        end = chance.choice([start, start + 1, end])
        data = data[:start] + piece + data[end:]
    return data


def read_proof(data: bytes) -> object:
    return verify_proof(data.decode("utf-8", "surrogateescape"), ENTRIES[3], KEY)


def read_key(data: bytes) -> object:
    return VerifierKey.parse(data.decode("utf-8", "surrogateescape"))


SECRET = Secret("gazette.example/witness", Ed25519PrivateKey.from_private_bytes(bytes(32)))
KNOWN = Known(open_checkpoint(LOG.checkpoint(5), KEY), LOG.checkpoint(5).decode(), 9, 9)
WITNESS = Witness(SECRET, [Log((KEY,))], Forgetful(SECRET.key, KNOWN), lambda: 10)
TEXT = LOG.checkpoint().decode().split("\n\n")[0] + "\n"
COSIGNED = f"{TEXT}\n{SECRET.cosign(TEXT, 9).line}\n".encode()


def read_cosigned(data: bytes) -> object:
    return cosigned_at(*split_note(data), SECRET.key)


@dataclasses.dataclass
class Beside:
    """A folder that has an effect under its own digest, and the report."""

    data: bytes

    def effect(self, _: str) -> bytes:
        return self.data

    def report(self, _: str) -> bytes:
        return REPORT


REPORT, EFFECT = effects.report(CONTRACT), LOG.effects[OTHER_POLICY]
RULES_OF = {digest: json.loads(TEXTS[digest]) for digest in (POLICY, OTHER_POLICY)}


def read_effect(data: bytes) -> object:
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    policies = [(each, RULES_OF[each]) for each in (POLICY, OTHER_POLICY)]
    return check_effect(Beside(data), digest, *policies)  # type: ignore[arg-type]


TARGETS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "entry": (parse_entry, ENTRIES),
    "receipt": (lambda data: verify_receipt(data, KEY), [RECEIPT]),
    "receipt with its own key": (lambda data: verify_receipt(data, None, trust_key_in_receipt=True), [RECEIPT]),
    "checkpoint": (lambda data: open_checkpoint(data, KEY), [LOG.checkpoint()]),
    "proof": (read_proof, [LOG.proof(3).encode()]),
    "key": (read_key, [LOG.vkey.encode()]),
    "witness": (WITNESS.add_checkpoint, [LOG.submission(5), LOG.submission(5, 5)]),
    "cosigned": (read_cosigned, [COSIGNED]),
    "effect": (read_effect, [EFFECT]),
    "report": (lambda data: read_report(data, "sha256:" + "0" * 64).at(495000, 5000), [REPORT]),
}


@pytest.mark.parametrize("target", TARGETS)
def test_mutations_of_real_ones(target: str) -> None:
    work, seeds = TARGETS[target]
    chance = random.Random(target)
    assert all(survives(work, seed) for seed in seeds)
    mutants = [mutate(chance.choice(seeds), chance) for _ in range(2000)]
    accepted = sum(survives(work, mutant) for mutant in mutants if mutant not in seeds)
    # An entry or a report alone is not signed, words in a receipt's complaint bind nobody, and how many references an
    # effect is for is the force's word: some edits are harmless there.
    some = {"entry": 200, "receipt": 100, "receipt with its own key": 100, "report": 1000, "effect": 20}
    assert accepted <= some.get(target, 0)


def test_a_mutated_receipt_never_says_anything_else() -> None:
    chance = random.Random(3)
    honest, accepted = verify_receipt(RECEIPT, KEY), 0
    for _ in range(3000):
        at = RECEIPT.index(b"Write to us.") + chance.randint(-9, 15)
        data = RECEIPT[:at] + mutate(RECEIPT[at : at + 9], chance) + RECEIPT[at + 9 :]
        with contextlib.suppress(VerificationError):
            found = verify_receipt(data, KEY)
            accepted += 1
            assert dataclasses.replace(found, complaint=honest.complaint) == honest
    assert accepted > 100


@pytest.mark.parametrize("target", TARGETS)
def test_noise(target: str) -> None:
    work, _ = TARGETS[target]

    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def check(data: bytes) -> None:
        assert not survives(work, data)

    check()


def same_claims(path: Path, before: bytes) -> bool:
    """Whether a file says what it said. Who signed the first policy is nobody's claim: only its text is looked at."""
    after = path.read_bytes()
    if path.parent.name == "policy" and POLICY.endswith(path.name):
        before, after = before.rpartition(b"\n\n")[0], after.rpartition(b"\n\n")[0]
    return after == before


def test_folders_with_mutated_files(tmp_path: Path) -> None:
    root = LOG.publish(tmp_path)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    chance = random.Random(7)
    for _ in range(600):
        path = chance.choice(files)
        data = path.read_bytes()
        path.write_bytes(mutate(data, chance))
        verified = survives(lambda _: audit(LedgerFolder(root), KEY), b"")
        assert not verified or same_claims(path, data), path
        path.write_bytes(data)
    assert survives(lambda _: audit(LedgerFolder(root), KEY), b"")


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_million_mutations() -> None:
    """Budget: twenty minutes on one core."""
    chance = random.Random(20261123)
    for number in range(1_000_000):
        work, seeds = TARGETS[list(TARGETS)[number % len(TARGETS)]]
        survives(work, mutate(chance.choice(seeds), chance))
