"""Who is asking: a session of somebody in force, used often enough; everybody else is a stranger."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest
from fastapi import Request
from sqlalchemy import text

from overt.access import Permission, Role, Session, hash_token
from overt.errors import NotSignedIn, PermissionMissing, SessionExpired
from overt.identifiers import OfficerId
from overt.service.signing_in import maybe_signed_in, signed_in
from overt.service.site import localhost_site
from simulators.force import Force
from simulators.signed_in import hired

Ask = Callable[[bytes | None], Request]


@pytest.fixture
def ask(shared_force: Force) -> Ask:
    state = SimpleNamespace(instance=shared_force.instance, site=localhost_site(8765))

    def request(token: bytes | None) -> Request:
        sent = [] if token is None else [(b"authorization", b"Bearer " + urlsafe_b64encode(token))]
        return Request({"type": "http", "headers": sent, "app": SimpleNamespace(state=state)})

    return request


@pytest.fixture
def account(shared_force: Force) -> OfficerId:
    return hired(shared_force, f"pc-{uuid4()}", Role.OFFICER)


def opened(force: Force, account: OfficerId) -> bytes:
    token, now = os.urandom(32), force.clock()
    force.instance.sessions.open(Session(hash_token(token), account, now, now))
    return token


def strangers(force: Force) -> int:
    with force.instance.engine.connect() as connection:
        query = text("select coalesce(sum(count), 0) from counter where name = 'no-session'")
        found: int = connection.execute(query).scalar_one()
        return found


def test_a_session_says_who_and_what_they_may(shared_force: Force, ask: Ask, account: OfficerId) -> None:
    who = signed_in(ask(opened(shared_force, account)))
    assert (who.officer, who.device) == (account, None)
    assert (who.checks, who.supervises) == (True, False)
    who.require(Permission.CHECK_DO)
    with pytest.raises(PermissionMissing):
        who.require(Permission.OFFICER_AUTHORISE)
    sarge = signed_in(ask(opened(shared_force, OfficerId("demo-supervisor"))))
    assert (sarge.checks, sarge.supervises) == (False, True)


@pytest.mark.parametrize("token", [None, b"", b"x", bytes(32), bytes(400)])
def test_a_stranger_is_counted_and_refused(shared_force: Force, ask: Ask, token: bytes | None) -> None:
    before = strangers(shared_force)
    with pytest.raises(NotSignedIn):
        signed_in(ask(token))
    assert strangers(shared_force) == before + 1
    assert maybe_signed_in(ask(token)) is None
    assert strangers(shared_force) == before + 1, "nobody is counted for opening a page that is for everybody"


def test_each_use_is_kept_so_that_the_next_one_counts_from_it(
    shared_force: Force, ask: Ask, account: OfficerId
) -> None:
    token, idle = opened(shared_force, account), shared_force.instance.session_idle
    for look in (signed_in, maybe_signed_in, signed_in):
        shared_force.clock.moment += idle * 0.9
        who = look(ask(token))
        assert who is not None
        assert who.session.last_used_at == shared_force.clock()


@pytest.mark.parametrize("look", [signed_in, maybe_signed_in])
def test_an_idle_session_is_over_for_good(
    shared_force: Force, ask: Ask, account: OfficerId, look: Callable[[Request], object]
) -> None:
    token, before = opened(shared_force, account), strangers(shared_force)
    shared_force.clock.moment += shared_force.instance.session_idle
    if look is signed_in:
        with pytest.raises(SessionExpired):
            look(ask(token))
    else:
        assert look(ask(token)) is None
    assert strangers(shared_force) == before, "it is known who comes too late"
    with pytest.raises(NotSignedIn):
        signed_in(ask(token))
    assert shared_force.instance.sessions.find(hash_token(token)) is None


def test_what_somebody_may_is_looked_up_anew_each_time(shared_force: Force, ask: Ask, account: OfficerId) -> None:
    token = opened(shared_force, account)
    officer = signed_in(ask(token)).account
    shared_force.instance.accounts.authorise(replace(officer, roles=frozenset({Role.AUDITOR})))
    assert not signed_in(ask(token)).checks
    shared_force.instance.accounts.revoke(account)
    with pytest.raises(NotSignedIn):
        signed_in(ask(token))
