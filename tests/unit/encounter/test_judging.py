"""Judgement before score, and a decision that is no more than a lead."""

from dataclasses import replace

import pytest

from overt.encounter import CandidateAnswer, Comparison, Decision, Encounter, State, decide, record_comparison, reveal
from overt.encounter import simulated_comparison as simulated
from overt.encounter.steps import SecondJudgement
from overt.errors import ComparisonNotComplete, DecisionNotPossible, UnknownCode
from overt.identifiers import OfficerId, ReferenceId
from unit.encounter.builders import POLICY, SHOWN, at, comparison

ANSWERED = at(State.ANSWERED)
GOOD = comparison(ANSWERED)


def with_first(**changes: object) -> Comparison:
    return Comparison((replace(GOOD.answers[0], **changes), *GOOD.answers[1:]))  # type: ignore[arg-type]


def test_a_comparison_is_committed_to_whole() -> None:
    moved = record_comparison(POLICY, ANSWERED, GOOD)
    assert moved.entry.fields == {"simulated": "no"}
    committed = moved.entry.private["comparison"]
    assert isinstance(committed, dict)
    assert isinstance(committed["answers"], list)
    assert committed["answers"][0] == {
        "reference": "31",
        "features": {"eyes": "similar", "nose": "similar", "ears": "cannot-tell"},
        "verdict": "same",
        "elapsed_ms": 9000,
        "hurried": False,
    }


@pytest.mark.parametrize(("elapsed", "hurried"), [(0, True), (4999, True), (5000, False)])
def test_an_answer_in_under_five_seconds_is_flagged(elapsed: int, hurried: bool) -> None:
    assert CandidateAnswer(ReferenceId(1), {}, "same", elapsed).hurried is hurried


def test_the_same_answers_for_all_are_flagged() -> None:
    assert GOOD.identical
    assert not with_first(verdict="different").identical
    assert not with_first(features={"eyes": "similar"}).identical
    assert not Comparison(GOOD.answers[:1]).identical
    assert not Comparison().identical


@pytest.mark.parametrize(
    "bad",
    [
        Comparison(),
        Comparison(GOOD.answers[:2]),
        Comparison((*GOOD.answers, GOOD.answers[0])),
        Comparison((*GOOD.answers[:2], replace(GOOD.answers[2], reference=ReferenceId(999)))),
        with_first(features={}),
        with_first(features=dict.fromkeys(list(POLICY.codes.features)[:6], "similar")),
        with_first(elapsed_ms=-1),
    ],
    ids=["nobody", "one left out", "one twice", "one not shown", "no feature", "six features", "negative time"],
)
def test_an_incomplete_comparison_is_refused(bad: Comparison) -> None:
    with pytest.raises(ComparisonNotComplete):
        record_comparison(POLICY, ANSWERED, bad)


def test_a_judgement_of_somebody_where_nobody_was_shown_is_refused() -> None:
    with pytest.raises(ComparisonNotComplete):
        record_comparison(POLICY, at(State.ANSWERED, ()), GOOD)


def test_five_features_are_enough_and_allowed() -> None:
    five = with_first(features=dict.fromkeys(list(POLICY.codes.features)[:5], "similar"))
    assert record_comparison(POLICY, ANSWERED, five).encounter.comparison == five


@pytest.mark.parametrize("feature", POLICY.codes.features)
@pytest.mark.parametrize("given", POLICY.codes.feature_answers)
def test_every_feature_and_answer(feature: str, given: str) -> None:
    assert record_comparison(POLICY, ANSWERED, with_first(features={feature: given})).encounter.state is State.COMPARED


@pytest.mark.parametrize("verdict", POLICY.codes.verdicts)
def test_every_verdict(verdict: str) -> None:
    assert record_comparison(POLICY, ANSWERED, with_first(verdict=verdict)).encounter.state is State.COMPARED


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"verdict": "strong-support"}, "verdict"),
        ({"features": {"skin-colour": "similar"}}, "features"),
        ({"features": {"eyes": "identical"}}, "feature answers"),
    ],
)
def test_unknown_words_are_refused(changes: dict[str, object], named: str) -> None:
    with pytest.raises(UnknownCode, match=named):
        record_comparison(POLICY, ANSWERED, with_first(**changes))


