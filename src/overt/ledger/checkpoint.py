"""Checkpoints (c2sp.org/tlog-checkpoint): the log's size and root, signed by the log.

Rules:
* The key's name is the origin line. No extension lines are written; they are read and kept, since they are signed.
* Signing is not the place to notice a fork: the sequencer in `overt.store` must never ask for two checkpoints that
  contradict each other.
"""

from dataclasses import dataclass

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.canonical import decode_base64, encode_base64, parse_decimal
from overt.ledger.merkle import EMPTY_ROOT, HASH_BYTES
from overt.ledger.note import Signer, VerifierKey, open_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: `size` entries, under `root` (32 bytes).

    Raises:
        LedgerFormatError: an empty line, a negative size, a root of another length, or an empty log with a root of its
            own.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line for line in lines) or self.size < 0 or len(self.root) != HASH_BYTES:
            raise LedgerFormatError("This is not a checkpoint.")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise LedgerFormatError("An empty log has one root only.")

    @property
    def text(self) -> str:
        """The note text: origin, size, root, extension lines, each with a newline."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint, without its signatures.

    Raises:
        LedgerFormatError: fewer than three lines, an empty line, a size or root that is not in its one form.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "":
        raise LedgerFormatError("A checkpoint has at least three lines.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, parse_decimal(size), decode_base64(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The signed note of a checkpoint.

    Raises:
        LedgerFormatError: the key's name is not the origin.
    """
    if signer.name != checkpoint.origin:
        raise LedgerFormatError("The log's key is named otherwise than the log.")
    return sign_note(checkpoint.text, [signer])


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Check a signed checkpoint and read it.

    Raises:
        LedgerFormatError: not a checkpoint in a signed note.
        LedgerProofInvalid: not signed by this key, or of another log.
    """
    checkpoint = parse_checkpoint(open_note(note, [key]).text)
    if checkpoint.origin != key.name:
        raise LedgerProofInvalid("The checkpoint is of another log.")
    return checkpoint
