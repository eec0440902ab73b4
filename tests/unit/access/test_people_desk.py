"""Who may let whom in, and look after whom."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from overt.access import DeviceKey, InvitationKind, Permission, Role, may_be_joined, may_give, permissions_of
from overt.errors import PermissionMissing, PersonUnknown, RolesRefused, UsageError
from overt.identifiers import OfficerId
from simulators.paper_access import TRAINED, PaperForce

ROOT, SARGE, PC = OfficerId("root"), OfficerId("sarge"), OfficerId("pc-1")
OFFICER, SUPERVISOR = frozenset({Role.OFFICER}), frozenset({Role.SUPERVISOR})


@pytest.fixture
def force() -> PaperForce:
    made = PaperForce()
    made.has(ROOT, Role.ADMINISTRATOR)
    made.has(SARGE, Role.SUPERVISOR)
    made.has(PC, Role.OFFICER)
    return made


def test_a_supervisor_adds_and_renews_officers_only(force: PaperForce) -> None:
    force.people.authorise(SARGE, "pc-2", OFFICER, TRAINED)
    force.people.authorise(SARGE, PC, OFFICER, date(2031, 1, 1))
    assert force.accounts.officers[PC].trained_until == date(2031, 1, 1)
    for role in set(Role) - {Role.OFFICER}:
        with pytest.raises(RolesRefused):
            force.people.authorise(SARGE, "pc-3", frozenset({role}), TRAINED)
        with pytest.raises(RolesRefused):
            force.people.authorise(SARGE, PC, frozenset({role}), TRAINED)
    assert force.accounts.deeds == ["authorised pc-2", "authorised pc-1"]


def test_a_supervisor_takes_no_role_from_anybody_else(force: PaperForce) -> None:
    """Making an administrator an officer would be changing an account that is not a supervisor's to change."""
    for other in (ROOT, force.has("sarge-2", Role.SUPERVISOR)):
        with pytest.raises(RolesRefused):
            force.people.authorise(SARGE, other, OFFICER, TRAINED)
        with pytest.raises(RolesRefused):
            force.people.revoke(SARGE, other)
        with pytest.raises(RolesRefused):
            force.people.passkey_link(SARGE, other)
    assert force.accounts.deeds == []


def test_an_administrator_gives_every_role_that_may_be_had(force: PaperForce) -> None:
    for number, role in enumerate(Role):
        force.people.authorise(ROOT, f"new-{number}", frozenset({role}), TRAINED)
    for roles in (frozenset({Role.OFFICER, Role.SUPERVISOR}), frozenset({Role.OFFICER, Role.CUSTODIAN}), frozenset()):
        with pytest.raises(RolesRefused):
            force.people.authorise(ROOT, "mixed", roles, TRAINED)


@pytest.mark.parametrize("actor", [ROOT, SARGE])
def test_nobody_changes_their_own_account(force: PaperForce, actor: OfficerId) -> None:
    own = force.accounts.officers[actor].roles
    for attempt in (
        lambda: force.people.authorise(actor, actor, own, date(2040, 1, 1)),
        lambda: force.people.authorise(actor, actor, frozenset(Role) - {Role.OFFICER}, TRAINED),
        lambda: force.people.revoke(actor, actor),
        lambda: force.people.passkey_link(actor, actor),
    ):
        with pytest.raises(RolesRefused):
            attempt()
    assert force.accounts.officers[actor].roles == own


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR, Role.ADMINISTRATOR}))
def test_nobody_else_looks_after_anybody_or_learns_who_is_there(force: PaperForce, role: Role) -> None:
    actor, device = force.has("other", role), uuid4()
    for account in (PC, OfficerId("nobody")):
        for attempt in (
            lambda account=account: force.people.authorise(actor, account, OFFICER, TRAINED),
            lambda account=account: force.people.revoke(actor, account),
            lambda account=account: force.people.passkey_link(actor, account),
            lambda: force.people.device_link(actor),
            lambda: force.people.revoke_device(actor, device),
        ):
            with pytest.raises(PermissionMissing):
                attempt()
    assert (force.accounts.deeds, force.keyring.links) == ([], {})


