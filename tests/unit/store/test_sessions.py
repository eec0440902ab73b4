"""Sessions in PostgreSQL: whose they are, what ends them, and what was begun in them."""

import os
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from overt.access import DeviceKey, Role, Session, hash_token
from overt.errors import VerificationMissing
from overt.identifiers import OfficerId
from overt.store.sessions import Sessions
from simulators.force import Force
from simulators.many_hands import at_once
from simulators.signed_in import hired


@pytest.fixture
def sessions(shared_force: Force) -> Sessions:
    return shared_force.instance.sessions


def phone(force: Force) -> UUID:
    """A phone of its own."""
    device = DeviceKey(uuid4(), b"\x04" + bytes(64))
    force.instance.accounts.enrol_device(device)
    return device.id


def opened(force: Force, account: OfficerId, device: UUID | None = None, *, simulated: bool = False) -> Session:
    now = force.clock()
    session = Session(hash_token(os.urandom(32)), account, now, now, device, simulated)
    force.instance.sessions.open(session)
    return session


@pytest.fixture
def account(shared_force: Force) -> OfficerId:
    return hired(shared_force, f"pc-{uuid4()}", Role.OFFICER)


def test_a_session_is_found_by_its_token_as_it_was_opened(
    shared_force: Force, sessions: Sessions, account: OfficerId
) -> None:
    for device, simulated in ((None, False), (phone(shared_force), False), (phone(shared_force), True)):
        session = opened(shared_force, account, device, simulated=simulated)
        assert sessions.find(session.token_hash) == session
    assert sessions.find(hash_token(b"another")) is None
    assert sessions.find(b"") is None


def test_a_use_and_a_verification_are_kept(shared_force: Force, sessions: Sessions, account: OfficerId) -> None:
    session = opened(shared_force, account)
    later = shared_force.clock() + timedelta(minutes=3)
    sessions.touch(session.touch(later))
    sessions.verified(session.token_hash)
    expected = replace(session, last_used_at=later, verified_at=shared_force.clock())
    assert sessions.find(session.token_hash) == expected


def test_a_closed_session_is_not_revived(shared_force: Force, sessions: Sessions, account: OfficerId) -> None:
    session = opened(shared_force, account)
    sessions.close(session.token_hash)
    sessions.touch(session)
    sessions.verified(session.token_hash)
    assert sessions.find(session.token_hash) is None
    with pytest.raises(VerificationMissing):
        sessions.use_verification(session.token_hash)


def test_a_phone_serves_one_person_at_a_time(shared_force: Force, sessions: Sessions, account: OfficerId) -> None:
    device, elsewhere = phone(shared_force), opened(shared_force, account, phone(shared_force))
    without = opened(shared_force, account)
    first = opened(shared_force, account, device)
    sessions.keep_draft(first.token_hash, "opening", {"age": "adult"})
    other = opened(shared_force, hired(shared_force, f"pc-{uuid4()}", Role.OFFICER), device)
    assert sessions.find(first.token_hash) is None
    assert sessions.draft(first.token_hash, "opening") == {}
    assert [sessions.find(each.token_hash) for each in (other, elsewhere, without)] == [other, elsewhere, without]


def test_one_persons_sessions_end_with_the_authorisation_and_everybodys_with_the_phone(
    shared_force: Force, sessions: Sessions, account: OfficerId
) -> None:
    other, device = hired(shared_force, f"pc-{uuid4()}", Role.OFFICER), phone(shared_force)
    mine, theirs = opened(shared_force, account), opened(shared_force, other, device)
    shared_force.instance.accounts.revoke(account)
    assert sessions.find(mine.token_hash) is None
    shared_force.instance.accounts.revoke_device(device)
    assert sessions.find(theirs.token_hash) is None
    hired(shared_force, account, Role.OFFICER)
    assert sessions.find(mine.token_hash) is None, "nobody is signed in again by being authorised again"


def test_a_session_on_a_phone_that_was_revoked_before_is_none(
    shared_force: Force, sessions: Sessions, account: OfficerId
) -> None:
    device = phone(shared_force)
    shared_force.instance.accounts.revoke_device(device)
    assert sessions.find(opened(shared_force, account, device).token_hash) is None


def test_of_many_requests_one_uses_a_verification(shared_force: Force, sessions: Sessions, account: OfficerId) -> None:
    session = opened(shared_force, account)
    sessions.verified(session.token_hash)
    got = at_once(lambda _: sessions.use_verification(session.token_hash))
    assert got.count(None) == 1
    assert {type(each) for each in got if each is not None} == {VerificationMissing}


def test_no_token_is_kept(shared_force: Force, account: OfficerId) -> None:
    token, now = os.urandom(32), shared_force.clock()
    shared_force.instance.sessions.open(Session(hash_token(token), account, now, now))
    with shared_force.instance.engine.connect() as connection:
        rows = "".join(connection.execute(text("select s::text from session s")).scalars())
    assert hash_token(token).hex() in rows, "the search finds what is there"
    assert token.hex() not in rows


# --- what was begun --------------------------------------------------------------------------------------------------


def test_a_draft_is_one_sessions_own_and_one_of_a_kind(
    shared_force: Force, sessions: Sessions, account: OfficerId
) -> None:
    mine, other = opened(shared_force, account), opened(shared_force, account)
    assert sessions.draft(mine.token_hash, "opening") == {}
    sessions.keep_draft(mine.token_hash, "opening", {"age": "adult", "tried_first": ["document"]})
    sessions.keep_draft(mine.token_hash, "outcome:1", {"code": "no-further-action"})
    sessions.keep_draft(mine.token_hash, "opening", {"age": "child"})
    assert sessions.draft(mine.token_hash, "opening") == {"age": "child"}
    assert sessions.draft(mine.token_hash, "outcome:1") == {"code": "no-further-action"}
    assert sessions.draft(other.token_hash, "opening") == {}
    sessions.drop_draft(mine.token_hash, "opening")
    sessions.drop_draft(mine.token_hash, "opening")
    assert sessions.draft(mine.token_hash, "opening") == {}
    assert sessions.draft(mine.token_hash, "outcome:1") != {}


def test_what_was_begun_goes_with_its_session(shared_force: Force, sessions: Sessions, account: OfficerId) -> None:
    session = opened(shared_force, account)
    sessions.keep_draft(session.token_hash, "opening", {"age": "adult"})
    sessions.close(session.token_hash)
    with shared_force.instance.engine.connect() as connection:
        query = text("select count(*) from draft where session = :session")
        assert connection.execute(query, {"session": session.token_hash}).scalar_one() == 0


def test_a_draft_needs_a_session(sessions: Sessions) -> None:
    with pytest.raises(IntegrityError):
        sessions.keep_draft(hash_token(b"nobody"), "opening", {})
