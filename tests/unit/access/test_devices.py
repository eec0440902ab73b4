"""A capture is bound to one phone, one check and one moment; what stays of that is one word and how it was taken."""

import hashlib
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, SECP384R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import CaptureNonce, CaptureProof, DeviceKey, Shutter, capture_message, verify_capture
from overt.errors import CaptureForeign, CaptureReplayed, CaptureSignatureInvalid, CaptureStale, DeviceNotEnrolled
from overt.identifiers import EncounterId
from unit.encounter.builders import ID, NOW

KEY, OTHER = derive_private_key(123456789, SECP256R1()), derive_private_key(987654321, SECP256R1())
POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
DEVICE = DeviceKey(UUID(int=3), POINT)
NONCE = CaptureNonce(hashlib.sha256(b"nonce").digest(), ID, DEVICE.id, NOW)
FRAMES = (hashlib.sha256(b"one").digest(), hashlib.sha256(b"two").digest())


def signed(message: bytes, key=KEY) -> bytes:  # type: ignore[no-untyped-def]
    """Raw r || s, as WebCrypto gives it."""
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


MESSAGE = capture_message(NONCE.value, ID, Shutter.GUIDED, FRAMES)
SIGNATURE = signed(MESSAGE)


def verify(**changes: object) -> CaptureProof:
    arguments: dict[str, object] = {
        "device": DEVICE,
        "nonce": NONCE,
        "encounter": ID,
        "shutter": Shutter.GUIDED,
        "frame_digests": FRAMES,
        "signature": SIGNATURE,
        "now": NOW + timedelta(seconds=5),
        "nonce_used": False,
        **changes,
    }
    return verify_capture(**arguments)  # type: ignore[arg-type]


def test_a_good_signature_leaves_one_word_the_device_and_the_shutter() -> None:
    proof = verify()
    assert proof == CaptureProof("valid", DEVICE.id, Shutter.GUIDED)
    assert {each.name for each in fields(proof)} == {"signature", "device", "shutter"}


def test_an_override_is_signed_and_stays() -> None:
    signature = signed(capture_message(NONCE.value, ID, Shutter.OVERRIDE, FRAMES))
    assert verify(signature=signature, shutter=Shutter.OVERRIDE).shutter is Shutter.OVERRIDE
    with pytest.raises(CaptureSignatureInvalid):
        verify(signature=signature, shutter=Shutter.GUIDED)


def test_the_message_is_as_written() -> None:
    expected = (
        b"overt-capture-v2\n"
        + NONCE.value.hex().encode()
        + b"\n00000000-0000-0000-0000-000000000007\n"
        + b"guided\n"
        + FRAMES[0].hex().encode()
        + b"\n"
        + FRAMES[1].hex().encode()
        + b"\n"
    )
    assert expected == MESSAGE


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"device": None}, DeviceNotEnrolled),
        ({"device": replace(DEVICE, revoked=True)}, DeviceNotEnrolled),
        ({"device": replace(DEVICE, id=UUID(int=4))}, CaptureForeign),
        ({"encounter": EncounterId(UUID(int=8))}, CaptureForeign),
        ({"nonce": replace(NONCE, encounter=EncounterId(UUID(int=8)))}, CaptureForeign),
        ({"nonce_used": True}, CaptureReplayed),
        ({"now": NOW + timedelta(seconds=60, microseconds=1)}, CaptureStale),
        ({"now": NOW - timedelta(microseconds=1)}, CaptureStale),
        ({"now": NOW + timedelta(seconds=11), "good_for": timedelta(seconds=10)}, CaptureStale),
        ({"now": NOW + timedelta(seconds=61), "good_for": timedelta(hours=1)}, CaptureStale),
        ({"signature": b""}, CaptureSignatureInvalid),
        ({"signature": SIGNATURE + b"\x00"}, CaptureSignatureInvalid),
        ({"signature": bytes(64)}, CaptureSignatureInvalid),
        ({"signature": b"\xff" * 64}, CaptureSignatureInvalid),
        ({"signature": SIGNATURE[32:] + SIGNATURE[:32]}, CaptureSignatureInvalid),
        ({"frame_digests": FRAMES[:1]}, CaptureSignatureInvalid),
        ({"frame_digests": FRAMES[::-1]}, CaptureSignatureInvalid),
        ({"frame_digests": ()}, CaptureSignatureInvalid),
        ({"frame_digests": FRAMES * 3}, CaptureSignatureInvalid),
        ({"shutter": Shutter.OVERRIDE}, CaptureSignatureInvalid),
        ({"frame_digests": (b"short",)}, CaptureSignatureInvalid),
        ({"nonce": replace(NONCE, value=bytes(32))}, CaptureSignatureInvalid),
        ({"nonce": replace(NONCE, value=b"short")}, CaptureSignatureInvalid),
        ({"device": replace(DEVICE, public_key=b"\x04" + bytes(64))}, CaptureSignatureInvalid),
        ({"device": replace(DEVICE, public_key=b"")}, CaptureSignatureInvalid),
        ({"signature": signed(MESSAGE, OTHER)}, CaptureSignatureInvalid),
    ],
)
def test_everything_else_is_refused(changes: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        verify(**changes)


def test_a_key_on_another_curve_is_no_device() -> None:
    point = derive_private_key(5, SECP384R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with pytest.raises(CaptureSignatureInvalid):
        verify(device=replace(DEVICE, public_key=point))


def test_the_last_moment_counts() -> None:
    assert verify(now=NOW + timedelta(seconds=60)).signature == "valid"


def test_the_nonce_is_not_printed() -> None:
    assert repr(NONCE.value) not in repr(NONCE)


def test_the_page_names_every_refusal() -> None:
    page = (Path(__file__).parents[3] / "spec" / "capture-signature.md").read_text()
    for each in (DeviceNotEnrolled, CaptureForeign, CaptureReplayed, CaptureStale, CaptureSignatureInvalid):
        assert f"`{each.code}`" in page
