"""How often a stranger looks this near: the calibration table of one template contract (spec/calibration-table.md).

Rules:
* A rate is an upper bound (one-sided, at the table's confidence) for the group with the highest one: pairs of people
  of one group, as if everybody in the scope were of it. Officers get one number that holds for everybody.
* Rates never rise with the score. `threshold` gives the lowest score, in whole millionths since the ledger writes
  those, at which the target holds; so the search that ran is exactly the one that the entry states.
* A table is used with its own contract only. It was fitted on real faces; synthetic ones never enter.
* Below `LEAST_RATE` nothing is told apart: the data reach nowhere near, and relatives decide there.

Limitations: what the table's `notes` say, above all that it knows strangers only, and photographs like its own.
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from overt.candidates.power_tail import PowerTail
from overt.errors import CalibrationRefused
from overt.identifiers import Digest

LEAST_RATE: Final = 1e-12
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class GroupRates:
    """Non-mated rates among the people of one group.

    Args:
        group: `men`, `women`, or `all` for everybody together.
        people, images, pairs: how many; `pairs` of people, relatives left out.
        body: (score, rate) with scores rising and rates falling, upper bounds, from (-1, 1) to the start of `upper`.
        fitted: the tail that fits best; shown, not used.
        upper: the tail at its upper bound; used.

    Raises:
        ValueError: the body does not fall, or does not lead from (-1, 1) to the tail.
    """

    group: str
    people: int
    images: int
    pairs: int
    body: tuple[tuple[float, float], ...]
    fitted: PowerTail
    upper: PowerTail

    def __post_init__(self) -> None:
        steps = list(zip(self.body, self.body[1:], strict=False))
        falling = all(a[0] < b[0] and a[1] >= b[1] > 0 for a, b in steps)
        ends = steps and self.body[0] == (-1.0, 1.0) and self.body[-1] == (self.upper.start, self.upper.rate)
        if not (falling and ends):
            raise ValueError("the rates of a group fall from (-1, 1) to the start of the tail")
        if min(self.people, self.images, self.pairs) <= 0:
            raise ValueError("a group has people, images and pairs")

    def rate(self, score: float) -> float:
        """The upper bound for the share of references of strangers that score at least `score`."""
        if score >= self.upper.start:
            return self.upper.share(score)
        # The rate of the point at or below the score: between two points that is still an upper bound.
        return self.body[max(0, bisect_right(self.body, score, key=itemgetter(0)) - 1)][1]


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the table would have said about another data set, and what was seen there. Counts of image pairs."""

    data: str
    people: int
    pairs: int
    score: float
    expected: float
    observed: int


@dataclass(frozen=True, slots=True)
class MatedShares:
    """What a threshold costs a group: the share of pairs of photographs of one person that score below it.

    Args:
        people: with two photographs or more; each counts once.
        below: (score, share) with scores rising and shares not falling, as counted.

    Raises:
        ValueError: the shares fall, are no shares, or there is none.
    """

    group: str
    people: int
    below: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        steps = zip(self.below, self.below[1:], strict=False)
        if not self.below or not all(a[0] < b[0] and a[1] <= b[1] for a, b in steps):
            raise ValueError("shares of a person's photographs rise with the score")
        if self.people <= 0 or self.below[0][1] < 0 or self.below[-1][1] > 1:
            raise ValueError("a share is of people, 0 to 1")

    def missed(self, threshold: float) -> float:
        """The share below the first point at or above the threshold, so never too low; 1 beyond the last point."""
        at = bisect_left(self.below, threshold, key=itemgetter(0))
        return self.below[at][1] if at < len(self.below) else 1.0


@dataclass(frozen=True, slots=True)
class CalibrationTable:
    """Rates of one contract. See the module's rules.

    Args:
        contract, contract_id: whose scores these are.
        data: name of the data set.
        people, images: that entered; `left_out`: what did not, by reason, counted.
        confidence: one-sided, of every upper bound.
        groups: the groups that drive the rates; `overall` is shown only.
        mated: what a threshold costs, by group; shown only.
        lookalike_margin: the median difference between two scores of one person's own photographs with a third.
        not_for: codes of grounds and ages whose photographs the data do not hold.
        transfers, notes: what was seen elsewhere, and what the table cannot support.
    """

    contract: Digest
    contract_id: str
    data: str
    people: int
    images: int
    left_out: tuple[tuple[str, int], ...]
    confidence: float
    groups: tuple[GroupRates, ...]
    overall: GroupRates
    mated: tuple[MatedShares, ...]
    lookalike_margin: float
    not_for: frozenset[str]
    transfers: tuple[Transfer, ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.groups:
            raise ValueError("a table has at least one group")
        if not (0.5 <= self.confidence < 1.0 and 0.0 < self.lookalike_margin < 1.0):
            raise ValueError("the confidence is 0.5 to 1, the margin is above 0 and below 1")

    def demand(self, contract: Digest) -> None:
        """Refuse to speak about scores of another contract.

        Raises:
            CalibrationRefused: the table was made for another one.
        """
        if contract != self.contract:
            raise CalibrationRefused("The calibration was made for another model.")

    def false_rate(self, score: float) -> float:
        """Upper bound, in the worst group, for the chance that one stranger's reference scores at least `score`.

        Raises:
            CalibrationRefused: the score is not a number.
        """
        if math.isnan(score):
            raise CalibrationRefused("A score is not a number.")
        return max(LEAST_RATE, *(group.rate(score) for group in self.groups))

    def expected_false(self, score: float, scope_size: int) -> float:
        """Upper bound for the expected number of references this near, for a person who is not among `scope_size`.

        Raises:
            CalibrationRefused: the score is not a number, or the size is below 0.
        """
        return self.false_rate(score) * _size(scope_size)

    def fpir(self, threshold: float, scope_size: int) -> float:
        """Upper bound for the chance that a check of a person who is not in the scope gives a candidate.

        Raises:
            CalibrationRefused: as in `expected_false`.
        """
        rate, size = self.false_rate(threshold), _size(scope_size)
        if rate >= 1.0:
            return float(size > 0)
        return -math.expm1(size * math.log1p(-rate))

    def threshold(self, target_fpir: float, scope_size: int) -> float:
        """The lowest score, in whole millionths, at which `fpir` is at most the target. An empty scope counts as one.

        Raises:
            CalibrationRefused: the target is not between 0 and 1, or too low for any score to promise.
        """
        if not 0.0 < target_fpir < 1.0:
            raise CalibrationRefused("The target rate of false candidates is not between 0 and 1.")
        size = max(1, _size(scope_size))
        if self.fpir(1.0, size) > target_fpir:
            raise CalibrationRefused("The calibration cannot promise so low a rate for so large a gallery.")
        low, high = -MILLION, MILLION
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.fpir(middle / MILLION, size) <= target_fpir else (middle, high)
        return high / MILLION

    def extrapolated(self, score: float) -> bool:
        """Whether the rate at `score` is below one pair in the data of the smallest group: a model, not a count."""
        return self.false_rate(score) < 1.0 / min(group.pairs for group in self.groups)

    def calibrated_for(self, *codes: str) -> bool:
        """Whether photographs such as these grounds and ages bring were in the data."""
        return self.not_for.isdisjoint(codes)


def _size(scope_size: int) -> int:
    if scope_size < 0:
        raise CalibrationRefused("A gallery has no fewer than no references.")
    return scope_size
