"""Cosignatures (C2SP tlog-cosignature v1, Ed25519): a witness's dated word that it saw a log only grow.

Rules:
* The signed message is a header line, a line with the time, and the whole text of the checkpoint, extensions included.
* A key that cosigns has a signature type of its own: the same bytes can never pass for a log's signature.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from overt_verify.errors import Code, VerificationError, shown
from overt_verify.note import Signature, derive_key_id, read_vkey

COSIGNATURE = b"\x04"
"""Signature type of keys that cosign."""
_TIME = 8
_LENGTH = _TIME + 64


@dataclass(frozen=True)
class CosignerKey:
    """The public key of a witness.

    Attributes:
        name: the witness's name.
        public: 32 bytes (RFC 8032).
    """

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "CosignerKey":
        """Read a verifier key of the type that cosigns.

        Raises:
            VerificationError: `bad_key`.
        """
        name, _, public = read_vkey(text, COSIGNATURE)
        return cls(name, public)

    @property
    def key_id(self) -> bytes:
        """The 4 bytes before each of its signatures."""
        return derive_key_id(self.name, COSIGNATURE + self.public)

    @property
    def vkey(self) -> str:
        """`NAME+KEYID+BASE64`, as it is published."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(COSIGNATURE + self.public).decode()}"


def cosigned_message(text: str, time: int) -> bytes:
    """What is signed for the text of a checkpoint at a time in POSIX seconds."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosigned_at(text: str, signatures: Iterable[Signature], key: CosignerKey) -> int:
    """The time of the newest cosignature by a key; signatures of other keys are passed over.

    Raises:
        VerificationError: `unknown_signer` when the key did not cosign; `bad_signature` when one of its own is false.
    """
    own = [one for one in signatures if (one.name, one.key_id) == (key.name, key.key_id)]
    if not own:
        raise VerificationError(Code.UNKNOWN_SIGNER, f"{shown(key.name)} did not cosign this.")
    return max(_verified(text, one.value, key) for one in own)


def _verified(text: str, value: bytes, key: CosignerKey) -> int:
    time = int.from_bytes(value[:_TIME], "big")
    if len(value) != _LENGTH or not 0 < time < 2**63:
        raise _false(key)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value[_TIME:], cosigned_message(text, time))
    except (InvalidSignature, ValueError) as error:
        raise _false(key) from error
    return time


def _false(key: CosignerKey) -> VerificationError:
    return VerificationError(Code.BAD_SIGNATURE, f"The cosignature of {shown(key.name)} is false.")
