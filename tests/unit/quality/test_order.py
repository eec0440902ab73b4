"""Which frame of a burst is the best: fewer pieces of advice, then sharper; the earlier one when nothing differs."""

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.order import rank


def measures(sharp: float | None, *advice: str) -> list[Assessment]:
    told = [assessed(Measure.HEAD_POSE_YAW, 0, 50, each) for each in advice]
    if sharp is None:
        return [*told, not_assessed(Measure.SHARPNESS, "too small")]
    return [*told, assessed(Measure.SHARPNESS, sharp, 50, None)]


def test_fewer_pieces_of_advice_come_first() -> None:
    assert rank(measures(0.02)) > rank(measures(0.09, "turn")) > rank(measures(0.09, "turn", "step nearer"))


def test_of_equally_advised_frames_the_sharper_comes_first() -> None:
    assert rank(measures(0.05)) > rank(measures(0.04)) > rank(measures(None))
    assert rank(measures(0.05, "turn")) > rank(measures(0.04, "step nearer"))


def test_equal_frames_are_equal() -> None:
    assert rank(measures(0.05)) == rank(measures(0.05))
    assert rank([]) == rank(measures(None))
