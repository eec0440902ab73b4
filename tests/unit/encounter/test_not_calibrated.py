"""What is told of a candidate whose photograph, or whose ground, is not like the calibration's data."""

from typing import Any

import pytest

from overt.candidates.wording import NOT_CALIBRATED
from overt.encounter.reveal_desk import RevealedCandidate
from simulators.camera import photograph
from simulators.force import Force


@pytest.fixture
def force(shared_force: Force) -> Force:
    shared_force.enrol(1)
    return shared_force


def told(force: Force, yaw: float, **fields: Any) -> RevealedCandidate:
    answered = force.capture(force.noticed(**fields), photograph(1, 99, yaw=yaw))
    (candidate,) = force.reveal(answered.encounter).candidates
    return candidate


def test_a_head_turned_as_in_the_data_is_spoken_for(force: Force) -> None:
    assert told(force, 44.0).sentence.startswith("If ")


@pytest.mark.parametrize("yaw", [46.0, -46.0])
def test_a_head_turned_further_is_shown_and_not_spoken_for(force: Force, yaw: float) -> None:
    candidate = told(force, yaw)
    assert (candidate.sentence, candidate.expected_false) == (NOT_CALIBRATED, None)


def test_of_the_photograph_only_that_is_kept(force: Force) -> None:
    encounter = force.noticed()
    force.capture(encounter, photograph(1, 99, yaw=46.0))
    kept = force.desks.search._desk.answer_for(encounter, None)
    assert kept is not None
    assert kept.body["calibrated"] is False
    assert set(kept.body) == {
        "calibrated", "candidates", "contract", "lookalike", "people_left_out", "scope_size", "threshold",
    }  # fmt: skip
    assert set(kept.body["candidates"][0]) == {"captured_on", "handle", "outcome", "reference", "score"}
