"""Changes of a log's key: from the key that somebody trusts to the one that signs now (spec/key-change.md).

Rules:
* A rotated key is followed from note to note: each is signed by the key before and the key after.
* A lost key's successor is followed only by the audit, which has the policies: two people of the force and the
  oversight body signed, by the policy in force where the change is entered.
* Every change that an entry tells of has its note beside the log, and no other note is followed. The root that a note
  names is that of the log at that size: a change cannot bring another history along.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from overt_verify import deeds as d
from overt_verify.checkpoint import Checkpoint
from overt_verify.encoding import decimal, hash_bytes
from overt_verify.entry import Entry
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.note import VerifierKey, signers, split_note
from overt_verify.policy_texts import Policy
from overt_verify.tiles import LedgerFolder

HEAD = "overt-key-change"
ROTATED, LOST = "rotated", "lost"
_MOST = 1000
_PEOPLE = 2


@dataclass(frozen=True)
class KeyChange:
    """A note: what it says, and its bytes."""

    number: int
    size: int
    root: bytes
    old: VerifierKey
    new: VerifierKey
    cause: str
    note: bytes


def read_changes(folder: LedgerFolder) -> list[KeyChange]:
    """Every note beside a log, by number.

    Raises:
        VerificationError: one of them is not in its form.
    """
    changes = []
    for number in range(1, _MOST):
        note = folder.key_note(number)
        if note is None:
            break
        changes.append(_read(note, number))
    return changes


def checkpoint_of(
    folder: LedgerFolder, trusted: VerifierKey, changes: list[KeyChange], *, follow_lost: bool = False
) -> tuple[Checkpoint, VerifierKey]:
    """The verified checkpoint of a folder, and the key that signed it: the trusted one, or one that it led to.

    Raises:
        VerificationError: as `LedgerFolder.checkpoint` says, or a rotation that its two keys have not signed.
    """
    chain = [trusted]
    for change in changes:
        if change.old == chain[-1] and (change.cause == ROTATED or follow_lost):
            wanted = {change.new} | ({change.old} if change.cause == ROTATED else set())
            if not wanted <= signers(change.note, wanted):
                raise _fault(change.number, "is not signed by the keys that it is about")
            chain.append(change.new)
    key = folder.signer_among(chain) or trusted
    return folder.checkpoint(key), key


class KeyStory:
    """Takes the entries of one log in order; what they mean is known once notes and policies are."""

    def __init__(self) -> None:
        self._told: list[tuple[int, Entry]] = []

    def take(self, index: int, entry: Entry) -> None:
        """Add the next entry."""
        if entry.deed == d.KEY_CHANGED:
            self._told.append((index, entry))

    def check(
        self,
        changes: list[KeyChange],
        policies: Mapping[str, Policy],
        roots: Mapping[int, bytes],
        trusted: VerifierKey,
        last: VerifierKey,
    ) -> None:
        """Hold entries and notes together.

        Args:
            changes: the notes beside the log.
            policies: the texts of the log's policies, by digest.
            roots: of the log at the sizes that the notes name.
            trusted: the key that was begun with.
        last: the key that signed the checkpoint.

        Raises:
            VerificationError: a change without its note, another's, at another root, or not signed by those who must.
        """
        if len(self._told) > len(changes):
            raise _fault(len(changes) + 1, "has no note beside the log")
        for (index, entry), change in zip(self._told, changes, strict=False):
            said = (entry.fields["number"], entry.fields["cause"], entry.fields["key"])
            if said != (change.number, change.cause, change.new.public.hex()) or change.size > index:
                raise _fault(change.number, f"is not the one that entry {index} tells of")
            if roots.get(change.size) != change.root:
                raise _fault(change.number, "was made for another history of this log")
            _check_signed(change, policies[entry.policy])
        told = changes[: len(self._told)]
        if last != (told[-1].new if told else trusted):
            raise _fault(max(len(told), 1), "is not entered, or leads to another key than the checkpoint's")


def _check_signed(change: KeyChange, policy: Policy) -> None:
    if change.cause == ROTATED:
        wanted = {change.old, change.new}
        if wanted != signers(change.note, wanted):
            raise _fault(change.number, "is not signed by both keys")
        return
    signed = signers(change.note, policy.force | {policy.oversight, change.new})
    people = len(signed & (policy.force - {policy.oversight}))
    if people < _PEOPLE or not {policy.oversight, change.new} <= signed:
        raise _fault(change.number, "replaces a lost key without two people of the force and the oversight body")


def _read(note: bytes, number: int) -> KeyChange:
    text, _ = split_note(note)
    lines = text.split("\n")
    if len(lines) != 9 or lines[0] != HEAD or lines[8] or lines[2] != str(number) or lines[7] not in (ROTATED, LOST):
        raise _fault(number, "is not in its written form")
    size, root = decimal(lines[3]), hash_bytes(lines[4])
    try:
        old, new = VerifierKey.parse(lines[5]), VerifierKey.parse(lines[6])
    except VerificationError:
        raise _fault(number, "names no keys") from None
    if size is None or root is None or not lines[1] == old.name == new.name or old == new:
        raise _fault(number, f"is not about {shown(lines[1])}")
    return KeyChange(number, size, root, old, new, lines[7], note)


def _fault(number: int, what: str) -> VerificationError:
    return VerificationError(Code.KEY_CHANGE, f"The change {number} of the log's key {what}.")
