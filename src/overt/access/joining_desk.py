"""How people and phones come in: by a one-time link, and only by one.

Rules:
* The first administrator's link is made at the terminal; every other by somebody whose role gives it (`may_give`).
* A link is used up when it has worked, not when it was opened: who mistypes a PIN may try again within the ten minutes.
* Nobody makes a link for themselves, or changes their own roles, training or authorisation.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from overt.access.device_sign_in import is_public_key
from overt.access.devices import DeviceKey
from overt.access.invitations import TOKEN_BYTES, Invitation, InvitationKind
from overt.access.passkeys import (
    CHALLENGE_BYTES,
    Challenge,
    Purpose,
    RelyingParty,
    answered_challenge,
    registered,
    registration_options,
)
from overt.access.people import Officer, require
from overt.access.permissions import Permission, Role, may_be_joined, may_give
from overt.access.ports import Around, Keyring, People
from overt.access.sessions import hash_token
from overt.errors import InvitationInvalid, PersonUnknown, RolesRefused, UsageError
from overt.identifiers import EncounterId, OfficerId

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_LABEL = re.compile(r"[\w .,'()/-]{1,60}")
HANDLE_BYTES = 32


class JoiningDesk:
    """Lets people and phones in at one address."""

    def __init__(self, party: RelyingParty, people: People, keyring: Keyring, around: Around) -> None:
        self._party, self._people, self._keyring, self._around = party, people, keyring, around

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
            PersonUnknown, RolesRefused: there is no such account, or the actor may not.
        """
        known = self._person(account)
        self._demand_may(actor, known)
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

    # --- using them ----------------------------------------------------------------------------------------------

    def ask(self, kind: InvitationKind, token: bytes, name: str) -> dict[str, Any]:
        """What a browser needs to make a passkey by a link.

        Args:
            kind: PASSKEY or ADMINISTRATOR.
            name: a new administrator's account name; passed over for a link that names its account.

        Raises:
            InvitationInvalid, UsageError: the link does not work, or the name cannot be one.
        """
        invitation = self._keyring.invited(token, kind)
        account = self._account(invitation, name)
        challenge = Challenge(
            self._around.draw(CHALLENGE_BYTES), Purpose.REGISTER, invitation.token_hash.hex(), self._around.now()
        )
        self._keyring.ask(challenge)
        existing = [passkey for passkey, _ in self._keyring.of(account)]
        return registration_options(self._party, account, self._around.draw(HANDLE_BYTES), challenge, existing)

    def join(self, kind: InvitationKind, token: bytes, name: str, response: Mapping[str, Any]) -> OfficerId:
        """Register the passkey that was made by a link; returns whose it is.

        Raises:
            InvitationInvalid, PasskeyInvalid, PasskeyStale, UsageError: as they say.
        """
        challenge = self._keyring.take(answered_challenge(response))
        invitation = self._keyring.invited(token, kind)
        challenge.demand(Purpose.REGISTER, invitation.token_hash.hex(), self._around.now())
        account = self._account(invitation, name)
        passkey = registered(self._party, challenge, account, response)
        self._keyring.use_invitation(token, kind)
        if kind is InvitationKind.ADMINISTRATOR:
            today = self._around.now().date()
            self._people.authorise(Officer(account, frozenset({Role.ADMINISTRATOR}), today))
        self._keyring.register(passkey)
        return account

    def _account(self, invitation: Invitation, name: str) -> OfficerId:
        if invitation.account is not None:
            known = self._people.officer(invitation.account)
            if known is None or known.revoked:
                raise InvitationInvalid()
            return invitation.account
        account = account_name(name)
        if self._people.officer(account) is not None:
            raise UsageError("There is an account of that name already.")
        return account

    def enrol(self, token: bytes, public_key: bytes, label: str) -> UUID:
        """Enrol the phone that has made a key by a link; returns its identifier.

        Args:
            public_key: uncompressed P-256 point, 65 bytes.
            label: what people call it; no name of a person.

        Raises:
            InvitationInvalid, UsageError: as they say.
        """
        if not is_public_key(public_key):
            raise UsageError("A phone's key is an uncompressed point of P-256.")
        self._keyring.use_invitation(token, InvitationKind.DEVICE)
        device = UUID(bytes=self._around.draw(16), version=4)
        self._people.enrol_device(DeviceKey(device, public_key), device_label(label))
        return device

    def second_invitation(self, token: bytes) -> EncounterId:
        """The check that a link lets another officer join; the link is not used up.

        Raises:
            InvitationInvalid: the link does not work.
        """
        invitation = self._keyring.invited(token, InvitationKind.SECOND_JUDGEMENT)
        if invitation.encounter is None:
            raise InvitationInvalid()
        return invitation.encounter

    def use_second(self, token: bytes) -> None:
        """Use such a link up, once somebody has joined.

        Raises:
            InvitationInvalid: another request has used it.
        """
        self._keyring.use_invitation(token, InvitationKind.SECOND_JUDGEMENT)

    # --- people --------------------------------------------------------------------------------------------------

    def authorise(self, actor: OfficerId, name: str, roles: frozenset[Role], trained_until: date) -> OfficerId:
        """Add a person, or set roles and training of one who is there.

        Raises:
            RolesRefused: roles that do not go together or are not the actor's to give, or the actor's own account.
            UsageError: a name that cannot be an account's.
        """
        wanted = Officer(account_name(name), roles, trained_until)
        if not may_be_joined(roles):
            raise RolesRefused()
        self._demand_may(actor, wanted)
        known = self._people.officer(wanted.id)
        if known is not None:
            self._demand_may(actor, known)
        self._people.authorise(wanted)
        return wanted.id

    def revoke(self, actor: OfficerId, account: OfficerId) -> None:
        """End a person's authorisation at once.

        Raises:
            PersonUnknown, RolesRefused: there is no such account, or the actor may not.
        """
        self._demand_may(actor, self._person(account))
        self._people.revoke(account)

    def revoke_device(self, actor: OfficerId, device: UUID) -> None:
        """Refuse a phone from now on.

        Raises:
            PermissionMissing, PersonUnknown: the actor may not, or there is no such phone.
        """
        require(self._people.officer(actor), Permission.DEVICE_MANAGE)
        self._people.revoke_device(device)

    def _person(self, account: OfficerId) -> Officer:
        known = self._people.officer(account)
        if known is None:
            raise PersonUnknown("There is no account of that name.")
        return known

    def _demand_may(self, actor: OfficerId, other: Officer) -> None:
        giver = require(self._people.officer(actor), Permission.OFFICER_AUTHORISE)
        if actor == other.id or not may_give(giver.roles, other.roles):
            raise RolesRefused()


def account_name(text: str) -> OfficerId:
    """An account's name: 1 to 64 of letters, digits, `.`, `_`, `@`, `-`.

    Raises:
        UsageError: anything else.
    """
    if not _ACCOUNT.fullmatch(text):
        raise UsageError("An account's name has up to 64 letters, digits, dots, hyphens and underscores, no spaces.")
    return OfficerId(text)


def device_label(text: str) -> str:
    """What people call a phone, 1 to 60 plain characters; `phone` when nothing is said.

    Raises:
        UsageError: anything else.
    """
    if not text:
        return "phone"
    if not _LABEL.fullmatch(text):
        raise UsageError("A phone's name has up to 60 letters, digits and simple signs.")
    return text
