"""Probes against galleries: one row a probe and draw, with all that the figures need of it.

Rules:
* A candidate is a person: of several references of one person the highest score counts.
* The rank of a probe's own person is 1 and as many more as other people score at least as high: a tie goes against.
* A reference without a template is in no gallery, and a probe without one has no candidate: their own score is minus
  infinity, which no threshold admits. `acquired` tells them apart: the probe has a template, and of a mated one's
  references one at least has.
* Scores come by blocks of whole rows, one probe against all references of a gallery, so that a score may be calibrated
  by the probe's other scores. Memory is bounded by the block, not by the number of images.
* A smaller gallery of n people is the first n of the draw; for a mated probe whose person is not among them, that
  person takes the last one's place. So every probe counts at every size.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationTooSmall
from overt.evaluation.bootstrap import blocks
from overt.evaluation.protocol import Draw, Indices
from overt.evaluation.sample import Sample

Scores = NDArray[np.float32] | NDArray[np.float64]
Score = Callable[[Indices, Indices], Scores]
"""(p,) images of probes and (r,) of references in, (p, r) scores out; higher is nearer. All have templates."""


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """What came of the probes of all draws; rows are probes, those of one draw together.

    Args:
        image, person: (n,) which image, and whose.
        draw: (n,) which gallery it met, from 0 on.
        mated: (n,) whether its person is enrolled there.
        acquired: (n,) whether there was a template of the probe, and of a mated one's reference.
        own: (n,) the highest score of the own references; minus infinity where there is none.
        other: (n,) the highest score of other people's.
        rank: (n,) of the own person; one more than there are people in the gallery where there is no own score.
        sizes: (s,) people in smaller galleries, rising, the whole one last.
        within: (n, s) `other` in each of these.
        references: (draws,) references with a template in each gallery; enrolled: (draws,) people they are of.
    """

    image: Indices
    person: Indices
    draw: Indices
    mated: NDArray[np.bool_]
    acquired: NDArray[np.bool_]
    own: NDArray[np.float64]
    other: NDArray[np.float64]
    rank: Indices
    sizes: Indices
    within: NDArray[np.float64]
    references: Indices
    enrolled: Indices


def cosine(sample: Sample) -> Score:
    """Cosines of a sample's templates."""
    return lambda probes, references: np.asarray(sample.vectors[probes] @ sample.vectors[references].T, np.float32)


def run(sample: Sample, draws: Sequence[Draw], score: Score | None = None) -> Trials:
    """All probes against their galleries.

    Args:
        score: of two images; the cosine of their templates by default.

    Raises:
        ValueError: there is no draw.
        EvaluationTooSmall: a gallery has no reference with a template.
    """
    if not draws:
        raise ValueError("no draw")
    galleries = [gallery_of(sample, draw) for draw in draws]
    sizes = _sizes(min(len(one.people) for one in galleries))
    parts = [
        replace(_one(sample, draw, gallery, score or cosine(sample), sizes), draw=np.full(len(draw.probes), i))
        for i, (draw, gallery) in enumerate(zip(draws, galleries, strict=True))
    ]
    rows = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Trials)
        if field.name != "sizes"
    }
    return Trials(sizes=sizes, **rows)


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """References with a template: `images` (r,), the first of each person at `first` (p,), whose: `people` (p,)."""

    images: Indices
    first: Indices
    people: Indices


def score_blocks(sample: Sample, draw: Draw, score: Score) -> Iterator[tuple[Indices, Indices, Scores]]:
    """Every score of a draw: images of probes (p,), of references (r,), and scores (p, r); templates only."""
    references = gallery_of(sample, draw).images
    probes = draw.probes[sample.made[draw.probes]]
    for part in blocks(len(probes), len(references)):
        yield probes[part], references, score(probes[part], references)


def gallery_of(sample: Sample, draw: Draw) -> Gallery:
    """The references of a draw that have a template, in its order.

    Raises:
        EvaluationTooSmall: none has.
    """
    images = draw.references[sample.made[draw.references]]
    if not len(images):
        raise EvaluationTooSmall("A gallery has no reference with a template.")
    first = np.flatnonzero(np.diff(sample.person[images], prepend=-1))
    return Gallery(images, first, sample.person[images[first]])


def _sizes(people: int) -> Indices:
    """The whole gallery, and halves of it down to some twenty people."""
    halves = [people >> step for step in range(people.bit_length()) if step == 0 or people >> step >= 20]
    return np.array(halves[::-1], np.intp)


def _one(sample: Sample, draw: Draw, gallery: Gallery, score: Score, sizes: Indices) -> Trials:
    image = draw.probes
    place = np.full(len(sample.people), -1)
    place[gallery.people] = np.arange(len(gallery.people))
    place = place[sample.person[image]]
    own, other = np.full(len(image), -np.inf), np.full(len(image), -np.inf)
    rank = np.full(len(image), len(gallery.people) + 1)
    within = np.full((len(image), len(sizes)), -np.inf)
    scored = np.flatnonzero(sample.made[image])
    for part in blocks(len(scored), len(gallery.images)):
        rows = scored[part]
        best = _by_person(score(image[rows], gallery.images), gallery.first)
        own[rows], rank[rows] = _taken_out(best, place[rows])
        within[rows] = _within(best, place[rows], sizes)
        other[rows] = best.max(axis=1)
    mated = np.arange(len(image)) < len(draw.mated)
    return Trials(
        image=image,
        person=sample.person[image],
        draw=np.zeros(len(image), np.intp),
        mated=mated,
        acquired=sample.made[image] & (~mated | (place >= 0)),
        own=own,
        other=other,
        rank=rank,
        sizes=sizes,
        within=within,
        references=np.array([len(gallery.images)]),
        enrolled=np.array([len(gallery.people)]),
    )


def _by_person(scores: Scores, first: Indices) -> NDArray[np.float64]:
    if len(first) < scores.shape[1]:
        scores = np.maximum.reduceat(scores, first, axis=1)
    return np.array(scores, np.float64)


def _taken_out(best: NDArray[np.float64], place: Indices) -> tuple[NDArray[np.float64], Indices]:
    """Own scores and ranks; the own person's score is minus infinity in `best` from here on."""
    own = np.full(len(best), -np.inf)
    rank = np.full(len(best), best.shape[1] + 1)
    rows = np.flatnonzero(place >= 0)
    own[rows] = best[rows, place[rows]]
    best[rows, place[rows]] = -np.inf
    rank[rows] = 1 + np.count_nonzero(best[rows] >= own[rows, np.newaxis], axis=1)
    return own, rank


def _within(best: NDArray[np.float64], place: Indices, sizes: Indices) -> NDArray[np.float64]:
    """The highest score of the others in galleries of the first people."""
    found = np.empty((len(best), len(sizes)))
    for column, size in enumerate(sizes):
        others = best[:, : size - 1].max(axis=1, initial=-np.inf)
        last = np.where(place >= size, -np.inf, best[:, size - 1])
        found[:, column] = np.maximum(others, last)
    return found
