"""What `search.py` measures with: cases, calls in turn, the true answers, and how fast this machine reads.

Rules:
* The calls of all engines of a case are spread evenly over each other, so that a slow moment of the machine falls on
  all of them, and each finds the caches as the others left them.
* The true answer is computed in float64 from the vectors; the hundred highest of each probe are then put in order by
  the defined score (`overt.search.score`), ties by reference.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

from overt.search.score import exact_score

BEST: Final = 10
KINDS: Final = {"best": f"best {BEST}", "all": "all >= t"}
_MOST: Final = 200
_LEAST: Final = 3
_KEPT: Final = 100
_COMPARED: Final = 20_000
_READ: Final = 1 << 27
"""Numbers of 8 bytes that are read for the ceiling: a gigabyte, which no cache holds."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: a kind of `KINDS`, by how many threads, and how many probes at a time."""

    kind: str
    threads: int
    batch: int
    threshold: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: its seconds, the processor's seconds, and the rows that were found for each probe."""

    seconds: float
    cpu: float
    found: Sequence[Sequence[int]]


class Engine(Protocol):
    """One side of the comparison. `ask` takes the numbers of probes; `all_by` says how it answers 'all >= t'."""

    name: str
    read_bytes: float
    held_bytes: float
    all_by: str

    def ask(self, case: Case, probes: Sequence[int]) -> Asked: ...


class Truth:
    """The true answers of some probes, from a gallery that is seen part by part. Rows are numbered from 0."""

    def __init__(self, probes: NDArray[np.float32]) -> None:
        self._probes, self._wide = probes, probes.astype(np.float64)
        self._near = [np.empty(0) for _ in probes]
        self._rows = [np.empty(0, np.int64) for _ in probes]
        self._vectors = [np.empty((0, probes.shape[1]), np.float32) for _ in probes]

    def see(self, first: int, references: NDArray[np.float32]) -> None:
        """Rows from number `first` on."""
        for start in range(0, len(references), _COMPARED):
            part = references[start : start + _COMPARED]
            near = part.astype(np.float64) @ self._wide.T
            for probe in range(len(self._probes)):
                self._take(probe, near[:, probe], first + start, part)

    def _take(self, probe: int, near: NDArray[np.float64], first: int, rows: NDArray[np.float32]) -> None:
        known = self._near[probe]
        least = known.min() if len(known) >= _KEPT else -np.inf
        at = np.flatnonzero(near >= least)
        at = at[np.argsort(-near[at], kind="stable")[:_KEPT]]
        joined = np.concatenate([known, near[at]])
        kept = np.argsort(-joined, kind="stable")[:_KEPT]
        self._near[probe] = joined[kept]
        self._rows[probe] = np.concatenate([self._rows[probe], first + at])[kept]
        self._vectors[probe] = np.concatenate([self._vectors[probe], rows[at]])[kept]

    def answer(self, probe: int, case: Case) -> list[tuple[int, float]]:
        """Rows and their defined scores, in order."""
        scores = [exact_score(self._probes[probe], vector) for vector in self._vectors[probe]]
        ranked = sorted(zip(self._rows[probe].tolist(), scores, strict=True), key=lambda one: (-one[1], one[0]))
        answer = ranked[:BEST] if case.kind == "best" else [one for one in ranked if one[1] >= case.threshold]
        if len(answer) == _KEPT:
            raise SystemExit("More rows belong in an answer than this keeps: the threshold is too low.")
        return answer


@dataclass
class Measured:
    """What one engine took in one case."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    true: int = 0
    found: int = 0

    def add(self, asked: Asked, answers: Sequence[Sequence[int]]) -> None:
        self.seconds.append(asked.seconds)
        self.cpu.append(asked.cpu)
        for its, right in zip(asked.found, answers, strict=True):
            self.true += len(right)
            self.found += len(set(its) & set(right))

    def summary(self, rows: int, read_bytes: float) -> dict[str, Any]:
        median = float(np.median(self.seconds))
        return {
            "median_ms": round(median * 1000, 3),
            "p99_ms": round(float(np.quantile(self.seconds, 0.99)) * 1000, 3),
            "cpu_ms": round(float(np.mean(self.cpu)) * 1000, 3),
            "gb_per_s": round(rows * read_bytes / median / 1e9, 2),
            "recall": self.found / self.true if self.true else None,  # nothing was there to be found
            "calls": len(self.seconds),
        }


def measured(
    engines: Sequence[Engine], case: Case, answers: Sequence[Sequence[int]], seconds: float
) -> dict[str, Measured]:
    """By engine's name: calls for about so many seconds of each, in turn: 3 to 200, or 1 where one takes longer."""
    by_name = {engine.name: engine for engine in engines}
    walks = {name: _walk(len(answers), case.batch) for name in by_name}
    done = {name: Measured() for name in by_name}
    calls = {}
    for name, engine in by_name.items():
        first = engine.ask(case, next(walks[name]))  # the first one may compile, fault pages in, start threads
        again = first if first.seconds > seconds else engine.ask(case, next(walks[name]))
        least = 1 if again.seconds > seconds else _LEAST
        calls[name] = int(min(_MOST, max(least, seconds / max(again.seconds, 1e-6))))
    for name in in_turn(calls):
        probes = next(walks[name])
        done[name].add(by_name[name].ask(case, probes), [answers[probe] for probe in probes])
    return done


def in_turn(calls: Mapping[str, int]) -> list[str]:
    """Each name so many times, evenly spread."""
    places = [((at + 0.5) / many, name) for name, many in calls.items() for at in range(many)]
    return [name for _, name in sorted(places)]


def _walk(probes: int, batch: int) -> Iterator[list[int]]:
    start = 0
    while True:
        yield [(start + at) % probes for at in range(batch)]
        start += batch


class Ceiling:
    """Reading and nothing else, in four streams, the quickest way of those that were tried.

    Args:
        arrays: what is read, of whole steps of 32 bytes; a gigabyte of its own, which no cache holds, without them.
    """

    def __init__(self, arrays: Sequence[NDArray[Any]] | None = None) -> None:
        arrays = [np.ones(_READ, np.uint64)] if arrays is None else arrays
        self._numbers = [one.reshape(-1).view(np.uint64) for one in arrays]
        self._bytes = sum(one.nbytes for one in self._numbers)
        self._cores = ThreadPoolExecutor()

    def gb_per_s(self, threads: int, times: int = 15) -> float:
        """The median of so many readings."""
        self._seconds(threads)
        return self._bytes / float(np.median([self._seconds(threads) for _ in range(times)])) / 1e9

    def _seconds(self, threads: int) -> float:
        """Of one reading, each thread its part."""
        parts = [
            [part[at] for part in (np.array_split(one, threads) for one in self._numbers)] for at in range(threads)
        ]
        return timed(lambda: list(self._cores.map(lambda its: [_total(part) for part in its], parts)))[0]


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _total(numbers: Any) -> Any:
    quarter = len(numbers) // 4
    first = second = third = fourth = np.uint64(0)
    for at in range(quarter):
        first += numbers[at]
        second += numbers[quarter + at]
        third += numbers[2 * quarter + at]
        fourth += numbers[3 * quarter + at]
    return first + second + third + fourth


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds, the processor's seconds of this process, and what `work` gave."""
    cpu, start = time.process_time(), time.perf_counter()
    done = work()
    return time.perf_counter() - start, time.process_time() - cpu, done
