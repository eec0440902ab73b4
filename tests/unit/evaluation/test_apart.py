"""Scores of pairs with a centre in whose fit neither person had a part."""

import numpy as np
import pytest

from overt.evaluation.apart import centred_apart, folds_of
from unit.evaluation.crowds import crowd, some_images


def test_a_person_is_in_one_fold_and_folds_are_even() -> None:
    people = [f"p{i}" for i in range(57) for _ in range(1 + i % 3)]
    fold = folds_of(people, np.random.default_rng(1), 5)
    by_person = {name: {int(fold[i]) for i, other in enumerate(people) if other == name} for name in set(people)}
    assert all(len(folds) == 1 for folds in by_person.values())
    sizes = np.bincount([folds.pop() for folds in by_person.values()])
    assert sizes.max() - sizes.min() <= 1


def test_no_score_depends_on_a_centre_of_its_own_people() -> None:
    sample = crowd(some_images(30, 2), 2)
    fold = folds_of([sample.people[one] for one in sample.person], np.random.default_rng(0), 6)
    asked: list[np.ndarray] = []

    def centre_of(rows: np.ndarray) -> np.ndarray:
        asked.append(rows)
        return np.asarray(sample.vectors[rows].mean(0), np.float64)

    scores = centred_apart(sample.vectors, fold, centre_of)
    assert np.array_equal(scores, scores.T)
    for i, j in ((0, 5), (3, 20), (7, 7)):
        left = sample.vectors[[i, j]] - sample.vectors[(fold != fold[i]) & (fold != fold[j])].mean(0)
        left /= np.linalg.norm(left, axis=1, keepdims=True)
        assert scores[i, j] == pytest.approx(float(left[0] @ left[1]), abs=1e-5)
    assert len(asked) == 21


def test_without_a_centre_they_are_the_cosines() -> None:
    sample = crowd([2] * 12, 3)
    fold = folds_of([sample.people[one] for one in sample.person], np.random.default_rng(0), 4)
    scores = centred_apart(sample.vectors, fold, lambda _: np.zeros(sample.vectors.shape[1]))
    assert scores == pytest.approx(sample.vectors @ sample.vectors.T, abs=1e-5)
