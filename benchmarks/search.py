"""How fast our exact search is, beside other engines on the same vectors, and at tens of millions of references.

    python benchmarks/search.py --n 1000000 --peers ~/.cache/overt/search-peers
    python benchmarks/search.py --n 20000000
    python benchmarks/search.py --curve --plot search.png

Up to two million references: our engine against faiss IndexFlatIP, faiss QT_8bit_direct_signed with re-scoring, numpy,
numkong int8 with a proven bound (our first engine's scan), usearch exact, qdrant-edge exact (`search_peers.py`, in an
environment of their own) and pgvector exact (`search_ours.py`). All of it in one run on the same vectors, drawn like
faces (`like_faces.py`), the calls of all engines in turn (`search_measure.py`). Half of the probes are not enrolled.
'all >= t' is at the score that strangers reach once in 100 checks.

Printed: median and 99th percentile of the calls and the processor's time of one, all in milliseconds a call (of 1 or 32
probes); the gallery's bytes over the median, beside what reading alone achieves in the same run; how much of the true
answer was found; and how many calls there were. More than two million: our engine alone, kept on disk and opened by a
new process (`search_large.py`).

Exit status 1 when an answer of ours is not the defined one; when, from a million references on, 'best 10' is not 2.5
times, or 'all >= t' not 4 times, faster than faiss IndexFlatIP (one probe, one thread), where it was measured; or when
a large gallery takes 2 s to open or 6 GB.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from like_faces import People, threshold_for
from search_large import large, show_large
from search_measure import KINDS, Case, Ceiling, Engine, Truth, measured
from search_ours import Ours, peers, pgvector
from search_plot import plot

SEED: Final = 20261129
BARS: Final = {"best": 2.5, "all": 4.0}
"""How many times faster than `BAR_PEER` at one probe on one thread."""
BAR_PEER: Final = "faiss IndexFlatIP"
BAR_ROWS: Final = 1_000_000
PEERS: Final = (
    BAR_PEER,
    "faiss 8-bit + re-score",
    "numpy",
    "numkong int8 + bound",
    "usearch exact",
    "qdrant-edge exact",
    "pgvector exact",
)
PROBES: Final = 64
STRANGERS: Final = 1000
EXPECTED: Final = 0.01
LARGE: Final = 2_000_000
CURVE: Final = (10_000, 100_000, 1_000_000, 5_000_000, 20_000_000)
THREADS: Final = (1, 2)
BATCHES: Final = (1, 32)


def main() -> int:
    """Run the benchmark; returns the exit status."""
    given = _arguments()
    results = []
    for rows in CURVE if given.curve else given.n or [1_000_000]:
        result = large(rows, given) if rows > LARGE else compared(rows, given)
        results.append(result)
        if not given.json:
            (show_large if rows > LARGE else show)(result)
    if given.json:
        sys.stdout.write(json.dumps(results, indent=2) + "\n")
    if given.plot:
        plot(results, given.plot)
    return int(any(result["missed"] for result in results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, action="append", help="references; may be given several times")
    parser.add_argument("--curve", action="store_true", help="from 10,000 to 20 million instead")
    parser.add_argument("--dim", type=int, default=128, help="numbers of a vector")
    default = Path("~/.cache/overt/search-peers").expanduser()
    parser.add_argument("--peers", type=Path, default=default, help="a folder for the peers' environment")
    parser.add_argument("--only", help="names of engines, with commas; ours is always measured")
    parser.add_argument("--seconds", type=float, default=3.0, help="of calls, for each engine and case")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--folder", type=Path, help="where a large gallery is kept, and found again by the next run")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--plot", type=Path, help="write a picture")
    return parser.parse_args()


def compared(rows: int, given: argparse.Namespace) -> dict[str, Any]:
    """All engines at one size."""
    note = Console(stderr=True).print
    note(f"Drawing {rows:,} references")
    people = People(given.seed, given.dim)
    drawn = people.draw(rows, PROBES)
    # One who is enrolled, one who is not, and so on: an engine of few calls sees both.
    probes = np.ascontiguousarray(drawn.probes.reshape(2, -1, given.dim).swapaxes(0, 1).reshape(PROBES, given.dim))
    threshold = threshold_for(drawn.references, people.strangers(STRANGERS), EXPECTED)
    truth = Truth(probes)
    truth.see(0, drawn.references)
    names = given.only.split(",") if given.only is not None else PEERS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="overt-benchmark-")))
        np.save(folder / "references.npy", drawn.references)
        np.save(folder / "probes.npy", probes)
        note("Building")
        ours = Ours(drawn.references, probes, THREADS)
        engines: list[Engine] = [ours]
        others = [name for name in names if name and name != "pgvector exact"]
        environment = None if set(others) <= {"numpy"} else given.peers
        built, missing = stack.enter_context(peers(folder, environment, others))
        engines += built
        if "pgvector exact" in names:
            engines.append(stack.enter_context(pgvector(drawn.references, probes)))
        result = _all_cases(engines, ours, truth, threshold, rows, given.seconds)
    return {"references": rows, "dimension": given.dim, "threshold": threshold, "missing": missing, **result}


def _all_cases(
    engines: Sequence[Engine], ours: Ours, truth: Truth, threshold: float, rows: int, seconds: float
) -> dict[str, Any]:
    ceiling = Ceiling()
    reads: dict[int, list[float]] = {threads: [] for threads in THREADS}
    cases, exact = [], True
    for kind in KINDS:
        for threads in THREADS:
            for batch in BATCHES:
                Console(stderr=True).print(f"{KINDS[kind]}, {threads} threads, {batch} probes at a time")
                case = Case(kind, threads, batch, threshold)
                answers = [truth.answer(probe, case) for probe in range(PROBES)]
                exact &= _exact(ours, case, answers)
                reads[threads].append(ceiling.gb_per_s(threads))
                done = measured(engines, case, [[row for row, _ in one] for one in answers], seconds)
                reads[threads].append(ceiling.gb_per_s(threads))
                by_name = {one.name: done[one.name].summary(rows, one.read_bytes) for one in engines}
                cases.append({"kind": kind, "threads": threads, "batch": batch, "engines": by_name})
    about = {one.name: {"read": one.read_bytes, "held": one.held_bytes, "all_by": one.all_by} for one in engines}
    faster = _faster(cases)
    barred = faster if rows >= BAR_ROWS else {}
    missed = [f"{KINDS[kind]}: {ratio:.1f} times" for kind, ratio in barred.items() if ratio < BARS[kind]]
    return {
        "bytes_a_row": about,
        "ceiling_gb_per_s": {threads: round(max(values), 2) for threads, values in reads.items()},
        "cases": cases,
        "exact": exact,
        "faster": faster,
        "missed": missed + ([] if exact else ["an answer is not the defined one"]),
    }


def _exact(ours: Ours, case: Case, answers: Sequence[list[tuple[int, float]]]) -> bool:
    """Whether our answers are the defined ones: the same references, scores equal to the last bit, the same order."""
    given = []
    for start in range(0, PROBES, case.batch):
        given += ours.answers(case, range(start, start + case.batch))
    return [[(one.reference - 1, one.score) for one in each] for each in given] == answers


def _faster(cases: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Medians of the peer of the bars over ours, one probe on one thread."""
    at_one = [case for case in cases if (case["threads"], case["batch"]) == (1, 1) and BAR_PEER in case["engines"]]
    medians = {case["kind"]: {name: one["median_ms"] for name, one in case["engines"].items()} for case in at_one}
    return {kind: round(its[BAR_PEER] / its["overt"], 2) for kind, its in medians.items()}


