"""Many officers at once, over HTTP: how many checks a service bears, and how long they take below that.

    python benchmarks/officers.py --n 100000

`overt serve` runs in a process of its own with the shipped models and a gallery of `--n` references (synthetic filler,
which costs a search what real templates do, and a few real photographs). Officers without a browser ask for every page
of a check, hand in bursts of three frames of 960x1280 and send every form, from the first question to the receipt
(`tests/simulators/page_officer.py`). They run on the same machine and cost the service some of it.

1. Saturation: `--hands` officers, each beginning the next check as soon as one is done, for `--seconds`.
2. Load: checks begin at random (a Poisson process, `--seed`) at `--share` of that rate, for as long, by whichever of
   `--officers` is free; with none free the check is late, and its wait counts.

Printed: both rates; median and 95th percentile of the whole check, from photograph to candidates, and of each stage;
errors; and the peak of the memory of the service with its database (PSS, sampled). Exit status 1 on any error, or when
2 GB are passed. Linux only, for the memory.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from overt.access import Role  # noqa: E402 - tests stand beside this folder
from overt.cli.demo.photographs import load_photographs  # noqa: E402
from overt.identifiers import OfficerId  # noqa: E402
from overt.store.creation import create, demonstration_text  # noqa: E402
from overt.store.instance import open_instance  # noqa: E402
from overt.store.place import utc_now  # noqa: E402
from simulators.force import Force, open_folder  # noqa: E402
from simulators.handset import Handset, session_on  # noqa: E402
from simulators.page_officer import STAGES, PageOfficer, client_of  # noqa: E402
from simulators.phone import served  # noqa: E402
from simulators.portrait import portrait, shipped_pipeline  # noqa: E402
from simulators.real_photographs import gallery_folder  # noqa: E402
from simulators.signed_in import hired  # noqa: E402
from simulators.video import person  # noqa: E402

MOST_BYTES = 2e9
ENROLLED = {"person-1": "person-1-enrolled", "person-4": "person-4-enrolled"}
PROBES = ("person-1-other", "person-4-other", "person-5-not-enrolled")


@dataclass
class Seen:
    """What became of some checks."""

    seconds: list[float] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def does(self, officer: PageOfficer, due: float) -> None:
        """One check by one officer, due at a moment of `time.perf_counter`."""
        try:
            officer.check()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the benchmark counts
            with self.lock:
                self.errors.append(f"{type(error).__name__}: {error}")
            return
        with self.lock:
            self.seconds.append(time.perf_counter() - due)
            for stage in STAGES:
                self.stages[stage].append(officer.seconds[stage])


def main() -> int:
    """Run and print; returns the exit status."""
    given = arguments()
    with open_folder() as folder:
        handsets = force(folder / "force", given.n, given.officers)
        with served(folder / "force") as service, memory_of(service.process.pid, folder) as peak:
            officers = at_work(service.address, handsets)
            for officer in officers[: len(PROBES)]:
                officer.check()  # a first one of each kind, not counted
            rate, crowded = saturation(officers[: given.hands], given.seconds)
            loaded = load(officers, rate * given.share, given.seconds, random.Random(given.seed))
    result = told(given, rate, crowded, loaded, peak[0])
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result)
    return int(bool(result["errors"]) or peak[0] > MOST_BYTES)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000, help="references in the gallery")
    parser.add_argument("--officers", type=int, default=100, help="officers signed in")
    parser.add_argument("--hands", type=int, default=8, help="officers who saturate it")
    parser.add_argument("--seconds", type=float, default=60, help="of each of the two parts")
    parser.add_argument("--share", type=float, default=0.7, help="of the saturation rate, for the load")
    parser.add_argument("--seed", type=int, default=19795)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def force(folder: Path, references: int, officers: int) -> list[tuple[str, Handset]]:
    """Make the instance; a token and a phone of each officer."""
    policy, cap = demonstration_text(utc_now().date(), None), "officer_cap = 100\n"
    assert cap in policy
    create(folder, policy.replace(cap, f"officer_cap = {officers + 1}\n"))  # and the demonstration's own
    with open_instance(folder) as instance, tempfile.TemporaryDirectory() as own:
        photographs = load_photographs(ROOT / ".venv/share/overt/sdists")
        people = {label: photographs[name] for label, name in ENROLLED.items()}
        instance.importer().run(gallery_folder(Path(own) / "g", people, utc_now().date()), lambda *_: None)
        instance.add_filler(references - len(people))
        made = []
        for number in range(officers):
            account = hired(Force(instance, utc_now, shipped_pipeline()), f"pc-{number}", Role.OFFICER)  # type: ignore[arg-type]
            phone = Handset().enrolled(instance)
            made.append((session_on(instance, OfficerId(account), phone), phone))
    return made


def at_work(address: str, handsets: Sequence[tuple[str, Handset]]) -> list[PageOfficer]:
    """The officers, each with a burst of one of the probes."""
    photographs = load_photographs(ROOT / ".venv/share/overt/sdists")
    bursts = [burst(photographs[name]) for name in PROBES]
    cookie = {"name": "overt-demonstration"}
    return [
        PageOfficer(client_of(address, {**cookie, "value": token}), phone, bursts[number % len(bursts)])
        for number, (token, phone) in enumerate(handsets)
    ]


def burst(photograph: bytes) -> list[bytes]:
    """Three frames of a film of somebody, as large as phones hand them in."""
    frames = person(portrait(photograph)).frames[:3]
    larger = (cv2.resize(frame, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC) for frame in frames)
    return [cv2.imencode(".jpg", np.ascontiguousarray(frame[..., ::-1]))[1].tobytes() for frame in larger]


def saturation(officers: Sequence[PageOfficer], seconds: float) -> tuple[float, Seen]:
    """Checks a second when nobody pauses."""
    seen, start = Seen(), time.perf_counter()

    def without_pause(officer: PageOfficer) -> None:
        while (due := time.perf_counter()) < start + seconds and not seen.errors:
            seen.does(officer, due)

    with ThreadPoolExecutor(len(officers)) as pool:
        list(pool.map(without_pause, officers))
    return len(seen.seconds) / (time.perf_counter() - start), seen


def load(officers: Sequence[PageOfficer], rate: float, seconds: float, chance: random.Random) -> Seen:
    """Checks that begin at random at a rate (per second)."""
    seen, free, started = Seen(), SimpleQueue[PageOfficer](), list[Future[None]]()
    for officer in officers:
        free.put(officer)

    def one(due: float) -> None:
        officer = free.get()
        try:
            seen.does(officer, due)
        finally:
            free.put(officer)

    due = start = time.perf_counter()
    with ThreadPoolExecutor(len(officers)) as pool:
        while (due := due + chance.expovariate(rate)) < start + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            started.append(pool.submit(one, due))
    for each in started:
        each.result()
    return seen


@contextmanager
def memory_of(service: int, folder: Path) -> Iterator[list[int]]:
    """While inside, the first value is the most bytes that the service and its database have had (PSS)."""
    postmaster = int(next(folder.glob("**/postmaster.pid")).read_text().split("\n", 1)[0])
    peak, ended = [0], threading.Event()

    def sample() -> None:
        while not ended.wait(0.25):
            peak[0] = max(peak[0], sum(pss(each) for root in (service, postmaster) for each in family(root)))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def family(root: int) -> Iterator[int]:
    """A process and everything it started."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it has ended meanwhile
            continue
        for child in children:
            yield from family(int(child))


