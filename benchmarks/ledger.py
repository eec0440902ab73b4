"""What the ledger bears: entries a second, the wait of a lone one, and a ledger of many entries.

    python benchmarks/ledger.py
    python benchmarks/ledger.py --n 10000000 --folder /var/tmp     # 5.5 GB of disk, 20 minutes

1. Entries a second of an instance (embedded database, tiles, signed checkpoint), each durable and published before its
   caller goes on: with `--callers` at once, whose entries are published together, and with one caller alone.
2. Of that, what publishing together costs by itself: transactions that are committed but not yet on disk are made
   durable, hashed, signed and published, 64 entries a round.
3. Against both, on the same disk in the same run and in turn with them: the same bytes appended to one file, one fsync
   an entry.
4. The wait of a lone append, from before its transaction until its checkpoint is on disk: median and 99th percentile.
5. A ledger of `--n` entries on disk (`ledger_large.py`): an inclusion proof from its tiles, and a full audit by
   `overt-verify` in a process of its own, with that process's peak of memory.

`--json` gives all as one object, `--plot FILE.png` draws it. Exit status 1 when publishing together is slower than one
by one, the 99th percentile of proofs is above 10 ms, the audit fails, or its memory is above 500 MB.
"""

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from ledger_entries import CHECK
from ledger_large import audited, proof_times, write_ledger
from overt.ledger.deeds import FORMS
from overt.ledger.entry import EntryDraft
from overt.store.creation import create, demonstration_text
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import open_instance
from overt.store.ledger_log import LedgerLog
from overt.store.place import utc_now

PROOF_BOUND_MS = 10.0
AUDIT_BOUND_MB = 500.0
ROUNDS = 5
OPENED, OPENED_FIELDS = CHECK[0]
DRAFT = EntryDraft(OPENED, OPENED_FIELDS, dict.fromkeys(FORMS[OPENED].commitments, "value"))


@dataclass
class Times:
    """Seconds for each entry: many callers, one caller, publishing alone, bare fsyncs; and of each lone append."""

    together: list[float] = field(default_factory=list)
    publishing: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    fsync: list[float] = field(default_factory=list)
    lone: list[float] = field(default_factory=list)


