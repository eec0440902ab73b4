"""Roles and permissions, accounts, sessions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from overt.access import Officer, Permission, Role, Session, hash_token, permissions_of, require
from overt.errors import PermissionMissing, SessionExpired
from overt.identifiers import OfficerId
from unit.encounter.builders import NOW, OFFICER, SUPERVISOR, later

TOKEN = b"t" * 32
SESSION = Session(hash_token(TOKEN), OfficerId("demo-officer"), NOW, NOW)


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_belongs_to_some_role_and_has_the_grammar(permission: Permission) -> None:
    assert any(permission in permissions_of([role]) for role in Role)
    assert len(permission.value.split(":")) == 3


def test_duties_are_apart() -> None:
    checks = {Permission.CHECK_DO, Permission.CHECK_OPERATE}
    for role in Role:
        assert (role is Role.OFFICER) == bool(checks & permissions_of([role])), role
    assert Permission.CHECK_SIGN_OFF not in permissions_of([Role.OFFICER])
    assert Permission.POLICY_COUNTERSIGN not in permissions_of(set(Role) - {Role.OVERSIGHT})
    assert Permission.SUSPEND not in permissions_of(set(Role) - {Role.OVERSIGHT})
    assert Permission.GALLERY_IMPORT not in permissions_of(set(Role) - {Role.CUSTODIAN})


def test_nobody_reads_references_in_bulk() -> None:
    assert not any("export" in each or "bulk" in each for each in Permission)


def test_no_role_no_permission() -> None:
    assert permissions_of([]) == frozenset()


@pytest.mark.parametrize("changes", [{"revoked": True}, {"authorised": False}, {"roles": frozenset()}])
def test_an_account_out_of_force_may_nothing(changes: dict[str, object]) -> None:
    officer: Officer = replace(OFFICER, **changes)  # type: ignore[arg-type]
    assert not any(officer.may(each) for each in Permission)
    with pytest.raises(PermissionMissing):
        require(officer, Permission.CHECK_DO)


def test_require_gives_the_account_back() -> None:
    assert require(SUPERVISOR, Permission.CHECK_SIGN_OFF) is SUPERVISOR
    for nobody in (None, OFFICER):
        with pytest.raises(PermissionMissing):
            require(nobody, Permission.CHECK_SIGN_OFF)


def test_training_needs_an_aware_moment() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICER.trained(NOW.replace(tzinfo=None))


# --- sessions --------------------------------------------------------------------------------------------------------


def test_a_session_lives_while_it_is_used() -> None:
    session = SESSION
    for minutes in range(14, 12 * 60, 14):
        session = session.touch(later(minutes=minutes))
    assert session.last_used_at > NOW + timedelta(hours=11)


@pytest.mark.parametrize(("seconds", "over"), [(0, False), (899, False), (900, True), (86_400, True), (-1, True)])
def test_fifteen_idle_minutes_end_it(seconds: int, over: bool) -> None:
    if over:
        with pytest.raises(SessionExpired):
            SESSION.touch(later(seconds=seconds))
    else:
        assert SESSION.touch(later(seconds=seconds)).last_used_at == later(seconds=seconds)


def test_a_policy_may_shorten_the_idle_time_and_not_lengthen_it() -> None:
    with pytest.raises(SessionExpired):
        SESSION.touch(later(minutes=5), timedelta(minutes=5))
    with pytest.raises(SessionExpired):
        SESSION.touch(later(minutes=15), timedelta(hours=9))


def test_twelve_hours_end_it_however_busy() -> None:
    busy = replace(SESSION, last_used_at=later(hours=11, minutes=59))
    with pytest.raises(SessionExpired):
        busy.touch(later(hours=12))


def test_a_session_keeps_a_hash_and_prints_none() -> None:
    assert SESSION.token_hash != TOKEN
    assert SESSION.owned_by(TOKEN)
    assert not SESSION.owned_by(b"u" * 32)
    assert SESSION.token_hash.hex() not in repr(SESSION)
    assert repr(SESSION.token_hash) not in repr(SESSION)
