"""Enrolled phones, and the signature that binds a capture to one phone, one check and one moment.

Format: `spec/capture-signature.md`. Rules:
* The nonce is the server's, drawn for one check on one device; it is good once and for at most 60 seconds.
* What is signed covers the digests of the frames. They are made from a probe, so they live as long as this call: what
  stays is that the signature was valid, and how the shutter was opened, which is the officer's act (`CaptureProof`).
* ECDSA P-256 with SHA-256, as browsers' WebCrypto makes it: raw r || s, 64 bytes; keys as 65-byte uncompressed points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from overt.errors import CaptureForeign, CaptureReplayed, CaptureSignatureInvalid, CaptureStale, DeviceNotEnrolled
from overt.identifiers import EncounterId

GOOD_FOR = timedelta(seconds=60)
NONCE_BYTES = 32
DIGEST_BYTES = 32
MOST_FRAMES = 5
_TITLE = b"overt-capture-v2"


class Shutter(StrEnum):
    """How the shutter was opened: the phone's guidance found one good face, or the officer overrode it."""

    GUIDED = "guided"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """One phone. `public_key` is an uncompressed P-256 point, 65 bytes."""

    id: UUID
    public_key: bytes
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class CaptureNonce:
    """32 random bytes that the server gave to one device for one check."""

    value: bytes = field(repr=False)
    encounter: EncounterId
    device: UUID
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class CaptureProof:
    """All that is kept of a signed capture. `simulated`: the demonstration's command line played the phone."""

    signature: Literal["valid", "simulated"]
    device: UUID | None
    shutter: Shutter


SIMULATED_CAPTURE = CaptureProof("simulated", None, Shutter.GUIDED)


def capture_message(nonce: bytes, encounter: EncounterId, shutter: Shutter, frame_digests: Sequence[bytes]) -> bytes:
    """The bytes that a phone signs.

    Args:
        nonce: 32 bytes.
        encounter: the check.
        shutter: how it was opened.
        frame_digests: SHA-256 of each frame as sent, 32 bytes each, 1 to 5 of them, in the order sent.

    Raises:
        CaptureSignatureInvalid: a length or a number that the format does not know.
    """
    lengths_right = len(nonce) == NONCE_BYTES and all(len(each) == DIGEST_BYTES for each in frame_digests)
    if not lengths_right or not 1 <= len(frame_digests) <= MOST_FRAMES:
        raise CaptureSignatureInvalid()
    lines = [nonce.hex(), str(encounter), shutter.value, *(each.hex() for each in frame_digests)]
    return b"".join(line + b"\n" for line in (_TITLE, *(each.encode() for each in lines)))


def verify_capture(
    device: DeviceKey | None,
    nonce: CaptureNonce,
    encounter: EncounterId,
    shutter: Shutter,
    frame_digests: Sequence[bytes],
    signature: bytes,
    now: datetime,
    *,
    nonce_used: bool,
    good_for: timedelta = GOOD_FOR,
) -> CaptureProof:
    """Check that the frames came from this device, in this check, just now. The nonce is used up, whatever comes out.

    Args:
        device: the key under which the session's device is enrolled; None when it is not.
        nonce: as stored when it was given out.
        encounter: the check that the frames are handed in to.
        shutter: how it was opened, as the phone says.
        frame_digests: SHA-256 of the frames received.
        signature: raw r || s, 64 bytes.
        now: aware.
        nonce_used: whether this nonce came before.
        good_for: the policy's limit, if it is less than 60 seconds.

    Raises:
        DeviceNotEnrolled, CaptureForeign, CaptureReplayed, CaptureStale, CaptureSignatureInvalid: as they say.
    """
    if device is None or device.revoked:
        raise DeviceNotEnrolled()
    if nonce.device != device.id or nonce.encounter != encounter:
        raise CaptureForeign()
    if nonce_used:
        raise CaptureReplayed()
    if not nonce.issued_at <= now <= nonce.issued_at + min(good_for, GOOD_FOR):
        raise CaptureStale()
    _verify(device.public_key, signature, capture_message(nonce.value, encounter, shutter, frame_digests))
    return CaptureProof("valid", device.id, shutter)


def _verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    if len(signature) != 64:
        raise CaptureSignatureInvalid()
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public_key)
        key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise CaptureSignatureInvalid() from None
