"""A photograph unlike those of the calibration is not spoken for."""

from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.candidates.reach import REACH, WHERE_TAKEN, within_reach
from overt.quality.assessment import Assessment, Measure, assessed, not_assessed

FRONTAL = {
    Measure.HEAD_POSE_YAW: 0.0,
    Measure.HEAD_POSE_PITCH: 3.0,
    Measure.HEAD_POSE_ROLL: -2.0,
    Measure.INTER_EYE_DISTANCE: 80.0,
    Measure.SHARPNESS: 0.0,
}


def measured(raw: dict[Measure, float]) -> list[Assessment]:
    return [assessed(measure, value, 50, None) for measure, value in raw.items()]


def test_a_frontal_face_is_within_whatever_else_is_measured() -> None:
    assert within_reach(measured(FRONTAL))


@pytest.mark.parametrize("measure", REACH)
def test_each_end_is_within_and_what_lies_behind_it_is_not(measure: Measure) -> None:
    least, most = REACH[measure]
    for end, beyond in ((least, nextafter(least, -1e9)), (most, nextafter(most, 1e9))):
        if abs(end) < 1e6:
            assert within_reach(measured({**FRONTAL, measure: end}))
            assert not within_reach(measured({**FRONTAL, measure: beyond}))


def test_closed_eyes_are_beyond_and_eyes_that_no_model_has_seen_are_not() -> None:
    least, _ = WHERE_TAKEN[Measure.EYES_OPEN]
    assert within_reach(measured({**FRONTAL, Measure.EYES_OPEN: least}))
    assert not within_reach(measured({**FRONTAL, Measure.EYES_OPEN: nextafter(least, 0)}))
    assert within_reach([*measured(FRONTAL), not_assessed(Measure.EYES_OPEN, "no model of eyelids")])


@given(st.permutations(measured(FRONTAL)), st.sampled_from(sorted(REACH)))
def test_what_was_not_measured_is_beyond(some: list[Assessment], measure: Measure) -> None:
    without = [one for one in some if one.measure is not measure]
    assert within_reach(some)
    assert not within_reach(without)
    assert not within_reach([*without, not_assessed(measure, "the landmarks fall together")])
