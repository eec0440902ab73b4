"""Scores of pairs whose people had no part in what was fitted: a centre taken away from templates, crossed.

Rules:
* People are dealt into folds. The two templates of a pair are both changed by the centre of the people of the other
  folds, so that neither of the two has a part in it. What is learnt of such pairs holds for people whom nobody fitted.
* A pair of one person is scored as any other: without the fold of that person.

Limitations: each centre rests on fewer people than the shipped one (of `FOLDS` folds all but two), so that it is a
little noisier; the error is to the safe side.
"""

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
from numpy.typing import NDArray

FOLDS: Final = 10

Vectors = NDArray[np.float32]
CentreOf = Callable[[NDArray[np.bool_]], NDArray[np.float64]]
"""(m,) which images may be fitted on, to (dim,) the centre of their people."""


def folds_of(people: Sequence[str], random: np.random.Generator, folds: int = FOLDS) -> NDArray[np.intp]:
    """(m,) the fold of each image: all of one person in one, people dealt evenly."""
    names, whose = np.unique(np.array(people), return_inverse=True)
    return np.asarray((random.permutation(len(names)) % folds)[whose], np.intp)


def centred_apart(vectors: Vectors, fold: NDArray[np.intp], centre_of: CentreOf) -> Vectors:
    """(m, m) the score of each pair of images, less a centre of neither's people.

    Args:
        vectors: (m, dim) unit templates before a centre is taken away.
        fold: (m,) from `folds_of`.
    """
    scores = np.zeros((len(vectors), len(vectors)), np.float32)
    for one, other in combinations_with_replacement(range(int(fold.max()) + 1), 2):
        centre = centre_of((fold != one) & (fold != other))
        rows, columns = np.flatnonzero(fold == one), np.flatnonzero(fold == other)
        block = _less(vectors[rows], centre) @ _less(vectors[columns], centre).T
        scores[np.ix_(rows, columns)], scores[np.ix_(columns, rows)] = block, block.T
    return scores


def _less(vectors: Vectors, centre: NDArray[np.float64]) -> Vectors:
    left = vectors - centre
    return np.asarray(left / np.linalg.norm(left, axis=1, keepdims=True), np.float32)
