"""Passkeys (W3C WebAuthn): who is signing in, and that the phone has just verified the person who holds it.

Rules:
* One person each: a passkey belongs to one account and is found by its own identifier, so nobody types a name.
* User verification (fingerprint, face or PIN, checked by the phone itself) is demanded every time, not just preferred.
* A challenge is drawn by the server for one purpose and one holder; it is good once, for `GOOD_FOR`.
* What leaves here is bound to the relying party: another origin's answer, or another purpose's, does not check.

Pure: challenges and time are handed in; `webauthn` does the cryptography.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import webauthn
from webauthn.helpers import base64url_to_bytes, exceptions, parse_client_data_json, structs

from overt.errors import PasskeyInvalid, PasskeyStale
from overt.identifiers import OfficerId

CHALLENGE_BYTES = 32
GOOD_FOR = timedelta(minutes=5)
_WEBAUTHN_ERRORS = (exceptions.WebAuthnException, ValueError, KeyError, TypeError)
_VERIFIED = structs.UserVerificationRequirement.REQUIRED


class Purpose(StrEnum):
    """What a challenge was drawn for; an answer to one is worth nothing for another."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks. `id`: the host name; `origin`: scheme, host and port as the browser sees them."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey. `public_key` is COSE; `sign_count` as the authenticator counted last (0: it does not count)."""

    id: bytes
    account: OfficerId
    public_key: bytes = field(repr=False)
    sign_count: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """32 random bytes for one purpose. `bound_to`: hex of the session's or invitation's hash; empty before sign-in."""

    value: bytes = field(repr=False)
    purpose: Purpose
    bound_to: str
    issued_at: datetime

    def demand(self, purpose: Purpose, bound_to: str, now: datetime) -> None:
        """Raises:
        PasskeyStale: for another purpose or holder, older than `GOOD_FOR`, or from the future.
        """
        fresh = self.issued_at <= now <= self.issued_at + GOOD_FOR
        if (self.purpose, self.bound_to) != (purpose, bound_to) or not fresh:
            raise PasskeyStale()


def registration_options(
    party: RelyingParty, account: OfficerId, handle: bytes, challenge: Challenge, existing: Iterable[Passkey]
) -> dict[str, Any]:
    """What a browser needs to make a passkey (`PublicKeyCredentialCreationOptionsJSON`).

    Args:
        handle: 16 to 64 bytes that name the account to authenticators and say nothing about the person.
        existing: the account's passkeys; an authenticator that holds one of them makes no second.
    """
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_name=account,
        user_id=handle,
        challenge=challenge.value,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(each.id) for each in existing],
    )
    return cast(dict[str, Any], json.loads(webauthn.options_to_json(options)))


def registered(party: RelyingParty, challenge: Challenge, account: OfficerId, response: Mapping[str, Any]) -> Passkey:
    """The passkey that a browser has made.

    Args:
        response: `RegistrationResponseJSON`, as the browser's `toJSON()` gives it.

    Raises:
        PasskeyInvalid: not an answer to this challenge from this origin, or the person was not verified.
    """
    try:
        made = webauthn.verify_registration_response(
            credential=dict(response),
            expected_challenge=challenge.value,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _WEBAUTHN_ERRORS:
        raise PasskeyInvalid() from None
    return Passkey(made.credential_id, account, made.credential_public_key, made.sign_count)


def assertion_options(party: RelyingParty, challenge: Challenge, allowed: Iterable[Passkey] = ()) -> dict[str, Any]:
    """What a browser needs to use a passkey (`PublicKeyCredentialRequestOptionsJSON`); none allowed means any."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge.value,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(each.id) for each in allowed],
        user_verification=_VERIFIED,
    )
    return cast(dict[str, Any], json.loads(webauthn.options_to_json(options)))


def passkey_id(response: Mapping[str, Any]) -> bytes:
    """The identifier of the passkey that an `AuthenticationResponseJSON` says it was made with.

    Raises:
        PasskeyInvalid: it says none.
    """
    try:
        return base64url_to_bytes(response["rawId"])
    except _WEBAUTHN_ERRORS:
        raise PasskeyInvalid() from None


def asserted(party: RelyingParty, challenge: Challenge, passkey: Passkey, response: Mapping[str, Any]) -> Passkey:
    """The passkey with its new count, once it has signed the challenge and its person was verified.

    Raises:
        PasskeyInvalid: the signature, the origin or the count does not check, or the person was not verified.
    """
    try:
        used = webauthn.verify_authentication_response(
            credential=dict(response),
            expected_challenge=challenge.value,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _WEBAUTHN_ERRORS:
        raise PasskeyInvalid() from None
    return replace(passkey, sign_count=used.new_sign_count)


def answered_challenge(response: Mapping[str, Any]) -> bytes:
    """The challenge that a browser's answer says it is to; whether that is so is checked with the signature.

    Raises:
        PasskeyInvalid: it says none.
    """
    try:
        return parse_client_data_json(base64url_to_bytes(response["response"]["clientDataJSON"])).challenge
    except _WEBAUTHN_ERRORS:
        raise PasskeyInvalid() from None
