"""What the ledger says of an import: a count, a mix of labels and a Merkle root of commitments.

Rules:
* One import is one entry. The entry names nobody: each reference is committed to under a fresh opening, and the root
  is over those commitments in the order of the reference ids.
* A single reference can later be shown to have been in the batch (its opening, its place), and no other is exposed.
* The mix of sources and outcomes is public, so that the age and make-up of a gallery can be followed from outside.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from overt.identifiers import JsonValue, ReferenceId
from overt.ledger.commitment import commit
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.merkle import root_of_leaves
from overt.scope import Label


@dataclass(frozen=True, slots=True)
class BatchMember:
    """One imported reference with the 32 random bytes that its commitment is made under."""

    reference: ReferenceId
    label: Label
    opening: bytes


def member_value(reference: ReferenceId, label: Label) -> JsonValue:
    """What is committed to for one reference: its number and labels; never its image, template or person."""
    return {
        "reference": str(reference),
        "source": label.source.value,
        "lawful_basis": label.lawful_basis.value,
        "outcome": label.outcome.value,
        "captured_on": label.captured_on.isoformat(),
        "review_on": label.review_on.isoformat(),
        "under_18": "yes" if label.under_18 else "no",
    }


def batch_entry(members: Iterable[BatchMember], synthetic: bool) -> EntryDraft:
    """The ledger entry of one import.

    Raises:
        ValueError: the batch is empty; an import of nothing is no deed.
    """
    ordered = sorted(members, key=lambda member: member.reference)
    if not ordered:
        raise ValueError("an empty batch has no entry")
    leaves = [bytes.fromhex(commit(m.opening, member_value(m.reference, m.label))) for m in ordered]
    return EntryDraft(
        deed=Deed.GALLERY_BATCH_IMPORTED,
        fields={
            "count": len(ordered),
            "root": root_of_leaves(leaves).hex(),
            "source_mix": _mix(m.label.source for m in ordered),
            "outcome_mix": _mix(m.label.outcome for m in ordered),
            "synthetic": "yes" if synthetic else "no",
        },
        private={},
    )


def _mix(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{code}={count}" for code, count in sorted(Counter(str(code) for code in codes).items()))
