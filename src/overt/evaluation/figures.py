"""The figures of an evaluation, as values: what the maths gives and the report writes.

Rules:
* A rate is never without its counts and its interval (95 %, two-sided, bootstrap over people; wider where few people
  decide: `bootstrap.py`, `doubt.py`).
* Rates are pooled over draws: `n` and `k` count probes of all draws, the interval counts people once.
* Terms as in ISO/IEC 19795-1: FNIR, FPIR, FTA, TMR, FMR, rank; groups as in ISO/IEC 19795-10.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` of `n`; `estimate` = k / n within `low` to `high`, all from 0 to 1. With n = 0 it is 0 within 0 to 1."""

    n: int
    k: int
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """One rate over another, within `low` to `high`; infinite where the lower one may be none."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Points to draw: `x` rising; `low` and `high` bound `y`, empty where there are no bounds."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """One to one: every two images of one person, and every two of different people.

    Args:
        mated: comparisons of one person; non_mated: of different people.
        tmr_at_fmr: true match rate where the false match rate is at most the key ("0.001").
        threshold_at_fmr: the score from which on a comparison counts there.
        det: FNMR (y) against FMR (x).
    """

    mated: int
    non_mated: int
    tmr_at_fmr: Mapping[str, Rate]
    threshold_at_fmr: Mapping[str, float]
    det: Curve


@dataclass(frozen=True, slots=True)
class Identification:
    """One to many, open set, over `draws` galleries of `gallery_size` references (the mean, where draws differ).

    Args:
        mated: probes of people in the gallery; non_mated: of people who are not; of all draws together.
        rank1, rank6: mated probes whose own reference is among the first, or first six.
        fnir_at_fpir: mated probes without their own reference at rank 1 and at or above the threshold, where the
            threshold is the lowest at which at most that share of non-mated probes ("0.01") has a candidate.
        det: FNIR (y) against FPIR (x). cmc: share (y) within rank (x). by_size: FNIR (y) at FPIR 1 % against
            references (x).
    """

    draws: int
    gallery_size: int
    mated: int
    non_mated: int
    rank1: Rate
    rank6: Rate
    fnir_at_fpir: Mapping[str, Rate]
    threshold_at_fpir: Mapping[str, float]
    det: Curve
    cmc: Curve
    by_size: Curve


@dataclass(frozen=True, slots=True)
class Fta:
    """Images without a template: of `images`, and what FNIR at FPIR 1 % is with them as misses and without them."""

    images: Rate
    counted: Rate
    left_out: Rate


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind the errors of many probes: different images, and different people, with one in any draw."""

    images: Rate
    people: Rate


@dataclass(frozen=True, slots=True)
class Group:
    """People of one value of one label, at the threshold that everybody has.

    Args:
        people, n: people, and probes of all draws.
        fpir, fnir, fta: by the FPIR of everybody ("0.1"), as in `Identification`; fta of images.
        fmr: false match rate among strangers of the group at the threshold where everybody's is the key ("0.0001").
        fpir_behind, fnir_behind: of its non-mated and mated images and people, those with such an error.
    """

    column: str
    value: str
    people: int
    n: int
    fpir: Mapping[str, Rate]
    fnir: Mapping[str, Rate]
    fta: Rate
    fmr: Mapping[str, Rate]
    fpir_behind: Mapping[str, Behind]
    fnir_behind: Mapping[str, Behind]


@dataclass(frozen=True, slots=True)
class AtThresholds:
    """FPIR and FNIR of a group, or of everybody, at thresholds that are given.

    Args:
        column, value: the group; None for everybody.
        people: of the group.
        thresholds: rising scores, the same for all; fpir, fnir: one each.
    """

    column: str | None
    value: str | None
    people: int
    thresholds: tuple[float, ...]
    fpir: tuple[Rate, ...]
    fnir: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class GroupPair:
    """Comparisons of people of two groups of a column, or of strangers in one, at the threshold that everybody has.

    Args:
        one, other: the groups, in the order of their names; the same for strangers in one group.
        fmr: false match rate where everybody's is the key ("0.0001"). The order of two images does not matter.
    """

    column: str
    one: str
    other: str
    fmr: Mapping[str, Rate]


@dataclass(frozen=True, slots=True)
class Strictest:
    """The threshold at which every group of a column has at most an FMR among its own strangers.

    Args:
        fmr: the key ("0.0001"). worst: the group whose threshold it is. tmr: of everybody there.
    """

    column: str
    fmr: str
    worst: str
    threshold: float
    tmr: Rate


@dataclass(frozen=True, slots=True)
class Composition:
    """What non-mated probes of one group meet in galleries of different people, at the threshold that everybody has.

    Args:
        references: in each of the galleries, which are parts of the same draw; 0 where nothing was measured.
        only, others, mixture: FPIR by everybody's ("0.1"), in galleries of the group alone, of people with another
            value, and of everybody as drawn; empty where nothing was measured.
        only_to_others: the first over the second.
        reason: why nothing was measured; empty where something was.
    """

    column: str
    value: str
    references: int
    only: Mapping[str, Rate]
    others: Mapping[str, Rate]
    mixture: Mapping[str, Rate]
    only_to_others: Mapping[str, Ratio]
    reason: str


@dataclass(frozen=True, slots=True)
class Differential:
    """How far groups of one column differ in one rate (ISO/IEC 19795-10; NIST FRTE part 8).

    Args:
        rate: "fpir at 0.01", "fnir at 0.01", "fmr at 0.0001", "fpir of images at 0.1", "fpir of people at 0.1".
        worst: the group with the highest estimate.
        worst_to_mean: its rate over the geometric mean of all groups; worst_to_best: over the lowest.
        gini: of the groups' rates, 0 (alike) to 1.
        mape: how far a group's rate lies from the mean of the groups, on average, as a share of it (mean absolute
            percentage error).
        people_needed: in each group, for telling a ratio of 1.5 from 1 at this rate (80 % power, 5 % level).
    """

    column: str
    rate: str
    worst: str
    worst_to_mean: Ratio
    worst_to_best: Ratio
    gini: float
    mape: Ratio
    people_needed: int
