"""Offline proofs that an entry is in the log (c2sp.org/tlog-proof): index, path and signed checkpoint in one text.

Rules:
* The checkpoint goes in as it was published, byte for byte, with the cosignatures it has.
* `extra` data is not authenticated. None is written here; what others wrote is read and never trusted.
"""

from dataclasses import dataclass

from overt.errors import LedgerFormatError
from overt.ledger.canonical import decode_base64, encode_base64, parse_decimal
from overt.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from overt.ledger.merkle import HASH_BYTES, NodeReader, inclusion_proof, leaf_hash
from overt.ledger.merkle_check import check_inclusion
from overt.ledger.note import MAX_NOTE_BYTES, VerifierKey, split_note

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class LogProof:
    """A proof as text holds it: `hashes` from the leaf's sibling up; `checkpoint` the signed note, not yet verified."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The text of the proof, UTF-8."""
        extra = [] if self.extra is None else [f"extra {encode_base64(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *(encode_base64(each) for each in self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


def build_proof(index: int, checkpoint: bytes, node: NodeReader) -> LogProof:
    """The proof of entry `index` under a signed checkpoint.

    Args:
        index: the entry's number, from 0.
        checkpoint: the signed note, as published.
        node: reads the log at the checkpoint's size or later.

    Raises:
        LedgerFormatError: not a checkpoint, or one that does not reach the entry.
    """
    text, _ = split_note(checkpoint)
    return LogProof(index, inclusion_proof(index, parse_checkpoint(text).size, node), checkpoint)


def parse_proof(data: bytes) -> LogProof:
    """Read the text of a proof; verifies nothing.

    Raises:
        LedgerFormatError: not in the form of a tlog-proof with a checkpoint.
    """
    head, empty_line, checkpoint = data[: MAX_NOTE_BYTES + 1].partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if len(data) > MAX_NOTE_BYTES or not empty_line or lines.pop(0) != HEADER:
        raise LedgerFormatError("This is not a proof of a log entry.")
    extra = decode_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index ") or len(lines) > 1 + MAX_HASHES:
        raise LedgerFormatError("The proof has no proper index and hashes.")
    index, hashes = parse_decimal(lines[0][6:]), tuple(decode_base64(line) for line in lines[1:])
    if any(len(each) != HASH_BYTES for each in hashes):
        raise LedgerFormatError("A hash of the proof is not 32 bytes.")
    text, _ = split_note(checkpoint)
    parse_checkpoint(text)
    return LogProof(index, hashes, checkpoint, extra)


def check_proof(data: bytes, entry: bytes, key: VerifierKey) -> Checkpoint:
    """Check that an entry is in the log of `key`, and hand back the checkpoint that says so.

    Raises:
        LedgerFormatError: not in the form of a tlog-proof.
        LedgerProofInvalid: the checkpoint is not signed by the key or is another log's, or the path leads elsewhere.
    """
    proof = parse_proof(data)
    checkpoint = open_checkpoint(proof.checkpoint, key)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, checkpoint.root, proof.hashes)
    return checkpoint
