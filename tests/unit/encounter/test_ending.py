"""Ends, refused steps, corrections, and what is owed."""

import json

import pytest

from overt import errors
from overt.encounter import (
    Decision,
    Encounter,
    FieldCorrection,
    Identity,
    Outcome,
    OwedKind,
    State,
    correct,
    end,
    give_owed_notice,
    identity_established,
    owed,
    record_notice,
    record_what_followed,
    refusal_for_end,
    step_refused,
)
from overt.encounter.ending import Correctable
from overt.encounter.steps import FollowUp
from overt.ledger.deeds import Deed
from unit.encounter.builders import NOT_STATED, NOW, POLICY, RISK, at, fields, later, opened

DECLINED = end(POLICY, at(State.NOTICED), "declined-photo").encounter


def test_declining_takes_three_entries() -> None:
    assert DECLINED.past == (
        Deed.ENCOUNTER_CHECK_OPENED,
        Deed.ENCOUNTER_NOTICE_RECORDED,
        Deed.ENCOUNTER_CHECK_ENDED,
    )


@pytest.mark.parametrize("code", POLICY.codes.ends)
def test_how_an_end_is_reported(code: str) -> None:
    assert refusal_for_end(code).code == ("declined_photo" if code == "declined-photo" else "ended_early")


def test_declining_is_reported_without_a_hint_of_arrest() -> None:
    assert refusal_for_end("declined-photo").remedy.startswith("Use no force and do not hint at an arrest")


@pytest.mark.parametrize("code", POLICY.codes.followed)
def test_what_followed_is_asked_once(code: str) -> None:
    moved = record_what_followed(POLICY, DECLINED, code, NOW)
    assert moved.entry.deed is Deed.ENCOUNTER_FOLLOW_UP_RECORDED
    assert moved.encounter.past[-1] is FollowUp.WHAT_FOLLOWED
    assert moved.encounter.followed == code
    assert moved.encounter.state is State.ENDED
    with pytest.raises(errors.NothingFollowedToRecord):
        record_what_followed(POLICY, moved.encounter, code, NOW)


def test_what_followed_is_asked_of_a_declined_photograph_only() -> None:
    for encounter in (at(State.NOTICED), end(POLICY, at(State.NOTICED), "covered").encounter):
        with pytest.raises(errors.NothingFollowedToRecord):
            record_what_followed(POLICY, encounter, "left", NOW)
    with pytest.raises(errors.UnknownCode):
        record_what_followed(POLICY, DECLINED, "other", NOW)


# --- refused steps ---------------------------------------------------------------------------------------------------


def test_a_refused_step_is_counted_under_its_code() -> None:
    first = step_refused(at(State.OPENED), errors.NoticeMissing())
    second = step_refused(first.encounter, errors.NoticeMissing())
    assert (first.entry.fields, first.entry.once_number) == ({"refusal": "notice_missing"}, 1)
    assert second.entry.once_number == 2


@pytest.mark.parametrize("state", [each for each in State if each not in (State.OPENED, State.NOTICED, State.ENDED)])
def test_after_an_answer_a_refusal_does_not_tell_what_became_of_it(state: State) -> None:
    moved = step_refused(at(state), errors.CorroborationRequired())
    assert moved.entry.fields == {}
    assert moved.entry.private == {"follow_up": {"kind": "refused-step", "value": "corroboration_required"}}
    assert moved.encounter.step_refusals == ("corroboration_required",)


# --- corrections -----------------------------------------------------------------------------------------------------


def completed() -> Encounter:
    return identity_established(POLICY, at(State.COMPLETED), Identity("court", "not-known"), NOW).encounter


CORRECTIONS: dict[str, Correctable] = {
    "decision": Decision("none-of-them"),
    "outcome": Outcome("advice", NOW),
    "demographics": NOT_STATED,
    "identity": Identity("document", "not-enrolled"),
    "fields": FieldCorrection("place", "vehicle"),
    "notice": FieldCorrection("notice", "not-understood"),
}


@pytest.mark.parametrize(("step", "value"), CORRECTIONS.items())
def test_a_correction_is_a_new_entry_and_both_stay(step: str, value: Correctable) -> None:
    before = completed()
    first = correct(POLICY, before, value, later(days=1))
    second = correct(POLICY, first.encounter, value, later(days=2))
    assert first.entry.fields == second.entry.fields == {}
    assert second.entry.once_number == first.entry.once_number + 1
    after = second.encounter
    assert (after.fields, after.decision, after.outcome) == (before.fields, before.decision, before.outcome)
    assert (after.demographics, after.identity, after.state) == (before.demographics, before.identity, before.state)
    assert [each.step for each in after.corrections] == [step, step]
    value_of = {"step": step, "value": json.loads(after.corrections[0].value)}
    assert first.entry.private == {"follow_up": {"kind": "correction", "value": value_of}}


