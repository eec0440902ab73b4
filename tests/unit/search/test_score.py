"""The score is the exact dot product, rounded once; what cannot be scored is refused."""

import math
from fractions import Fraction

import numpy as np
import pytest

from overt.errors import ThresholdRefused, VectorRefused
from overt.search.score import checked_rows, checked_threshold, checked_vector, exact_score
from unit.search.galleries import some_vectors, unit


def test_the_score_is_the_exact_rational_dot_product_rounded_once() -> None:
    for query, vector in zip(some_vectors(50, 128, 1), some_vectors(50, 128, 2), strict=True):
        exact = sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(query, vector, strict=True))
        assert exact_score(query, vector) == float(exact)


def test_the_score_is_symmetric_and_needs_no_order_of_summation() -> None:
    query, vector = some_vectors(2, 64)
    order = np.random.default_rng(3).permutation(64)
    assert exact_score(query, vector) == exact_score(vector, query) == exact_score(query[order], vector[order])


def test_numpy_alone_would_give_another_score() -> None:
    pairs = zip(some_vectors(50, 128, 1), some_vectors(50, 128, 2), strict=True)
    assert any(float(np.dot(q, x)) != exact_score(q, x) for q, x in pairs)


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param([1.0, 0.0, 0.0, 0.0], id="a list"),
        pytest.param(np.array([1.0, 0, 0, 0]), id="float64"),
        pytest.param(unit([1, 0, 0]), id="too short"),
        pytest.param(unit([[1, 0, 0, 0]]), id="a matrix"),
        pytest.param(np.float32(1.0), id="a number"),
        pytest.param(np.array([0.5, 0.5, 0.5, 0.6], np.float32), id="not of length 1"),
        pytest.param(np.zeros(4, np.float32), id="zero"),
        pytest.param(np.array([1, 0, 0, np.nan], np.float32), id="NaN"),
        pytest.param(np.array([np.inf, 0, 0, 0], np.float32), id="infinite"),
    ],
)
def test_what_is_not_a_unit_vector_is_refused(vector: object) -> None:
    with pytest.raises(VectorRefused):
        checked_vector(vector, 4)


def test_one_bad_row_refuses_all_rows() -> None:
    rows = some_vectors(10, 8)
    assert checked_rows(rows, 8) is rows
    rows[7, 3] = np.nan
    with pytest.raises(VectorRefused):
        checked_rows(rows, 8)


@pytest.mark.parametrize("threshold", [math.nan, math.inf, -math.inf])
def test_a_threshold_is_finite(threshold: float) -> None:
    with pytest.raises(ThresholdRefused):
        checked_threshold(threshold)
