"""The part of `search.py` for galleries that are kept on disk: building one, and opening it in a new process.

    python benchmarks/search_large.py STEP FOLDER    (processes that `search.py` starts; each prints JSON)

Rules:
* The gallery is drawn and written part by part, as a force's is: float32 rows and codes in sealed files of
  `overt.store.search_cache`. What is measured is measured by another process, which has seen none of it.
* Opened twice, each time by a new process: read from the disk, as after a restart of the machine (the system is asked
  to forget the files first), then with the files in the system's memory, as after one of the service. The bar is for
  the second, which then searches.
* Between the two a process only touches as much memory: a virtual machine may take seconds to hand out what nobody had
  before. The first opening waits for that, too.
* Peak memory is the process's own (VmHWM), to the end of all searches; the system's copies of files are not in it.
* The floor is the time that reading alone takes, of the very codes that are searched.
* Answers of those who are not enrolled are compared with the defined ones, which are found while the gallery is drawn;
  for those who are, their own images must be among them wherever they reach t.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from like_faces import Drawn, Highest, People
from overt.search.exact_engine import ExactEngine
from overt.search.score import exact_score
from overt.search.warm_up import warm_up
from overt.store.search_cache.cache import Mark, SearchCache, SearchFolder
from overt.store.search_cache.sealer import OVERHEAD
from search_measure import KINDS, Asked, Case, Ceiling, Measured, Truth, timed
from search_ours import CONTRACT, asked, held_bytes, insert, read_bytes

STRANGERS: Final = 1000
PROBES: Final = 32
EXPECTED: Final = 0.01
CALLS: Final = 32
BAR_OPENING_S: Final = 2.0
BAR_MEMORY_GB: Final = 6.0
AIM_MS: Final = 100.0
_MARK: Final = Mark(1, "benchmark")
_DRAWN: Final = 200_000


def large(rows: int, given: argparse.Namespace) -> dict[str, Any]:
    """Build the gallery, unless it is kept, and measure it in a process of its own."""
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="overt-benchmark-")))
        folder.mkdir(exist_ok=True, parents=True)
        about = {"references": rows, "dimension": given.dim, "seed": given.seed}
        built = folder / "built.json"
        if not built.exists() or json.loads(built.read_text())["about"] != about:
            _room(folder, rows, given.dim)
            seconds = _build(folder, rows, given.dim, given.seed)
            built.write_text(json.dumps({"about": about, "build_s": round(seconds, 1)}))
        note = Console(stderr=True).print
        note("Opening it in a new process")
        result: dict[str, Any] = {}
        for step in STEPS:
            command = [sys.executable, str(Path(__file__).resolve()), step, str(folder)]
            result |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        return {**about, **json.loads(built.read_text()), **result, "missed": _missed(result)}


def _missed(result: dict[str, Any]) -> list[str]:
    missed = []
    if result["opening_s"] >= BAR_OPENING_S:
        missed.append(f"opening took {result['opening_s']} s")
    if result["peak_gb"] >= BAR_MEMORY_GB:
        missed.append(f"peak memory was {result['peak_gb']} GB")
    return missed + ([] if result["exact"] else ["an answer is not the defined one"])


def _room(folder: Path, rows: int, dimension: int) -> None:
    wanted = rows * (4 * dimension + OVERHEAD + held_bytes(dimension)) * 1.02
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise SystemExit(
            f"{rows:,} references need {wanted / 1e9:.1f} GB of disk in {folder}, where {free / 1e9:.1f} GB are free. "
            "Name another folder with --folder, or ask for fewer with --n."
        )


def _build(folder: Path, rows: int, dimension: int, seed: int) -> float:
    """Seconds it took; leaves the sealed files, the probes and their true answers in the folder."""
    start = time.perf_counter()
    people = People(seed, dimension)
    highest, outsiders = Highest(people.strangers(STRANGERS), EXPECTED), people.strangers(PROBES)
    truth, enrolled = Truth(outsiders), Enrolled()
    cache = SearchCache(_place(folder), CONTRACT, dimension, lambda _: None)
    if not cache.hold():
        raise SystemExit("Another process has this gallery open.")
    cache.begin()
    engine = ExactEngine(CONTRACT, dimension, cache.vectors)
    first, parts = 0, people.parts(rows, PROBES)
    for part in track(parts, "Building", -(-rows // _DRAWN), console=Console(stderr=True)):
        insert(engine, part.references, first)
        highest.see(part.references)
        truth.see(first, part.references)
        enrolled.see(first, part)
        first += len(part.references)
    with engine.tiles() as tiles:
        cache.save(tiles, _MARK)
    cache.close()
    right = {
        kind: [truth.answer(probe, Case(kind, 1, 1, highest.threshold)) for probe in range(PROBES)] for kind in KINDS
    }
    np.save(folder / "probes.npy", np.concatenate([outsiders, *enrolled.probes]))
    answers = {"threshold": highest.threshold, "outsiders": right, "own": enrolled.own}
    (folder / "answers.json").write_text(json.dumps(answers))
    return time.perf_counter() - start


class Enrolled:
    """Probes of people who are enrolled, and the rows and scores of their own images."""

    def __init__(self) -> None:
        self.probes: list[NDArray[np.float32]] = []
        self.own: list[list[tuple[int, float]]] = []

    def see(self, first: int, part: Drawn) -> None:
        """A part of the gallery, its rows from number `first` on."""
        self.probes.append(part.probes)
        for probe, person in zip(part.probes, part.shown, strict=True):
            rows = np.flatnonzero(part.people == person)
            self.own.append([(first + int(row), exact_score(probe, part.references[row])) for row in rows])


def _place(folder: Path) -> SearchFolder:
    return SearchFolder(folder / "search", folder / "search.key")


def opened(folder: Path, dimension: int) -> dict[str, Any]:
    """From the disk, and nothing more."""
    seconds, cache, _ = _open(folder, dimension, forget=True)
    cache.close()
    return {"opening_from_disk_s": round(seconds, 2)}


def touched(folder: Path, dimension: int) -> dict[str, Any]:
    """As much memory as the gallery takes, a page at a time."""
    rows = json.loads((folder / "built.json").read_text())["about"]["references"]

    def touch() -> None:
        np.zeros(int(rows * held_bytes(dimension)), np.uint8)[::4096] = 1

    return {"memory_alone_s": round(timed(touch)[0], 2)}


def searched(folder: Path, dimension: int) -> dict[str, Any]:
    """From the system's memory, and searched."""
    seconds, _, engine = _open(folder, dimension, forget=False)
    return {
        "opening_s": round(seconds, 2),
        **_searched(folder, engine, dimension),
        "peak_gb": round(_peak() / 1e9, 2),
        "held_bytes_a_row": held_bytes(dimension),
        "read_bytes_a_row": read_bytes(dimension),
    }


