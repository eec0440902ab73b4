"""Outcome, demographics, identity."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from overt import errors
from overt.encounter import (
    Corroboration,
    Demographics,
    Identity,
    Move,
    Outcome,
    State,
    end,
    identity_established,
    record_demographics,
    record_outcome,
)
from overt.identifiers import JsonValue, ReferenceId
from unit.encounter.builders import NOT_STATED, NOW, POLICY, SHOWN, at, later

DECIDED = at(State.DECIDED)
ACT = later(minutes=20)
AFTER = later(minutes=30)
ADVERSE = {"searched", "detained", "reported", "arrested"}


def told_of(moved: Move) -> JsonValue:
    """What a follow-up commits to."""
    private = moved.entry.private["follow_up"]
    assert isinstance(private, dict)
    return private["value"]


def passport(minutes_before: int = 5, code: str = "document") -> Corroboration:
    return Corroboration(code, ACT - timedelta(minutes=minutes_before), "passport 533401372")


def recorded(outcome: Outcome) -> object:
    return told_of(record_outcome(POLICY, DECIDED, outcome, AFTER))


@pytest.mark.parametrize("code", POLICY.outcomes)
def test_every_outcome_with_corroboration_and_without(code: str) -> None:
    video = "no-video" if code == "arrested" else None
    recorded(Outcome(code, ACT, (passport(),), video))
    if code in ADVERSE:
        with pytest.raises(errors.CorroborationRequired):
            recorded(Outcome(code, ACT, (), video))
    else:
        recorded(Outcome(code, ACT))


def test_the_outcomes_against_a_person_are_these() -> None:
    assert {code for code, rule in POLICY.outcomes.items() if rule.adverse} == ADVERSE


@pytest.mark.parametrize("code", POLICY.codes.corroboration)
def test_every_corroboration_counts_before_the_act(code: str) -> None:
    recorded(Outcome("detained", ACT, (passport(code=code),)))


@pytest.mark.parametrize("code", ["looks-like-the-photo", "admitted-after-photo", "candidate", "other"])
def test_likeness_is_no_corroboration(code: str) -> None:
    with pytest.raises(errors.UnknownCode):
        recorded(Outcome("detained", ACT, (passport(code=code),)))


@pytest.mark.parametrize("minutes_before", [0, -5])
def test_what_came_with_the_act_or_after_it_does_not_count(minutes_before: int) -> None:
    with pytest.raises(errors.CorroborationRequired):
        recorded(Outcome("detained", ACT, (passport(minutes_before),)))


def test_a_later_corroboration_is_kept_and_marked() -> None:
    committed = recorded(Outcome("detained", ACT, (passport(5), passport(-5, "fingerprint"))))
    assert isinstance(committed, dict)
    assert isinstance(committed["corroborations"], list)
    assert [(each["code"], each["when"]) for each in committed["corroborations"]] == [
        ("document", "before"),
        ("fingerprint", "after"),
    ]


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome("let-go", AFTER + timedelta(seconds=1)),
        Outcome("let-go", NOW - timedelta(seconds=1)),
        Outcome("let-go", ACT, (Corroboration("document", AFTER + timedelta(seconds=1), "x"),)),
    ],
    ids=["act in the future", "act before the check", "corroboration in the future"],
)
def test_times_out_of_order(outcome: Outcome) -> None:
    with pytest.raises(errors.TimeOutOfOrder):
        recorded(outcome)


def test_a_time_needs_its_zone() -> None:
    with pytest.raises(errors.UsageError):
        recorded(Outcome("let-go", datetime(2026, 11, 23, 14, 40)))  # noqa: DTZ001


def test_an_arrest_asks_for_the_video() -> None:
    with pytest.raises(errors.VideoReferenceRequired):
        recorded(Outcome("arrested", ACT, (passport(),)))
    committed = recorded(Outcome("arrested", ACT, (passport(),), "BWV-2026-0042"))
    assert isinstance(committed, dict)
    assert committed["body_worn_video"] == "BWV-2026-0042"


@pytest.mark.parametrize(
    ("reference", "refusal"), [("", errors.IncompleteEncounter), (" ", errors.IncompleteEncounter)]
)
def test_a_corroboration_names_what_it_was(reference: str, refusal: type[errors.Refusal]) -> None:
    with pytest.raises(refusal):
        recorded(Outcome("detained", ACT, (replace(passport(), reference=reference),)))


@pytest.mark.parametrize("reference", ["x" * 101, "two\nlines", "a\x00b"])
def test_a_reference_is_short_and_plain(reference: str) -> None:
    with pytest.raises(errors.UsageError):
        recorded(Outcome("detained", ACT, (replace(passport(), reference=reference),)))
    with pytest.raises(errors.UsageError):
        recorded(Outcome("arrested", ACT, (passport(),), reference))


def test_a_reference_is_not_printed() -> None:
    assert "533401372" not in repr(Outcome("detained", ACT, (passport(),)))


def test_too_many_corroborations_are_a_usage_error() -> None:
    with pytest.raises(errors.UsageError):
        recorded(Outcome("detained", ACT, (passport(),) * 17))


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(errors.UnknownCode):
        recorded(Outcome("other", ACT))


# --- demographics ----------------------------------------------------------------------------------------------------

LISTS = {
    "ethnicity_self": POLICY.demographics.ethnicity_self,
    "ethnicity_officer": POLICY.demographics.ethnicity_officer,
    "sex": POLICY.demographics.sex,
    "age_band": POLICY.demographics.age_band,
}


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, codes in LISTS.items() for code in codes])
def test_every_answer_of_every_question(name: str, code: str) -> None:
    answers: Demographics = replace(NOT_STATED, **{name: code})
    moved = record_demographics(POLICY, at(State.OUTCOME_RECORDED), answers)
    assert moved.encounter.demographics == answers
    assert told_of(moved) == {**dict.fromkeys(LISTS, "not-stated"), name: code}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("code", ["", "other", "unknown", "White: British"])
def test_an_answer_outside_the_list(name: str, code: str) -> None:
    with pytest.raises(errors.UnknownCode, match=name):
        record_demographics(POLICY, at(State.OUTCOME_RECORDED), replace(NOT_STATED, **{name: code}))


def test_self_defined_ethnicity_has_eighteen_codes_and_not_stated() -> None:
    assert len(POLICY.demographics.ethnicity_self) == 18 + 1


# --- identity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", POLICY.codes.identity_established_by)
@pytest.mark.parametrize("who", POLICY.codes.who_it_was)
def test_every_way_of_establishing_and_everybody_it_may_be(by: str, who: str) -> None:
    reference = SHOWN[1] if who == "candidate-shown" else None
    identity = Identity(by, who, reference)
    if by == "not-established" and who != "not-known":
        with pytest.raises(errors.DecisionNotPossible):
            identity_established(POLICY, DECIDED, identity, AFTER)
    else:
        moved = identity_established(POLICY, DECIDED, identity, AFTER)
        assert moved.encounter.identity == identity
        assert moved.encounter.state is State.DECIDED


@pytest.mark.parametrize(
    "identity",
    [
        Identity("court", "candidate-shown"),
        Identity("court", "candidate-shown", ReferenceId(999)),
        Identity("court", "not-enrolled", SHOWN[0]),
    ],
)
def test_who_it_was_goes_with_who_was_shown(identity: Identity) -> None:
    with pytest.raises(errors.DecisionNotPossible):
        identity_established(POLICY, DECIDED, identity, AFTER)


@pytest.mark.parametrize("identity", [Identity("face", "not-known"), Identity("court", "somebody")])
def test_unknown_ways_are_refused(identity: Identity) -> None:
    with pytest.raises(errors.UnknownCode):
        identity_established(POLICY, DECIDED, identity, AFTER)


def test_identity_is_established_once_and_also_after_an_end() -> None:
    ended = end(POLICY, at(State.ANSWERED), "not-completed").encounter
    moved = identity_established(POLICY, ended, Identity("court", "not-enrolled"), later(days=20))
    with pytest.raises(errors.IdentityAlreadyEstablished):
        identity_established(POLICY, moved.encounter, Identity("court", "not-enrolled"), later(days=21))
