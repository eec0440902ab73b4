"""Cosignatures of witnesses on checkpoints (c2sp.org/tlog-cosignature, Ed25519, `cosignature/v1`).

Rules:
* A cosignature says that at its time this was the largest tree that the witness had seen of the log, and that it
  continues what the witness saw before. It covers the whole text of the checkpoint, extension lines too, and its time.
* A witness has a key of its own type: its id differs from that of a log's key, so neither passes for the other.
* Lines of unknown keys are passed over; a line under a known witness's name and id that does not verify spoils the
  whole note. Whether the log has signed, `overt.ledger.checkpoint` says; whether a time is plausible, the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.canonical import decode_base64, encode_base64
from overt.ledger.checkpoint import parse_checkpoint
from overt.ledger.note import Signer, VerifierKey, split_note

COSIGNATURE_V1 = 0x04
_TIME_BYTES = 8
_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's name and 32-byte Ed25519 public key that somebody decided to trust.

    Raises:
        LedgerFormatError: a name that no key may have, or a key of another length.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        VerifierKey(self.name, self.public)

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || newline || signature type || public key), the first 4 bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([COSIGNATURE_V1]) + self.public).digest()[:4]

    def encode(self) -> str:
        """The vkey: `<name>+<key id in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([COSIGNATURE_V1]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's name and its Ed25519 private key (32-byte seed, RFC 8032)."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def key(self) -> WitnessKey:
        """The public half."""
        return WitnessKey(self.name, Signer(self.name, self.seed).key.public)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature: whose, and when it was made (POSIX seconds)."""

    witness: WitnessKey
    seconds: int


def parse_witness_key(text: str) -> WitnessKey:
    """Read the vkey of an Ed25519 cosigner.

    Raises:
        LedgerFormatError: malformed, another signature type, or an id that is not the key's.
    """
    name, _, rest = text.partition("+")
    key = WitnessKey(name, decode_base64(rest[9:])[1:])
    if key.encode() != text:
        raise LedgerFormatError("This is not an Ed25519 witness's key with its right id.")
    return key


def cosigned_message(text: str, seconds: int) -> bytes:
    """What a witness signs: a header, its time, and the checkpoint's text.

    Raises:
        LedgerFormatError: the text is not a checkpoint's, or the time is out of range.
    """
    parse_checkpoint(text)
    if not 0 <= seconds <= _LATEST:
        raise LedgerFormatError("The time of a cosignature is out of range.")
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(note: bytes, cosigner: Cosigner, seconds: int) -> bytes:
    """The note with one more line, the cosigner's; that the tree is consistent, the caller has checked.

    Raises:
        LedgerFormatError: not a checkpoint in a signed note, or a time out of range.
    """
    text, _ = split_note(note)
    signature = Signer(cosigner.name, cosigner.seed).sign(cosigned_message(text, seconds))
    blob = cosigner.key.key_id + seconds.to_bytes(_TIME_BYTES, "big") + signature
    return note + f"— {cosigner.name} {encode_base64(blob)}\n".encode()


def cosignatures(note: bytes, witnesses: Sequence[WitnessKey]) -> tuple[Cosignature, ...]:
    """The verified cosignatures of these witnesses on a checkpoint, one for each that has signed: its latest.

    Raises:
        LedgerFormatError: not a checkpoint in a signed note.
        LedgerProofInvalid: a cosignature of one of them does not verify.
    """
    text, signatures = split_note(note)
    parse_checkpoint(text)
    known = {(witness.name, witness.key_id): witness for witness in witnesses}
    found: dict[WitnessKey, int] = {}
    for each in signatures:
        witness = known.get((each.name, each.key_id))
        if witness is not None:
            found[witness] = max(_verified(witness, each.signature, text), found.get(witness, 0))
    return tuple(Cosignature(witness, seconds) for witness, seconds in found.items())


def _verified(witness: WitnessKey, blob: bytes, text: str) -> int:
    seconds, signature = int.from_bytes(blob[:_TIME_BYTES], "big"), blob[_TIME_BYTES:]
    message = cosigned_message(text, min(seconds, _LATEST))
    if seconds > _LATEST or not VerifierKey(witness.name, witness.public).verifies(signature, message):
        raise LedgerProofInvalid("A witness's cosignature does not verify.")
    return seconds