STEPS: Final = {"opened": opened, "touched": touched, "searched": searched}


def _open(folder: Path, dimension: int, *, forget: bool) -> tuple[float, SearchCache, ExactEngine]:
    if forget:
        for file in (folder / "search").glob("*.codes"):
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
    start = time.perf_counter()
    cache = SearchCache(_place(folder), CONTRACT, dimension, lambda _: None)
    if not cache.hold():
        raise SystemExit("Another process has this gallery open.")
    engine = ExactEngine(CONTRACT, dimension, cache.vectors)
    loaded = cache.load()
    if loaded is None or not loaded.whole:
        raise SystemExit("The gallery on disk does not open.")
    engine.adopt(loaded.tiles)
    return time.perf_counter() - start, cache, engine


def _searched(folder: Path, engine: ExactEngine, dimension: int) -> dict[str, Any]:
    answers, probes = json.loads((folder / "answers.json").read_text()), np.load(folder / "probes.npy")
    with engine.tiles() as tiles:
        one_core = ExactEngine(CONTRACT, dimension, threads=1)
        one_core.adopt(tiles)
        ceiling = Ceiling([tile["codes"] for tile in tiles])
    # Enrolled and not enrolled in turn.
    order = np.arange(len(probes)).reshape(2, -1).T.ravel()[:CALLS]
    first = timed(lambda: asked(engine, Case("all", 1, 1, answers["threshold"]), probes[order[0]]))[0]
    rows, exact, cases = len(engine), True, []
    for threads, each in ((1, one_core), (os.cpu_count() or 1, engine)):
        reading = ceiling.gb_per_s(threads)
        for kind in ("all", "best"):
            case, done = Case(kind, threads, 1, answers["threshold"]), Measured()
            for probe in order:
                seconds, cpu, found = timed(lambda: asked(each, case, probes[probe]))  # noqa: B023
                done.add(Asked(seconds, cpu, []), [])
                exact &= _right([(one.reference - 1, one.score) for one in found], int(probe), case, answers)
            reading = max(reading, ceiling.gb_per_s(threads))
            floor = rows * read_bytes(dimension) / reading / 1e6
            its = done.summary(rows, read_bytes(dimension))
            its.pop("recall")  # no answers were handed in to compare with: `exact` says what was compared
            cases.append(
                {"kind": kind, "threads": threads, "floor_ms": round(floor, 1), "ceiling": round(reading, 2), **its}
            )
    return {"threshold": answers["threshold"], "first_search_s": round(first, 2), "exact": exact, "cases": cases}


