"""How well a tail fits what was counted: a power of 1 - s, beside an exponential and a free generalised Pareto.

Rules:
* Each family is fitted by maximum likelihood to the same scores above the same start, each image pair weighed so that
  a pair of people counts once.
* The distance is Anderson and Darling's (1952), A squared over n: the mean square of the difference between the two
  distribution functions, with most weight at the ends. It is 0 for a perfect fit; between families the lower is better.
* Everything is done anew in each draw of people: pairs are not independent, and the textbook's critical values, which
  take them to be, would refuse any family of some ten thousand pairs. A difference is believed when its interval
  leaves out 0.
* The generalised Pareto's end is free: whether it comes out at 1, where a cosine ends, is the power tail's test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import bounds, drawn_people
from overt.evaluation.pairs import PeoplePairs

Values = NDArray[np.float64]
_SHAPES: Final = np.concatenate([np.linspace(-0.6, -0.005, 60), np.linspace(0.005, 0.2, 20)])
_ROUNDS: Final = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its 95 % interval over people."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.3g} [{self.low:.3g} - {self.high:.3g}]"


@dataclass(frozen=True, slots=True)
class Family:
    """`share` of the tail that lies `excess` or more above the start, exponential (shape 0) or generalised Pareto:

    (1 + shape * excess / scale) ** (-1 / shape); `end`: the excess that nobody passes, infinite from shape 0 on.
    """

    shape: float
    scale: float

    @property
    def end(self) -> float:
        """How far above the start the tail ends."""
        return -self.scale / self.shape if self.shape < 0 else float("inf")

    def share(self, excess: Values) -> Values:
        """(n,) of the tail at or above each excess."""
        if self.shape == 0:
            return np.asarray(np.exp(-excess / self.scale))
        return np.asarray(np.maximum(0.0, 1 + self.shape * excess / self.scale) ** (-1 / self.shape))

    def excess(self, share: float) -> float:
        """The excess that this share of the tail reaches."""
        if self.shape == 0:
            return float(-self.scale * np.log(share))
        return float(self.scale / self.shape * (share**-self.shape - 1))


@dataclass(frozen=True, slots=True, eq=False)
class Exceedances:
    """Image pairs of strangers above `start`: `excess` (n,) rising, `weight` (n,), and the two people (n,) each."""

    start: float
    excess: Values
    weight: Values
    one: NDArray[np.intp]
    other: NDArray[np.intp]

    def drawn(self, people: Values) -> "Exceedances":
        """With each pair as often as both its people came."""
        weight = self.weight * people[self.one] * people[self.other]
        return Exceedances(self.start, self.excess, weight, self.one, self.other)


@dataclass(frozen=True, slots=True)
class Goodness:
    """By family's name: `distance` (A squared over n), and `score` that 1 in `rarely` pairs of strangers reaches.

    `better`: distance less that of the power tail; above 0 the power tail is nearer. `shape`, `end`: of the free
    generalised Pareto, the end as a score. `quantiles`: (share of the tail, score counted, by family) for a QQ plot.
    """

    distance: Mapping[str, Figure]
    better: Mapping[str, Figure]
    score: Mapping[str, Figure]
    shape: Figure
    end: Figure
    quantiles: tuple[tuple[float, float, Mapping[str, float]], ...]


def exceedances(pairs: PeoplePairs, start: float) -> Exceedances:
    """All image pairs of strangers above the start."""
    images = np.diff(np.append(pairs.first, len(pairs.scores)))
    whose = np.repeat(np.arange(pairs.people), images)
    rows, columns = np.nonzero(np.triu(pairs.scores >= start, 1))
    apart = pairs.apart[whose[rows], whose[columns]]
    rows, columns = rows[apart], columns[apart]
    excess = pairs.scores[rows, columns].astype(np.float64) - start
    order = np.argsort(excess)
    one, other = whose[rows[order]], whose[columns[order]]
    return Exceedances(start, excess[order], 1.0 / (images[one] * images[other]), one, other)


def fits(seen: Exceedances) -> Mapping[str, Family]:
    """The three families at their maximum likelihood."""
    total = seen.weight.sum()
    room = 1.0 - seen.start
    depth = float(seen.weight @ -np.log(np.maximum(1e-9, 1 - seen.excess / room)) / total)
    return {
        "power": Family(-depth, depth * room),
        "exponential": Family(0.0, float(seen.weight @ seen.excess / total)),
        "generalised Pareto": _generalised(seen),
    }


def distance(seen: Exceedances, family: Family) -> float:
    """Anderson and Darling's, over n: the integral of (F_n - F)**2 / (F (1 - F)) dF over all of the tail."""
    # Steps of F_n and of F, with a floor: beyond a free end F is 1, and a score there is infinitely far.
    above = np.clip(family.share(seen.excess), 1e-12, 1 - 1e-12)
    below = 1 - above
    whole = np.concatenate([[0.0], np.cumsum(seen.weight)]) / seen.weight.sum()
    low, high = np.append(0.0, below), np.append(below, 1.0)
    # Between two scores F_n is c and F = u runs: the integral of (c - u)**2 / (u (1 - u)), by parts.
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.nan_to_num(whole**2 * (np.log(high) - np.log(low)), posinf=0.0)
        last = np.nan_to_num((1 - whole) ** 2 * (np.log1p(-low) - np.log1p(-high)), posinf=0.0)
    return float(np.sum(first + last - (high - low)))


