"""Checkpoints (C2SP tlog-checkpoint): what the log signed about itself.

Rules:
* A `Checkpoint` value exists only for a text whose signature has verified under the caller's key.
* Its origin line is the key's name: a key of one log says nothing about another.
"""

import base64
import hashlib
from dataclasses import dataclass

from overt_verify.encoding import decimal, hash_bytes
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.note import VerifierKey, open_note


@dataclass(frozen=True)
class Checkpoint:
    """A signed tree head.

    Attributes:
        origin: the log's name.
        size: number of entries.
        root: 32 bytes, the RFC 6962 root over them.
        extensions: further signed lines, opaque; an honest log of Overt has none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of its text, as a log that continues this one writes it."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "sha256:" + hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def open_checkpoint(data: bytes, key: VerifierKey) -> Checkpoint:
    """Verify a note and read it as a checkpoint.

    Raises:
        VerificationError: `bad_note`, `unknown_signer`, `bad_signature`, `bad_checkpoint` or `wrong_origin`.
    """
    checkpoint = read_checkpoint(open_note(data, key))
    if checkpoint.origin != key.name:
        message = f"The checkpoint is of {shown(checkpoint.origin)}, the key of {shown(key.name)}."
        raise VerificationError(Code.WRONG_ORIGIN, message)
    return checkpoint


def read_checkpoint(text: str) -> Checkpoint:
    """Read the text of a note, whose signature the caller has verified.

    Raises:
        VerificationError: `bad_checkpoint`.
    """
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise VerificationError(Code.BAD_CHECKPOINT, "A checkpoint has at least three lines and no empty one.")
    origin, size, root = lines[0], decimal(lines[1]), hash_bytes(lines[2])
    if size is None or root is None:
        raise VerificationError(Code.BAD_CHECKPOINT, "The size or the root of the checkpoint is malformed.")
    return Checkpoint(origin, size, root, tuple(lines[3:]))
