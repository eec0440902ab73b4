"""Passkeys: what a real authenticator answers is accepted, and whatever is wrong with an answer is one refusal."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from overt.access.passkeys import (
    Passkey,
    Purpose,
    answered_challenge,
    asserted,
    assertion_options,
    passkey_id,
    registered,
    registration_options,
)
from overt.errors import PasskeyInvalid, PasskeyStale
from simulators.soft_authenticator import HONEST, How, PrivateKey, SoftAuthenticator, changed, from_base64
from unit.access.builders import ALICE, PARTY, REGISTER, VERIFY
from unit.encounter.builders import NOW, later

HANDLE = bytes(range(32))
OTHER = derive_private_key(987654321, SECP256R1())
ELSEWHERE = "https://overt.elsewhere.example:8443"


def made(
    private: PrivateKey | None = None, how: How = HONEST, *, counts: bool = True
) -> tuple[SoftAuthenticator, Passkey]:
    phone = SoftAuthenticator(PARTY.origin, counts)
    response = phone.make(registration_options(PARTY, ALICE, HANDLE, REGISTER, []), private, how)
    return phone, registered(PARTY, REGISTER, ALICE, response)


def used(phone: SoftAuthenticator, passkey: Passkey, how: How = HONEST) -> Passkey:
    return asserted(PARTY, VERIFY, passkey, phone.use(assertion_options(PARTY, VERIFY, [passkey]), how))


# --- what is asked for -----------------------------------------------------------------------------------------------


def test_a_passkey_is_asked_for_that_verifies_its_person_and_is_found_without_a_name() -> None:
    existing = Passkey(b"known", ALICE, b"", 0)
    options = registration_options(PARTY, ALICE, HANDLE, REGISTER, [existing])
    assert options["rp"] == {"name": "Overt", "id": "overt.force.example"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert [from_base64(each["id"]) for each in options["excludeCredentials"]] == [b"known"]
    assert from_base64(options["challenge"]) == REGISTER.value
    assert from_base64(options["user"]["id"]) == HANDLE


def test_a_use_is_asked_for_with_verification_and_names_only_who_is_known() -> None:
    assert assertion_options(PARTY, VERIFY)["userVerification"] == "required"
    assert not assertion_options(PARTY, VERIFY).get("allowCredentials"), "anybody's: a stranger learns of no passkey"
    options = assertion_options(PARTY, VERIFY, [Passkey(b"mine", ALICE, b"", 0)])
    assert [from_base64(each["id"]) for each in options["allowCredentials"]] == [b"mine"]


# --- what is accepted ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "private",
    [None, Ed25519PrivateKey.from_private_bytes(bytes(range(32))), generate_private_key(65537, 2048)],
    ids=["ES256", "EdDSA", "RS256"],
)
def test_made_and_used(private: PrivateKey | None) -> None:
    phone, passkey = made(private)
    assert (passkey.account, passkey.sign_count) == (ALICE, 0)
    assert used(phone, passkey).sign_count == 1
    assert used(phone, replace(passkey, sign_count=1)) == replace(passkey, sign_count=2)


def test_an_authenticator_that_does_not_count_may_be_used_again_and_again() -> None:
    phone, passkey = made(counts=False)
    assert used(phone, used(phone, passkey)) == passkey


def test_an_answer_names_its_passkey_and_its_challenge() -> None:
    phone, passkey = made()
    answer = phone.use(assertion_options(PARTY, VERIFY))
    assert passkey_id(answer) == passkey.id
    assert answered_challenge(answer) == VERIFY.value


def test_a_self_attestation_says_nothing_of_the_maker_and_is_accepted() -> None:
    """Browsers leave it in place where none was asked for (WebAuthn, 5.1.3); a chain of certificates they take out."""
    phone = SoftAuthenticator(PARTY.origin)
    options = registration_options(PARTY, ALICE, HANDLE, REGISTER, [])
    assert registered(PARTY, REGISTER, ALICE, phone.make(options, how=How(format="packed", self_attested=True)))


# --- what is refused -------------------------------------------------------------------------------------------------

WRONG: dict[str, How] = {
    "not verified": How(verified=False),
    "nobody present": How(present=False),
    "neither": How(verified=False, present=False),
    "another origin": How(origin=ELSEWHERE),
    "another port": How(origin="https://overt.force.example"),
    "without TLS": How(origin="http://overt.force.example:8443"),
    "another party": How(party="elsewhere.example"),
    "the party's parent": How(party="force.example"),
    "another challenge": How(challenge=sha256(b"another").digest()),
    "part of the challenge": How(challenge=REGISTER.value[:-1]),
    "no challenge": How(challenge=b""),
    "no type": How(type="webauthn"),
    "another type": How(type="payment.get"),
    "in a frame of another site": How(framed=True),
}


@pytest.mark.parametrize("how", WRONG.values(), ids=WRONG)
def test_nothing_wrong_is_registered(how: How) -> None:
    with pytest.raises(PasskeyInvalid):
        made(how=how)


@pytest.mark.parametrize("how", WRONG.values(), ids=WRONG)
def test_nothing_wrong_is_a_use(how: How) -> None:
    phone, passkey = made()
    with pytest.raises(PasskeyInvalid):
        used(phone, passkey, how)
    assert used(phone, passkey), "and the honest answer is one"


def test_an_answer_to_the_other_question_is_none() -> None:
    with pytest.raises(PasskeyInvalid):
        made(how=How(type="webauthn.get"))
    phone, passkey = made()
    with pytest.raises(PasskeyInvalid):
        used(phone, passkey, How(type="webauthn.create"))


def test_another_key_is_not_this_passkey() -> None:
    phone, passkey = made()
    with pytest.raises(PasskeyInvalid):
        used(phone, passkey, How(signed_by=OTHER))
    thief, _ = made(OTHER)
    with pytest.raises(PasskeyInvalid):
        used(thief, passkey)


@pytest.mark.parametrize(("kept", "said"), [(7, 7), (7, 6), (7, 0), (1, 0)])
def test_a_count_that_stands_still_or_goes_back_is_a_copy(kept: int, said: int) -> None:
    phone, passkey = made()
    with pytest.raises(PasskeyInvalid):
        used(phone, replace(passkey, sign_count=kept), How(count=said))
    assert used(phone, replace(passkey, sign_count=kept), How(count=kept + 1)).sign_count == kept + 1


def certificate_of(maker: EllipticCurvePrivateKey) -> bytes:
    """A certificate as WebAuthn wants a maker's (8.2.1), by itself."""
    names = ((NameOID.COUNTRY_NAME, "GB"), (NameOID.ORGANIZATION_NAME, "Maker"), (NameOID.COMMON_NAME, "Maker"))
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation")
    name = x509.Name([*(x509.NameAttribute(*each) for each in names), unit])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(maker.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(later(days=9))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(maker, SHA256())
    )
    return made.public_bytes(Encoding.DER)


