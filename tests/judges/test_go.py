"""Go's checksum database is a log of our kind, and its code (golang.org/x/mod/sumdb) is not ours: it judges our logs.

`note.Open` opens our checkpoints, `tlog.TileHashReader` reads our tiles, `CheckRecord` and `CheckTree` accept our
entries and proofs. What was altered is refused, so that consent says something.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judges.go_judge import Judge
from overt.ledger.canonical import encode_base64
from overt.ledger.cosignature import Cosigner, cosign
from overt.ledger.merkle import consistency_proof
from overt.ledger.note import Signer
from overt.ledger.proof import build_proof
from simulators.force import Force
from unit.ledger.paper_log import PaperLog

SIGNER = Signer("overt.example/log", b"s" * 32)
VKEY = SIGNER.key.encode()
WITNESSES = (Cosigner("one.example/witness", b"1" * 32), Cosigner("other.example/witness", b"2" * 32))
PUBLISHED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "golden" / "ledger" / "cosignatures.json").read_text(encoding="ascii")
)["published"]
SIZES = (1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 1000)
LARGE = 65_537
NOW = 1_793_491_200


@dataclass(frozen=True)
class Grown:
    """A log that was published at several sizes, on disk; what it showed at each, and what it answers."""

    log: PaperLog
    folder: Path
    checkpoints: list[Path]
    proofs: list[Path]
    extensions: list[Path]

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    def judged(self, judge: Judge) -> dict[str, Any]:
        """By everything it has."""
        return judge.ask(self.ledger, VKEY, older=self.checkpoints, proof=self.proofs, extension=self.extensions)


def entry(number: int) -> bytes:
    """Of many lengths, none among them, and the longest that there may be."""
    return b"" if number == 2 else b"x" * 65_535 if number == 254 else b"entry %d" % number * (number % 7)


def grown(folder: Path, sizes: tuple[int, ...]) -> Grown:
    log, made = PaperLog(SIGNER), Grown(PaperLog(SIGNER), folder, [], [], [])
    made = Grown(log, folder, made.checkpoints, made.proofs, made.extensions)
    for size in sizes:
        log.append([entry(number) for number in range(log.size, size)])
        made.checkpoints.append(kept(folder / f"checkpoint-{size}", log.checkpoint()))
    note, size = log.checkpoint(), log.size
    for index in sorted({0, 1, 254, 255, 256, size // 2, size - 1} & set(range(size))):
        made.proofs.append(kept(folder / f"proof-{index}", build_proof(index, note, log.node).encode()))
    for old in sizes:
        made.extensions.append(kept(folder / f"extension-{old}", extension(log, old, note)))
    for path, data in log.files.items():
        kept(made.ledger / path, data)
    kept(made.ledger / "checkpoint", note)
    return made


def extension(log: PaperLog, old: int, note: bytes) -> bytes:
    """A consistency proof as C2SP tlog-witness has it."""
    hashes = (encode_base64(each) for each in consistency_proof(old, log.size, log.node))
    return "".join(f"{line}\n" for line in (f"old {old}", *hashes, "")).encode() + note


def kept(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """A log of 300, published at 3 and 256 before."""
    return grown(tmp_path_factory.mktemp("sample"), (3, 256, 300))


@pytest.fixture
def copy(sample: Grown, tmp_path: Path) -> Grown:
    """The same, to be altered."""
    shutil.copytree(sample.folder, tmp_path / "copy")
    there = lambda paths: [tmp_path / "copy" / path.name for path in paths]  # noqa: E731
    copied = (there(paths) for paths in (sample.checkpoints, sample.proofs, sample.extensions))
    return Grown(sample.log, tmp_path / "copy", *copied)


@pytest.mark.parametrize("count", range(1, len(SIZES) + 1))
def test_a_log_at_every_size_that_it_grew_through(judge: Judge, tmp_path: Path, count: int) -> None:
    made = grown(tmp_path, SIZES[:count])
    verdict = made.judged(judge)
    size = SIZES[count - 1]
    assert verdict["accepted"], verdict
    assert (verdict["origin"], verdict["size"], verdict["entries"]) == (SIGNER.name, size, size)
    assert verdict["root"] == encode_base64(made.log.root())
    assert verdict["hashes"] == sum(size >> height for height in range(size.bit_length()))
    assert verdict["older"] == list(SIZES[:count])
    assert (verdict["proofs"], verdict["extensions"]) == (len(made.proofs), count)


def test_a_large_log_without_the_partial_tiles_of_its_past(judge: Judge, tmp_path: Path) -> None:
    made = grown(tmp_path, (300, 65_536, LARGE))
    for folder in made.ledger.rglob("*.p"):
        if folder.with_suffix("").exists():
            shutil.rmtree(folder)
    assert not (made.ledger / "tile/0/001.p").exists()
    verdict = made.judged(judge)
    assert verdict["accepted"], verdict
    assert (verdict["entries"], verdict["older"]) == (LARGE, [300, 65_536, LARGE])


def test_the_ledger_of_an_instance(judge: Judge, force: Force, tmp_path: Path) -> None:
    ledger = force.instance.ledger
    older = kept(tmp_path / "older", ledger.head().note)
    force.enrol(1, 2)
    force.check(1)
    size = ledger.head().size
    proofs = [kept(tmp_path / f"proof-{number}", ledger.proof(number)) for number in range(size)]
    verdict = judge.ask(force.instance.place.ledger, ledger.vkey, older=[older], proof=proofs)
    assert verdict["accepted"], verdict
    assert (verdict["origin"], verdict["entries"], verdict["proofs"]) == (ledger.origin, size, size)
    assert verdict["older"][0] < size


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_bit_of_any_file_passes(judge: Judge, sample: Grown, data: st.DataObject) -> None:
    """Each file of the newest tree and each proof is needed: none may differ in a bit."""
    needed = [path for path in sorted(sample.ledger.rglob("*")) if path.is_file() and not stale(path)]
    file = data.draw(st.sampled_from([*needed, *sample.proofs, *sample.extensions, *sample.checkpoints]))
    whole = file.read_bytes()
    at = data.draw(st.integers(0, 8 * len(whole) - 1))
    try:
        file.write_bytes(flipped(whole, at // 8, at % 8))
        assert not sample.judged(judge)["accepted"]
    finally:
        file.write_bytes(whole)


def stale(path: Path) -> bool:
    """A partial bundle of an older size: what is proven of that size is its tree, not the bundle."""
    return "entries" in path.parts and path.parent.name.endswith(".p") and path.name != str(300 % 256)


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    place %= len(data)
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def alter(name: str, place: int) -> Callable[[Grown], object]:
    def work(made: Grown) -> None:
        path = made.folder / name
        path.write_bytes(flipped(path.read_bytes(), place))

    return work


def swap_proofs(made: Grown) -> None:
    """A true proof of another entry."""
    text = made.proofs[0].read_bytes()
    made.proofs[0].write_bytes(text.replace(b"index 0", b"index 1", 1))


def rewrite(made: Grown) -> None:
    """An older checkpoint of another past, signed by the same key."""
    fork = PaperLog(SIGNER)
    fork.append([b"another past", *(entry(number) for number in range(1, 256))])
    made.checkpoints[1].write_bytes(fork.checkpoint())


def shorten(made: Grown) -> None:
    """The checkpoint of an older size over an extension to the newer one."""
    (made.ledger / "checkpoint").write_bytes(made.log.checkpoint(256))


ALTERED: dict[str, tuple[Callable[[Grown], object], str]] = {
    "an entry": (alter("ledger/tile/entries/000", 100), "entries"),
    "the last entry": (alter("ledger/tile/entries/001.p/44", -1), "entries"),
    "the length of an entry": (alter("ledger/tile/entries/001.p/44", 1), "entries"),
    "an entry too many": (
        lambda made: kept(
            made.ledger / "tile/entries/001.p/44",
            (made.ledger / "tile/entries/001.p/44").read_bytes() + b"\0\1x",
        ),
        "entries",
    ),
    "a bundle withheld": (lambda made: (made.ledger / "tile/entries/000").unlink(), "entries"),
    "a leaf hash": (alter("ledger/tile/0/000", 0), "tiles"),
    "a leaf hash at the edge": (alter("ledger/tile/0/001.p/44", -1), "tiles"),
    "a high hash": (alter("ledger/tile/1/000.p/1", 5), "tiles"),
    "a tile withheld": (lambda made: (made.ledger / "tile/0/000").unlink(), "tiles"),
    "a tile cut": (lambda made: kept(made.ledger / "tile/0/000", b"\0" * 8191), "tiles"),
    "the signature": (alter("ledger/checkpoint", -20), "checkpoint"),
    "the size": (alter("ledger/checkpoint", len(SIGNER.name) + 1), "checkpoint"),
    "no checkpoint": (lambda made: (made.ledger / "checkpoint").unlink(), "checkpoint"),
    "a tree of an older size": (alter("ledger/tile/0/000.p/3", 0), "older"),
    "another past": (rewrite, "older"),
    "the past of a shorter log": (shorten, "older"),
    "a proof of another entry": (swap_proofs, "proof"),
    "a hash of a proof": (alter("proof-0", 35), "proof"),
    "a hash of an extension": (alter("extension-3", 10), "extension"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_refused(judge: Judge, copy: Grown, what: str) -> None:
    assert copy.judged(judge)["accepted"], "before it is altered"
    change, refused = ALTERED[what]
    change(copy)
    verdict = copy.judged(judge)
    assert (verdict["accepted"], verdict["refused"]) == (False, refused), verdict


@pytest.mark.parametrize("key", [Signer(SIGNER.name, b"t" * 32), Signer("other.example/log", SIGNER.seed)])
def test_another_key_opens_nothing(judge: Judge, sample: Grown, key: Signer) -> None:
    assert judge.ask(sample.ledger, key.key.encode())["refused"] == "checkpoint"


def test_our_cosignatures(judge: Judge, copy: Grown) -> None:
    note = (copy.ledger / "checkpoint").read_bytes()
    for number, witness in enumerate(WITNESSES):
        note = cosign(note, witness, NOW + number)
    (copy.ledger / "checkpoint").write_bytes(note)
    vkeys = [witness.key.encode() for witness in WITNESSES]
    verdict = judge.ask(copy.ledger, VKEY, cosigner=vkeys)
    assert verdict["cosigned"] == {witness.name: NOW + number for number, witness in enumerate(WITNESSES)}
    absent = Cosigner("absent.example/witness", b"3" * 32)
    assert judge.ask(copy.ledger, VKEY, cosigner=[absent.key.encode()])["refused"] == "cosignature"
    (copy.ledger / "checkpoint").write_bytes(flipped(note, -20))
    assert judge.ask(copy.ledger, VKEY)["accepted"], "an unknown signature is passed over"
    assert judge.ask(copy.ledger, VKEY, cosigner=vkeys)["refused"] == "cosignature"


def test_the_judge_verifies_public_witnesses_too(judge: Judge, tmp_path: Path) -> None:
    """Its own reading of tlog-cosignature is tried on signatures that neither it nor we made."""
    sample = PUBLISHED[0]
    note = kept(tmp_path / "note", sample["checkpoint"].encode())
    verdict = judge.signatures(note, sample["log_key"], sample["witnesses"])
    assert verdict["cosigned"] == {vkey.split("+")[0]: sample["seconds"] for vkey in sample["witnesses"]}
    note.write_bytes(
        sample["checkpoint"].replace("— remora.n621.de 2net5wAAAABqEiEg", "— remora.n621.de 2net5wAAAABqEiEh").encode()
    )
    assert judge.signatures(note, sample["log_key"], sample["witnesses"])["refused"] == "cosignature"
