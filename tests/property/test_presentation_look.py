"""Wherever a detector says that a face is: the look gives numbers or nothing, and never stands in a check's way."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.capture.photo import Photo
from overt.quality.presentation.look import LIMITS, Look, look, sign_of
from overt.quality.presentation.sign import Sign
from unit.capture.drawn import a_face

SIDES = st.integers(1, 400)
VALUES = st.none() | st.floats(0, 5)
LOOKS = st.lists(st.builds(Look, pattern=VALUES, rim=VALUES), max_size=5)


@settings(max_examples=60)
@given(SIDES, SIDES, st.floats(-500, 500), st.floats(-500, 500), st.floats(0.5, 2000), st.integers(0, 3))
def test_a_look_gives_numbers_or_nothing(width: int, height: int, x: float, y: float, face: float, seed: int) -> None:
    photo = Photo(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))
    seen = look(photo, a_face(x=x, y=y, width=face))
    assert seen.pattern is None or math.isfinite(seen.pattern)
    assert seen.rim is None or 0 <= seen.rim <= 1


@given(LOOKS)
def test_a_sign_needs_half_of_the_frames_that_could_be_measured(looks: list[Look]) -> None:
    found = sign_of(looks)
    for sign in Sign:
        values = [value for each in looks if (value := getattr(each, sign)) is not None]
        shown = sum(value >= getattr(LIMITS, sign) for value in values)
        if found is sign:
            assert 2 * shown >= len(values) > 0
        if values and 2 * shown > len(values):
            assert found is not None
