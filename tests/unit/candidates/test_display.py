"""What is shown of an answer, and what is not."""

from dataclasses import fields
from uuid import UUID

import pytest

from overt.candidates.display import DEFAULT_CAP, BlindCandidate, Rules, Shown, choose
from overt.candidates.wording import LOOKALIKE_NOT_SHOWN, LOOKALIKES, strength
from overt.errors import CandidateListRefused
from overt.identifiers import PersonId, ReferenceId
from overt.search.contract import Scored
from unit.candidates.tables import TABLE

RANDOM = bytes(range(7, 39))


def person(number: int) -> PersonId:
    return PersonId(UUID(int=number))


def shown(scores: list[tuple[int, int, float]], cap: int = DEFAULT_CAP, randomness: bytes = RANDOM) -> Shown:
    """`scores`: (reference, person, score)."""
    found = [Scored(ReferenceId(reference), score) for reference, _, score in scores]
    people = {ReferenceId(reference): person(who) for reference, who, _ in scores}
    return choose(found, people, TABLE, Rules(0.55, 1000, cap), randomness)


FIVE = [(1, 1, 0.9), (2, 2, 0.8), (3, 3, 0.7), (4, 4, 0.6), (5, 5, 0.56)]


def test_nobody_is_shown_when_nobody_is_near() -> None:
    nothing = shown([(1, 1, 0.5499), (2, 2, 0.1)])
    assert nothing == shown([]) == Shown((), 0, None)
    assert nothing.blind() == nothing.revealed() == ()


def test_the_cap_keeps_the_nearest_people() -> None:
    answer = shown(FIVE)
    assert {one.reference for one in answer.candidates} == {1, 2, 3}
    assert answer.people_left_out == 2
    assert {one.reference for one in shown(FIVE, cap=1).candidates} == {1}
    assert shown(FIVE, cap=6).people_left_out == 0


@pytest.mark.parametrize("cap", [0, 7, -1])
def test_a_list_holds_one_to_six(cap: int) -> None:
    with pytest.raises(CandidateListRefused):
        Rules(0.55, 1000, cap)


def test_a_person_counts_once_by_the_nearest_reference() -> None:
    answer = shown([(9, 1, 0.7), (3, 1, 0.9), (2, 1, 0.9), (7, 2, 0.6)])
    assert {(one.reference, one.person) for one in answer.candidates} == {(2, person(1)), (7, person(2))}
    assert answer.people_left_out == 0


def test_before_the_comparison_there_is_a_letter_and_nothing_else() -> None:
    assert [field.name for field in fields(BlindCandidate)] == ["handle"]
    assert shown(FIVE).blind() == (BlindCandidate("A"), BlindCandidate("B"), BlindCandidate("C"))


def test_letters_follow_the_shown_order_and_say_nothing_about_nearness() -> None:
    firsts = {shown(FIVE, randomness=bytes([i]) * 32).candidates[0].reference for i in range(12)}
    assert firsts == {1, 2, 3}
    for i in range(12):
        assert [one.handle for one in shown(FIVE, randomness=bytes([i]) * 32).candidates] == ["A", "B", "C"]


def test_the_order_depends_on_the_randomness_alone() -> None:
    assert shown(FIVE) == shown(list(reversed(FIVE)))


def test_after_the_comparison_come_score_and_strength() -> None:
    answer = shown(FIVE)
    for one, before in zip(answer.revealed(), answer.candidates, strict=True):
        assert (one.handle, one.reference, one.person, one.score) == (
            before.handle,
            before.reference,
            before.person,
            before.score,
        )
        assert one.expected_false == TABLE.expected_false(one.score, 1000)
        assert one.strength == strength(one.expected_false)
    assert all("not calibrated" in one.strength for one in answer.revealed(calibrated=False))


def test_two_people_nearly_as_near_are_pointed_out() -> None:
    close = shown([(1, 1, 0.70), (2, 2, 0.65), (3, 3, 0.56)])
    assert close.lookalike is not None
    assert close.lookalike.message == LOOKALIKES
    assert {one.reference for one in close.candidates if one.handle in close.lookalike.handles} == {1, 2}
    assert shown([(1, 1, 0.70), (2, 2, 0.63)]).lookalike is None
    assert shown([(1, 1, 0.70), (2, 1, 0.69)]).lookalike is None  # one person, two photographs
    assert shown([(1, 1, 0.60), (2, 2, 0.549)]).lookalike is None  # the second is no candidate


def test_a_lookalike_who_is_cut_off_is_still_pointed_out() -> None:
    alone = shown([(1, 1, 0.70), (2, 2, 0.69)], cap=1)
    assert alone.lookalike is not None
    assert alone.lookalike.message == LOOKALIKE_NOT_SHOWN
    assert alone.lookalike.handles == ("A",)


def test_a_reference_without_a_person_is_an_error() -> None:
    with pytest.raises(KeyError):
        choose([Scored(ReferenceId(1), 0.9)], {}, TABLE, Rules(0.55, 10), RANDOM)
