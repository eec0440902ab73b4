"""Each forbidden combination is its own refusal; so is each thing about people, pilot and caps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from overt.access import Officer, Role
from overt.encounter import People, PilotUse
from overt.encounter.rules import check_caps, check_fields, check_people, check_pilot
from overt.errors import (
    AreaCapReached,
    DetailsNotForGround,
    EncounterRefusal,
    GroundNotAllowedHere,
    IncompleteEncounter,
    IntelligenceExpired,
    NotActivated,
    OffenceNotForGround,
    OffenceRequired,
    OfficerCapReached,
    OfficerNotAuthorised,
    OfficerTrainingExpired,
    PilotExpired,
    PilotNotStarted,
    PowerNotForGround,
    SecondCheckReasonRequired,
    SignOffNotValid,
    SignOffRequired,
    UnknownCode,
)
from overt.identifiers import OfficerId
from overt.policy.values import Labels
from unit.encounter.builders import (
    COLLEAGUE,
    ENDS,
    NOW,
    OFFICER,
    PEOPLE,
    POLICY,
    RISK,
    STARTS,
    SUPERVISOR,
    fields,
    with_grounds,
)

IDENTITY = POLICY.grounds["identity-doubted"]
CODED: dict[str, Labels] = {
    "details": POLICY.codes.details,
    "offence": POLICY.codes.offences,
    "place": POLICY.codes.places,
    "area": POLICY.codes.areas,
    "without_this": POLICY.codes.without_this,
    "second_check_reason": POLICY.codes.second_check_reasons,
}


def allowed(**changes: object) -> None:
    check_fields(POLICY, fields(**changes), NOW)


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, codes in CODED.items() for code in codes])
def test_every_code_of_every_list_is_known(name: str, code: str) -> None:
    try:
        allowed(**{name: code})
    except UnknownCode:
        pytest.fail(f"{code} is in the policy")
    except EncounterRefusal:
        assert name == "place"
        assert code not in IDENTITY.places


@pytest.mark.parametrize("code", POLICY.codes.tried_first)
def test_every_less_intrusive_means_is_known(code: str) -> None:
    allowed(tried_first=[code])


@pytest.mark.parametrize("ground", POLICY.grounds)
@pytest.mark.parametrize("power", POLICY.codes.powers)
def test_every_power_goes_with_its_grounds_only(ground: str, power: str) -> None:
    rules = POLICY.grounds[ground]
    if not rules.enabled:
        return
    coded = replace(
        fields(),
        ground=ground,
        power=power,
        details="cannot-give",
        notice=min(rules.notices),
        offence="theft" if rules.offence else "not-required",
    )
    if power in rules.powers:
        check_fields(POLICY, coded, NOW)
    else:
        with pytest.raises(PowerNotForGround):
            check_fields(POLICY, coded, NOW)


@pytest.mark.parametrize("details", POLICY.codes.details)
def test_who_is_unconscious_or_dead_gave_no_details(details: str) -> None:
    for ground in ("unconscious", "deceased"):
        coded = fields(RISK, ground=ground, notice=ground, details=details)
        if details == "cannot-give":
            check_fields(POLICY, coded, NOW)
        else:
            with pytest.raises(DetailsNotForGround):
                check_fields(POLICY, coded, NOW)


@pytest.mark.parametrize(
    "name",
    ["ground", "details", "power", "offence", "place", "area", "age", "notice", "without_this", "second_check_reason"],
)
def test_a_code_that_is_not_in_the_policy_is_refused(name: str) -> None:
    with pytest.raises(UnknownCode, match=name):
        allowed(**{name: "invented"})


def test_unknown_means_and_every_unknown_field_are_named() -> None:
    with pytest.raises(UnknownCode, match="tried_first"):
        allowed(tried_first=["asked-again", "invented"])
    with pytest.raises(UnknownCode, match=r"details, area"):
        allowed(details="invented", area="invented")


@pytest.mark.parametrize("name", ["details", "offence", "area", "without_this", "power"])
def test_no_list_takes_whatever_else(name: str) -> None:
    with pytest.raises(UnknownCode):
        allowed(**{name: "other"})


def test_an_offence_is_needed_where_the_ground_rests_on_one() -> None:
    for ground, power in (("identity-doubted", "common-law-crime"), ("wanted", "warrant")):
        with pytest.raises(OffenceRequired):
            allowed(ground=ground, power=power, offence="not-required")


def test_no_offence_is_recorded_where_it_does_not() -> None:
    with pytest.raises(OffenceNotForGround):
        check_fields(POLICY, fields(RISK, offence="theft"), NOW)


def test_empty_means_are_incomplete_even_when_built_by_hand() -> None:
    with pytest.raises(IncompleteEncounter, match="tried_first"):
        check_fields(POLICY, replace(fields(), tried_first=()), NOW)


def intelligence(**changes: object) -> dict[str, object]:
    return {
        **RISK,
        "ground": "intelligence-of-risk",
        "intelligence_reference": "IR-1",
        "intelligence_expires": "2026-11-23",
        "sign_off": "demo-supervisor",
        **changes,
    }


def test_intelligence_where_a_policy_turns_it_on() -> None:
    policy = with_grounds(POLICY, "intelligence-of-risk", enabled=True)
    check_fields(policy, fields(intelligence()), NOW)
    with pytest.raises(SignOffRequired):
        check_fields(policy, fields(intelligence(sign_off=None)), NOW)
    with pytest.raises(IntelligenceExpired):
        check_fields(policy, fields(intelligence(intelligence_expires="2026-11-22")), NOW)
    with pytest.raises(IncompleteEncounter, match="intelligence_reference"):
        check_fields(policy, replace(fields(intelligence()), intelligence_reference=None), NOW)
    with pytest.raises(GroundNotAllowedHere):
        check_fields(policy, fields(intelligence(place="home")), NOW)


# --- the pilot -------------------------------------------------------------------------------------------------------


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_first_and_last_day_are_days_of_use() -> None:
    check_pilot(POLICY, noon(STARTS))
    check_pilot(POLICY, noon(ENDS))
    check_pilot(POLICY, datetime(ENDS.year, ENDS.month, ENDS.day, 23, 59, 59, tzinfo=UTC))


def test_before_and_after_are_not() -> None:
    with pytest.raises(PilotNotStarted):
        check_pilot(POLICY, noon(STARTS - timedelta(days=1)))
    with pytest.raises(PilotExpired):
        check_pilot(POLICY, noon(ENDS + timedelta(days=1)))


def test_a_force_needs_its_documents() -> None:
    with pytest.raises(NotActivated, match="dpia is a placeholder"):
        check_pilot(replace(POLICY, demonstration=False), NOW)


# --- the people ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "officer",
    [
        None,
        replace(OFFICER, authorised=False),
        replace(OFFICER, revoked=True),
        replace(OFFICER, roles=frozenset()),
        replace(OFFICER, roles=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.CUSTODIAN})),
        COLLEAGUE,
    ],
    ids=["unknown", "not authorised", "revoked", "no role", "other roles", "somebody else"],
)
def test_who_may_not_do_a_check(officer: Officer | None) -> None:
    with pytest.raises(OfficerNotAuthorised):
        check_people(fields(), replace(PEOPLE, officer=officer), NOW)


def test_training_counts_to_its_last_day() -> None:
    check_people(fields(), People(replace(OFFICER, trained_until=NOW.date())), NOW)
    with pytest.raises(OfficerTrainingExpired):
        check_people(fields(), People(replace(OFFICER, trained_until=NOW.date() - timedelta(days=1))), NOW)


def test_the_operator_is_held_to_the_same() -> None:
    coded = fields(operator="demo-colleague")
    check_people(coded, PEOPLE, NOW)
    with pytest.raises(OfficerNotAuthorised):
        check_people(coded, replace(PEOPLE, operator=None), NOW)
    with pytest.raises(OfficerNotAuthorised):
        check_people(coded, replace(PEOPLE, operator=replace(COLLEAGUE, revoked=True)), NOW)
    with pytest.raises(OfficerTrainingExpired):
        check_people(coded, replace(PEOPLE, operator=replace(COLLEAGUE, trained_until=date(2026, 1, 1))), NOW)


@pytest.mark.parametrize(
    "supervisor",
    [None, replace(SUPERVISOR, revoked=True), replace(SUPERVISOR, roles=frozenset({Role.OFFICER})), COLLEAGUE],
    ids=["unknown", "revoked", "no supervisor", "somebody else"],
)
def test_a_sign_off_is_a_supervisors(supervisor: Officer | None) -> None:
    coded = fields(RISK, sign_off="demo-supervisor")
    check_people(coded, PEOPLE, NOW)
    with pytest.raises(SignOffNotValid):
        check_people(coded, replace(PEOPLE, supervisor=supervisor), NOW)


@pytest.mark.parametrize("part", ["officer", "operator"])
def test_nobody_signs_off_their_own_check(part: str) -> None:
    both = frozenset({Role.OFFICER, Role.SUPERVISOR})
    person = replace(COLLEAGUE, roles=both)
    coded = fields(RISK, sign_off="demo-colleague", **{part: "demo-colleague"})
    people = People(person if part == "officer" else OFFICER, person, person)
    with pytest.raises(SignOffNotValid):
        check_people(coded, people, NOW)


# --- the caps --------------------------------------------------------------------------------------------------------


def used(*accounts: str, checks: int = 0) -> PilotUse:
    return PilotUse(frozenset(OfficerId(each) for each in accounts), checks)


def test_the_officer_cap_counts_people_ever() -> None:
    policy = replace(POLICY, pilot=replace(POLICY.pilot, officer_cap=2))
    check_caps(policy, fields(), used("a"))
    check_caps(policy, fields(), used("a", "demo-officer"))
    with pytest.raises(OfficerCapReached):
        check_caps(policy, fields(), used("a", "b"))
    with pytest.raises(OfficerCapReached):
        check_caps(policy, fields(operator="demo-colleague"), used("a"))
    with pytest.raises(OfficerCapReached):
        check_caps(policy, fields(operator="demo-colleague"), used("a", "demo-officer"))


def test_a_cap_that_was_lowered_keeps_newcomers_out_and_nobody_else() -> None:
    policy = replace(POLICY, pilot=replace(POLICY.pilot, officer_cap=1))
    check_caps(policy, fields(), used("a", "demo-officer"))
    with pytest.raises(OfficerCapReached):
        check_caps(policy, fields(), used("a", "b"))


def test_more_checks_in_an_hour_are_an_operation() -> None:
    policy = replace(POLICY, pilot=replace(POLICY.pilot, checks_per_area_hour=12))
    check_caps(policy, fields(), used(checks=11))
    with pytest.raises(AreaCapReached):
        check_caps(policy, fields(), used(checks=12))


def test_a_second_check_in_one_stop_needs_a_reason() -> None:
    with pytest.raises(SecondCheckReasonRequired):
        check_caps(POLICY, fields(), used(), second_in_stop=True)
    check_caps(POLICY, fields(second_check_reason="photo-unusable"), used(), second_in_stop=True)
