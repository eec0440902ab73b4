"""A ledger of many entries on disk, made by our own code; proofs from it, and an audit of it by overt-verify.

Files are `tiles_to_write`'s, written without waiting for the disk; what is in them is `ledger_entries.py`'s.
"""

import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import track

from ledger_entries import POLICY, SIGNER, entries
from overt.ledger.checkpoint import Checkpoint, sign_checkpoint
from overt.ledger.merkle import frontier_of
from overt.ledger.note import sign_note
from overt.ledger.proof import build_proof, check_proof
from overt.ledger.tiles import ENTRIES, WIDTH, decode_bundle, node_reader, tile_path, tiles_to_write
from overt.store.ledger_files import LedgerFiles
from overt.store.policy_effects import public_report

STEP = 65_536
TRIES = 3
# The peak of a process's own memory (getrusage would count what its parent had before the program began).
_AUDIT = """
import atexit, pathlib, sys
from overt_verify.cli import main
atexit.register(lambda: sys.stderr.write(pathlib.Path("/proc/self/status").read_text()))
main()
"""


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
    for name, data in public_report(POLICY).items():
        files.write(name, data)
    files.publish_policy(POLICY.digest, sign_note(f"{POLICY.canonical}\n", [SIGNER]))
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
