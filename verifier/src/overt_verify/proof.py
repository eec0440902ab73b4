"""Proofs that one entry is in a log (C2SP tlog-proof), in the form that Overt uses: without an `extra` line.

Rules:
* The checkpoint inside is opened with the caller's key before the proof is looked at.
* A proof proves nothing about a leaf that the verifier did not hash itself.
"""

from dataclasses import dataclass

from overt_verify.checkpoint import Checkpoint, open_checkpoint
from overt_verify.encoding import decimal, hash_bytes
from overt_verify.errors import Code, VerificationError
from overt_verify.merkle import inclusion_root, leaf_hash
from overt_verify.note import VerifierKey

_HEADER = "c2sp.org/tlog-proof@v1"
_LONGEST = 63


@dataclass(frozen=True)
class Inclusion:
    """A verified place in a log."""

    index: int
    checkpoint: Checkpoint


def verify_proof(proof: str, entry: bytes, key: VerifierKey) -> Inclusion:
    """Verify that `entry` is in the log of `key`.

    Raises:
        VerificationError: `bad_proof`, `proof_mismatch`, or as `open_checkpoint`.
    """
    head, separator, note = proof.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines[0] != _HEADER or len(lines) < 2 or not lines[1].startswith("index "):
        raise VerificationError(Code.BAD_PROOF, "Header, index and checkpoint of the proof are not all there.")
    index, hashes = decimal(lines[1].removeprefix("index ")), _hashes(lines[2:])
    if index is None:
        raise VerificationError(Code.BAD_PROOF, "The index of the proof is malformed.")
    checkpoint = open_checkpoint(_encoded(note), key)
    if inclusion_root(leaf_hash(entry), index, checkpoint.size, hashes) != checkpoint.root:
        raise VerificationError(Code.PROOF_MISMATCH, "The proof does not lead to the signed root.", index=index)
    return Inclusion(index, checkpoint)


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > _LONGEST:
        raise VerificationError(Code.BAD_PROOF, "The proof has more hashes than any log needs.")
    hashes = [hash_bytes(line) for line in lines]
    found = tuple(value for value in hashes if value is not None)
    if len(found) != len(hashes):
        raise VerificationError(Code.BAD_PROOF, "A hash of the proof is not 32 bytes in base64.")
    return found


def _encoded(note: str) -> bytes:
    try:
        return note.encode("utf-8")
    except UnicodeEncodeError as error:
        raise VerificationError(Code.BAD_NOTE, "This is not a signed note: it is not UTF-8.") from error
