"""What else was tried on the templates of the default contract's looks, for `accuracy.py --trials`. Not a benchmark.

* `centre of everybody`: the mean template of all people is taken away, not that of the women.
* `within people`: besides, directions in which photographs of one person differ count less (within-class covariance
  normalisation, Hatch et al. 2006), half shrunk towards no change.
* `level`, `own tail`: a score is told from the probe's own next scores in the gallery: minus the level of the 50th;
  or over the mean excess of its 200 nearest over the last of them (an exponential tail for each probe).
* `mirror`, `one look, mirror`, `one look, mirror, centred`: the mirror image's embedding added, without a further look,
  with one, and with the centre taken away besides. `fast as shipped`: with the centre fitted on the default's looks.

The fitted ones are fitted on other people than the probes', as `default` is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.protocol import Draw, Indices
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Scores, Trials, run

Apply = Callable[[Sample, NDArray[np.bool_]], Sample]
"""A sample with its templates changed by what was fitted on some of its people."""
Crossed = Callable[[Sample, tuple[Draw, ...], Apply], Trials]


def tried(looks: Sample, draws: tuple[Draw, ...], crossed: Crossed) -> Mapping[str, Trials]:
    """Each trial's trials, by name."""
    return {
        "centre of everybody": crossed(looks, draws, of_everybody),
        "within people": crossed(looks, draws, within_people),
        "level": run(looks, draws, level(looks, 50)),
        "own tail": run(looks, draws, own_tail(looks, 200)),
    }


def changed(sample: Sample, centre: NDArray[np.float64], turned: NDArray[np.float64] | None = None) -> Sample:
    """Templates less a centre, perhaps mapped, at length 1."""
    left = sample.vectors - centre
    left = left if turned is None else left @ turned
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    return replace(sample, vectors=np.where(sample.made[:, np.newaxis], left / lengths, 0).astype(np.float32))


def person_means(sample: Sample) -> NDArray[np.float64]:
    """(people, dimension) each person's mean template; those without one have zeros."""
    sums = np.zeros((len(sample.people), sample.vectors.shape[1]))
    np.add.at(sums, sample.person, sample.vectors)
    return sums / np.maximum(1, np.bincount(sample.person[sample.made], minlength=len(sums)))[:, np.newaxis]


def of_everybody(sample: Sample, fitted: NDArray[np.bool_]) -> Sample:
    return changed(sample, person_means(sample)[fitted].mean(0))


def within_people(sample: Sample, fitted: NDArray[np.bool_]) -> Sample:
    means = person_means(sample)
    several = fitted & (np.bincount(sample.person[sample.made], minlength=len(means)) > 1)
    rows = several[sample.person] & sample.made
    apart = sample.vectors[rows] - means[sample.person[rows]]
    covariance = apart.T @ apart / (np.count_nonzero(rows) - np.count_nonzero(several))
    shrunk = (covariance + np.trace(covariance) / len(covariance) * np.eye(len(covariance))) / 2
    values, directions = np.linalg.eigh(shrunk)
    return changed(sample, means[fitted].mean(0), directions @ np.diag(values**-0.5) @ directions.T)


def level(sample: Sample, k: int) -> Score:
    def score(probes: Indices, references: Indices) -> Scores:
        scores = cosines(sample, probes, references)
        return scores - nearest(scores, k)[:, -1:]

    return score


def own_tail(sample: Sample, k: int) -> Score:
    def score(probes: Indices, references: Indices) -> Scores:
        scores = cosines(sample, probes, references)
        top = nearest(scores, k)
        return (scores - top[:, -1:]) / (top - top[:, -1:]).mean(1, keepdims=True)

    return score


def cosines(sample: Sample, probes: Indices, references: Indices) -> NDArray[np.float64]:
    return np.asarray(sample.vectors[probes] @ sample.vectors[references].T, np.float64)


def nearest(scores: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """(p, k) the scores after the highest, which may be the person's own; falling."""
    found = -np.partition(-scores, k, axis=1)[:, : k + 1]
    return -np.sort(-found, axis=1)[:, 1:]