def _right(found: list[tuple[int, float]], probe: int, case: Case, answers: dict[str, Any]) -> bool:
    outsiders = answers["outsiders"][case.kind]
    if probe < len(outsiders):
        return found == [tuple(one) for one in outsiders[probe]]
    own = [tuple(one) for one in answers["own"][probe - len(outsiders)]]
    least = found[-1][1] if case.kind == "best" else case.threshold
    return all(one in found for one in own if one[1] > least or (case.kind == "all" and one[1] == least))


def _peak() -> int:
    """Bytes. `ru_maxrss` would count what the process that started this one had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("This system does not tell a process's peak memory.")


def show_large(result: dict[str, Any]) -> None:
    """The same for people to read."""
    console = Console()
    table = Table(title=f"{result['references']:,} x {result['dimension']}, overt alone, one probe a call")
    for column in ("", "threads", "median ms", "p99 ms", "CPU ms", "floor ms", "GB/s", "reading alone", "calls"):
        table.add_column(column, justify="right" if column else "left")
    for one in result["cases"]:
        times = [f"{one[key]:.1f}" for key in ("median_ms", "p99_ms", "cpu_ms", "floor_ms", "gb_per_s", "ceiling")]
        table.add_row(KINDS[one["kind"]], str(one["threads"]), *times, str(one["calls"]))
    console.print(table, highlight=False)
    console.print(
        f"opening {result['opening_s']} s (bar {BAR_OPENING_S}), {result['opening_from_disk_s']} s read from the disk; "
        f"as much memory alone took {result['memory_alone_s']} s; "
        f"first search {result['first_search_s']} s; peak memory {result['peak_gb']} GB (bar {BAR_MEMORY_GB}); "
        f"{result['held_bytes_a_row']} bytes a reference in memory, {result['read_bytes_a_row']} read by a scan; "
        f"built in {result['build_s']} s",
        highlight=False,
    )
    console.print(f"t = {result['threshold']:.4f}; the aim for 'all >= t' on one core is {AIM_MS:.0f} ms")
    console.print("Our answers are the defined ones." if result["exact"] else "OUR ANSWERS DIFFER.")


def main() -> int:
    """One step, in this process."""
    folder = Path(sys.argv[2])
    about = json.loads((folder / "built.json").read_text())["about"]
    warm_up()
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](folder, about["dimension"])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