def test_a_simulated_comparison_cannot_tell_and_is_flagged() -> None:
    encounter = replace(ANSWERED, simulated=True)
    moved = record_comparison(POLICY, encounter, simulated(POLICY, encounter))
    assert moved.entry.fields == {"simulated": "yes"}
    assert all(each.verdict == "cannot-tell" and each.hurried for each in simulated(POLICY, encounter).answers)
    assert simulated(POLICY, at(State.ANSWERED, ())) == Comparison()


def test_a_reveal_commits_to_who_was_shown_and_no_strength() -> None:
    shown = {"candidates": ["31", "7", "12"], "second": None}
    assert reveal(at(State.COMPARED)).entry.private == {"reveal": shown}


def test_a_second_judgement_is_committed_to_with_the_reveal_and_has_no_entry_of_its_own() -> None:
    joined = SecondJudgement(OfficerId("second"))
    judged = SecondJudgement(OfficerId("second"), comparison(at(State.ANSWERED), "different"))
    first, second = (reveal(at(State.COMPARED), each).entry for each in (joined, judged))
    assert first.deed is second.deed is reveal(at(State.COMPARED)).entry.deed
    assert first.fields == second.fields == {}
    assert first.private["reveal"]["second"] == {"officer": "second", "answers": None}  # type: ignore[index,call-overload]
    answers = second.private["reveal"]["second"]["answers"]  # type: ignore[index,call-overload]
    assert [each["verdict"] for each in answers] == ["different"] * 3  # type: ignore[index,call-overload,union-attr]


# --- the decision ----------------------------------------------------------------------------------------------------

FIRST, NOBODY = SHOWN[0], ReferenceId(999)


@pytest.mark.parametrize(
    ("code", "reference", "shown", "possible"),
    [
        ("follow-lead", FIRST, SHOWN, True),
        ("follow-lead", None, SHOWN, False),
        ("follow-lead", NOBODY, SHOWN, False),
        ("follow-lead", FIRST, (), False),
        ("follow-lead", None, (), False),
        ("none-of-them", None, SHOWN, True),
        ("none-of-them", FIRST, SHOWN, False),
        ("none-of-them", None, (), False),
        ("cannot-tell", None, SHOWN, True),
        ("cannot-tell", None, (), False),
        ("no-candidate", None, (), True),
        ("no-candidate", None, SHOWN, False),
        ("no-candidate", FIRST, SHOWN, False),
    ],
)
def test_which_decision_goes_with_which_candidates(
    code: str, reference: ReferenceId | None, shown: tuple[ReferenceId, ...], possible: bool
) -> None:
    encounter = at(State.REVEALED, shown)
    if possible:
        assert decide(POLICY, encounter, Decision(code, reference)).encounter.decision == Decision(code, reference)
    else:
        with pytest.raises(DecisionNotPossible):
            decide(POLICY, encounter, Decision(code, reference))


def test_every_decision_of_the_policy_was_tried() -> None:
    assert set(POLICY.decisions) == {"follow-lead", "none-of-them", "cannot-tell", "no-candidate"}


@pytest.mark.parametrize("code", ["identified", "match", "other", ""])
def test_no_decision_says_more_than_a_lead(code: str) -> None:
    with pytest.raises(UnknownCode):
        decide(POLICY, at(State.REVEALED), Decision(code))


def revealed_after(verdict: str) -> Encounter:
    return reveal(record_comparison(POLICY, ANSWERED, comparison(ANSWERED, verdict)).encounter).encounter


@pytest.mark.parametrize(
    ("verdict", "decision", "changed"),
    [
        ("different", Decision("follow-lead", FIRST), True),
        ("same", Decision("follow-lead", FIRST), False),
        ("cannot-tell", Decision("follow-lead", FIRST), False),
        ("same", Decision("none-of-them"), True),
        ("different", Decision("none-of-them"), False),
    ],
)
def test_a_judgement_that_changed_after_the_reveal_is_flagged(verdict: str, decision: Decision, changed: bool) -> None:
    moved = decide(POLICY, revealed_after(verdict), decision)
    assert moved.encounter.judgement_changed is changed
    committed = moved.entry.private["decision"]
    assert isinstance(committed, dict)
    assert committed["judgement_changed"] is changed
