"""Makes `spec/capture-vectors.json` anew: `PYTHONPATH=src:tests python -m golden.capture.vectors`.

Nothing here is random, so the file changes only when a format does, and then on purpose.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import Shutter, capture_message
from overt.access.devices import MOST_FRAMES
from overt.capture.burst import MEDIA_TYPE, write_burst
from overt.identifiers import EncounterId

FILE = Path(__file__).parents[3] / "spec" / "capture-vectors.json"
KEY = derive_private_key(int.from_bytes(sha256(b"test key, never used for anything else").digest(), "big"), SECP256R1())
POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
NONCE = sha256(b"nonce").digest()
ENCOUNTER = EncounterId(UUID("0b5e7a52-7c5d-4d0e-9c5b-0d1f6a1c2e3f"))
FRAMES = tuple(b"frame %d" % number for number in range(1, MOST_FRAMES + 1))
ABOUT = (
    "Vectors for spec/capture-signature.md, format 2, and spec/capture-burst.md, format 1. Bytes are hex; a message is "
    "its ASCII text. Frames are never looked into here, so a few bytes stand for a photograph. Signatures are "
    "RFC 6979's; a phone's own are random and check alike."
)


def dump() -> str:
    """The file's text."""
    document = {
        "about": ABOUT,
        "media_type": MEDIA_TYPE,
        "public_key": POINT.hex(),
        "signatures": [
            _signature(shutter, FRAMES[:count])
            for shutter, count in ((Shutter.GUIDED, 1), (Shutter.GUIDED, 3), (Shutter.OVERRIDE, 5))
        ],
        "bursts": [_burst(FRAMES[:1]), _burst(FRAMES[:3]), _burst(FRAMES), _burst((b"\x00", b"\xff" * 300))],
        "invalid_bursts": [{"reason": reason, "body": body.hex()} for reason, body in _invalid()],
    }
    return json.dumps(document, indent=1) + "\n"


def _signature(shutter: Shutter, frames: tuple[bytes, ...]) -> dict[str, Any]:
    message = capture_message(NONCE, ENCOUNTER, shutter, [sha256(frame).digest() for frame in frames])
    r, s = decode_dss_signature(KEY.sign(message, ECDSA(SHA256(), deterministic_signing=True)))
    return {
        "nonce": NONCE.hex(),
        "encounter": str(ENCOUNTER),
        "shutter": shutter.value,
        "frames": [frame.hex() for frame in frames],
        "message": message.decode("ascii"),
        "signature": (r.to_bytes(32, "big") + s.to_bytes(32, "big")).hex(),
    }


def _burst(frames: tuple[bytes, ...]) -> dict[str, Any]:
    return {"frames": [frame.hex() for frame in frames], "body": write_burst(frames).hex()}


def _invalid() -> list[tuple[str, bytes]]:
    good = write_burst(FRAMES[:2])
    return [
        ("no frame", b""),
        ("an empty frame", bytes(4)),
        ("an empty frame behind a good one", good + bytes(4)),
        ("a length cut off", good + b"\x00\x00\x01"),
        ("a frame cut off", good[:-1]),
        ("a byte behind the last frame", good + b"\x00"),
        ("a byte before the first frame", b"\x00" + good),
        ("six frames", write_burst(FRAMES) + write_burst(FRAMES[:1])),
        ("a length beyond every body", b"\xff\xff\xff\xff" + good),
        ("lengths in the other order of bytes", b"\x07\x00\x00\x00frame 1"),
        ("a photograph that is no burst", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
        ("a form", b'--x\r\nContent-Disposition: form-data; name="photo"\r\n\r\nframe 1\r\n--x--\r\n'),
    ]


if __name__ == "__main__":
    FILE.write_text(dump(), encoding="ascii")
