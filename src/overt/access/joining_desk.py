"""How people and phones come in: by a one-time link, and only by one.

Rules:
* A link is used up when it has worked, not when it was opened: who mistypes a PIN may try again within the ten minutes.
* A link is worth what its maker may do when it is used, not when it was made: who was revoked since lets nobody in.
* Whoever comes with a link that does not work is a stranger: refused alike whatever is wrong with it, and counted.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any
from uuid import UUID

from overt.access.device_sign_in import is_public_key
from overt.access.devices import DeviceKey
from overt.access.invitations import Invitation, InvitationKind
from overt.access.passkeys import (
    CHALLENGE_BYTES,
    Challenge,
    Purpose,
    RelyingParty,
    answered_challenge,
    registered,
    registration_options,
)
from overt.access.people import Officer
from overt.access.people_desk import account_name
from overt.access.permissions import Permission, Role, may_give
from overt.access.ports import Around, Keyring, People
from overt.errors import EncounterRefusal, InvitationInvalid, UsageError
from overt.identifiers import EncounterId, OfficerId

_LABEL = re.compile(r"[\w .,'()/-]{1,60}")
HANDLE_BYTES = 32
_MAKES = MappingProxyType(
    {
        InvitationKind.ADMINISTRATOR: Permission.ACCOUNT_MANAGE,
        InvitationKind.PASSKEY: Permission.OFFICER_AUTHORISE,
        InvitationKind.DEVICE: Permission.DEVICE_MANAGE,
        InvitationKind.SECOND_JUDGEMENT: Permission.CHECK_DO,
    }
)
"""What whoever has made a link needs to be allowed, still, when it is used."""


class JoiningDesk:
    """Lets people and phones in at one address."""

    def __init__(self, party: RelyingParty, people: People, keyring: Keyring, around: Around) -> None:
        self._party, self._people, self._keyring, self._around = party, people, keyring, around

    def ask(self, kind: InvitationKind, token: bytes, name: str) -> dict[str, Any]:
        """What a browser needs to make a passkey by a link.

        Args:
            kind: PASSKEY or ADMINISTRATOR.
            name: a new administrator's account name; passed over for a link that names its account.

        Raises:
            InvitationInvalid, UsageError: the link does not work, or the name cannot be one.
        """
        with self._counted():
            invitation = self._invited(token, kind)
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
        with self._counted():
            challenge = self._keyring.take(answered_challenge(response))
            invitation = self._invited(token, kind)
            challenge.demand(Purpose.REGISTER, invitation.token_hash.hex(), self._around.now())
            account = self._account(invitation, name)
            passkey = registered(self._party, challenge, account, response)
            self._keyring.use_invitation(token, kind)
        if kind is InvitationKind.ADMINISTRATOR:
            today = self._around.now().date()
            self._people.authorise(Officer(account, frozenset({Role.ADMINISTRATOR}), today))
        self._keyring.register(passkey)
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
        called = device_label(label)
        with self._counted():
            self._invited(token, InvitationKind.DEVICE)
            self._keyring.use_invitation(token, InvitationKind.DEVICE)
        device = UUID(bytes=self._around.draw(16), version=4)
        self._people.enrol_device(DeviceKey(device, public_key), called)
        return device

    def second_invitation(self, token: bytes) -> EncounterId:
        """The check that a link lets another officer join; the link is not used up.

        Raises:
            InvitationInvalid: the link does not work.
        """
        with self._counted():
            invitation = self._invited(token, InvitationKind.SECOND_JUDGEMENT)
            if invitation.encounter is None:
                raise InvitationInvalid()
        return invitation.encounter

    def use_second(self, token: bytes) -> None:
        """Use such a link up, once somebody has joined.

        Raises:
            InvitationInvalid: another request has used it.
        """
        self._keyring.use_invitation(token, InvitationKind.SECOND_JUDGEMENT)

    def _invited(self, token: bytes, kind: InvitationKind) -> Invitation:
        invitation = self._keyring.invited(token, kind)
        if invitation.made_by is not None:
            maker = self._people.officer(invitation.made_by)
            if maker is None or not maker.may(_MAKES[kind]) or not self._may_still_give(maker, invitation):
                raise InvitationInvalid()
        return invitation

    def _may_still_give(self, maker: Officer, invitation: Invitation) -> bool:
        if invitation.account is None:
            return True
        known = self._people.officer(invitation.account)
        return known is not None and may_give(maker.roles, known.roles)

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

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except EncounterRefusal:
            self._people.count_stranger("join")
            raise


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