def test_a_makers_certificate_is_refused_however_good_it_is() -> None:
    with pytest.raises(PasskeyInvalid):
        made(how=How(format="packed", attested_by=(certificate_of(OTHER), OTHER)))


def test_a_number_in_place_of_bytes_takes_no_memory() -> None:
    phone = SoftAuthenticator(PARTY.origin)
    answer = phone.make(registration_options(PARTY, ALICE, HANDLE, REGISTER, []))
    number = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": 300_000_000})
    tracemalloc.start()
    try:
        with pytest.raises(PasskeyInvalid):
            registered(PARTY, REGISTER, ALICE, changed(answer, "attestationObject", lambda _: number))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format", ["packed", "tpm", "android-key", "android-safetynet", "apple", "fido-u2f", "own"])
def test_no_certificate_of_a_maker_is_looked_at(format: str) -> None:
    """None was asked for. What would have to be parsed to check one is not reached by whoever sends one."""
    statement = {"x5c": [b"\x30\x82"], "sig": b"s", "alg": -7, "ver": "2.0", "certInfo": b"c", "pubArea": b"p"}
    with pytest.raises(PasskeyInvalid):
        made(how=How(format=format, statement=statement))


@pytest.mark.parametrize(
    "key",
    [
        {1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x01" * 32},
        {1: 2, 3: -7, -1: 9, -2: b"\x01" * 32, -3: b"\x01" * 32},
        {1: 1, 3: -8, -1: 6, -2: b"short"},
        {1: 2, 3: -36, -1: 1, -2: b"\x01" * 32, -3: b"\x01" * 32},
        {},
        b"",
    ],
    ids=["no point", "no curve", "short", "another algorithm", "empty", "no map"],
)
def test_a_key_that_cannot_sign_is_not_registered(key: Any) -> None:
    with pytest.raises(PasskeyInvalid):
        made(how=How(key=key))


@pytest.mark.parametrize("response", [{}, {"response": None}, {"response": {}}, {"rawId": 7}, {"rawId": "A"}])
def test_what_is_no_answer_names_nothing(response: dict[str, Any]) -> None:
    for read in (passkey_id, answered_challenge):
        with pytest.raises(PasskeyInvalid):
            read(response)


def test_what_is_nested_without_end_is_no_answer() -> None:
    deep = changed({"response": {"clientDataJSON": ""}}, "clientDataJSON", lambda _: b"[" * 100_000)
    with pytest.raises(PasskeyInvalid):
        answered_challenge(deep)


# --- challenges ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "stale"), [(-1, True), (0, False), (300, False), (301, True), (86_400, True)])
def test_a_challenge_is_good_for_five_minutes(seconds: int, stale: bool) -> None:
    now = NOW + timedelta(seconds=seconds)
    if stale:
        with pytest.raises(PasskeyStale):
            VERIFY.demand(Purpose.VERIFY, "cd", now)
    else:
        VERIFY.demand(Purpose.VERIFY, "cd", now)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("holder", ["cd", "ab", ""])
def test_a_challenge_is_for_one_purpose_and_one_holder(purpose: Purpose, holder: str) -> None:
    if (purpose, holder) == (Purpose.VERIFY, "cd"):
        VERIFY.demand(purpose, holder, later(minutes=1))
    else:
        with pytest.raises(PasskeyStale):
            VERIFY.demand(purpose, holder, later(minutes=1))


def test_nothing_secret_is_printed() -> None:
    _, passkey = made()
    assert repr(VERIFY.value) not in repr(VERIFY)
    assert repr(passkey.public_key) not in repr(passkey)
