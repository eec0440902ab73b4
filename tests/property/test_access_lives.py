"""How long a session, a verification and a link live, whatever happens in between."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from overt.access import Invitation, InvitationKind, Session, hash_token
from overt.errors import InvitationInvalid, SessionExpired, VerificationMissing
from overt.identifiers import OfficerId
from unit.encounter.builders import NOW

SECOND = timedelta(seconds=1)
IDLE, LONGEST = 15 * 60, 12 * 60 * 60
SESSION = Session(hash_token(b"t" * 32), OfficerId("pc-1"), NOW, NOW)
LINK = Invitation(hash_token(b"l" * 32), InvitationKind.PASSKEY, OfficerId("pc-1"), OfficerId("sarge"), NOW)
GAPS = st.integers(-5, IDLE + 5) | st.sampled_from([0, IDLE - 1, IDLE, LONGEST])


def touched(session: Session, at: int, idle: int = IDLE) -> Session | None:
    try:
        return session.touch(NOW + at * SECOND, idle * SECOND)
    except SessionExpired:
        return None


@given(st.lists(GAPS, max_size=80), st.integers(1, 2 * IDLE))
def test_a_session_lives_while_it_is_used_often_enough_and_for_half_a_day_at_most(gaps: list[int], idle: int) -> None:
    session, at = SESSION, 0
    for gap in gaps:
        after = touched(session, at + gap, idle)
        assert (after is not None) == (0 <= gap < min(idle, IDLE) and at + gap < LONGEST)
        if after is None:
            return
        at, session = at + gap, after
        assert session == replace(SESSION, last_used_at=NOW + at * SECOND), "a use changes nothing else"


@given(st.integers(0, 2 * LONGEST), st.integers(0, LONGEST))
def test_a_session_that_is_over_is_not_revived_later(at: int, more: int) -> None:
    if touched(SESSION, at) is None:
        assert touched(SESSION, at + more) is None


@given(st.none() | st.integers(-300, 300), st.integers(-300, 300), st.booleans())
def test_a_verification_opens_a_check_within_two_minutes(verified: int | None, now: int, simulated: bool) -> None:
    at = None if verified is None else NOW + verified * SECOND
    session = replace(SESSION, verified_at=at, simulated=simulated)
    fresh = verified is not None and 0 <= now - verified <= 120
    try:
        session.demand_verified(NOW + now * SECOND)
    except VerificationMissing:
        assert not fresh
        assert not simulated
    else:
        assert fresh or simulated


@given(st.sampled_from(InvitationKind), st.sampled_from(InvitationKind), st.booleans(), st.integers(-1000, 1000))
def test_a_link_works_unused_for_its_kind_within_ten_minutes(
    made: InvitationKind, asked: InvitationKind, used: bool, age: int
) -> None:
    try:
        replace(LINK, kind=made, used=used).demand(asked, NOW + age * SECOND)
    except InvitationInvalid:
        works = False
    else:
        works = True
    assert works == (made is asked and not used and 0 <= age <= 600)
