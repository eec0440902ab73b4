"""A ledger of many entries on disk, made by our own code; proofs from it, and an audit of it by overt-verify.

Entries are whole checks of eight entries, a hundred checks an hour, sealed by `overt.ledger.entry`. Sealing is not what
is measured here: one check is sealed for each hour, and its random parts (commitments, once-tags: all that differs
between two such checks) are drawn anew for the others. Files are `tiles_to_write`'s, written without waiting for the
disk.
"""

import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from overt.identifiers import Digest
from overt.ledger.checkpoint import Checkpoint, sign_checkpoint
from overt.ledger.deeds import FORMS, Deed
from overt.ledger.entry import EntryDraft, hour_of, seal
from overt.ledger.merkle import frontier_of
from overt.ledger.note import Signer
from overt.ledger.proof import build_proof, check_proof
from overt.ledger.tiles import ENTRIES, WIDTH, decode_bundle, node_reader, tile_path, tiles_to_write
from overt.store.ledger_files import LedgerFiles

SIGNER = Signer("benchmark.example/log", sha256(b"key of the benchmark").digest())
STEP = 65_536
TRIES = 3
CHECKS_AN_HOUR = 100
START = datetime(2026, 11, 1, tzinfo=UTC)
BUILD, POLICY, CONTRACT = (Digest("sha256:" + sha256(what).hexdigest()) for what in (b"build", b"policy", b"contract"))
OPENED = {
    "ground": "identity-doubted",
    "details": "given-doubted",
    "power": "pace-61-6a",
    "offence": "theft",
    "tried_first": ("asked-again", "document"),
    "place": "street",
    "age": "adult",
    "without_this": "would-arrest",
    "simulated": "yes",
}
SEARCH = {"contract": CONTRACT, "threshold_millionths": 495000, "scope_size_band": 100000}
CHECK: tuple[tuple[Deed, dict[str, Any]], ...] = (
    (Deed.ENCOUNTER_CHECK_OPENED, OPENED),
    (Deed.ENCOUNTER_NOTICE_RECORDED, {"notice": "given"}),
    (Deed.ENCOUNTER_SEARCH_PERFORMED, SEARCH),
    (Deed.ENCOUNTER_COMPARISON_RECORDED, {"simulated": "yes"}),
    (Deed.ENCOUNTER_CANDIDATES_REVEALED, {}),
    (Deed.ENCOUNTER_DECISION_RECORDED, {}),
    (Deed.ENCOUNTER_OUTCOME_RECORDED, {}),
    (Deed.ENCOUNTER_RECEIPT_ISSUED, {"declined": "no"}),
)
BEGINNING: tuple[tuple[Deed, dict[str, Any]], ...] = (
    (Deed.INSTANCE_LEDGER_CREATED, {"origin": SIGNER.name}),
    (Deed.POLICY_VERSION_ADOPTED, {"demonstration": "yes", "version": "1"}),
)
# The peak of a process's own memory (getrusage would count what its parent had before the program began).
_AUDIT = """
import atexit, pathlib, sys
from overt_verify.cli import main
atexit.register(lambda: sys.stderr.write(pathlib.Path("/proc/self/status").read_text()))
main()
"""
_RANDOM = re.compile(rb'(?<=[:]")[0-9a-f]{64}(?=")')


@dataclass(frozen=True)
class Audited:
    """What an audit in a process of its own took."""

    seconds: float
    peak_bytes: int
    output: str
    status: int


def write_ledger(folder: Path, count: int) -> bytes:
    """Make a ledger of `count` entries; returns its checkpoint."""
    files = LedgerFiles(folder)
    files.create()
    made = entries()
    steps = track(range(0, count, STEP), f"Making {count:,} entries", console=Console(stderr=True), transient=True)
    for start in steps:
        tiles = tiles_to_write(start, list(islice(made, min(STEP, count - start))), files.read)
        for tile in tiles:
            target = folder / tile.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tile.data)
        files.drop_partials(tiles)
    root = frontier_of(count, node_reader(count, files.read)).root()
    note = sign_checkpoint(Checkpoint(SIGNER.name, count, root), SIGNER)
    files.publish(note)
    return note


def entries() -> Iterator[bytes]:
    """Entries without end; the same ones each time."""
    source = random.Random(7)
    for deed, fields in BEGINNING:
        yield _sealed(source, deed, fields, START)
    hour = START
    while True:
        parts = [_RANDOM.split(_sealed(source, deed, fields, hour)) for deed, fields in CHECK]
        for _ in range(CHECKS_AN_HOUR):
            for part in parts:
                yield b"".join(_filled(source, part))
        hour += timedelta(hours=1)


def _sealed(source: random.Random, deed: Deed, fields: dict[str, Any], hour: datetime) -> bytes:
    form = FORMS[deed]
    draft = EntryDraft(deed, fields, dict.fromkeys(form.commitments, "value"))
    secret = source.randbytes(32) if form.in_encounter else None
    stamp = {"hour": hour_of(hour), "build": BUILD, "policy": POLICY}
    return seal(draft, **stamp, draw=lambda: source.randbytes(32), secret=secret).body


def _filled(source: random.Random, parts: list[bytes]) -> Iterator[bytes]:
    for part in parts[:-1]:
        yield part
        yield source.randbytes(32).hex().encode()
    yield parts[-1]


def proof_times(folder: Path, note: bytes, size: int, repeat: int) -> list[float]:
    """Milliseconds for each of `repeat` proofs of entries drawn at random, every tile read from its file.

    Each is made `TRIES` times and the least counts, since whatever else runs on the machine only adds.
    """
    files, source = LedgerFiles(folder), random.Random(11)
    return [min(_proof_tries(files, note, size, source.randrange(size))) for _ in range(repeat)]


def _proof_tries(files: LedgerFiles, note: bytes, size: int, index: int) -> list[float]:
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        proof = build_proof(index, note, node_reader(size, files.read)).encode()
        times.append((time.perf_counter() - start) * 1000)
    bundle, place = divmod(index, WIDTH)
    width = min(WIDTH, size - bundle * WIDTH)
    check_proof(proof, decode_bundle(files.read(tile_path(ENTRIES, bundle, width)), width)[place], SIGNER.key)
    return times


def audited(folder: Path) -> Audited:
    """Run `overt-verify audit` on the ledger in a process of its own, which says its own peak when it ends."""
    command = [sys.executable, "-c", _AUDIT, "audit", str(folder), "--key", SIGNER.key.encode(), "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    peak = re.search(r"^VmHWM:\s*(\d+) kB$", done.stderr, re.MULTILINE)
    assert peak is not None, done.stderr
    return Audited(seconds, int(peak.group(1)) * 1024, done.stdout, done.returncode)
