"""The one list of permissions, and the roles that carry them.

Rules:
* A permission is `subject:object:verb`, as deeds are. Every protected use case names exactly one.
* Whoever does checks cannot change the gallery, the policy or the accounts; whoever runs the system cannot do checks.
* A supervisor authorises officers and phones; only an administrator gives the other roles. Nobody changes their own.
* No role reads references in bulk: there is no permission for it.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """Everything that a person may be allowed to do."""

    CHECK_DO = "encounter:check:do"
    CHECK_OPERATE = "encounter:camera:operate"
    CHECK_SIGN_OFF = "encounter:check:sign-off"
    CHECK_READ_ALL = "encounter:record:read"
    GALLERY_IMPORT = "gallery:batch:import"
    GALLERY_LIST = "gallery:reference:list"
    GALLERY_REVIEW = "gallery:reference:review"
    GALLERY_ERASE = "gallery:person:erase"
    ACCOUNT_MANAGE = "officer:account:manage"
    OFFICER_AUTHORISE = "officer:account:authorise"
    DEVICE_MANAGE = "device:key:manage"
    POLICY_READ = "policy:version:read"
    POLICY_PROPOSE = "policy:version:propose"
    POLICY_COUNTERSIGN = "policy:version:countersign"
    LEDGER_READ = "ledger:opening:read"
    JOURNAL_READ = "journal:event:read"
    SUSPEND = "oversight:suspension:order"


class Role(StrEnum):
    """What a person is in the force, or outside it (auditor, oversight)."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    OVERSIGHT = "oversight"


_OF_ROLE: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OFFICER: frozenset({Permission.CHECK_DO, Permission.CHECK_OPERATE, Permission.POLICY_READ}),
        Role.SUPERVISOR: frozenset(
            {
                Permission.CHECK_SIGN_OFF,
                Permission.CHECK_READ_ALL,
                Permission.OFFICER_AUTHORISE,
                Permission.DEVICE_MANAGE,
                Permission.POLICY_READ,
            }
        ),
        Role.CUSTODIAN: frozenset(
            {
                Permission.GALLERY_IMPORT,
                Permission.GALLERY_LIST,
                Permission.GALLERY_REVIEW,
                Permission.GALLERY_ERASE,
                Permission.POLICY_READ,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.ACCOUNT_MANAGE,
                Permission.OFFICER_AUTHORISE,
                Permission.DEVICE_MANAGE,
                Permission.POLICY_READ,
                Permission.POLICY_PROPOSE,
            }
        ),
        Role.AUDITOR: frozenset(
            {Permission.LEDGER_READ, Permission.JOURNAL_READ, Permission.CHECK_READ_ALL, Permission.POLICY_READ}
        ),
        Role.OVERSIGHT: frozenset(
            {
                Permission.LEDGER_READ,
                Permission.JOURNAL_READ,
                Permission.CHECK_READ_ALL,
                Permission.POLICY_READ,
                Permission.POLICY_COUNTERSIGN,
                Permission.SUSPEND,
            }
        ),
    }
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that a person with these roles may do."""
    return frozenset[Permission]().union(*(_OF_ROLE[role] for role in roles))


def may_be_joined(roles: Collection[Role]) -> bool:
    """Whether one person may have all of these roles: whoever does checks changes neither accounts nor gallery."""
    return bool(roles) and not (Role.OFFICER in roles and set(roles) != {Role.OFFICER})


def may_give(giver: Iterable[Role], roles: Collection[Role]) -> bool:
    """Whether somebody with the giver's roles may authorise an account with these, or change or revoke one."""
    held = permissions_of(giver)
    if Permission.ACCOUNT_MANAGE in held:
        return True
    return Permission.OFFICER_AUTHORISE in held and set(roles) == {Role.OFFICER}
