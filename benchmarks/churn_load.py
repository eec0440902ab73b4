"""Load: as fast as it goes, or at moments that were drawn before; and what the times say.

Rules:
* At a rate, a check begins at a moment of a seeded Poisson process and counts from there: its wait for a free thread is
  in its time, so a pause is felt by everybody who came during it.
* Neighbouring times depend on each other. Intervals are therefore drawn by whole seconds, not by single checks.
"""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Work = Callable[[int], None]
"""One check; its argument numbers it."""
RESAMPLES: Final = 2000
P99: Final = 0.99


@dataclass(frozen=True, slots=True)
class Taken:
    """One check: when it was due, on the clock of `time.perf_counter`, and how long it took from then."""

    due: float
    seconds: float


def saturation(work: Work, threads: int, seconds: float) -> tuple[float, int]:
    """Checks a second when no thread pauses, and how many there were."""
    start = time.perf_counter()

    def without_pause(thread: int) -> int:
        number = thread
        while time.perf_counter() < start + seconds:
            work(number)
            number += threads
        return number // threads

    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(without_pause, range(threads)))
    return done / (time.perf_counter() - start), done


def load(work: Work, rate: float, seconds: float, threads: int, chance: random.Random) -> list[Taken]:
    """Checks that begin at random at `rate` a second, for so long; one at least."""

    def one(number: int, due: float) -> Taken:
        work(number)
        return Taken(due, time.perf_counter() - due)

    due = start = time.perf_counter()
    started = list[Future[Taken]]()
    with ThreadPoolExecutor(threads) as pool:
        while (due := due + chance.expovariate(rate)) < start + seconds or not started:
            time.sleep(max(0.0, due - time.perf_counter()))
            started.append(pool.submit(one, len(started), due))
    return [each.result() for each in started]


def quantile(taken: Sequence[Taken], share: float) -> float:
    """Milliseconds that this share of the checks stays within."""
    return float(np.quantile([each.seconds for each in taken], share)) * 1000


def ratio_interval(above: Sequence[Taken], below: Sequence[Taken], seed: int) -> tuple[float, float]:
    """The middle 95 % of the ratio of the two p99 when whole seconds are drawn again."""
    random_ = np.random.default_rng(seed)
    ratios = [_drawn(above, random_) / _drawn(below, random_) for _ in range(RESAMPLES)]
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)


def _drawn(taken: Sequence[Taken], random_: np.random.Generator) -> float:
    seconds: dict[int, list[float]] = {}
    for each in taken:
        seconds.setdefault(int(each.due), []).append(each.seconds)
    blocks: list[NDArray[np.float64]] = [np.array(block) for block in seconds.values()]
    drawn = random_.integers(0, len(blocks), len(blocks))
    return float(np.quantile(np.concatenate([blocks[at] for at in drawn]), P99))
