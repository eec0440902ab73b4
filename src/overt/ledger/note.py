"""C2SP signed notes with Ed25519 keys (c2sp.org/signed-note): text that keys have signed.

Rules:
* The text is nothing until `open_note` has checked a signature of a key that the caller trusts.
* A signature of an unknown key (another log key, a witness) is passed over and handed back; a signature that claims a
  trusted key's name and id and does not verify spoils the whole note.
* A private key never shows in a repr.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.canonical import decode_base64, encode_base64

ED25519 = 0x01
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 64
_BARRED = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_LINE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and a 32-byte Ed25519 public key that somebody decided to trust.

    Raises:
        LedgerFormatError: an empty name, one with a space or `+`, or a key of another length.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public) != 32:
            raise LedgerFormatError("This is not a name and an Ed25519 public key.")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || newline || signature type || public key), the first 4 bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    def encode(self) -> str:
        """The vkey: `<name>+<key id in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([ED25519]) + self.public)}"

    def verifies(self, signature: bytes, text: bytes) -> bool:
        """Whether the signature of the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A key name and its Ed25519 private key (32-byte seed, RFC 8032)."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """The 64-byte signature over the text."""
        return self._private().sign(text)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who is said to have signed, with which key id, and the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text that at least one trusted key has signed; `unknown` are the lines that were passed over."""

    text: str
    signed_by: tuple[VerifierKey, ...]
    unknown: tuple[NoteSignature, ...]


def parse_vkey(text: str) -> VerifierKey:
    """Read an Ed25519 verifier key.

    Raises:
        LedgerFormatError: malformed, another signature type, or an id that is not the key's.
    """
    name, _, rest = text.partition("+")
    material = decode_base64(rest[9:])
    key = VerifierKey(name, material[1:])
    if key.encode() != text:
        raise LedgerFormatError("This is not an Ed25519 verifier key with its right id.")
    return key


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """A note: the text, an empty line, and a signature line for each signer.

    Raises:
        LedgerFormatError: no signer, a text that does not end in a newline, or one with control characters.
    """
    _check_text(text)
    if not signers:
        raise LedgerFormatError("A note without a signature is no note.")
    lines = [_line(signer.key, signer.sign(text.encode())) for signer in signers]
    return (text + "\n" + "".join(lines)).encode()


def add_signature(note: bytes, signer: Signer) -> bytes:
    """The same note with one signature line more; unchanged when this key has signed it already.

    Raises:
        LedgerFormatError: not in the form of a signed note, or it would have too many signatures.
    """
    text, signatures = split_note(note)
    if any((each.name, each.key_id) == (signer.name, signer.key.key_id) for each in signatures):
        return note
    if len(signatures) == MAX_SIGNATURES:
        raise LedgerFormatError("The note has as many signatures as it may have.")
    return note + _line(signer.key, signer.sign(text.encode())).encode()


def split_note(note: bytes) -> tuple[str, tuple[NoteSignature, ...]]:
    """Text and signature lines of a note, with nothing verified.

    Raises:
        LedgerFormatError: not in the form of a signed note, too long, or too many signatures.
    """
    if len(note) > MAX_NOTE_BYTES:
        raise LedgerFormatError("The note is too long.")
    try:
        text, empty_line, signatures = note.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise LedgerFormatError("The note is not UTF-8.") from None
    lines = signatures.split("\n")
    if not empty_line or lines.pop() != "" or not 0 < len(lines) <= MAX_SIGNATURES:
        raise LedgerFormatError("The note has no proper signature lines.")
    _check_text(text + "\n")
    return text + "\n", tuple(_parse_line(line) for line in lines)


def open_note(note: bytes, trusted: Sequence[VerifierKey]) -> OpenedNote:
    """Check a note's signatures and hand out its text.

    Raises:
        LedgerFormatError: not in the form of a signed note.
        LedgerProofInvalid: a trusted key's signature does not verify, or no trusted key has signed.
    """
    text, signatures = split_note(note)
    known = {(key.name, key.key_id): key for key in trusted}
    signed_by: dict[VerifierKey, None] = {}
    unknown = []
    for each in signatures:
        key = known.get((each.name, each.key_id))
        if key is None:
            unknown.append(each)
        elif key.verifies(each.signature, text.encode()):
            signed_by[key] = None
        else:
            raise LedgerProofInvalid("A signature does not verify.")
    if not signed_by:
        raise LedgerProofInvalid("No trusted key has signed this.")
    return OpenedNote(text, tuple(signed_by), tuple(unknown))


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"— {key.name} {encode_base64(key.key_id + signature)}\n"


def _parse_line(line: str) -> NoteSignature:
    found = _LINE.fullmatch(line)
    data = decode_base64(found.group(2)) if found else b""
    if found is None or not _is_name(found.group(1)) or len(data) < 5:
        raise LedgerFormatError("A signature line is not in its form.")
    return NoteSignature(found.group(1), data[:4], data[4:])


def _is_name(name: str) -> bool:
    return bool(name) and not any(c.isspace() or c == "+" or c < " " or "\ud800" <= c <= "\udfff" for c in name)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _BARRED.search(text):
        raise LedgerFormatError("The text of a note ends in a newline and has no control characters.")
