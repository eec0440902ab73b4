"""An enrolled phone in software: its key, what it signs, and somebody's session on it."""

import hashlib
import os
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import DeviceKey, Session, Shutter, capture_message, hash_token
from overt.access.device_sign_in import sign_in_message
from overt.identifiers import EncounterId, OfficerId
from overt.store.instance import Instance


@dataclass(frozen=True)
class Handset:
    """One phone."""

    id: UUID = field(default_factory=uuid4)
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()), repr=False)

    @property
    def public_key(self) -> bytes:
        """As it is enrolled: an uncompressed point, 65 bytes."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def enrolled(self, instance: Instance) -> "Handset":
        """The same phone, once the force has taken its key."""
        instance.accounts.enrol_device(DeviceKey(self.id, self.public_key), "phone of a test")
        return self

    def signs(self, message: bytes) -> bytes:
        """A signature as WebCrypto makes it."""
        r, s = decode_dss_signature(self.key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def signs_in(self, challenge: bytes) -> dict[str, str]:
        """What it says of itself at a sign-in."""
        return {"device": str(self.id), "signature": self.signs(sign_in_message(challenge, self.id)).hex()}

    def hands_in(
        self, nonce: str, encounter: EncounterId, frames: Sequence[bytes], shutter: Shutter = Shutter.GUIDED
    ) -> dict[str, str]:
        """The headers that go with a capture."""
        digests = [hashlib.sha256(frame).digest() for frame in frames]
        signature = self.signs(capture_message(bytes.fromhex(nonce), encounter, shutter, digests))
        return {"Overt-Nonce": nonce, "Overt-Signature": signature.hex(), "Overt-Shutter": shutter.value}


def session_on(instance: Instance, officer: OfficerId, phone: Handset | None) -> str:
    """A token of a session on a phone, or on none, as a demonstration opens one without a passkey."""
    token, now = os.urandom(32), instance.clock()
    device = phone.id if phone else None
    instance.sessions.open(Session(hash_token(token), officer, now, now, device, simulated=True))
    return urlsafe_b64encode(token).decode()
