"""One checkpoint handed in to one witness (c2sp.org/tlog-witness), and the cosignature that comes back.

Rules:
* A witness is told the checkpoint and a proof, both of which are public, and nothing else.
* What comes back counts only when it verifies under the key that the policy names, with a time that can be true.
* A witness that knows another size says so once, and is given the proof from there. That it knows more than we have
  published is not ours to explain away: it is refused, and shown to people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from overt.errors import LedgerFormatError, LedgerProofInvalid, WitnessRefused
from overt.ledger.canonical import encode_base64
from overt.ledger.cosignature import Cosignature, WitnessKey, cosignatures
from overt.policy.values import Witness

MOST_AHEAD_SECONDS = 300
"""How far the clocks of a witness and of this machine may lie apart."""
_ACCEPTED, _OTHER_SIZE = 200, 409


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered: an HTTP status and a short body."""

    status: int
    body: bytes


Post = Callable[[str, bytes], Answer]
"""`post(address, body)`; raises `WitnessUnreachable`."""


class PublishedHead(Protocol):
    """A published checkpoint."""

    @property
    def size(self) -> int: ...
    @property
    def note(self) -> bytes: ...


Prove = Callable[[int], tuple[bytes, ...]]
"""The proof that the checkpoint's log begins with its first so many entries."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The checkpoint with the witness's line, and what the line says."""

    note: bytes
    cosignature: Cosignature


def hand_in(head: PublishedHead, prove: Prove, witness: Witness, old: int, post: Post, now: datetime) -> Cosigned:
    """Hand in a checkpoint.

    Args:
        head: what was published last.
        prove: makes the proof from an older size.
        witness: whom it is handed to.
        old: the size that this witness is thought to know; 0 when it is thought to know none.
        post: sends a body to an address.
        now: aware.

    Raises:
        WitnessUnreachable: no answer.
        WitnessRefused: the witness does not cosign, or what it says does not verify.
    """
    address = f"{witness.address.rstrip('/')}/add-checkpoint"
    answer = post(address, _body(head, prove, min(old, head.size)))
    if answer.status == _OTHER_SIZE:
        answer = post(address, _body(head, prove, _known_size(answer.body, head.size)))
    if answer.status != _ACCEPTED:
        raise WitnessRefused(f"{witness.key.name} answered {answer.status} to a checkpoint of {head.size} entries.")
    note = head.note + answer.body
    return Cosigned(note, _verified(note, witness.key, now))


def _body(head: PublishedHead, prove: Prove, old: int) -> bytes:
    lines = [f"old {old}", *(encode_base64(each) for each in prove(old)), "", ""]
    return "\n".join(lines).encode() + head.note


def _known_size(body: bytes, size: int) -> int:
    text = body.decode("ascii", "replace").removesuffix("\n")
    if not text.isdecimal() or len(text) > 16:
        raise WitnessRefused("The witness knows another size, and does not say which.")
    if int(text) > size:
        raise WitnessRefused(f"The witness has seen {int(text)} entries, and {size} are published: entries are gone.")
    return int(text)


def _verified(note: bytes, key: WitnessKey, now: datetime) -> Cosignature:
    try:
        found = cosignatures(note, [key])
    except (LedgerFormatError, LedgerProofInvalid) as error:
        raise WitnessRefused(f"What {key.name} answered is no cosignature: {error}") from None
    if not found or abs(found[0].seconds - now.timestamp()) > MOST_AHEAD_SECONDS:
        raise WitnessRefused(f"{key.name} has not cosigned, or its clock and this one lie apart.")
    return found[0]
