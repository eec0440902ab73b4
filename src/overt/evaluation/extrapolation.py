"""Whether a fit on few people foretells what many show: fitted on a tenth of the people, tried on all the others.

Rules:
* Nobody is in both parts. The fit, its bound and the threshold see the tenth only.
* The threshold is the one that the fit gives for a target FPIR in a gallery of all the others; FPIR is then counted:
  each of the others once, by their first image, against the first images of everybody else who is a stranger to them.
* The bound holds when the FPIR that was counted is at most the target. It is of one side at its confidence, so it may
  fail in as many of the tries as that leaves; tries share people, so their number is no number of independent ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overt.candidates.power_tail import PowerTail
from overt.evaluation.pairs import PeoplePairs
from overt.evaluation.tail import TOP, fit_tail


@dataclass(frozen=True, slots=True)
class Try:
    """One split: the target, and the FPIR counted among the others at the thresholds of the best fit and of the bound.

    `people` fitted on, `gallery` of the others, `beyond`: pairs that the fit rested on.
    """

    target: float
    people: int
    gallery: int
    beyond: int
    fitted: float
    bound: float

    @property
    def held(self) -> bool:
        """Whether the bound kept its promise."""
        return self.bound <= self.target


def foretold(
    pairs: PeoplePairs,
    share: float,
    targets: Sequence[float],
    confidence: float,
    random: np.random.Generator,
    top: float = TOP,
) -> tuple[Try, ...]:
    """Fit on this share of the people, and count the rest; one try a target.

    Raises:
        ValueError: nobody of the small part scores in the tail.
    """
    order = random.permutation(pairs.people)
    few = max(2, round(share * pairs.people))
    fit = fit_tail(part(pairs, order[:few]), confidence, random, top)
    nearest = _nearest(pairs, np.sort(order[few:]))
    size = len(nearest) - 1
    return tuple(
        Try(
            target,
            few,
            size,
            fit.beyond,
            *(float(np.mean(nearest >= _threshold(tail, target, size))) for tail in (fit.fitted, fit.upper)),
        )
        for target in targets
    )


def part(pairs: PeoplePairs, people: NDArray[np.intp]) -> PeoplePairs:
    """The same with these people only."""
    chosen = np.sort(people)
    ends = np.append(pairs.first, len(pairs.scores))
    images = np.concatenate([np.arange(ends[one], ends[one + 1]) for one in chosen])
    counts = ends[chosen + 1] - ends[chosen]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    return PeoplePairs(pairs.scores[np.ix_(images, images)], first, pairs.apart[np.ix_(chosen, chosen)])


def _nearest(pairs: PeoplePairs, people: NDArray[np.intp]) -> NDArray[np.float64]:
    images = pairs.first[people]
    scores = pairs.scores[np.ix_(images, images)].astype(np.float64)
    return np.asarray(np.where(pairs.apart[np.ix_(people, people)], scores, -np.inf).max(axis=1))


def _threshold(tail: PowerTail, target: float, size: int) -> float:
    return tail.score(min(tail.rate, float(-np.expm1(np.log1p(-target) / size))))
