"""The copy of the policy that practice goes by: what is out of the way, and what stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from overt.encounter import PilotUse, authorise_search, record_notice, search_answered
from overt.encounter.rules import check_caps, check_fields, check_pilot
from overt.errors import AreaCapReached, AuthorityNotForThisCheck, NotActivated, OfficerCapReached, PilotExpired
from overt.identifiers import OfficerId
from overt.policy import Policy, parse_policy
from overt.policy.document import digest_of
from overt.practice.policy import practice_policy
from simulators.production import production_policy
from unit.encounter.builders import CONTRACT, NOW, PEOPLE, POLICY, answer, fields, opened

CROWD = PilotUse(frozenset(OfficerId(f"officer-{number}") for number in range(500)), 500_000)


def not_activated() -> Policy:
    """A force's own policy, with nothing published."""
    policy = parse_policy(production_policy(NOW.date()))
    return replace(policy, activation=())


@pytest.mark.parametrize("now", [datetime(1, 1, 1, tzinfo=UTC), NOW, datetime(9999, 12, 31, tzinfo=UTC)])
def test_practice_has_no_dates_no_caps_and_needs_no_documents(now: datetime) -> None:
    check_pilot(practice_policy(not_activated(), CONTRACT), now)
    check_caps(practice_policy(POLICY, CONTRACT), fields(), CROWD)


def test_the_same_is_refused_under_the_real_one() -> None:
    with pytest.raises(NotActivated):
        check_pilot(not_activated(), NOW)
    with pytest.raises(PilotExpired):
        check_pilot(POLICY, NOW + timedelta(days=999))
    with pytest.raises(OfficerCapReached):
        check_caps(POLICY, fields(), CROWD)
    with pytest.raises(AreaCapReached):
        check_caps(POLICY, fields(), replace(CROWD, officers_ever=frozenset()))


def test_everything_that_is_to_be_learnt_stays() -> None:
    copy = practice_policy(POLICY, CONTRACT)
    changed = {"canonical", "digest", "demonstration", "pilot", "model"}
    for name in POLICY.__dataclass_fields__:
        assert name in changed or getattr(copy, name) == getattr(POLICY, name), name
    check_fields(copy, fields(), NOW)


def test_its_digest_is_another_and_its_texts_own() -> None:
    copy = practice_policy(POLICY, CONTRACT)
    assert copy.digest == digest_of(copy.canonical) != POLICY.digest
    assert practice_policy(POLICY, CONTRACT) == copy


def test_a_permission_under_it_answers_no_real_check() -> None:
    """Of one and the same check, even."""
    copy = practice_policy(POLICY, CONTRACT)
    practised = record_notice(copy, opened(policy=copy).encounter, "given", NOW).encounter
    real = record_notice(POLICY, opened().encounter, "given", NOW).encounter
    permission = authorise_search(copy, practised, PEOPLE, CONTRACT, NOW)
    assert permission.encounter == real.id
    with pytest.raises(AuthorityNotForThisCheck):
        search_answered(POLICY, real, permission, answer(), NOW)
