"""The best so far are kept, whatever comes in which order, and equal ones do not pile up."""

import numpy as np
import pytest

from overt.search.contract import Scored, in_order
from overt.search.leading import _SPARE, ROUNDING, Leading
from overt.search.score import exact_score
from unit.search.galleries import some_vectors

QUERY = some_vectors(1, 64, 3)[0]


def fed(rows: np.ndarray, count: int, at_once: int) -> Leading:
    leading = Leading(QUERY, count)
    near = rows.astype(np.float64) @ QUERY.astype(np.float64)
    numbers = np.arange(len(rows), 0, -1)
    for start in range(0, len(rows), at_once):
        part = slice(start, start + at_once)
        leading.add(near[part], numbers[part], rows[part])
    return leading


@pytest.mark.parametrize("at_once", [1, 7, 1000])
@pytest.mark.parametrize("count", [1, 10, 1000, 2000])
def test_it_gives_the_best_in_order(count: int, at_once: int) -> None:
    rows = np.concatenate([some_vectors(600, 64, 4), some_vectors(400, 64, 4)])
    defined = in_order(Scored(len(rows) - at, exact_score(QUERY, row)) for at, row in enumerate(rows))
    leading = fed(rows, count, at_once)
    assert leading.best() == defined[:count]
    assert leading.least <= defined[min(count, len(rows)) - 1].score
    if count <= len(rows):
        assert leading.least >= defined[count - 1].score - 3 * ROUNDING
    else:
        assert leading.least == -np.inf


def test_a_thousand_equal_ones_are_not_all_kept() -> None:
    rows = np.repeat(some_vectors(1, 64, 5), 2000, axis=0)
    leading = fed(rows, 10, 100)
    assert [one.reference for one in leading.best()] == list(range(1, 11))
    assert len(leading._near) <= 10 + _SPARE
