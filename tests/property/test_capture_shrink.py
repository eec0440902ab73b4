"""The block mean against the obvious loop, and against itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from overt.capture.shrink import shrink

PICTURES = hnp.arrays(np.uint8, st.tuples(st.integers(1, 13), st.integers(1, 13), st.just(3)))


def slow_shrink(pixels: np.ndarray, factor: int) -> np.ndarray:
    rows, columns = pixels.shape[0] // factor, pixels.shape[1] // factor
    out = np.zeros((rows, columns, 3), np.uint8)
    for row in range(rows):
        for column in range(columns):
            block = pixels[row * factor : (row + 1) * factor, column * factor : (column + 1) * factor]
            for channel in range(3):
                total = sum(int(value) for value in block[:, :, channel].ravel())
                out[row, column, channel] = (2 * total + factor * factor) // (2 * factor * factor)
    return out


@given(PICTURES, st.integers(1, 13))
def test_equals_the_slow_one(pixels: np.ndarray, factor: int) -> None:
    if factor > min(pixels.shape[:2]):
        with pytest.raises(ValueError, match="factor"):
            shrink(pixels, factor)
    else:
        assert np.array_equal(shrink(pixels, factor), slow_shrink(pixels, factor))


def test_the_largest_block_of_white_is_white() -> None:
    assert shrink(np.full((256, 256, 3), 255, np.uint8), 256).tolist() == [[[255, 255, 255]]]
    with pytest.raises(ValueError, match="factor"):
        shrink(np.full((300, 300, 3), 255, np.uint8), 257)
