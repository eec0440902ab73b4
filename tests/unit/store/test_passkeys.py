"""Passkeys, challenges and one-time links in PostgreSQL: each is taken by one, and what was done is an entry."""

import os
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from overt.access import Invitation, InvitationKind, Role, Session, hash_token
from overt.access.passkeys import Challenge, Passkey, Purpose
from overt.errors import InvitationInvalid, PasskeyInvalid, PasskeyStale, PersonUnknown
from overt.identifiers import OfficerId
from overt.ledger.deeds import Deed
from overt.store.passkeys import Passkeys
from simulators.force import Force
from simulators.many_hands import at_once
from simulators.signed_in import hired

SARGE = OfficerId("demo-supervisor")


@pytest.fixture
def passkeys(shared_force: Force) -> Passkeys:
    return shared_force.instance.passkeys


@pytest.fixture
def account(shared_force: Force) -> OfficerId:
    return hired(shared_force, f"pc-{uuid4()}", Role.OFFICER)


def made(account: OfficerId, count: int = 0) -> Passkey:
    return Passkey(os.urandom(32), account, b"a public key", count)


def session_of(force: Force, account: OfficerId) -> Session:
    session = Session(hash_token(os.urandom(32)), account, force.clock(), force.clock())
    force.instance.sessions.open(session)
    return session


# --- passkeys --------------------------------------------------------------------------------------------------------


def test_a_passkey_is_registered_once_with_an_entry(
    shared_force: Force, passkeys: Passkeys, account: OfficerId
) -> None:
    passkey, before = made(account), shared_force.deeds()
    assert passkeys.register(passkey) == len(before)
    assert passkeys.find(passkey.id) == passkey
    assert passkeys.of(account) == [(passkey, shared_force.clock())]
    with pytest.raises(PasskeyInvalid):
        passkeys.register(replace(passkey, account=SARGE))
    assert passkeys.find(passkey.id) == passkey, "nobody takes over a passkey by its identifier"
    assert shared_force.deeds()[len(before) :] == [Deed.OFFICER_PASSKEY_REGISTERED.value]
    assert passkeys.find(b"another") is None
    assert passkeys.of(SARGE) == []


def test_a_passkey_of_somebody_who_left_is_none(shared_force: Force, passkeys: Passkeys, account: OfficerId) -> None:
    passkey = made(account)
    passkeys.register(passkey)
    shared_force.instance.accounts.revoke(account)
    assert passkeys.find(passkey.id) is None


def test_a_passkey_is_revoked_by_its_person_with_an_entry_and_never_registered_again(
    shared_force: Force, passkeys: Passkeys, account: OfficerId
) -> None:
    passkey, other = made(account), made(account)
    for each in (passkey, other):
        passkeys.register(each)
        shared_force.clock.forward(seconds=1)
    before = shared_force.deeds()
    for nobody in (SARGE, OfficerId("nobody")):
        with pytest.raises(PersonUnknown):
            passkeys.revoke(nobody, passkey.id)
    passkeys.revoke(account, passkey.id)
    with pytest.raises(PersonUnknown):
        passkeys.revoke(account, passkey.id)
    assert shared_force.deeds()[len(before) :] == [Deed.OFFICER_PASSKEY_REVOKED.value]
    assert passkeys.find(passkey.id) is None
    assert [each for each, _ in passkeys.of(account)] == [other]
    with pytest.raises(PasskeyInvalid):
        passkeys.register(passkey)
    with pytest.raises(PasskeyInvalid):
        passkeys.used(replace(passkey, sign_count=1))


def test_revoking_one_ends_the_sessions_on_a_phone_that_was_lost(
    shared_force: Force, passkeys: Passkeys, account: OfficerId
) -> None:
    passkey, sessions = made(account), shared_force.instance.sessions
    passkeys.register(passkey)
    here, lost, others = (
        session_of(shared_force, account),
        session_of(shared_force, account),
        session_of(shared_force, SARGE),
    )
    passkeys.revoke(account, passkey.id, keep=here.token_hash)
    assert sessions.find(lost.token_hash) is None
    assert [sessions.find(each.token_hash) for each in (here, others)] == [here, others]
    again = made(account)
    passkeys.register(again)
    passkeys.revoke(account, again.id)
    assert sessions.find(here.token_hash) is None


@pytest.mark.parametrize(
    ("kept", "said", "rises"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)]
)
def test_a_count_only_rises(passkeys: Passkeys, account: OfficerId, kept: int, said: int, rises: bool) -> None:
    passkey = made(account, kept)
    passkeys.register(passkey)
    if rises:
        passkeys.used(replace(passkey, sign_count=said))
    else:
        with pytest.raises(PasskeyInvalid):
            passkeys.used(replace(passkey, sign_count=said))
    found = passkeys.find(passkey.id)
    assert found is not None
    assert found.sign_count == (said if rises else kept)


def test_of_two_answers_with_one_count_one_is_accepted(passkeys: Passkeys, account: OfficerId) -> None:
    passkey = made(account, 3)
    passkeys.register(passkey)
    got = at_once(lambda _: passkeys.used(replace(passkey, sign_count=4)))
    assert got.count(None) == 1
    assert {type(each) for each in got if each is not None} == {PasskeyInvalid}


def test_an_administrator_in_force_with_a_passkey_in_force_is_one(shared_force: Force, passkeys: Passkeys) -> None:
    passkeys.register(made(SARGE))
    assert not passkeys.has_administrator()
    root = hired(shared_force, "root", Role.ADMINISTRATOR)
    assert not passkeys.has_administrator()
    passkey = made(root)
    passkeys.register(passkey)
    assert passkeys.has_administrator()
    passkeys.revoke(root, passkey.id)
    assert not passkeys.has_administrator()
    passkeys.register(made(root))
    shared_force.instance.accounts.revoke(root)
    assert not passkeys.has_administrator()


