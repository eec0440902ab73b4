"""A photo never changes and never shows itself in a log."""

import numpy as np
import pytest

from overt.capture.photo import Photo
from unit.capture.drawn import quarters


def test_it_does_not_change_with_its_source() -> None:
    source = quarters()
    photo = Photo(source)
    source[:] = 0
    assert photo.pixels.max() == 220
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0] = 1


def test_it_does_not_print_pixels() -> None:
    assert "[" not in repr(Photo(quarters()))
    assert "200" not in repr(Photo(quarters()))


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4, 3))],
)
def test_other_arrays_are_no_photo(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        Photo(pixels)