def test_whoever_was_revoked_looks_after_nobody(force: PaperForce) -> None:
    force.people.revoke(ROOT, SARGE)
    with pytest.raises(PermissionMissing):
        force.people.authorise(SARGE, "pc-2", OFFICER, TRAINED)
    with pytest.raises(PermissionMissing):
        force.people.authorise(OfficerId("nobody"), "pc-2", OFFICER, TRAINED)


def test_an_authorisation_ends_at_once_and_may_be_given_again(force: PaperForce) -> None:
    force.people.revoke(SARGE, PC)
    assert not any(force.accounts.officers[PC].may(each) for each in Permission)
    with pytest.raises(PersonUnknown):
        force.people.passkey_link(SARGE, PC)
    force.people.authorise(SARGE, PC, OFFICER, TRAINED)
    assert force.people.passkey_link(SARGE, PC)


def test_somebody_who_is_not_there(force: PaperForce) -> None:
    for attempt in (force.people.revoke, force.people.passkey_link):
        with pytest.raises(PersonUnknown):
            attempt(ROOT, OfficerId("nobody"))


@pytest.mark.parametrize("name", ["", "two words", "a" * 65, "<script>", "../x", "pc\n"])
def test_a_name_that_is_none(force: PaperForce, name: str) -> None:
    with pytest.raises(UsageError):
        force.people.authorise(ROOT, name, OFFICER, TRAINED)


def test_a_phone_is_refused_from_now_on(force: PaperForce) -> None:
    force.accounts.enrol_device(DeviceKey(UUID(int=3), b""), "phone")
    force.people.revoke_device(SARGE, UUID(int=3))
    assert force.accounts.phones[UUID(int=3)].revoked


def test_a_link_says_who_has_made_it_and_is_kept_as_a_hash(force: PaperForce) -> None:
    token = force.people.passkey_link(SARGE, PC)
    ((kept, invitation),) = force.keyring.links.items()
    assert (invitation.made_by, invitation.account, invitation.kind) == (SARGE, PC, InvitationKind.PASSKEY)
    assert len(token) == 32
    assert kept != token
    assert token.hex() not in repr(invitation)
    assert invitation.token_hash.hex() not in repr(invitation)


# --- the rules behind it, for every set of roles ---------------------------------------------------------------------

SETS = [frozenset(role for at, role in enumerate(Role) if bits >> at & 1) for bits in range(2 ** len(Role))]
CHANGES = {
    Permission.ACCOUNT_MANAGE,
    Permission.OFFICER_AUTHORISE,
    Permission.DEVICE_MANAGE,
    Permission.GALLERY_IMPORT,
    Permission.GALLERY_REVIEW,
    Permission.GALLERY_ERASE,
    Permission.POLICY_PROPOSE,
    Permission.POLICY_COUNTERSIGN,
}


@pytest.mark.parametrize("roles", SETS, ids=lambda roles: "+".join(sorted(roles)) or "none")
def test_whoever_does_checks_changes_nothing_that_they_rest_on(roles: frozenset[Role]) -> None:
    if may_be_joined(roles) and Permission.CHECK_DO in permissions_of(roles):
        assert not permissions_of(roles) & CHANGES
        assert not any(may_give(roles, others) for others in SETS)


@pytest.mark.parametrize("giver", SETS, ids=lambda roles: "+".join(sorted(roles)) or "none")
def test_only_an_administrator_gives_another_role_than_officer(giver: frozenset[Role]) -> None:
    given = [roles for roles in SETS if may_give(giver, roles)]
    if Role.ADMINISTRATOR in giver:
        assert given == SETS
    elif Role.SUPERVISOR in giver:
        assert given == [OFFICER]
    else:
        assert given == []


def test_no_role_at_all_is_no_account() -> None:
    assert not may_be_joined(frozenset())
    assert may_be_joined(OFFICER)
    assert may_be_joined(SUPERVISOR | {Role.CUSTODIAN})