def goodness(
    pairs: PeoplePairs, start: float, random: np.random.Generator, rarely: float = 1e7, draws: int = 200
) -> Goodness:
    """All figures of one group's tail, with intervals over people."""
    seen = exceedances(pairs, start)
    names = list(fits(seen))
    rate = seen.weight.sum() / pairs.pairs
    rows = [_row(seen, rate, rarely)]
    for people in drawn_people(pairs.people, draws, random):
        drawn = seen.drawn(people)
        there = (people @ pairs.apart @ people) / 2
        rows.append(_row(drawn, drawn.weight.sum() / there, rarely))
    table = np.array(rows)  # (draws + 1, families * 2 + 2)
    distances, scores = table[:, :3], table[:, 3:6]
    return Goodness(
        distance={name: _figure(distances[:, at]) for at, name in enumerate(names)},
        better={name: _figure(distances[:, at] - distances[:, 0]) for at, name in enumerate(names) if at},
        score={name: _figure(scores[:, at]) for at, name in enumerate(names)},
        shape=_figure(table[:, 6]),
        end=_figure(table[:, 7]),
        quantiles=_quantiles(seen, fits(seen)),
    )


def _row(seen: Exceedances, rate: float, rarely: float) -> list[float]:
    there = fits(seen)
    free = there["generalised Pareto"]
    share = min(1.0, 1 / rarely / rate)
    return [
        *(distance(seen, one) for one in there.values()),
        *(seen.start + one.excess(share) for one in there.values()),
        free.shape,
        seen.start + free.end,
    ]


def _quantiles(seen: Exceedances, there: Mapping[str, Family]) -> tuple[tuple[float, float, Mapping[str, float]], ...]:
    above = np.cumsum(seen.weight[::-1])[::-1] / seen.weight.sum()
    found = []
    for share in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001):
        counted = seen.start + float(seen.excess[np.flatnonzero(above >= share)[-1]])
        found.append((share, counted, {name: seen.start + one.excess(share) for name, one in there.items()}))
    return tuple(found)


def _generalised(seen: Exceedances) -> Family:
    """The maximum over the scale for each shape (Newton-free: a fixed point), then over the shapes."""
    total, top = seen.weight.sum(), float(seen.excess[seen.weight > 0].max())
    best, least = Family(0.0, float(seen.weight @ seen.excess / total)), float("inf")
    for shape in _SHAPES:
        family = _scaled(seen, float(shape), total, top)
        if family.end <= top:
            continue
        inside = np.log1p(np.maximum(-1 + 1e-12, family.shape * seen.excess / family.scale))
        loss = float(np.log(family.scale) + (1 + 1 / family.shape) * (seen.weight @ inside) / total)
        if loss < least:
            best, least = family, loss
    return best


def _scaled(seen: Exceedances, shape: float, total: float, top: float) -> Family:
    """The scale that a shape likes best: where the mean of excess / (scale + shape * excess) is 1 / (1 + shape)."""
    low, high = max(1e-6, -shape * top * (1 + 1e-9)), 1.0
    for _ in range(_ROUNDS):
        scale = (low + high) / 2
        mean = float(seen.weight @ (seen.excess / np.maximum(1e-12, scale + shape * seen.excess)) / total)
        low, high = (scale, high) if mean > 1 / (1 + shape) else (low, scale)
    return Family(shape, (low + high) / 2)


def _figure(values: Values) -> Figure:
    return Figure(float(values[0]), *bounds(values[1:]))
