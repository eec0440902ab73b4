"""Makes `spec/device-sign-in-vectors.json` anew: `PYTHONPATH=src:tests python -m golden.access.vectors`.

Nothing here is random, so the file changes only when the format does, and then on purpose.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import sign_in_message

FILE = Path(__file__).parents[3] / "spec" / "device-sign-in-vectors.json"
KEY = derive_private_key(int.from_bytes(sha256(b"test key, never used for anything else").digest(), "big"), SECP256R1())
POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
ABOUT = (
    "Vectors for spec/device-sign-in.md, format 1. Bytes are hex; `challenge_base64url` is the challenge as browsers "
    "get it; a message is its ASCII text. Signatures are RFC 6979's; a phone's own are random and check alike."
)
SIGN_INS = (
    (sha256(b"challenge").digest(), UUID("0b5e7a52-7c5d-4d0e-9c5b-0d1f6a1c2e3f")),
    (bytes(31) + b"\x01", UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")),
    (b"\xff" * 32, UUID("00000000-0000-4000-8000-000000000001")),
)


def dump() -> str:
    """The file's text."""
    document = {"about": ABOUT, "public_key": POINT.hex(), "sign_ins": [_sign_in(*each) for each in SIGN_INS]}
    return json.dumps(document, indent=1) + "\n"


def _sign_in(challenge: bytes, device: UUID) -> dict[str, Any]:
    message = sign_in_message(challenge, device)
    r, s = decode_dss_signature(KEY.sign(message, ECDSA(SHA256(), deterministic_signing=True)))
    return {
        "challenge": challenge.hex(),
        "challenge_base64url": urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "device": str(device),
        "message": message.decode("ascii"),
        "signature": (r.to_bytes(32, "big") + s.to_bytes(32, "big")).hex(),
    }


if __name__ == "__main__":
    FILE.write_text(dump(), encoding="ascii")
