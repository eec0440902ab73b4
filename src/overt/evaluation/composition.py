"""What the make-up of a gallery does to the errors: non-mated probes of a group against galleries of different people.

A gallery of custody images is not made up as the street is. Strangers of one group score higher with each other than
with others, so that a gallery with many of a group gives its people more candidates than their FPIR in a mixed gallery
says.

Rules:
* For each group, three galleries of one size are parts of each draw's own: references of the group alone; of people
  with another value; of everybody, as drawn. Each is the first so many of its kind in the gallery's order, so that it
  can be made again from the draw, and no randomness is added. People without a value are in the mixture only.
* The size is what every draw has of both kinds. The threshold is everybody's in the whole gallery: so FPIR is lower
  here than there, and only the three are compared.
* Where a draw has fewer than `LEAST` references of a kind, or fewer than `FEW` people of the group are non-mated,
  nothing is measured, and why is said.
* One image of each enrolled person is a reference, so that a person's place in the gallery is their image's.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import FEW, Weights, divided, rate, ratio
from overt.evaluation.figures import Composition, Rate, Ratio
from overt.evaluation.groups import members
from overt.evaluation.identification import FPIRS
from overt.evaluation.open_set import OpenSet, limits, open_set, share_above
from overt.evaluation.operating import Numbers
from overt.evaluation.protocol import Draw, Indices
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Gallery, Score, Trials, cosine, gallery_of, score_blocks

LEAST: Final = 20
"""References of a gallery at least; below, one look-alike more or less decides."""
KINDS: Final = ("only", "others", "mixture")

Places = Mapping[str, Indices]
"""By kind, where a gallery's references of that kind stand in it."""
People = NDArray[np.bool_]


def compositions(
    sample: Sample, draws: Sequence[Draw], trials: Trials, column: str, weights: Weights, score: Score | None = None
) -> tuple[Composition, ...]:
    """One for each group of a column.

    Args:
        draws, trials: with one image of each person enrolled.
    """
    table = open_set(trials)
    groups = members(sample, column)
    known = np.logical_or.reduce([np.zeros(len(sample.people), np.bool_), *groups.values()])
    galleries = [gallery_of(sample, draw) for draw in draws]
    places, reasons = {}, {}
    for value, inside in groups.items():
        each = [_places(gallery, inside, known) for gallery in galleries]
        size = min(len(one[kind]) for one in each for kind in KINDS)
        if reason := _too_few(size, len(np.unique(sample.person[_probes(sample, draws, inside)]))):
            reasons[value] = reason
        else:
            places[value] = [{kind: one[kind][:size] for kind in KINDS} for one in each]
    nearest = _nearest(sample, draws, {value: groups[value] for value in places}, places, score or cosine(sample))
    return tuple(
        Composition(column, value, 0, {}, {}, {}, {}, reasons[value])
        if value in reasons
        else Composition(
            column,
            value,
            len(places[value][0]["only"]),
            *_figures(table, nearest[value], sample.person[_probes(sample, draws, inside)], weights),
            reason="",
        )
        for value, inside in groups.items()
    )


def _figures(
    table: OpenSet, nearest: Mapping[str, Numbers], person: Indices, weights: Weights
) -> tuple[Mapping[str, Rate], Mapping[str, Rate], Mapping[str, Rate], Mapping[str, Ratio]]:
    """FPIR in each of the `KINDS`, and the first over the second."""
    limit = limits(table, weights, list(FPIRS.values()))
    drawn = {kind: share_above(nearest[kind], person, weights, limit) for kind in KINDS}
    only, others, mixture = (_rates(table, nearest[kind], person, drawn[kind]) for kind in KINDS)
    ratios = {
        key: ratio(only[key], others[key], divided(drawn["only"][:, i], drawn["others"][:, i]))
        for i, key in enumerate(FPIRS)
    }
    return only, others, mixture, ratios


def _places(gallery: Gallery, inside: People, known: People) -> Places:
    own = inside[gallery.people]
    return {
        "only": np.flatnonzero(own),
        "others": np.flatnonzero(known[gallery.people] & ~own),
        "mixture": np.arange(len(gallery.people)),
    }


def _probes(sample: Sample, draws: Sequence[Draw], inside: People) -> Indices:
    """Non-mated probes of a group, of all draws."""
    return np.concatenate([draw.non_mated[inside[sample.person[draw.non_mated]]] for draw in draws])


def _too_few(references: int, people: int) -> str:
    if references < LEAST:
        return f"A draw has only {references} references of the group, or of others; {LEAST} are needed."
    if people < FEW:
        return f"Only {people} people of the group are not enrolled; {FEW} are needed."
    return ""


def _nearest(
    sample: Sample,
    draws: Sequence[Draw],
    groups: Mapping[str, People],
    places: Mapping[str, Sequence[Places]],
    score: Score,
) -> dict[str, dict[str, Numbers]]:
    """By group and kind, the highest score of each of the `_probes`; minus infinity where it has no template.

    Scores come in the blocks of `trials.run`, so that they are the very same numbers and a threshold cuts them alike.
    """
    found: dict[str, dict[str, list[Numbers]]] = {value: {kind: [] for kind in KINDS} for value in groups}
    for number, draw in enumerate(draws if groups else ()):
        highest = {(value, kind): np.full(len(sample.person), -np.inf) for value in groups for kind in KINDS}
        for probes, _, scores in score_blocks(sample, draw, score):
            for value, inside in groups.items():
                rows = inside[sample.person[probes]]
                for kind in KINDS:
                    columns = places[value][number][kind]
                    highest[value, kind][probes[rows]] = scores[rows][:, columns].max(axis=1)
        for value, inside in groups.items():
            for kind in KINDS:
                found[value][kind].append(highest[value, kind][_probes(sample, [draw], inside)])
    return {value: {kind: np.concatenate(parts) for kind, parts in kinds.items()} for value, kinds in found.items()}


def _rates(table: OpenSet, nearest: Numbers, person: Indices, drawn: Numbers) -> dict[str, Rate]:
    return {
        key: rate(nearest >= table.order.threshold(share), person, drawn[:, i])
        for i, (key, share) in enumerate(FPIRS.items())
    }