def show(result: dict[str, Any]) -> None:
    """The same for people to read."""
    console = Console(width=110)
    for case in result["cases"]:
        threads, batch = case["threads"], case["batch"]
        ceiling = result["ceiling_gb_per_s"][threads]
        table = Table(
            title=f"{KINDS[case['kind']]} of {result['references']:,} x {result['dimension']}, {threads} thread(s), "
            f"{batch} probe(s) a call; reading alone {ceiling} GB/s"
        )
        for column in ("engine", "median ms", "p99 ms", "CPU ms", "GB/s", "recall", "bytes read", "held", "calls"):
            table.add_column(column, justify="left" if column == "engine" else "right")
        for name, one in sorted(case["engines"].items(), key=lambda each: each[1]["median_ms"]):
            about = result["bytes_a_row"][name]
            times = [f"{one[key]:.2f}" for key in ("median_ms", "p99_ms", "cpu_ms")]
            sizes = [f"{about['read']:.0f}", f"{about['held']:.0f}"]
            recall = "-" if one["recall"] is None else f"{one['recall']:.4g}"
            speed = (f"{one['gb_per_s']:.1f}", recall)
            table.add_row(name, *times, *speed, *sizes, str(one["calls"]))
        console.print(table, highlight=False)
    for name, about in result["bytes_a_row"].items():
        console.print(f"'all >= t' of {name}: {about['all_by']}")
    for name, why in result["missing"].items():
        console.print(f"{name} was not measured: {why}")
    console.print(f"t = {result['threshold']:.4f}: strangers reach it {EXPECTED} times a search")
    for kind, ratio in result["faster"].items():
        console.print(f"{KINDS[kind]}: {ratio:.1f} times faster than {BAR_PEER} (bar {BARS[kind]})")
    console.print("Our answers are the defined ones, bit for bit." if result["exact"] else "OUR ANSWERS DIFFER.")


if __name__ == "__main__":
    sys.exit(main())
