"""What is handed to a witness: a signed checkpoint, and the request of C2SP tlog-witness around it.

Rules:
* A `Signed` value exists only for a checkpoint that a pinned key of its log signed; signatures of others are dropped.
* The origin in a `Submission` is a claim, good for nothing but to find the keys that decide.
"""

from dataclasses import dataclass

from overt_verify.checkpoint import Checkpoint, open_checkpoint
from overt_verify.encoding import decimal, hash_bytes
from overt_verify.errors import Code, VerificationError
from overt_verify.note import NOTE_LIMIT, VerifierKey, split_note

MOST_HASHES = 63
BODY_LIMIT = NOTE_LIMIT + 4096
"""Most bytes of a request: a note, and a proof of 63 hashes."""


@dataclass(frozen=True)
class Signed:
    """A verified checkpoint with what was signed.

    Attributes:
        checkpoint: what it says.
        text: the signed text, with its final newline.
        lines: signature lines of pinned keys.
    """

    checkpoint: Checkpoint
    text: str
    lines: tuple[str, ...]

    @property
    def note(self) -> str:
        """The signed note without signatures of unknown keys."""
        return "\n".join([self.text, *self.lines, ""])


def open_signed(data: bytes, keys: tuple[VerifierKey, ...]) -> Signed:
    """Verify a checkpoint under any of a log's pinned keys.

    Raises:
        VerificationError: as `open_checkpoint`; a false signature under any pinned key spoils the whole.
    """
    text, signatures = split_note(data)
    found: dict[str, Checkpoint] = {}
    unknown = VerificationError(Code.UNKNOWN_SIGNER, "No key is pinned.")
    for key in keys:
        try:
            checkpoint = open_checkpoint(data, key)
        except VerificationError as error:
            if error.code is not Code.UNKNOWN_SIGNER:
                raise
            unknown = error
            continue
        own = (one for one in signatures if (one.name, one.key_id) == (key.name, key.key_id))
        found |= {one.line: checkpoint for one in own}
    if not found:
        raise unknown
    return Signed(next(iter(found.values())), text, tuple(found))


@dataclass(frozen=True)
class Submission:
    """The body of `add-checkpoint`, read but not verified."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    origin: str


def parse_submission(body: bytes) -> Submission:
    """Read the body of `add-checkpoint`.

    Raises:
        VerificationError: `bad_request` or `bad_note`.
    """
    head, separator, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _bad("it is not text") from error
    old = decimal(first.removeprefix("old ")) if first.startswith("old ") else None
    if old is None or not separator:
        raise _bad("it begins with a line `old SIZE`, and an empty line stands before the checkpoint")
    if len(lines) > MOST_HASHES:
        raise _bad(f"it has more than {MOST_HASHES} hashes")
    proof = tuple(node for line in lines if (node := hash_bytes(line)) is not None)
    if len(proof) != len(lines):
        raise _bad("a line of the proof is not a hash in base64")
    return Submission(old, proof, note, split_note(note)[0].partition("\n")[0])


def _bad(why: str) -> VerificationError:
    return VerificationError(Code.BAD_REQUEST, f"The request is malformed: {why}.")
