"""The Merkle tree of RFC 6962 over SHA-256: hashes, a compact frontier, inclusion, consistency.

Rules:
* Nothing here reads a file or trusts a hash that it was not given.
* The frontier holds one hash for each bit of its size, however long the log is.
"""

import hashlib
from collections.abc import Callable

from overt_verify.errors import Code, VerificationError

EMPTY_ROOT = hashlib.sha256(b"").digest()

Emit = Callable[[int, bytes], None]
"""Called with (tile level, node) for every complete subtree of 256^level entries, in order."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(nodes: list[bytes]) -> bytes:
    """Root over a power of two of neighbouring nodes of one height."""
    while len(nodes) > 1:
        nodes = [node_hash(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first."""

    def __init__(self, emit: Emit) -> None:
        self.size = 0
        self._edge: list[bytes] = []
        self._emit = emit

    def push(self, leaf: bytes) -> None:
        """Append one leaf hash; complete subtrees of 256^level entries are emitted as they close."""
        node, height, carry = leaf, 0, self.size
        self._emit(0, node)
        while carry & 1:
            node, height, carry = node_hash(self._edge.pop(), node), height + 1, carry >> 1
            if height % 8 == 0:
                self._emit(height // 8, node)
        self._edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Root over all leaves so far; of none, SHA-256 of the empty string."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for node in reversed(self._edge[:-1]):
            root = node_hash(node, root)
        return root


def inclusion_root(leaf: bytes, index: int, size: int, proof: tuple[bytes, ...]) -> bytes:
    """Root that an inclusion proof leads to (RFC 9162, section 2.1.3.2, which spells out RFC 6962, section 2.1.1).

    Args:
        leaf: hash of the entry.
        index: its place, 0 <= index < size.
        size: entries in the tree.
        proof: hashes from the leaf's sibling up.

    Raises:
        VerificationError: `proof_mismatch` when index, size and length of the proof do not go together.
    """
    if not 0 <= index < size:
        raise VerificationError(Code.PROOF_MISMATCH, "The proof is for an entry outside the log.", index=index)
    place, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _wrong_length(index)
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise _wrong_length(index)
    return root


def check_consistency(older: tuple[int, bytes], newer: tuple[int, bytes], proof: tuple[bytes, ...]) -> None:
    """Show that a tree begins with a smaller one (RFC 9162, section 2.1.4.2; the proofs are those of RFC 6962).

    Args:
        older: size and root of the smaller tree, 0 <= size.
        newer: size and root of the larger one, older size <= newer size.
        proof: the consistency proof.

    Raises:
        VerificationError: `consistency_mismatch`.
    """
    (first, old_root), (second, new_root) = older, newer
    if first == second:
        shown = not proof and old_root == new_root
    elif first == 0:
        shown = not proof and old_root == EMPTY_ROOT
    else:
        path = [old_root, *proof] if first & (first - 1) == 0 else list(proof)
        shown = bool(proof) and _consistency_roots(first, second, path) == (old_root, new_root)
    if not shown:
        message = f"The proof does not show that the log of {second} entries begins with the known one of {first}."
        raise VerificationError(Code.CONSISTENCY_MISMATCH, message)


def _consistency_roots(first: int, second: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that a proof leads to, or None where its length does not fit the sizes."""
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _wrong_length(index: int) -> VerificationError:
    return VerificationError(Code.PROOF_MISMATCH, "The proof is too long or too short for its place.", index=index)
