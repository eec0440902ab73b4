"""Opening, refused opening, notice, and the notice that is owed."""

from dataclasses import replace

import pytest

from overt import errors
from overt.encounter import (
    PilotUse,
    State,
    end,
    give_owed_notice,
    record_notice,
    refused_opening,
)
from overt.ledger.deeds import Deed
from overt.policy import demonstration_policy, parse_policy
from unit.encounter.builders import ENDS, KEY, NOW, PEOPLE, POLICY, RISK, STARTS, STREET_STOP, at, fields, later, opened


def test_what_an_opened_check_says_in_clear_and_what_it_commits_to() -> None:
    entry = opened().entry
    assert entry.deed is Deed.ENCOUNTER_CHECK_OPENED
    assert entry.once_number == 1
    assert entry.fields == {
        "ground": "identity-doubted",
        "details": "given-doubted",
        "power": "common-law-crime",
        "offence": "theft",
        "tried_first": ("asked-again", "document"),
        "place": "street",
        "age": "adult",
        "without_this": "would-arrest",
        "simulated": "no",
    }
    assert entry.private["officer"] == entry.private["operator"] == "demo-officer"
    assert entry.private["area"] == "demo-centre"
    assert entry.private["sign_off"] is None


def test_the_reason_for_a_second_check_is_committed_to() -> None:
    entry = opened(fields(second_check_reason="answer-lost"), second_in_stop=True).entry
    assert isinstance(entry.private["encounter"], dict)
    assert entry.private["encounter"]["second_check_reason"] == "answer-lost"


def test_an_opened_check_has_not_given_its_notice() -> None:
    encounter = opened().encounter
    assert encounter.state is State.OPENED
    assert encounter.fields.notice is None
    assert replace(encounter.fields, notice="given") == fields()


def test_a_simulated_check_says_so() -> None:
    moved = opened(simulated=True)
    assert moved.encounter.simulated
    assert moved.entry.fields["simulated"] == "yes"


def test_the_secret_is_not_printed() -> None:
    assert KEY.hex() not in repr(opened())
    assert repr(KEY) not in repr(opened())


def test_a_short_secret_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        opened(once_key=b"short")


@pytest.mark.parametrize(
    ("refusal", "options"),
    [
        (errors.PilotExpired, {"now": later(days=365)}),
        (errors.PilotNotStarted, {"now": later(days=-365)}),
        (errors.OfficerNotAuthorised, {"people": replace(PEOPLE, officer=None)}),
        (errors.GroundNotAllowedHere, {"coded": fields(place="school")}),
        (errors.OfficerCapReached, {"use": PilotUse(frozenset(map(str, range(100))), 0)}),  # type: ignore[arg-type]
        (errors.AreaCapReached, {"use": PilotUse(frozenset(), 20_000)}),
        (errors.SecondCheckReasonRequired, {"second_in_stop": True}),
    ],
)
def test_an_opening_is_refused(refusal: type[errors.Refusal], options: dict[str, object]) -> None:
    with pytest.raises(refusal):
        opened(**options)  # type: ignore[arg-type]


def test_a_notice_that_was_not_understood_is_refused_at_once_where_it_is_declared() -> None:
    with pytest.raises(errors.NoticeNotAllowed):
        opened(fields(notice="not-understood"))


# --- refused openings ------------------------------------------------------------------------------------------------


def test_a_refused_opening_leaves_its_code_in_clear_only() -> None:
    entry = refused_opening(PEOPLE.officer.id if PEOPLE.officer else None, STREET_STOP, errors.PilotExpired())
    assert entry.deed is Deed.ENCOUNTER_CHECK_REFUSED
    assert entry.fields == {"refusal": "pilot_expired"}
    assert entry.private["officer"] == "demo-officer"
    assert entry.private["fields"] == STREET_STOP


def test_no_text_slips_into_a_refused_opening() -> None:
    document: dict[str, object] = {
        "ground": "he looked like John Smith",
        "details": {"note": "free text"},
        "tried_first": ["asked-again", "his mother said", ["nested text"]],
        "offence": 7,
        "reason": "a field that does not exist",
        "area": "x" * 65,
    }
    kept = refused_opening(None, document, errors.IncompleteEncounter()).private["fields"]
    assert kept == {
        "area": "not-a-code",
        "details": "not-a-code",
        "ground": "not-a-code",
        "offence": "not-a-code",
        "tried_first": ["asked-again", "not-a-code"],
    }


# --- the notice ------------------------------------------------------------------------------------------------------


def test_a_notice_is_recorded() -> None:
    moved = record_notice(POLICY, at(State.OPENED), "given", NOW)
    assert moved.entry.fields == {"notice": "given"}
    assert moved.encounter.fields == fields()
    assert moved.encounter.notice_at == NOW


@pytest.mark.parametrize(("ground", "power"), [("identity-doubted", "common-law-crime"), ("wanted", "warrant")])
def test_a_notice_not_understood_ends_an_ordinary_ground(ground: str, power: str) -> None:
    encounter = opened(fields(ground=ground, power=power)).encounter
    moved = record_notice(POLICY, encounter, "not-understood", NOW)
    assert moved.encounter.state is State.ENDED
    assert moved.entry.fields == {"notice": "not-understood"}
    with pytest.raises(errors.CheckEnded):
        record_notice(POLICY, moved.encounter, "given", NOW)


@pytest.mark.parametrize("ground", ["missing", "imminent-serious-harm"])
def test_a_risk_ground_goes_on(ground: str) -> None:
    encounter = opened(fields(RISK, ground=ground)).encounter
    assert record_notice(POLICY, encounter, "not-understood", NOW).encounter.state is State.NOTICED


@pytest.mark.parametrize(
    ("ground", "notice"),
    [
        ("missing", "unconscious"),
        ("missing", "deceased"),
        ("unconscious", "deceased"),
        ("unconscious", "not-understood"),
        ("deceased", "unconscious"),
        ("deceased", "given"),
    ],
)
def test_a_notice_that_does_not_go_with_the_ground_changes_nothing(ground: str, notice: str) -> None:
    own = ground if ground in ("unconscious", "deceased") else "given"
    encounter = opened(fields(RISK, ground=ground, notice=own)).encounter
    with pytest.raises(errors.NoticeNotAllowed):
        record_notice(POLICY, encounter, notice, NOW)


def test_an_unknown_notice_is_refused() -> None:
    with pytest.raises(errors.UnknownCode):
        record_notice(POLICY, at(State.OPENED), "shown", NOW)


def test_a_check_belongs_to_the_policy_it_was_opened_under() -> None:
    newer = parse_policy(demonstration_policy(STARTS, ENDS).replace("demonstration-1", "demonstration-2"))
    with pytest.raises(errors.PolicyChanged):
        record_notice(newer, at(State.OPENED), "given", NOW)


def test_the_notice_to_somebody_unconscious_is_given_later_once() -> None:
    coded = fields(RISK, ground="unconscious", notice="unconscious")
    encounter = end(POLICY, at(State.NOTICED, coded=coded), "not-completed").encounter
    moved = give_owed_notice(encounter, later(days=2))
    assert moved.entry.deed is Deed.ENCOUNTER_NOTICE_RECORDED
    assert moved.entry.once_number == 2
    assert moved.encounter.fields.notice == "unconscious", "what was recorded stays"
    with pytest.raises(errors.NoNoticeOwed):
        give_owed_notice(moved.encounter, later(days=3))


def test_nobody_else_is_owed_a_notice() -> None:
    with pytest.raises(errors.NoNoticeOwed):
        give_owed_notice(at(State.NOTICED), NOW)
