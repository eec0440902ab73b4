"""Checks of Merkle proofs (RFC 9162, 2.1.3.2 and 2.1.4.2; the same trees as RFC 6962).

Rules:
* A check says nothing or raises `LedgerProofInvalid`; there is no half answer.
* Nothing here reads a tree: sizes, roots and hashes are what somebody claims.
"""

from collections.abc import Sequence
from hmac import compare_digest

from overt.errors import LedgerProofInvalid
from overt.ledger.merkle import EMPTY_ROOT, node_hash


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf hash stands at `index` in the tree of `size` and `root` (RFC 9162, 2.1.3.2).

    Raises:
        LedgerProofInvalid: it does not, or the proof is too long or too short.
    """
    position, last, found = index, size - 1, leaf
    if not 0 <= index < size:
        raise LedgerProofInvalid("The proof is for an entry beyond the end of the tree.")
    for sibling in proof:
        if last == 0:
            raise LedgerProofInvalid("The proof is too long.")
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            position, last = _up_to_odd(position, last)
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last or not compare_digest(found, root):
        raise LedgerProofInvalid("The proof does not lead from the entry to the root.")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2).

    Raises:
        LedgerProofInvalid: it is not, or the proof is too long or too short.
    """
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or not compare_digest(expected, old_root):
            raise LedgerProofInvalid("The two trees do not agree.")
        return
    if not 0 < old < new:
        raise LedgerProofInvalid("A tree cannot grow to fewer entries.")
    old_found, new_found = _fold_consistency(old, old_root, new, proof)
    if not (compare_digest(old_found, old_root) and compare_digest(new_found, new_root)):
        raise LedgerProofInvalid("The old tree is not the beginning of the new one.")


def _fold_consistency(old: int, old_root: bytes, new: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    steps = [*([old_root] if old & (old - 1) == 0 else []), *proof]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not steps:
        raise LedgerProofInvalid("The proof is too short.")
    old_found = new_found = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise LedgerProofInvalid("The proof is too long.")
        if position & 1 or position == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            position, last = _up_to_odd(position, last)
        else:
            new_found = node_hash(new_found, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise LedgerProofInvalid("The proof is too short.")
    return old_found, new_found


def _up_to_odd(position: int, last: int) -> tuple[int, int]:
    """Go up while the node is a left child without a sibling."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last
