"""What an evaluation cannot support, as sentences: of the data first, then what follows from the figures.

Rules:
* Where the probes have to be looked at, the sentence comes from `support.py` with the evaluation. What every evaluation
  has to say of its data, and what follows from the figures alone, is written here.
* That no difference shows is never said without how many people it would take to show one.
"""

from collections.abc import Iterator
from typing import Final

from overt.evaluation.differentials import RATIO
from overt.evaluation.report.numbers import percent, whole
from overt.evaluation.result import Evaluation
from overt.evaluation.support import rule_of_three

_PARITY: Final = {
    "fpir at 0.1": "FPIR at 10 %",
    "fpir at 0.01": "FPIR at 1 %",
    "fnir at 0.1": "FNIR at FPIR 10 %",
    "fnir at 0.01": "FNIR at FPIR 1 %",
}
"""The rates that a claim about groups would be of."""


def limits(evaluation: Evaluation) -> tuple[str, ...]:
    """The sentences, most general first."""
    return (
        *_of_the_data(evaluation),
        *evaluation.cautions,
        *_of_labels(evaluation),
        *(sentence for column in evaluation.material.columns for sentence in _of_parity(evaluation, column)),
    )


def _of_the_data(evaluation: Evaluation) -> Iterator[str]:
    material = evaluation.material
    yield (
        f"The figures are of {whole(material.images)} images of {whole(material.people)} people. They say nothing of "
        "other cameras, light, ages of photographs or crowds of people, and nothing of somebody who wants to be taken "
        "for another."
    )
    yield (
        f"Galleries had {whole(evaluation.identification.gallery_size)} references. In a larger one more strangers "
        "come near: at the same threshold FPIR rises, and at the same FPIR so does FNIR. Nothing was measured beyond."
    )
    yield (
        "An interval is for other people photographed in the same way (95 %, by drawing people anew). It does not "
        "cover mislabelled images that nobody has found, nor what people make of a candidate."
    )
    yield (
        f"Rule of three: an error that none of {whole(material.people)} people showed may still happen to "
        f"{percent(rule_of_three(material.people))} of people. No rate is claimed to be 0."
    )


def _of_labels(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.groups:
        yield (
            "Groups are what the labels say. How people came by them is not known here; nothing was inferred from a "
            "face."
        )
        yield (
            "A group's FPIR is for galleries made up as these people are. In a gallery with more of the group its "
            "people have more candidates."
        )
    else:
        yield "No labels of people were chosen: nothing is known here of differences between groups."


def _of_parity(evaluation: Evaluation, column: str) -> Iterator[str]:
    """What a claim that groups are alike would take."""
    people = [group.people for group in evaluation.groups if group.column == column]
    needed = {one.rate: one.people_needed for one in evaluation.differentials if one.column == column}
    short = {rate: count for rate, count in needed.items() if count > min(people) and rate in _PARITY}
    if short:
        counted = ", ".join(f"{whole(count)} for {_PARITY[rate]}" for rate, count in short.items())
        yield (
            f"By {column}: to tell a ratio of {RATIO:g} from 1 takes, in each group, so many people: {counted}. The "
            f"smallest has {whole(min(people))}. Where no difference shows, none is disproved."
        )
