"""The permission to search and the one answer."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from overt import errors
from overt.access import CaptureProof, Shutter
from overt.authority import LIFETIME, mint
from overt.encounter import (
    People,
    State,
    authorise_search,
    capture_refused,
    search_answered,
)
from overt.identifiers import Digest, EncounterId, OfficerId, ReferenceId
from overt.ledger.deeds import Deed
from overt.policy import demonstration_policy, parse_policy, scope_for
from overt.scope import Source
from unit.encounter.builders import (
    CONTRACT,
    ENDS,
    NOW,
    OFFICER,
    PEOPLE,
    POLICY,
    RISK,
    SHOWN,
    STARTS,
    answer,
    at,
    fields,
    later,
)

NOTICED = at(State.NOTICED)
AUTHORITY = authorise_search(POLICY, NOTICED, PEOPLE, CONTRACT, NOW)


def test_another_model_than_the_policys_searches_nothing() -> None:
    with pytest.raises(errors.ModelNotInPolicy):
        authorise_search(POLICY, NOTICED, PEOPLE, Digest("sha256:" + "0" * 64), NOW)


def test_an_authority_names_check_officer_scope_and_moment() -> None:
    assert AUTHORITY.encounter == NOTICED.id
    assert AUTHORITY.officer == "demo-officer"
    assert AUTHORITY.as_of == NOW
    assert AUTHORITY.policy == POLICY.digest
    assert AUTHORITY.scope == scope_for(POLICY, NOTICED.fields, CONTRACT)
    assert set(AUTHORITY.scope.outcomes) == {Source.CUSTODY}


def test_children_are_searched_in_a_signed_check_for_a_child_only() -> None:
    child = at(State.NOTICED, coded=fields(RISK, age="child", sign_off="demo-supervisor"))
    adult = at(State.NOTICED, coded=fields(RISK))
    assert authorise_search(POLICY, child, PEOPLE, CONTRACT, NOW).scope.include_under_18
    assert not authorise_search(POLICY, adult, PEOPLE, CONTRACT, NOW).scope.include_under_18


@pytest.mark.parametrize(
    ("officer", "refusal"),
    [
        (None, errors.OfficerNotAuthorised),
        (replace(OFFICER, revoked=True), errors.OfficerNotAuthorised),
        (replace(OFFICER, trained_until=date(2026, 11, 22)), errors.OfficerTrainingExpired),
    ],
)
def test_people_are_looked_at_again_at_the_search(officer: object, refusal: type[errors.Refusal]) -> None:
    with pytest.raises(refusal):
        authorise_search(POLICY, NOTICED, People(officer), CONTRACT, NOW)  # type: ignore[arg-type]


def test_the_pilot_may_end_between_opening_and_search() -> None:
    policy = parse_policy(demonstration_policy(STARTS, NOW.date()))
    opened_late = replace(NOTICED, policy=policy.digest, opened_at=NOW.replace(hour=23, minute=50))
    midnight = opened_late.opened_at + timedelta(minutes=15)
    with pytest.raises(errors.PilotExpired):
        authorise_search(policy, opened_late, PEOPLE, CONTRACT, midnight)


def test_a_check_opened_long_ago_is_not_searched() -> None:
    authorise_search(POLICY, NOTICED, PEOPLE, CONTRACT, later(minutes=30))
    for moment in (later(minutes=30, seconds=1), later(seconds=-1)):
        with pytest.raises(errors.CheckTooOld):
            authorise_search(POLICY, NOTICED, PEOPLE, CONTRACT, moment)


def test_a_changed_policy_stops_the_search() -> None:
    newer = parse_policy(demonstration_policy(STARTS, ENDS).replace("demonstration-1", "demonstration-2"))
    with pytest.raises(errors.PolicyChanged):
        authorise_search(newer, NOTICED, PEOPLE, CONTRACT, NOW)
    with pytest.raises(errors.PolicyChanged):
        search_answered(newer, NOTICED, AUTHORITY, answer(), NOW)


# --- a photograph that could not be used -----------------------------------------------------------------------------


def test_a_photograph_that_could_not_be_used_is_counted_and_may_be_taken_again() -> None:
    encounter = NOTICED
    for count in (1, 2, 3):
        moved = capture_refused(encounter, errors.CaptureRefusal())
        encounter = moved.encounter
        assert moved.entry.once_number == count
        assert moved.entry.fields == {"refusal": "capture_refused"}
    assert encounter.capture_refusals == 3
    assert search_answered(POLICY, encounter, AUTHORITY, answer(), NOW).encounter.state is State.ANSWERED


# --- the answer ------------------------------------------------------------------------------------------------------


def test_what_an_answer_says_in_clear_and_what_it_commits_to() -> None:
    entry = search_answered(POLICY, NOTICED, AUTHORITY, answer(), later(seconds=2)).entry
    assert entry.deed is Deed.ENCOUNTER_SEARCH_PERFORMED
    assert entry.fields == {"contract": CONTRACT, "threshold_millionths": 437_500, "scope_size_band": 100_000}
    assert entry.private["result"] == {"candidates": ["31", "7", "12"]}
    assert entry.private["signature"] == {"signature": "simulated", "device": None, "shutter": "guided"}


@pytest.mark.parametrize("shutter", Shutter)
def test_device_and_shutter_are_committed_to_and_nothing_of_the_signature(shutter: Shutter) -> None:
    device = UUID(int=5)
    signed = replace(answer(), capture=CaptureProof("valid", device, shutter))
    entry = search_answered(POLICY, NOTICED, AUTHORITY, signed, NOW).entry
    assert entry.private["signature"] == {"signature": "valid", "device": str(device), "shutter": shutter.value}
    assert "override" not in str(entry.fields), "how the shutter was opened is not in clear"


def test_the_entry_in_clear_is_the_same_with_and_without_candidates() -> None:
    found = search_answered(POLICY, NOTICED, AUTHORITY, answer(), NOW).entry
    none = search_answered(POLICY, NOTICED, AUTHORITY, answer(()), NOW).entry
    assert (found.deed, found.fields, found.private.keys()) == (none.deed, none.fields, none.private.keys())


def test_an_old_authority_does_not_answer() -> None:
    search_answered(POLICY, NOTICED, AUTHORITY, answer(), NOW + LIFETIME)
    with pytest.raises(errors.AuthorityExpired):
        search_answered(POLICY, NOTICED, AUTHORITY, answer(), NOW + LIFETIME + timedelta(seconds=1))


def forged(**changes: object) -> object:
    parts: dict[str, object] = {
        "encounter": NOTICED.id,
        "officer": OFFICER.id,
        "scope": AUTHORITY.scope,
        "as_of": NOW,
        "policy": POLICY.digest,
        **changes,
    }
    return mint(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"encounter": EncounterId(UUID(int=8))},
        {"officer": OfficerId("demo-colleague")},
        {"policy": Digest("sha256:" + "0" * 64)},
        {"scope": scope_for(POLICY, fields(RISK), CONTRACT)},
        {"scope": replace(AUTHORITY.scope, include_under_18=True)},
        {"scope": replace(AUTHORITY.scope, contract=Digest("sha256:" + "0" * 64))},
    ],
    ids=["another check", "another officer", "another policy", "wider sources", "children", "another contract"],
)
def test_a_forged_authority_does_not_answer(changes: dict[str, object]) -> None:
    search_answered(POLICY, NOTICED, forged(), answer(), NOW)  # type: ignore[arg-type]
    with pytest.raises(errors.AuthorityNotForThisCheck):
        search_answered(POLICY, NOTICED, forged(**changes), answer(), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("shown", [(*SHOWN, ReferenceId(99)), (SHOWN[0], SHOWN[0])], ids=["past the cap", "twice"])
def test_an_answer_has_distinct_candidates_up_to_the_cap(shown: tuple[ReferenceId, ...]) -> None:
    with pytest.raises(ValueError, match="distinct candidates"):
        search_answered(POLICY, NOTICED, AUTHORITY, answer(shown), NOW)


def test_the_fields_are_frozen_by_the_answer() -> None:
    assert search_answered(POLICY, NOTICED, AUTHORITY, answer(), NOW).encounter.fields == NOTICED.fields
