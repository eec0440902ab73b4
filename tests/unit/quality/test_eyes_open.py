"""Eyes that are closed are told from open ones, whatever the face's size and lean, and only ever advised about."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.capture.face import DetectedFace, Point
from overt.capture.photo import Photo
from overt.quality.assess import assess_all
from overt.quality.assessment import Assessment, Measure, NotAssessed
from overt.quality.eyes_open import ADVICE_BELOW, LEAST, advice
from overt.quality.lids import LidFinder, Lids
from overt.quality.order import rank
from unit.capture.drawn import a_face
from unit.quality.drawn_lids import DrawnLids

FACE = a_face(x=100, y=80, width=200)
GREY = Photo(np.full((420, 400, 3), 128, np.uint8))


def eyes(finder: LidFinder | None, face: DetectedFace = FACE) -> Assessment:
    (found,) = (each for each in assess_all(GREY, face, finder) if each.measure is Measure.EYES_OPEN)
    return found


def test_the_raw_value_is_the_opening_and_the_scale_is_the_standards() -> None:
    for opening, value in ((0.0, 12), (0.02, 50), (0.03, 73), (0.08, 100)):
        found = eyes(DrawnLids(opening))
        assert found.raw == pytest.approx(opening)
        assert found.value == value


def test_closed_eyes_are_advised_about_and_open_ones_are_not() -> None:
    closed, opened = eyes(DrawnLids(0.01)), eyes(DrawnLids(0.08))
    assert closed.advice is not None
    assert closed.advice.startswith("The eyes seem closed:")
    assert opened.advice is None
    assert advice(ADVICE_BELOW) is None
    assert advice(math.nextafter(ADVICE_BELOW, 0)) is not None


def test_the_more_closed_eye_counts() -> None:
    assert eyes(DrawnLids(0.08, other=0.01)) == eyes(DrawnLids(0.01, other=0.08)) == eyes(DrawnLids(0.01))


@given(st.floats(0, 0.2), st.floats(0.4, 3), st.floats(-0.7, 0.7))
def test_neither_size_nor_lean_changes_it(opening: float, size: float, lean: float) -> None:
    turn = size * np.array([[math.cos(lean), -math.sin(lean)], [math.sin(lean), math.cos(lean)]])

    def moved(point: Point) -> Point:
        x, y = turn @ np.asarray(point)
        return float(x), float(y)

    a, b, c, d, e = (moved(point) for point in FACE.landmarks)
    assert eyes(DrawnLids(opening), DetectedFace(FACE.box, (a, b, c, d, e), 0.9)).raw == pytest.approx(opening)


def test_without_a_model_and_with_a_face_that_shows_no_lids_nothing_is_said() -> None:
    small = a_face(x=100, y=80, width=1.9 * LEAST)
    (rx, ry), (lx, ly), (_, ny), *mouth = FACE.landmarks
    turned = DetectedFace(FACE.box, ((rx, ry), (lx, ly), (lx, ny), *mouth), 0.9)  # the nose below the left eye
    nothing = {
        "no model of eyelids has seen the face": eyes(None),
        "the face is too small to measure": eyes(DrawnLids(0.08), small),
        "the head is turned too far to see both eyes": eyes(DrawnLids(0.01), turned),
    }
    for reason, found in nothing.items():
        assert found == Assessment(Measure.EYES_OPEN, None, NotAssessed(reason), None)


def test_of_a_burst_a_frame_with_open_eyes_comes_before_one_with_closed_eyes() -> None:
    blink, look = (assess_all(GREY, FACE, DrawnLids(opening)) for opening in (0.01, 0.08))
    assert rank(look) > rank(blink)


def test_lids_lie_across_each_other() -> None:
    with pytest.raises(ValueError, match="as many points"):
        Lids(((0, 0), (1, 0)), ((0, 1),))
    with pytest.raises(ValueError, match="at least one"):
        Lids((), ())