def test_what_followed_can_be_corrected() -> None:
    followed = record_what_followed(POLICY, DECLINED, "left", NOW).encounter
    corrected = correct(POLICY, followed, FieldCorrection("followed", "reported"), NOW).encounter
    assert [each.step for each in corrected.corrections] == ["what-followed"]
    with pytest.raises(errors.NothingToCorrect):
        correct(POLICY, DECLINED, FieldCorrection("followed", "reported"), NOW)


@pytest.mark.parametrize("value", [value for step, value in CORRECTIONS.items() if step not in ("fields", "notice")])
def test_what_was_not_recorded_cannot_be_corrected(value: Correctable) -> None:
    with pytest.raises(errors.NothingToCorrect):
        correct(POLICY, at(State.REVEALED), value, NOW)


@pytest.mark.parametrize("state", [State.OPENED, State.NOTICED])
def test_no_field_is_corrected_while_a_search_may_follow(state: State) -> None:
    with pytest.raises(errors.NothingToCorrect):
        correct(POLICY, at(state), FieldCorrection("place", "vehicle"), NOW)
    ended = end(POLICY, at(state), "mistake").encounter
    assert correct(POLICY, ended, FieldCorrection("place", "vehicle"), NOW).encounter.fields == ended.fields


@pytest.mark.parametrize("name", ["officer", "operator", "comparison", "state", "sign_off", "once_key"])
def test_who_it_was_and_how_it_was_judged_are_never_corrected(name: str) -> None:
    with pytest.raises(errors.NothingToCorrect):
        correct(POLICY, completed(), FieldCorrection(name, "x"), NOW)


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        (FieldCorrection("place", "other"), errors.UnknownCode),
        (Decision("no-candidate"), errors.DecisionNotPossible),
        (Outcome("arrested", NOW, (), "no-video"), errors.CorroborationRequired),
        (Identity("court", "candidate-shown"), errors.DecisionNotPossible),
    ],
)
def test_a_correction_is_held_to_the_same_rules(value: Correctable, refusal: type[errors.Refusal]) -> None:
    with pytest.raises(refusal):
        correct(POLICY, completed(), value, NOW)


def test_that_no_offence_was_suspected_can_be_recorded_afterwards() -> None:
    moved = correct(POLICY, completed(), FieldCorrection("offence", "not-required"), NOW)
    assert [each.step for each in moved.encounter.corrections] == ["fields"]


# --- what is owed ----------------------------------------------------------------------------------------------------


def kinds(encounter: Encounter, **span: int) -> dict[OwedKind, bool]:
    return {each.kind: each.overdue for each in owed(POLICY, encounter, later(**span))}


@pytest.mark.parametrize("candidates", [(), at(State.ANSWERED).candidates], ids=["none shown", "some shown"])
def test_every_answer_owes_how_the_identity_was_established(candidates: tuple) -> None:  # type: ignore[type-arg]
    encounter = at(State.COMPLETED, candidates)
    assert kinds(encounter, days=30) == {OwedKind.IDENTITY_ESTABLISHED_BY: False}
    assert kinds(encounter, days=30, seconds=1) == {OwedKind.IDENTITY_ESTABLISHED_BY: True}
    done = identity_established(POLICY, encounter, Identity("not-established", "not-known"), later(days=29)).encounter
    assert kinds(done, days=31) == {}


def test_an_answered_check_that_ended_owes_it_too() -> None:
    assert OwedKind.IDENTITY_ESTABLISHED_BY in kinds(end(POLICY, at(State.ANSWERED), "mistake").encounter)


def test_without_an_answer_nothing_is_owed_but_what_followed() -> None:
    assert kinds(at(State.NOTICED)) == {}
    assert kinds(DECLINED, days=7) == {OwedKind.WHAT_FOLLOWED: False}
    assert kinds(DECLINED, days=8) == {OwedKind.WHAT_FOLLOWED: True}
    assert kinds(record_what_followed(POLICY, DECLINED, "left", NOW).encounter) == {}


def test_a_notice_to_somebody_unconscious_is_owed_until_it_is_given() -> None:
    encounter = opened(fields(RISK, ground="unconscious", notice="unconscious")).encounter
    assert kinds(encounter) == {}
    noticed = record_notice(POLICY, encounter, "unconscious", NOW).encounter
    assert kinds(noticed, days=7) == {OwedKind.NOTICE: False}
    assert kinds(noticed, days=8) == {OwedKind.NOTICE: True}
    assert kinds(give_owed_notice(noticed, later(days=1)).encounter, days=9) == {}


def test_what_is_owed_comes_in_the_order_of_its_deadlines() -> None:
    coded = fields(RISK, ground="unconscious", notice="unconscious")
    due = [each.due for each in owed(POLICY, at(State.ANSWERED, coded=coded), NOW)]
    assert due == sorted(due)
    assert len(due) == 2
