"""Who lets whom in: people and their roles, phones, and the one-time links by which others come in.

Rules:
* The first administrator's link is made at the terminal; every other by somebody whose role gives it (`may_give`).
* Nobody makes a link for themselves, or changes their own roles, training or authorisation.
* Whoever may not is told so before anything is said about an account.
"""

import re
from datetime import date
from uuid import UUID

from overt.access.invitations import TOKEN_BYTES, Invitation, InvitationKind
from overt.access.people import Officer, require
from overt.access.permissions import Permission, Role, may_be_joined, may_give
from overt.access.ports import Around, Keyring, People
from overt.access.sessions import hash_token
from overt.errors import PersonUnknown, RolesRefused, UsageError
from overt.identifiers import EncounterId, OfficerId

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class PeopleDesk:
    """Authorises, revokes, and makes links."""

    def __init__(self, people: People, keyring: Keyring, around: Around) -> None:
        self._people, self._keyring, self._around = people, keyring, around

    # --- links ---------------------------------------------------------------------------------------------------

    def link_from_terminal(self, account: OfficerId | None) -> bytes:
        """A link made by whoever runs the machine: for a new administrator, or for one who has lost their passkeys.

        Raises:
            PersonUnknown: an account was named, and it is not an administrator in force.
        """
        if account is None:
            return self._link(InvitationKind.ADMINISTRATOR, None, None)
        known = self._people.officer(account)
        if known is None or not known.may(Permission.ACCOUNT_MANAGE):
            raise PersonUnknown("There is no administrator of that name.")
        return self._link(InvitationKind.PASSKEY, account, None)

    def passkey_link(self, actor: OfficerId, account: OfficerId) -> bytes:
        """A link by which one person makes a passkey.

        Raises:
            PermissionMissing, RolesRefused: the actor may not.
            PersonUnknown: there is no such account in force.
        """
        if self._given_by(actor, account).revoked:
            raise PersonUnknown("This person's authorisation has ended.")
        return self._link(InvitationKind.PASSKEY, account, actor)

    def device_link(self, actor: OfficerId) -> bytes:
        """A link by which one phone is enrolled.

        Raises:
            PermissionMissing: the actor may not.
        """
        require(self._people.officer(actor), Permission.DEVICE_MANAGE)
        return self._link(InvitationKind.DEVICE, None, actor)

    def second_link(self, actor: OfficerId, encounter: EncounterId) -> bytes:
        """A link by which another officer joins an open check; whose check it is was demanded by the caller."""
        return self._link(InvitationKind.SECOND_JUDGEMENT, None, actor, encounter)

    def _link(
        self,
        kind: InvitationKind,
        account: OfficerId | None,
        made_by: OfficerId | None,
        encounter: EncounterId | None = None,
    ) -> bytes:
        token = self._around.draw(TOKEN_BYTES)
        self._keyring.invite(Invitation(hash_token(token), kind, account, made_by, self._around.now(), encounter))
        return token

    # --- people and phones ---------------------------------------------------------------------------------------

    def authorise(self, actor: OfficerId, name: str, roles: frozenset[Role], trained_until: date) -> OfficerId:
        """Add a person, or set roles and training of one who is there.

        Raises:
            PermissionMissing: the actor may not.
            RolesRefused: roles that do not go together or are not the actor's to give, or the actor's own account.
            UsageError: a name that cannot be an account's.
        """
        giver = require(self._people.officer(actor), Permission.OFFICER_AUTHORISE)
        wanted = Officer(account_name(name), roles, trained_until)
        if not may_be_joined(roles):
            raise RolesRefused()
        _demand_may_give(giver, wanted)
        known = self._people.officer(wanted.id)
        if known is not None:
            _demand_may_give(giver, known)
        self._people.authorise(wanted)
        return wanted.id

    def revoke(self, actor: OfficerId, account: OfficerId) -> None:
        """End a person's authorisation at once.

        Raises:
            PermissionMissing, RolesRefused: the actor may not.
            PersonUnknown: there is no such account.
        """
        self._given_by(actor, account)
        self._people.revoke(account)

    def revoke_device(self, actor: OfficerId, device: UUID) -> None:
        """Refuse a phone from now on.

        Raises:
            PermissionMissing, PersonUnknown: the actor may not, or there is no such phone.
        """
        require(self._people.officer(actor), Permission.DEVICE_MANAGE)
        self._people.revoke_device(device)

    def _given_by(self, actor: OfficerId, account: OfficerId) -> Officer:
        """An account that is the actor's to give."""
        giver = require(self._people.officer(actor), Permission.OFFICER_AUTHORISE)
        known = self._people.officer(account)
        if known is None:
            raise PersonUnknown("There is no account of that name.")
        _demand_may_give(giver, known)
        return known


def _demand_may_give(giver: Officer, other: Officer) -> None:
    if giver.id == other.id or not may_give(giver.roles, other.roles):
        raise RolesRefused()


def account_name(text: str) -> OfficerId:
    """An account's name: 1 to 64 of letters, digits, `.`, `_`, `@`, `-`.

    Raises:
        UsageError: anything else.
    """
    if not _ACCOUNT.fullmatch(text):
        raise UsageError("An account's name has up to 64 letters, digits, dots, hyphens and underscores, no spaces.")
    return OfficerId(text)
