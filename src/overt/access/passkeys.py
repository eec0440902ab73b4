"""Passkeys (W3C WebAuthn): who is signing in, and that the phone has just verified the person who holds it.

Rules:
* One person each: a passkey belongs to one account and is found by its own identifier, so nobody types a name.
* User verification (fingerprint, face or PIN, checked by the phone itself) is demanded every time, not just preferred.
* A challenge is drawn by the server for one purpose and one holder; it is good once, for `GOOD_FOR`.
* What leaves here is bound to the relying party: an answer from another origin, or to another purpose, does not check,
  nor does one from within the frame of another site.
* Nothing of an authenticator's maker is asked for, and no certificate that comes all the same is looked at.

Pure: challenges and time are handed in; `webauthn` does the cryptography.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_cbor,
    parse_client_data_json,
    structs,
)
from webauthn.helpers.exceptions import WebAuthnException

from overt.errors import PasskeyInvalid, PasskeyStale
from overt.identifiers import OfficerId

CHALLENGE_BYTES = 32
GOOD_FOR = timedelta(minutes=5)
_FORMATS = (structs.AttestationFormat.NONE, structs.AttestationFormat.PACKED)
"""No attestation, or one by the new key itself, which browsers leave in place (WebAuthn, 5.1.3)."""
_NOT_AN_ANSWER = (WebAuthnException, ValueError, TypeError, LookupError, RecursionError)
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
        PasskeyInvalid: not an answer to this challenge from this origin, or the person was not verified; or the key
            could never sign.
    """
    with _one_refusal():
        _demand_own_page(response)
        _demand_no_certificate(response)
        made = webauthn.verify_registration_response(
            credential=dict(response),
            expected_challenge=challenge.value,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    return Passkey(made.credential_id, account, made.credential_public_key, made.sign_count)


def _demand_no_certificate(response: Mapping[str, Any]) -> None:
    said = parse_cbor(base64url_to_bytes(response["response"]["attestationObject"]))
    # The library would make as many bytes of a number as it says.
    if not isinstance(said["authData"], bytes) or said["fmt"] not in _FORMATS or "x5c" in said["attStmt"]:
        raise PasskeyInvalid()


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
    with _one_refusal():
        return base64url_to_bytes(response["rawId"])


def asserted(party: RelyingParty, challenge: Challenge, passkey: Passkey, response: Mapping[str, Any]) -> Passkey:
    """The passkey with its new count, once it has signed the challenge and its person was verified.

    Raises:
        PasskeyInvalid: the signature, the origin or the count does not check, or the person was not verified.
    """
    with _one_refusal():
        _demand_own_page(response)
        used = webauthn.verify_authentication_response(
            credential=dict(response),
            expected_challenge=challenge.value,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    return replace(passkey, sign_count=used.new_sign_count)


def answered_challenge(response: Mapping[str, Any]) -> bytes:
    """The challenge that a browser's answer says it is to; whether that is so is checked with the signature.

    Raises:
        PasskeyInvalid: it says none.
    """
    with _one_refusal():
        return _said(response).challenge


def _demand_own_page(response: Mapping[str, Any]) -> None:
    if _said(response).cross_origin:
        raise PasskeyInvalid()


def _said(response: Mapping[str, Any]) -> structs.CollectedClientData:
    return parse_client_data_json(base64url_to_bytes(response["response"]["clientDataJSON"]))


@contextmanager
def _one_refusal() -> Iterator[None]:
    """Whatever a hostile answer makes of the library is the one refusal. The list was found by fuzzing:
    `tests/property/test_passkey_responses.py`.
    """
    try:
        yield
    except _NOT_AN_ANSWER:
        raise PasskeyInvalid() from None
