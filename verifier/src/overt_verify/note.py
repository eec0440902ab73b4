"""Signed notes and verifier keys (C2SP signed-note), Ed25519 only.

Rules:
* The text of a note is handed out only after a signature by a given key has verified.
* Signatures of unknown keys are ignored, as the standard demands; a false signature under the known name and key ID
  spoils the whole note.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from overt_verify.encoding import base64_bytes
from overt_verify.errors import Code, VerificationError, shown

NOTE_LIMIT = 256 * 1024
"""Most bytes of a note; room for dozens of cosignatures, post-quantum ones included."""
_MOST_SIGNATURES = 64
_ED25519 = b"\x01"


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name of the log that signs with it.

    Attributes:
        name: key name; for a ledger the same as its origin line.
        key_id: 4 bytes, derived from name and key.
        public: 32 bytes (RFC 8032).
    """

    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `<name>+<hex key ID>+<base64 of type and key>`.

        Raises:
            VerificationError: `bad_key`.
        """
        name, key_id, public = read_vkey(text, _ED25519)
        return cls(name, key_id, public)

    @property
    def vkey(self) -> str:
        """`NAME+KEYID+BASE64`, as it is published."""
        return f"{self}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}"


def read_vkey(text: str, kind: bytes) -> tuple[str, bytes, bytes]:
    """Name, key ID and the 32 bytes of a verifier key whose signature type is `kind`.

    Raises:
        VerificationError: `bad_key`.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise VerificationError(Code.BAD_KEY, "A verifier key has the form NAME+KEYID+BASE64.")
    name, key_id, material = parts[0], parts[1], base64_bytes(parts[2])
    if material is None or len(material) != 33 or material[:1] != kind:
        raise VerificationError(Code.BAD_KEY, "The verifier key is not an Ed25519 key of the wanted kind in base64.")
    computed = derive_key_id(name, material)
    if key_id != computed.hex():
        raise VerificationError(Code.BAD_KEY, "The key's ID does not belong to its name and key: a typing error?")
    return name, computed, material[1:]


def derive_key_id(name: str, material: bytes) -> bytes:
    """The 4 bytes that stand for a name and a key with its type byte."""
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]


@dataclass(frozen=True)
class Signature:
    """One signature line of a note, not yet verified."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, without its newline."""
        return f"\u2014 {self.name} {base64.b64encode(self.key_id + self.value).decode()}"


def open_note(data: bytes, key: VerifierKey) -> str:
    """The text of a note that `key` signed, with its final newline.

    Raises:
        VerificationError: `bad_note`, `unknown_signer` or `bad_signature`.
    """
    text, signatures = split_note(data)
    own = [signature for signature in signatures if (signature.name, signature.key_id) == (key.name, key.key_id)]
    if not own:
        names = ", ".join(shown(signature.name, 40) for signature in signatures[:4])
        raise VerificationError(Code.UNKNOWN_SIGNER, f"{shown(str(key))} did not sign this; it was signed by {names}.")
    for signature in own:
        _check(key, signature.value, text.encode())
    return text


def signers(data: bytes, keys: Iterable[VerifierKey]) -> frozenset[VerifierKey]:
    """Those of `keys` that signed a note; a false signature under one of them spoils it.

    Raises:
        VerificationError: `bad_note` or `bad_signature`.
    """
    text, signatures = split_note(data)
    known = {(key.name, key.key_id): key for key in keys}
    found = set()
    for signature in signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            _check(key, signature.value, text.encode())
            found.add(key)
    return frozenset(found)


def _check(key: VerifierKey, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise VerificationError(Code.BAD_SIGNATURE, f"The signature of {shown(key.name)} is false.") from error


def split_note(data: bytes) -> tuple[str, list[Signature]]:
    """Text and signatures, nothing of which is verified.

    Raises:
        VerificationError: `bad_note`.
    """
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("it is not UTF-8") from error
    if any(character < " " and character != "\n" for character in whole):
        raise _bad("it holds control characters")
    text, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise _bad("text, an empty line and signature lines are not all there")
    lines = tail[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise _bad(f"it has more than {_MOST_SIGNATURES} signatures")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]):
        raise _bad("a signature line is malformed")
    blob = base64_bytes(parts[2])
    if blob is None or len(blob) < 5:
        raise _bad("a signature is not base64 of a key ID and a signature")
    return Signature(parts[1], blob[:4], blob[4:])


def is_key_name(name: str) -> bool:
    """Whether a key may have this name."""
    return name != "" and "+" not in name and not any(c.isspace() or c < " " for c in name) and name.isprintable()


def _bad(why: str) -> VerificationError:
    return VerificationError(Code.BAD_NOTE, f"This is not a signed note: {why}.")
