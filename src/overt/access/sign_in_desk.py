"""Signing in, and showing once more, for a check, who holds the phone.

Rules:
* A person signs in with a passkey of their own; which phone it is, the phone itself has to sign for.
* A failed sign-in tells nothing about whether an account or a passkey exists, and is counted. So is a failed
  verification: who holds the phone has not been shown, so it is a stranger's.
* A verification is bound to the session that asked for it, by the person whose session it is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from overt.access.device_sign_in import is_this_device
from overt.access.passkeys import (
    CHALLENGE_BYTES,
    Challenge,
    Passkey,
    Purpose,
    RelyingParty,
    answered_challenge,
    asserted,
    assertion_options,
    passkey_id,
)
from overt.access.ports import Around, Keyring, People, SessionBook
from overt.access.sessions import TOKEN_BYTES, Session, hash_token
from overt.errors import EncounterRefusal, PasskeyInvalid
from overt.identifiers import OfficerId


@dataclass(frozen=True, slots=True)
class PhoneProof:
    """What a phone says of itself at a sign-in: its identifier, and its signature over the challenge (raw r || s)."""

    device: UUID
    signature: bytes = field(repr=False)


class SignInDesk:
    """Signs people in at one address."""

    def __init__(
        self, party: RelyingParty, people: People, keyring: Keyring, sessions: SessionBook, around: Around
    ) -> None:
        self._party, self._people, self._keyring, self._sessions = party, people, keyring, sessions
        self._around = around

    def ask(self) -> dict[str, Any]:
        """What a browser needs to sign somebody in."""
        return assertion_options(self._party, self._challenge(Purpose.SIGN_IN, ""))

    def sign_in(self, response: Mapping[str, Any], phone: PhoneProof | None) -> bytes:
        """Open a session; returns its token, which is kept nowhere.

        Args:
            response: `AuthenticationResponseJSON`.
            phone: what the phone says of itself; one that does not check is passed over.

        Raises:
            PasskeyInvalid, PasskeyStale: the answer does not check.
        """
        with self._counted("sign-in"):
            passkey, challenge = self._used(response, Purpose.SIGN_IN, "", None)
        device = self._device(challenge.value, phone)
        token, now = self._around.draw(TOKEN_BYTES), self._around.now()
        self._sessions.open(Session(hash_token(token), passkey.account, now, now, device))
        return token

    def ask_again(self, session: Session) -> dict[str, Any]:
        """What a browser needs to verify the person of a session once more."""
        mine = [passkey for passkey, _ in self._keyring.of(session.officer)]
        return assertion_options(self._party, self._challenge(Purpose.VERIFY, session.token_hash.hex()), mine)

    def verify(self, session: Session, response: Mapping[str, Any]) -> None:
        """Note that the phone has verified the person of this session just now.

        Raises:
            PasskeyInvalid, PasskeyStale: the answer does not check, or is another person's.
        """
        with self._counted("verification"):
            self._used(response, Purpose.VERIFY, session.token_hash.hex(), session.officer)
        self._sessions.verified(session.token_hash)

    @contextmanager
    def _counted(self, name: str) -> Iterator[None]:
        try:
            yield
        except EncounterRefusal:
            self._people.count_stranger(name)
            raise

    def _challenge(self, purpose: Purpose, bound_to: str) -> Challenge:
        challenge = Challenge(self._around.draw(CHALLENGE_BYTES), purpose, bound_to, self._around.now())
        self._keyring.ask(challenge)
        return challenge

    def _used(
        self, response: Mapping[str, Any], purpose: Purpose, bound_to: str, account: OfficerId | None
    ) -> tuple[Passkey, Challenge]:
        challenge = self._keyring.take(answered_challenge(response))
        challenge.demand(purpose, bound_to, self._around.now())
        passkey = self._keyring.find(passkey_id(response))
        if passkey is None or (account is not None and passkey.account != account):
            raise PasskeyInvalid()
        used = asserted(self._party, challenge, passkey, response)
        self._keyring.used(used)
        return used, challenge

    def _device(self, challenge: bytes, phone: PhoneProof | None) -> UUID | None:
        if phone is None:
            return None
        known = self._people.device(phone.device)
        return phone.device if is_this_device(known, challenge, phone.signature) else None
