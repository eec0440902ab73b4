"""Whether changes of the gallery are felt by checks, and whether anybody erased is ever found.

    python benchmarks/churn.py --n 100000 [--plot FILE.png] [--json]

On one real instance of `--n` references (synthetic filler, which costs a search what real templates do) with its own
database and its sealed search index on disk. `churn_hands.py` says how people are enrolled and erased,
`churn_checks.py` what a check is here: the whole of it without the models, and alone the search that a change touches.

1. Saturation: `--threads` without pause, for `--seconds`.
2. Quiet and churn in turn, `--rounds` times, each for `--seconds`: checks at half of the saturation rate, at random
   moments; while there is churn, people are enrolled and erased besides, `--churn-per-hour` of the gallery of each, in
   a thread of this process and in another process in turn. The bound: p99 under churn is at most twice the quiet p99.
   Short parts in turn: what else the machine does falls on both.
3. How long an erasure takes to be acknowledged, in smaller galleries and in this one.
4. `--trials` people enrolled, found, erased, and never found again once `erase` has returned: from another thread and
   by a second index over the same database, while a third thread searches all the time (`churn_trials.py`).
5. `--kills` times a process that enrols and erases is killed (SIGKILL) in the middle: nobody whose erasure it had
   acknowledged is found afterwards, everybody whose enrolment it had acknowledged is (`churn_kills.py`).

Exit status 1 when the bound is not kept by both, or when anybody was found, or missed, who should not have been.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

import churn_load as load
from churn_changes import Change, Changer, Churn, Elsewhere, Here, other_process, summary
from churn_checks import Check, Counter, Search
from churn_hands import Hands, opened
from churn_kills import kills
from churn_load import Taken
from churn_shown import plot, show
from churn_trials import trials
from like_faces import People
from overt.store.creation import create, demonstration_text
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import Instance
from overt.store.place import utc_now

BOUND = 2.0
HALF = 0.5
PROBES = 256
WARM_UP = 20
ERASURES = 5


@dataclass
class Measured:
    """One kind of check: its saturation, and its times in the quiet and under churn, with the changes."""

    saturation: float
    quiet: list[Taken] = field(default_factory=list)
    churn: list[Taken] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)


def main() -> int:
    """Run the benchmark; returns the exit status."""
    given = arguments()
    measured, erasures = under_churn(given)
    with made_instance() as folder:
        result = told(given, measured, erasures)
        result["trials"] = trials(folder, given.trials, given.trial_references, given.seed)
        result["kills"] = kills(folder, given.kills, given.seed)
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result)
    if given.plot:
        plot({name: (each.quiet, each.churn, each.changes, each.spans) for name, each in measured.items()}, given.plot)
    return int(failed(result))


def arguments() -> argparse.Namespace:
    """What was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000, help="references in the gallery")
    parser.add_argument("--what", choices=("both", "check", "search"), default="both", help="what is timed")
    parser.add_argument("--where", choices=("both", "here", "elsewhere"), default="both", help="who makes the changes")
    parser.add_argument("--seconds", type=float, default=10, help="of each part")
    parser.add_argument("--rounds", type=int, default=12, help="of quiet and churn")
    parser.add_argument("--threads", type=int, default=4, help="that saturate it, and that answer")
    parser.add_argument("--churn-per-hour", type=float, default=0.01, help="of the gallery, of each kind")
    parser.add_argument("--trials", type=int, default=10_000, help="people enrolled, erased and searched for")
    parser.add_argument("--trial-references", type=int, default=500, help="in the gallery of the trials")
    parser.add_argument("--kills", type=int, default=20, help="of a process in the middle of changes")
    parser.add_argument("--seed", type=int, default=19795)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, help="write a picture of the times")
    return parser.parse_args()