def main() -> int:
    """Run the benchmark; returns the exit status."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="overt-benchmark-", dir=arguments.folder) as temporary:
        folder = Path(temporary)
        folder.chmod(0o711)
        times = _instance(folder, arguments.entries, arguments.callers)
        large = _large(folder / "large", arguments.n, arguments.proofs)
    result = {**_appended(times, arguments.entries, arguments.callers), **large}
    if arguments.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        _print(result)
    if arguments.plot:
        _plot(result, times, arguments.plot)
    return int(not within_bounds(result))


def within_bounds(result: dict[str, Any]) -> bool:
    """Whether a result keeps what it must."""
    return bool(
        result["together_per_s"] > result["alone_per_s"]
        and result["proof_p99_ms"] < PROOF_BOUND_MS
        and result["audit_verified"]
        and result["audit_peak_mb"] < AUDIT_BOUND_MB
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=500, help="appended in each of the ways")
    parser.add_argument("--callers", type=int, default=32, help="who append at once")
    parser.add_argument("--n", type=int, default=100_000, help="entries of the large ledger")
    parser.add_argument("--proofs", type=int, default=1000, help="proofs made from it")
    parser.add_argument("--folder", type=Path, help="where to write; the disk that is measured")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, help="write a picture")
    return parser.parse_args()


def _instance(folder: Path, entries: int, callers: int) -> Times:
    place = folder / "instance"
    create(place, demonstration_text(utc_now().date(), None))
    try:
        with open_instance(place) as instance:
            _round(instance.ledger, folder / "fsync", callers, callers, Times())
            times, share = Times(), max(1, entries // ROUNDS)
            for _ in track(range(ROUNDS), "Appending", console=Console(stderr=True), transient=True):
                _round(instance.ledger, folder / "fsync", share, callers, times)
            return times
    finally:
        EmbeddedPostgres(place / "postgres").destroy()


def _round(ledger: LedgerLog, file: Path, share: int, callers: int, times: Times) -> None:
    """One round of each way in turn, so that a slow moment of the machine falls on all."""
    first = ledger.head().size
    times.together.append(_timed(lambda: _at_once(ledger, share, callers)) / share)
    bodies = ledger.published_bodies(first, share)
    committed = [_commit(ledger) for _ in range(share)]
    times.publishing.append(_timed(lambda: [ledger.publish(number) for number in committed]) / share)
    lone = [_timed(lambda: _append(ledger)) for _ in range(share)]
    times.lone += lone
    times.alone.append(sum(lone) / share)
    with file.open("ab") as target:
        times.fsync.append(_timed(lambda: [_synced(target.fileno(), body) for body in bodies]) / share)


def _at_once(ledger: LedgerLog, count: int, callers: int) -> None:
    with ThreadPoolExecutor(callers) as pool:
        for done in [pool.submit(_append, ledger) for _ in range(count)]:
            done.result()


def _append(ledger: LedgerLog) -> None:
    ledger.publish(_commit(ledger))


def _commit(ledger: LedgerLog) -> int:
    with ledger.deed() as (_, append):
        return append(DRAFT, secrets.token_bytes(32))


def _synced(descriptor: int, body: bytes) -> None:
    os.write(descriptor, body)
    os.fsync(descriptor)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _large(folder: Path, count: int, proofs: int) -> dict[str, Any]:
    started = time.perf_counter()
    note = write_ledger(folder, count)
    made = time.perf_counter() - started
    proof = proof_times(folder, note, count, proofs)
    audit = audited(folder)
    return {
        "large_entries": count,
        "large_made_s": round(made, 1),
        "proofs": proofs,
        "proof_median_ms": round(statistics.median(proof), 2),
        "proof_p99_ms": round(_percentile(proof), 2),
        "audit_s": round(audit.seconds, 1),
        "audit_entries_per_s": round(count / audit.seconds),
        "audit_peak_mb": round(audit.peak_bytes / 1e6, 1),
        "audit_verified": audit.status == 0 and json.loads(audit.output)["entries"] == count,
    }


def _appended(times: Times, entries: int, callers: int) -> dict[str, Any]:
    ways = {name: getattr(times, name) for name in ("together", "publishing", "alone", "fsync")}
    rates = {name: 1 / statistics.median(each) for name, each in ways.items()}
    return {
        "entries": entries,
        "callers": callers,
        **{f"{name}_per_s": round(rate, 1) for name, rate in rates.items()},
        "ratio_together_alone": round(rates["together"] / rates["alone"], 3),
        "ratio_together_fsync": round(rates["together"] / rates["fsync"], 3),
        "ratio_publishing_fsync": round(rates["publishing"] / rates["fsync"], 3),
        "lone_median_ms": round(statistics.median(times.lone) * 1000, 2),
        "lone_p99_ms": round(_percentile(times.lone) * 1000, 2),
    }


def _percentile(values: list[float]) -> float:
    """The 99th."""
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def _print(result: dict[str, Any]) -> None:
    table = Table(title=f"Appending, each entry durable and published; large ledger of {result['large_entries']:,}")
    table.add_column("what")
    table.add_column("figure", justify="right")
    rows = (
        (f"{result['callers']} callers at once", f"{result['together_per_s']:,.0f} entries/s"),
        ("of that, publishing by itself", f"{result['publishing_per_s']:,.0f} entries/s"),
        ("one caller", f"{result['alone_per_s']:,.0f} entries/s"),
        ("bare file, one fsync an entry", f"{result['fsync_per_s']:,.0f} entries/s"),
        ("lone append, median", f"{result['lone_median_ms']:.1f} ms"),
        ("lone append, 99th percentile", f"{result['lone_p99_ms']:.1f} ms"),
        ("inclusion proof, median", f"{result['proof_median_ms']:.2f} ms"),
        ("inclusion proof, 99th percentile", f"{result['proof_p99_ms']:.2f} ms"),
        ("full audit", f"{result['audit_s']:,.0f} s"),
        ("peak memory of the audit", f"{result['audit_peak_mb']:,.0f} MB"),
    )
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _plot(result: dict[str, Any], times: Times, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (rates, waits) = pyplot.subplots(1, 2, figsize=(10, 3), layout="constrained")
    names = (f"{result['callers']} at once", "publishing by itself", "one caller", "bare fsync")
    ways = ("together", "publishing", "alone", "fsync")
    rates.barh(names, [result[f"{way}_per_s"] for way in ways], color="0.5")
    rates.invert_yaxis()
    rates.set_xlabel("entries a second")
    waits.ecdf([each * 1000 for each in times.lone], color="0.2")
    waits.set_xlabel("milliseconds of a lone append")
    waits.set_ylabel("share below")
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


if __name__ == "__main__":
    sys.exit(main())