def pss(process: int) -> int:
    """Bytes of memory of a process, what it shares counted by its share."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def told(given: argparse.Namespace, rate: float, crowded: Seen, loaded: Seen, peak: int) -> dict[str, object]:
    """The result, one object."""
    spans = {"whole check": loaded.seconds, **{stage: loaded.stages[stage] for stage in STAGES}}
    return {
        "references": given.n,
        "officers": given.officers,
        "saturation_per_minute": round(60 * rate, 1),
        "load_per_minute": round(60 * rate * given.share, 1),
        "checks": {"saturation": len(crowded.seconds), "load": len(loaded.seconds)},
        "seconds": {
            name: {"median": round(statistics.median(values), 2), "p95": round(float(np.quantile(values, 0.95)), 2)}
            for name, values in spans.items()
            if values
        },
        "errors": crowded.errors + loaded.errors,
        "peak_bytes": peak,
    }


def show(result: dict[str, object]) -> None:
    """Print for people."""
    seconds, checks = result["seconds"], result["checks"]
    assert isinstance(seconds, dict)
    assert isinstance(checks, dict)
    table = Table("at this load", "median seconds", "95th percentile")
    for name, spans in seconds.items():
        label = "photograph to candidates" if name == "capture" else name
        table.add_row(label, f"{spans['median']:.2f}", f"{spans['p95']:.2f}")
    console = Console()
    console.print(f"Saturated at {result['saturation_per_minute']} checks a minute ({checks['saturation']} checks).")
    console.print(f"Loaded with {result['load_per_minute']} a minute ({checks['load']} checks),")
    console.print(f"against {result['references']:,} references:")
    console.print(table)
    console.print(f"Errors: {result['errors'] or 'none'}. Peak memory: {int(str(result['peak_bytes'])) / 1e9:.2f} GB.")


if __name__ == "__main__":
    sys.exit(main())
