"""The Merkle tree of RFC 6962 over SHA-256: roots, appending, proofs. Their checks are in `overt.ledger.merkle_check`.

Rules:
* A tree is known by its size and the hashes of its perfect subtrees. `NodeReader` gives such a hash by height and
  index (height 0: leaf hashes); it is asked only for subtrees that lie wholly inside the size in question.
* Proofs are built from the recursive definition (RFC 6962, 2.1) and checked by the loops of RFC 9162, so that one does
  not repeat the other's mistakes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from overt.errors import LedgerFormatError

NodeReader = Callable[[int, int], bytes]
"""`(height, index)` -> hash over the leaves `index * 2**height` to `(index + 1) * 2**height`."""

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (or over the roots of perfect subtrees of one height)."""
    row = list(hashes) or [EMPTY_ROOT]
    while len(row) > 1:
        odd = row[len(row) & ~1 :]
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)] + odd
    return row[0]


def root_of_leaves(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves, each hashed as a leaf first."""
    return root_of([leaf_hash(leaf) for leaf in leaves])


@dataclass(frozen=True, slots=True)
class Frontier:
    """What appending needs of a tree: its size and the perfect subtrees along its right edge, largest first.

    Raises:
        LedgerFormatError: not one hash of 32 bytes for each 1 bit of the size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count() or any(len(p) != HASH_BYTES for p in self.peaks):
            raise LedgerFormatError("The right edge does not fit the size of the tree.")

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier after one more leaf hash; at most log2(size) hashes."""
        peaks, node, carry = list(self.peaks), leaf, self.size
        while carry & 1:
            node = node_hash(peaks.pop(), node)
            carry >>= 1
        return Frontier(self.size + 1, (*peaks, node))

    def root(self) -> bytes:
        """The tree's root."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def frontier_of(size: int, node: NodeReader) -> Frontier:
    """The frontier of a stored tree; reads one hash for each 1 bit of the size."""
    heights = [height for height in reversed(range(size.bit_length())) if size >> height & 1]
    return Frontier(size, tuple(node(height, (size >> height) - 1) for height in heights))


def inclusion_proof(index: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree of `size`, leaf's sibling first (RFC 6962, 2.1.1).

    Raises:
        LedgerFormatError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise LedgerFormatError("There is no such entry in a tree of this size.")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(begin, middle, node))
            begin = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, node: NodeReader) -> tuple[bytes, ...]:
    """What shows that the tree of `old` leaves is the beginning of that of `new` (RFC 6962, 2.1.2).

    Empty when the old tree is empty or both are the same.

    Raises:
        LedgerFormatError: not `0 <= old <= new`.
    """
    if not 0 <= old <= new:
        raise LedgerFormatError("A tree cannot grow to fewer entries.")
    if old in (0, new):
        return ()
    path, begin, end = [], 0, new
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(begin, middle, node))
            begin = middle
    if begin:
        path.append(_range_hash(begin, end, node))
    return tuple(reversed(path))


def _split(count: int) -> int:
    """The largest power of two below `count` (2 or more)."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(begin: int, end: int, node: NodeReader) -> bytes:
    """MTH(D[begin:end]) where `begin` is aligned as RFC 6962 cuts it."""
    count = end - begin
    if count & (count - 1) == 0:
        height = count.bit_length() - 1
        return node(height, begin >> height)
    middle = begin + _split(count)
    return node_hash(_range_hash(begin, middle, node), _range_hash(middle, end, node))