@contextmanager
def made_instance() -> Iterator[Path]:
    """A demonstration instance, gone afterwards with its database."""
    with tempfile.TemporaryDirectory(prefix="overt-benchmark-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o711)
        instance = folder / "instance"
        create(instance, demonstration_text(utc_now().date(), None))
        try:
            yield instance
        finally:
            EmbeddedPostgres(instance / "postgres").destroy()


def under_churn(given: argparse.Namespace) -> tuple[dict[str, Measured], dict[int, dict[str, float]]]:
    """Parts 1 to 3."""
    people, chance = People(given.seed), random.Random(given.seed)
    with made_instance() as folder, opened(folder) as instance, tempfile.TemporaryDirectory() as own:
        erasures = grown(instance, given.n, Hands(instance, Path(own) / "first"), people)
        probes = list(people.draw(2 * PROBES, PROBES).probes)
        counter = Counter(instance)
        works: dict[str, load.Work] = {"check": Check(counter, probes), "search": Search(counter, probes)}
        with other_process(folder, Path(own) / "elsewhere") as process:
            hands: dict[str, Changer] = {"here": Here(instance, Path(own) / "here"), "elsewhere": Elsewhere(process)}
            wanted = [hand for where, hand in hands.items() if given.where in ("both", where)]
            churn = Churn(instance, wanted, people, given.seed)
            measured = {
                name: measure(work, churn, given, chance)
                for name, work in works.items()
                if given.what in ("both", name)
            }
    return measured, erasures


def grown(instance: Instance, references: int, hands: Hands, people: People) -> dict[int, dict[str, float]]:
    """Fill the gallery by and by; at each size, how long an erasure takes, in milliseconds."""
    told, there = {}, 0
    for size in sorted({max(1, references // 100), max(1, references // 10), references}):
        instance.add_filler(size - there)
        there = size
        instance.index.current()
        spans, keys = [], []
        for number, vector in enumerate(people.draw(ERASURES).references):
            hands.enrol({f"grown-{size}-{number}": vector})
            start = time.perf_counter()
            keys.append(hands.erase(f"grown-{size}-{number}").key_seconds)
            spans.append(time.perf_counter() - start)
        told[size] = {"erasure_ms": median_ms(spans), "keys_ms": median_ms(keys)}
    return told


def median_ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def measure(work: load.Work, churn: Churn, given: argparse.Namespace, chance: random.Random) -> Measured:
    """Saturation, then the rounds."""
    for number in range(WARM_UP):
        work(number)
    rate, _ = load.saturation(work, given.threads, given.seconds)
    measured = Measured(rate)
    per_second = given.n * given.churn_per_hour / 3600
    for _ in track(range(given.rounds), type(work).__name__, console=Console(stderr=True), transient=True):
        start = time.perf_counter()
        measured.quiet += load.load(work, rate * HALF, given.seconds, given.threads, chance)
        turn = time.perf_counter()
        changes: list[Change] = []
        changing = threading.Thread(
            target=lambda into: into.extend(churn.run(per_second, given.seconds)), args=(changes,)
        )
        changing.start()
        measured.churn += load.load(work, rate * HALF, given.seconds, given.threads, chance)
        changing.join()
        measured.changes += changes
        measured.spans += [(start, turn), (turn, time.perf_counter())]
    return measured


def told(
    given: argparse.Namespace, measured: dict[str, Measured], erasures: dict[int, dict[str, float]]
) -> dict[str, Any]:
    """The result of parts 1 to 3, one object."""
    return {
        "references": given.n,
        "churn_per_hour": given.churn_per_hour,
        "bound": BOUND,
        "seconds": given.seconds * given.rounds,
        "checks": {name: figures(each, given.seed) for name, each in measured.items()},
        "erasure_by_size": {str(size): each for size, each in erasures.items()},
    }


def figures(measured: Measured, seed: int) -> dict[str, Any]:
    """What is said of one kind of check."""
    low, high = load.ratio_interval(measured.churn, measured.quiet, seed)
    erasures = [(each.began, each.acknowledged) for each in measured.changes if each.kind == "erasure"]
    touched = [each for each in measured.churn if any(overlap(each, *span) for span in erasures)]
    return {
        "saturation_per_second": round(measured.saturation, 1),
        "rate_per_second": round(measured.saturation * HALF, 1),
        "quiet": spread(measured.quiet),
        "churn": spread(measured.churn),
        "beside_an_erasure": spread(touched),
        "ratio_p99": round(load.quantile(measured.churn, load.P99) / load.quantile(measured.quiet, load.P99), 3),
        "ratio_p99_interval": [round(low, 3), round(high, 3)],
        "changes": summary(measured.changes),
        "latest_change_ms": round(max((each.late for each in measured.changes), default=0.0) * 1000, 1),
    }


def overlap(taken: Taken, began: float, ended: float) -> bool:
    return taken.due < ended and began < taken.due + taken.seconds


def spread(taken: list[Taken]) -> dict[str, float]:
    if not taken:
        return {"number": 0}
    p50, p99 = (round(load.quantile(taken, share), 2) for share in (0.5, load.P99))
    return {"number": len(taken), "p50_ms": p50, "p99_ms": p99, "longest_ms": round(load.quantile(taken, 1.0), 2)}


def failed(result: dict[str, Any]) -> bool:
    """Whether anything was not as it has to be."""
    slow = any(each["ratio_p99"] > BOUND or not np.isfinite(each["ratio_p99"]) for each in result["checks"].values())
    wrong = result["trials"]["found_after_erasure"] or result["trials"]["not_found_before"]
    return bool(slow or wrong or result["kills"]["erased_but_found"] or result["kills"]["enrolled_but_missed"])


if __name__ == "__main__":
    sys.exit(main())