# --- challenges ------------------------------------------------------------------------------------------------------


def asked(force: Force, purpose: Purpose = Purpose.SIGN_IN) -> Challenge:
    challenge = Challenge(os.urandom(32), purpose, "ab", force.clock())
    force.instance.passkeys.ask(challenge)
    return challenge


@pytest.mark.parametrize("purpose", Purpose)
def test_a_challenge_is_taken_as_it_was_drawn_and_once(
    shared_force: Force, passkeys: Passkeys, purpose: Purpose
) -> None:
    challenge = asked(shared_force, purpose)
    assert passkeys.take(challenge.value) == challenge
    for value in (challenge.value, os.urandom(32), b""):
        with pytest.raises(PasskeyStale):
            passkeys.take(value)


def test_of_many_who_come_with_one_challenge_one_gets_it(shared_force: Force, passkeys: Passkeys) -> None:
    challenge = asked(shared_force)
    got = at_once(lambda _: passkeys.take(challenge.value))
    assert got.count(challenge) == 1
    assert {type(each) for each in got if each != challenge} == {PasskeyStale}


def test_challenges_and_links_that_are_of_no_use_go_after_a_day(
    shared_force: Force, passkeys: Passkeys, account: OfficerId
) -> None:
    def rows(table: str) -> int:
        with shared_force.instance.engine.connect() as connection:
            found: int = connection.execute(text(f"select count(*) from {table}")).scalar_one()
            return found

    asked(shared_force)
    invited(shared_force, account)
    shared_force.clock.forward(days=1, seconds=1)
    asked(shared_force)
    invited(shared_force, account)
    assert (rows("challenge"), rows("invitation")) == (1, 1)


# --- links -----------------------------------------------------------------------------------------------------------


def invited(force: Force, account: OfficerId, kind: InvitationKind = InvitationKind.PASSKEY) -> bytes:
    token = os.urandom(32)
    force.instance.passkeys.invite(Invitation(hash_token(token), kind, account, SARGE, force.clock()))
    return token


def test_a_link_is_found_as_it_was_made(shared_force: Force, passkeys: Passkeys, account: OfficerId) -> None:
    token, check = os.urandom(32), shared_force.noticed()
    link = Invitation(hash_token(token), InvitationKind.SECOND_JUDGEMENT, None, account, shared_force.clock(), check)
    passkeys.invite(link)
    assert passkeys.invited(token, InvitationKind.SECOND_JUDGEMENT) == link
    from_terminal = replace(
        link, token_hash=hash_token(b"2"), kind=InvitationKind.ADMINISTRATOR, made_by=None, encounter=None
    )
    passkeys.invite(from_terminal)
    assert passkeys.invited(b"2", InvitationKind.ADMINISTRATOR) == from_terminal


@pytest.mark.parametrize("made_for", InvitationKind)
@pytest.mark.parametrize("used_for", InvitationKind)
def test_a_link_is_used_once_for_its_kind(
    shared_force: Force, passkeys: Passkeys, account: OfficerId, made_for: InvitationKind, used_for: InvitationKind
) -> None:
    token = invited(shared_force, account, made_for)
    if used_for is not made_for:
        for use in (passkeys.invited, passkeys.use_invitation):
            with pytest.raises(InvitationInvalid):
                use(token, used_for)
    assert passkeys.use_invitation(token, made_for).account == account
    for use in (passkeys.invited, passkeys.use_invitation):
        with pytest.raises(InvitationInvalid):
            use(token, made_for)


@pytest.mark.parametrize(
    ("span", "works"), [(timedelta(minutes=10), True), (timedelta(minutes=10, microseconds=1), False)]
)
def test_a_link_works_for_ten_minutes(
    shared_force: Force, passkeys: Passkeys, account: OfficerId, span: timedelta, works: bool
) -> None:
    token = invited(shared_force, account)
    shared_force.clock.moment += span
    if works:
        passkeys.use_invitation(token, InvitationKind.PASSKEY)
    else:
        with pytest.raises(InvitationInvalid):
            passkeys.use_invitation(token, InvitationKind.PASSKEY)


def test_of_many_who_come_with_one_link_one_gets_in(
    shared_force: Force, passkeys: Passkeys, account: OfficerId
) -> None:
    token = invited(shared_force, account)
    got = at_once(lambda _: passkeys.use_invitation(token, InvitationKind.PASSKEY))
    assert sum(isinstance(each, Invitation) for each in got) == 1
    assert {type(each) for each in got if not isinstance(each, Invitation)} == {InvitationInvalid}


def test_no_link_can_be_read_out_of_the_table(shared_force: Force, account: OfficerId) -> None:
    token = invited(shared_force, account)
    with shared_force.instance.engine.connect() as connection:
        rows = "".join(connection.execute(text("select i::text from invitation i")).scalars())
    assert hash_token(token).hex() in rows, "the search finds what is there"
    assert token.hex() not in rows


def test_a_link_to_a_check_goes_with_the_check(shared_force: Force, passkeys: Passkeys, account: OfficerId) -> None:
    token, check = os.urandom(32), shared_force.noticed()
    kind = InvitationKind.SECOND_JUDGEMENT
    passkeys.invite(Invitation(hash_token(token), kind, None, account, shared_force.clock(), check))
    with shared_force.instance.engine.begin() as connection:
        connection.execute(text("delete from encounter where id = :id"), {"id": check})
    with pytest.raises(InvitationInvalid):
        passkeys.invited(token, kind)
