"""How a phone shows, when somebody signs in on it, which enrolled phone it is (spec/device-sign-in.md).

Rules:
* It signs this sign-in's challenge with the key that cannot leave it, so a copied identifier is worth nothing.
* A phone that is unknown or revoked signs nobody out: the session then has no device, and does no checks.
"""

from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from overt.access.devices import DeviceKey

POINT_BYTES = 65
_TITLE = b"overt-sign-in-v1"


def sign_in_message(challenge: bytes, device: UUID) -> bytes:
    """The bytes that a phone signs: title, the challenge in hex, its identifier, each ended by a line feed."""
    return b"".join(line + b"\n" for line in (_TITLE, challenge.hex().encode(), str(device).encode()))


def is_this_device(device: DeviceKey | None, challenge: bytes, signature: bytes) -> bool:
    """Whether an enrolled phone signed the challenge.

    Args:
        signature: raw r || s, 64 bytes.
    """
    if device is None or device.revoked or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), device.public_key)
        key.verify(encode_dss_signature(r, s), sign_in_message(challenge, device.id), ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public_key(point: bytes) -> bool:
    """Whether these bytes are an uncompressed point of P-256, as a phone's public key has to be."""
    if len(point) != POINT_BYTES or point[0] != 4:
        return False
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return False
    return True
