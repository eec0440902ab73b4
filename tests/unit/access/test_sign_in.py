"""Signing in with a passkey, on a phone that shows which one it is; and verifying once more for a check."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import DeviceKey, InvitationKind, Role, is_public_key, is_this_device, sign_in_message
from overt.access.sign_in_desk import PhoneProof
from overt.errors import EncounterRefusal, PasskeyInvalid, PasskeyStale
from overt.identifiers import OfficerId
from simulators.paper_access import PaperForce
from simulators.soft_authenticator import How, SoftAuthenticator, changed, from_base64

KEY, OTHER = derive_private_key(7, SECP256R1()), derive_private_key(8, SECP256R1())
POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
DEVICE = DeviceKey(UUID(int=3), POINT)
CHALLENGE = sha256(b"challenge").digest()


def signed(message: bytes, key: EllipticCurvePrivateKey = KEY) -> bytes:
    """Raw r || s, as WebCrypto gives it."""
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.fixture
def force() -> PaperForce:
    made = PaperForce()
    made.has("sarge", Role.SUPERVISOR)
    made.has("pc-1", Role.OFFICER)
    made.accounts.phones[DEVICE.id] = DEVICE
    return made


def passkey_of(force: PaperForce, account: str) -> SoftAuthenticator:
    force.has("root", Role.ADMINISTRATOR)
    return force.joins(force.people.passkey_link(OfficerId("root"), OfficerId(account)))


# --- signing in ------------------------------------------------------------------------------------------------------


def test_whose_passkey_it_is_is_who_signs_in(force: PaperForce) -> None:
    first, second = passkey_of(force, "pc-1"), passkey_of(force, "sarge")
    assert force.signs_in(first).officer == "pc-1"
    session = force.signs_in(second)
    assert (session.officer, session.device, session.simulated) == ("sarge", None, False)
    assert session.verified_at is None, "signing in opens no check"
    assert force.accounts.strangers == {}


def test_nobody_needs_to_say_a_name_and_no_passkey_is_named(force: PaperForce) -> None:
    passkey_of(force, "pc-1")
    assert not force.sign_in.ask().get("allowCredentials")


@pytest.mark.parametrize(
    "how", [How(verified=False), How(origin="https://elsewhere.example"), How(signed_by=OTHER), How(count=0)]
)
def test_a_wrong_answer_signs_nobody_in_and_is_counted(force: PaperForce, how: How) -> None:
    phone = passkey_of(force, "pc-1")
    force.signs_in(phone)
    with pytest.raises(PasskeyInvalid):
        force.signs_in(phone, how)
    assert (len(force.sessions.kept), force.accounts.strangers) == (1, {"sign-in": 1})


def test_an_answer_is_good_once(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    answer = phone.use(force.sign_in.ask())
    force.sign_in.sign_in(answer, None)
    with pytest.raises(PasskeyStale):
        force.sign_in.sign_in(answer, None)


def test_an_answer_is_good_for_five_minutes(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    answer = phone.use(force.sign_in.ask())
    force.clock.forward(minutes=5, seconds=1)
    with pytest.raises(PasskeyStale):
        force.sign_in.sign_in(answer, None)


def test_a_passkey_of_nobody_and_one_of_somebody_who_left_are_refused_alike(force: PaperForce) -> None:
    phone, stranger = passkey_of(force, "pc-1"), SoftAuthenticator(passkey_of(force, "pc-1").origin)
    link = force.people.passkey_link(OfficerId("root"), OfficerId("sarge"))
    stranger.make(force.joining.ask(InvitationKind.PASSKEY, link, ""))
    force.accounts.revoke(OfficerId("pc-1"))
    said = set()
    for each in (phone, stranger):
        with pytest.raises(PasskeyInvalid) as refused:
            force.signs_in(each)
        said.add((refused.value.code, refused.value.detail))
    assert len(said) == 1


def test_what_is_no_answer_is_counted_too(force: PaperForce) -> None:
    with pytest.raises(PasskeyInvalid):
        force.sign_in.sign_in({}, None)
    assert force.accounts.strangers == {"sign-in": 1}


def test_a_count_that_was_used_is_not_used_again(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    force.signs_in(phone, How(count=41))
    with pytest.raises(PasskeyInvalid):
        force.signs_in(phone, How(count=41))
    assert force.signs_in(phone, How(count=42))


def test_tokens_are_drawn_and_kept_nowhere(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    one, two = (force.sign_in.sign_in(phone.use(force.sign_in.ask()), None) for _ in range(2))
    assert len(one) == len(two) == 32
    assert one != two
    assert not {one, two} & set(force.sessions.kept)


# --- on which phone --------------------------------------------------------------------------------------------------


def signs_in_with(
    force: PaperForce, phone: SoftAuthenticator, device: UUID, key: EllipticCurvePrivateKey
) -> UUID | None:
    asked = force.sign_in.ask()
    message = sign_in_message(from_base64(asked["challenge"]), device)
    token = force.sign_in.sign_in(phone.use(asked), PhoneProof(device, signed(message, key)))
    return force.sessions.kept[sha256(token).digest()].device


def test_a_phone_that_signs_for_itself_is_known(force: PaperForce) -> None:
    assert signs_in_with(force, passkey_of(force, "pc-1"), DEVICE.id, KEY) == DEVICE.id


def test_a_phone_that_cannot_is_passed_over_and_its_person_signed_in(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    assert signs_in_with(force, phone, DEVICE.id, OTHER) is None
    assert signs_in_with(force, phone, UUID(int=4), KEY) is None
    force.accounts.revoke_device(DEVICE.id)
    assert signs_in_with(force, phone, DEVICE.id, KEY) is None
    assert len(force.sessions.kept) == 3


def test_a_phones_signature_is_for_this_sign_in(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    old = PhoneProof(DEVICE.id, signed(sign_in_message(CHALLENGE, DEVICE.id)))
    assert force.signs_in(phone, phone=old).device is None


GOOD = signed(sign_in_message(CHALLENGE, DEVICE.id))


@pytest.mark.parametrize(
    ("device", "challenge", "signature"),
    [
        (None, CHALLENGE, GOOD),
        (replace(DEVICE, revoked=True), CHALLENGE, GOOD),
        (replace(DEVICE, id=UUID(int=4)), CHALLENGE, GOOD),
        (replace(DEVICE, public_key=b""), CHALLENGE, GOOD),
        (replace(DEVICE, public_key=b"\x04" + bytes(64)), CHALLENGE, GOOD),
        (DEVICE, bytes(32), GOOD),
        (DEVICE, CHALLENGE[:-1], GOOD),
        (DEVICE, CHALLENGE, b""),
        (DEVICE, CHALLENGE, bytes(64)),
        (DEVICE, CHALLENGE, b"\xff" * 64),
        (DEVICE, CHALLENGE, GOOD + b"\x00"),
        (DEVICE, CHALLENGE, GOOD[32:] + GOOD[:32]),
        (DEVICE, CHALLENGE, signed(sign_in_message(CHALLENGE, DEVICE.id), OTHER)),
    ],
    ids=lambda value: type(value).__name__,  # signatures differ from run to run, and every worker needs the same names
)
def test_anything_else_is_not_this_device(device: DeviceKey | None, challenge: bytes, signature: bytes) -> None:
    assert is_this_device(DEVICE, CHALLENGE, GOOD)
    assert not is_this_device(device, challenge, signature)


@pytest.mark.parametrize(
    "point", [b"", POINT[:-1], POINT + b"\x00", b"\x04" + bytes(64), b"\x03" + POINT[1:], b"\x00" * 65]
)
def test_what_is_no_point_of_the_curve_is_no_key(point: bytes) -> None:
    assert is_public_key(POINT)
    assert not is_public_key(point)


# --- once more, for a check ------------------------------------------------------------------------------------------


def test_a_verification_is_of_this_session_by_its_person(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    session = force.signs_in(phone)
    asked = force.sign_in.ask_again(session)
    assert {from_base64(each["id"]) for each in asked["allowCredentials"]} == set(phone.keys)
    force.clock.forward(seconds=3)
    force.sign_in.verify(session, phone.use(asked))
    verified = force.sessions.kept[session.token_hash].verified_at
    assert verified == force.clock()


def test_another_persons_passkey_or_session_verifies_nobody(force: PaperForce) -> None:
    mine, others = passkey_of(force, "pc-1"), passkey_of(force, "sarge")
    session, other = force.signs_in(mine), force.signs_in(others)
    attempts = {
        "another person's passkey": others.use({**force.sign_in.ask_again(session), "allowCredentials": []}),
        "a question of another session": mine.use({**force.sign_in.ask_again(other), "allowCredentials": []}),
        "a question of signing in": mine.use(force.sign_in.ask()),
        "not verified": mine.use(force.sign_in.ask_again(session), How(verified=False)),
        "changed on the way": changed(mine.use(force.sign_in.ask_again(session)), "signature", lambda old: old[:-1]),
        "nothing": {},
    }
    for number, (what, answer) in enumerate(attempts.items(), 1):
        with pytest.raises(EncounterRefusal):
            force.sign_in.verify(session, answer)
        assert force.accounts.strangers["verification"] == number, what
        assert force.sessions.kept[session.token_hash].verified_at is None, what


def test_a_verification_signs_nobody_in(force: PaperForce) -> None:
    phone = passkey_of(force, "pc-1")
    answer = phone.use(force.sign_in.ask_again(force.signs_in(phone)))
    with pytest.raises(PasskeyStale):
        force.sign_in.sign_in(answer, None)
