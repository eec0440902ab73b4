"""What single figures cannot support, in plain sentences: those for which the probes themselves must be looked at.

Rules:
* A sentence names the figure, what it rests on, and what therefore cannot be said.
* No figure is called good or bad, and no group treated alike: that an error was not seen is not that there is none.
* What follows from the figures alone (how many people a claim needs) is said where they are written (`report`).
"""

from collections.abc import Iterator, Sequence
from math import isinf
from typing import Final

import numpy as np

from overt.evaluation.bootstrap import FEW
from overt.evaluation.figures import Fta, Group, Identification, Rate
from overt.evaluation.identification import FPIRS
from overt.evaluation.open_set import open_set
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Trials

FEW_PEOPLE: Final = 100
"""A group of fewer people gets a sentence: at an error of 1 % one of them errs."""


_UNBOUNDED: Final = " So few cannot show so low a rate: the interval of FNIR there ends at 100 %."


def rule_of_three(people: int) -> float:
    """What a rate may be, with 95 % confidence (one-sided), when it came up with none of so many people."""
    return min(1.0, 3 / people)


def cautions(
    sample: Sample, trials: Trials, found: Identification, acquired: Fta, groups: Sequence[Group]
) -> tuple[str, ...]:
    """Sentences about thresholds that rest on few people, errors that were not seen, and small groups."""
    return (
        *_about_thresholds(trials, found),
        *_about_none(sample, trials, found, acquired),
        *_about_groups(groups),
    )


def _about_thresholds(trials: Trials, found: Identification) -> Iterator[str]:
    table = open_set(trials)
    for share in FPIRS.values():
        threshold = table.threshold(share)
        above = ~trials.mated & (trials.other >= threshold.value)
        probes, people = len(np.unique(trials.image[above])), len(np.unique(trials.person[above]))
        if people < FEW:
            rests = f"{many(probes, 'probe')} of {many(people, 'person', 'people')}"
            yield (
                f"At FPIR {percent(share)} the threshold rests on "
                f"{rests if people else f'the single highest of {found.non_mated:,} non-mated scores'}: "
                f"other people would move it, and FNIR there with it.{_UNBOUNDED if isinf(threshold.strict) else ''}"
            )


def _about_none(sample: Sample, trials: Trials, found: Identification, acquired: Fta) -> Iterator[str]:
    mated = len(np.unique(trials.person[trials.mated]))
    for key, one in found.fnir_at_fpir.items():
        if one.high < 1:  # else the threshold's sentence says more
            yield from _none(f"FNIR at FPIR {percent(FPIRS[key])}", "mated probes", one, mated)
    yield from _none("FTA", "images", acquired.images, len(sample.people))


def _none(name: str, what: str, one: Rate, people: int) -> Iterator[str]:
    if one.n and one.k == 0:
        yield (
            f"{name}: none of {one.n:,} {what} of {many(people, 'person', 'people')}. "
            f"The rate may still be as high as {percent(rule_of_three(people))} (rule of three, people counted once)."
        )


def _about_groups(groups: Sequence[Group]) -> Iterator[str]:
    for one in groups:
        if one.people < FEW_PEOPLE:
            yield (
                f"{one.column} {one.value}: {many(one.people, 'person', 'people')} only. "
                f"An error that none of them had may still come up in {percent(rule_of_three(one.people))} of others."
            )


def percent(share: float) -> str:
    """A share as people read it, with two significant digits: "0.1 %"."""
    return f"{100 * share:.2g} %" if share < 0.995 else "100 %"


def many(count: int, one: str, more: str = "") -> str:
    """A count with its word."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
