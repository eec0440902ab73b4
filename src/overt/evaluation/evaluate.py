"""A sample in, an evaluation out: the order in which the parts of the maths are asked.

Rules:
* All randomness follows from one seed: draws, resamples, the galleries of the variant. The same sample and seed give
  the same figures.
* Scores are a matcher's, of templates (their cosines) or its own (`scored.py`): nothing after them knows which.
* The same draws of people serve every figure of a protocol, and the same resamples every interval.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from overt.errors import EvaluationTooSmall
from overt.evaluation.all_pairs import all_pairs
from overt.evaluation.bootstrap import RESAMPLES, drawn_people
from overt.evaluation.by_threshold import at_thresholds
from overt.evaluation.composition import compositions
from overt.evaluation.densities import COSINES, Scale, densities
from overt.evaluation.differentials import differentials
from overt.evaluation.folder import People
from overt.evaluation.groups import grouped
from overt.evaluation.identification import fta, identification
from overt.evaluation.matcher import Answer, NoTemplate
from overt.evaluation.protocol import ALL_IMAGES, ONE_IMAGE, Draw, drawn
from overt.evaluation.result import About, Evaluation, Material
from overt.evaluation.sample import Sample
from overt.evaluation.support import cautions
from overt.evaluation.trials import Score, cosine, run
from overt.evaluation.verification import verification

STEPS = 5
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Images that can be compared.

    Args:
        score: of two images; higher is nearer.
        reasons: of images without a template, by code.
        scale: where scores lie, for their densities.
    """

    sample: Sample
    score: Score
    reasons: Mapping[str, int]
    scale: Scale = COSINES


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """An evaluation, and the sample, draws and scores that it is of, for who writes these.

    Args:
        draws: with one image a person enrolled; draws_of_all: with all but the probe.
    """

    evaluation: Evaluation
    sample: Sample
    draws: tuple[Draw, ...]
    draws_of_all: tuple[Draw, ...]
    score: Score


def sample_of(people: People, answers: Sequence[Answer], dimension: int) -> Sample:
    """People with their templates; `answers` one an image.

    Raises:
        EvaluationTooSmall: there is no template at all.
    """
    made = np.array([not isinstance(answer, NoTemplate) for answer in answers])
    if not made.any():
        raise EvaluationTooSmall("No image gave a template.")
    vectors = np.zeros((len(answers), dimension), np.float32)
    for row, answer in enumerate(answers):
        if not isinstance(answer, NoTemplate):
            vectors[row] = answer
    return Sample(vectors, made, np.array(people.person, np.intp), people.people, people.labels)


def evaluate(
    people: People, answers: Sequence[Answer], named: Material, about: About, draws: int, progress: Progress
) -> Evaluated:
    """All figures of templates.

    Args:
        answers: a template or a failure for each image.
        named: the people counted, from `material`.
        draws: how many galleries.

    Raises:
        EvaluationTooSmall: no template, nobody with two images, or nobody left outside the galleries.
    """
    sample = sample_of(people, answers, about.dimension)
    reasons = Counter(answer.reason for answer in answers if isinstance(answer, NoTemplate))
    return evaluate_scores(Compared(sample, cosine(sample), reasons), named, about, draws, progress)


def evaluate_scores(compared: Compared, named: Material, about: About, draws: int, progress: Progress) -> Evaluated:
    """All figures of any scores; arguments and errors as in `evaluate`."""
    sample, score = compared.sample, compared.score
    seeds = [np.random.default_rng(seed) for seed in np.random.SeedSequence(about.seed).spawn(3)]
    protocol = replace(ONE_IMAGE, draws=draws)
    galleries = drawn(sample.person, protocol, seeds[0])
    weights = drawn_people(len(sample.people), RESAMPLES, seeds[1])
    progress(0, STEPS)
    trials = run(sample, galleries, score)
    found = identification(trials, weights)
    acquired = fta(sample, trials, weights)
    progress(1, STEPS)
    galleries_of_all = drawn(sample.person, replace(ALL_IMAGES, draws=draws), seeds[2])
    every = identification(run(sample, galleries_of_all, score), weights)
    progress(2, STEPS)
    pairs = all_pairs(sample, score)
    checked = verification(pairs, weights)
    progress(3, STEPS)
    columns = [grouped(sample, trials, pairs, column, weights) for column in sample.labels]
    mixed = [compositions(sample, galleries, trials, column, weights, score) for column in sample.labels]
    groups = tuple(chain.from_iterable(column.groups for column in columns))
    progress(4, STEPS)
    evaluation = Evaluation(
        about=about,
        material=named,
        protocol=protocol,
        verification=checked,
        identification=found,
        all_images=every,
        fta=acquired,
        fta_reasons=compared.reasons,
        groups=groups,
        at_thresholds=at_thresholds(sample, trials, weights),
        group_pairs=tuple(chain.from_iterable(column.pairs for column in columns)),
        strictest=tuple(chain.from_iterable(column.strictest for column in columns)),
        compositions=tuple(chain.from_iterable(mixed)),
        differentials=tuple(chain.from_iterable(differentials(column) for column in columns)),
        densities=densities(sample, galleries, trials, score, compared.scale),
        cautions=cautions(sample, trials, found, acquired, groups),
    )
    progress(5, STEPS)
    return Evaluated(evaluation, sample, galleries, galleries_of_all, score)


def material(people: People, name: str, notes: Sequence[str] = ()) -> Material:
    """What the evaluation is of, counted."""
    return Material(
        name=name,
        people=len(people.people),
        images=len(people.images),
        several=sum(count > 1 for count in Counter(people.person).values()),
        columns=tuple(people.labels),
        cleanup=people.cleanup,
        left=people.left,
        notes=tuple(notes),
    )
