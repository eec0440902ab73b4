"""A change of the key that signs the ledger's checkpoints: rotated in time, or replaced after it was lost.

Rules (spec/key-change.md):
* What is signed is a note over the log's name, the change's number, size and root of the log at that moment, both keys
  and the cause. The new key signs it, so that nobody names a key that they do not hold.
* Rotated: the old key signs as well. Lost, or in wrong hands: two people of the force and the oversight body do, by the
  keys of the policy in force. A thief of the key alone changes nothing, and a force alone replaces nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from overt.errors import KeyChangeInvalid, LedgerFormatError, LedgerProofInvalid
from overt.ledger.canonical import decode_base64, encode_base64
from overt.ledger.note import VerifierKey, open_note, parse_vkey, split_note

HEAD = "overt-key-change"


class Cause(StrEnum):
    """Why a key is changed."""

    ROTATED = "rotated"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What is signed. `number`: 1 for a log's first change. `size`, `root`: of the log that the old key signed last."""

    number: int
    size: int
    root: bytes
    old: VerifierKey
    new: VerifierKey
    cause: Cause

    @property
    def text(self) -> str:
        """The note's text."""
        numbers = f"{self.old.name}\n{self.number}\n{self.size}\n{encode_base64(self.root)}\n"
        return f"{HEAD}\n{numbers}{self.old.encode()}\n{self.new.encode()}\n{self.cause}\n"


def read_key_change(note: bytes) -> KeyChange:
    """Read a note; whose signatures it has is `require_signed`'s to say.

    Raises:
        KeyChangeInvalid: not a change in its one form, or of two logs.
    """
    try:
        text, _ = split_note(note)
        head, origin, number, size, root, old, new, cause, end = text.split("\n")
        change = KeyChange(int(number), int(size), decode_base64(root), parse_vkey(old), parse_vkey(new), Cause(cause))
    except (LedgerFormatError, ValueError):
        raise KeyChangeInvalid("This is not a change of key in its written form.") from None
    if change.text != text or (head, end) != (HEAD, "") or change.number < 1:
        raise KeyChangeInvalid("This is not a change of key in its written form.")
    if not origin == change.old.name == change.new.name or change.old == change.new:
        raise KeyChangeInvalid("Both keys have the log's name, and they differ.")
    return change


def require_signed(
    note: bytes, change: KeyChange, force: tuple[VerifierKey, ...], oversight: VerifierKey, people: int = 2
) -> None:
    """Raises:
    KeyChangeInvalid: a signature that the cause asks for is missing, or one does not verify.
    """
    asked = (change.old,) if change.cause is Cause.ROTATED else (*force, oversight)
    try:
        signed = set(open_note(note, [change.new, *asked]).signed_by)
    except LedgerProofInvalid as error:
        raise KeyChangeInvalid(str(error)) from None
    if change.new not in signed:
        raise KeyChangeInvalid("The new key has not signed.")
    if change.cause is Cause.ROTATED and change.old not in signed:
        raise KeyChangeInvalid("The old key has not signed. Where it is lost, the cause is: lost.")
    if change.cause is Cause.LOST and (len(signed & set(force)) < people or oversight not in signed):
        raise KeyChangeInvalid("A lost key is replaced by two people of the force and the oversight body.")
