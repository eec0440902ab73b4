"""Members of the force as values: who they are, what they may do, until when they are trained.

Rule: an account that is revoked or not authorised may do nothing, whatever its roles.
"""

from dataclasses import dataclass
from datetime import date, datetime

from overt.access.permissions import Permission, Role, permissions_of
from overt.errors import PermissionMissing
from overt.identifiers import OfficerId
from overt.scope import as_of_date


@dataclass(frozen=True, slots=True)
class Officer:
    """One account. `trained_until` is the last UTC day on which the training counts."""

    id: OfficerId
    roles: frozenset[Role]
    trained_until: date
    authorised: bool = True
    revoked: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the account is in force and one of its roles carries the permission. Says nothing about training."""
        return self.authorised and not self.revoked and permission in permissions_of(self.roles)

    def trained(self, now: datetime) -> bool:
        """Whether the training is in date at an aware moment."""
        return as_of_date(now) <= self.trained_until


def require(officer: Officer | None, permission: Permission) -> Officer:
    """The account, when it has the permission.

    Raises:
        PermissionMissing: there is no such account, it is not in force, or its roles do not carry the permission.
    """
    if officer is None or not officer.may(permission):
        raise PermissionMissing()
    return officer
