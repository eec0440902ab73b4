"""What the hash tiles of a log say about a smaller log, about one entry, and about another checkpoint.

Rules:
* Tiles are only a claim. A statement about the past is made after the same nodes have led to the signed root; where
  they do not, the tiles are at fault and nothing is said about the log.
"""

from overt_verify.checkpoint import Checkpoint
from overt_verify.errors import Code, VerificationError
from overt_verify.merkle import EMPTY_ROOT, fold, inclusion_root, leaf_hash, node_hash
from overt_verify.tiles import ENTRIES, WIDTH, LedgerFolder, tile_width


class TileTree:
    """The tree of `size` entries as the tiles of a folder claim it; reads few tiles for each answer."""

    def __init__(self, folder: LedgerFolder, size: int) -> None:
        self._folder = folder
        self._size = size

    def root_of(self, low: int, high: int) -> bytes:
        """RFC 6962 root over the entries from `low` up to `high`, a range that the RFC's splits reach."""
        if _is_power_of_two(high - low):
            return self._node(low, high - low)
        middle = low + _left_part(high - low)
        return node_hash(self.root_of(low, middle), self.root_of(middle, high))

    def roots(self, older: int) -> tuple[bytes, bytes]:
        """Roots of the first `older` entries and of all, 0 < older <= size, put together from the same nodes."""
        return self._roots(0, self._size, older)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """RFC 6962 audit path of an entry, from the leaf's sibling up."""
        low, high = 0, self._size
        path: list[bytes] = []
        while high - low > 1:
            middle = low + _left_part(high - low)
            if index < middle:
                path.append(self.root_of(middle, high))
                high = middle
            else:
                path.append(self.root_of(low, middle))
                low = middle
        return tuple(reversed(path))

    def _roots(self, low: int, high: int, older: int) -> tuple[bytes, bytes]:
        if high <= older:
            root = self.root_of(low, high)
            return root, root
        middle = low + _left_part(high - low)
        if older <= middle:
            old, left = self._roots(low, middle, older)
            return old, node_hash(left, self.root_of(middle, high))
        left = self.root_of(low, middle)
        old, right = self._roots(middle, high, older)
        return node_hash(left, old), node_hash(left, right)

    def _node(self, low: int, count: int) -> bytes:
        level, rest = divmod(count.bit_length() - 1, 8)
        number, start = divmod(low >> 8 * level, WIDTH)
        hashes = self._folder.items(level, number, tile_width(self._size, level, number))
        return fold(hashes[start : start + (1 << rest)])


def check_extends(folder: LedgerFolder, older: Checkpoint, newer: Checkpoint, code: Code) -> None:
    """Show from the newer log's tiles that it begins with the older log.

    Args:
        folder: the newer log's folder.
        older: verified checkpoint, older.size <= newer.size.
        newer: verified checkpoint of `folder`.
        code: what to call it when the newer log does not begin with the older.

    Raises:
        VerificationError: `code`; or `root_mismatch` when the tiles do not lead to the newer root.
    """
    if older.size == newer.size or older.size == 0:
        old, new = (newer.root if older.size else EMPTY_ROOT), newer.root
    else:
        old, new = TileTree(folder, newer.size).roots(older.size)
    if new != newer.root:
        raise VerificationError(Code.ROOT_MISMATCH, "The hash tiles do not lead to the root of their checkpoint.")
    if old != older.root:
        raise contradiction(older, newer, code)


def name_shrunk(folder: LedgerFolder, checkpoint: Checkpoint, prior: Checkpoint) -> VerificationError:
    """Name a log that is now smaller than it once was, by what the tiles still show."""
    old, new = b"", b""
    try:
        if checkpoint.size > 0:
            old, new = TileTree(folder, prior.size).roots(checkpoint.size)
    except VerificationError:
        pass  # the tiles that would tell more are gone as well
    if new == prior.root and old != checkpoint.root:
        return contradiction(checkpoint, prior, Code.FORKED)
    code = Code.CHECKPOINT_REPLAYED if new == prior.root else Code.TRUNCATED
    return VerificationError(code, f"The log had {prior.size} entries and now shows {checkpoint.size}.")


def contradiction(older: Checkpoint, newer: Checkpoint, code: Code) -> VerificationError:
    """The finding that two signed checkpoints cannot both be of one log."""
    sizes = f"sizes {older.size} and {newer.size}"
    return VerificationError(code, f"Two signed checkpoints of {sizes} have different histories.")


def read_included(folder: LedgerFolder, checkpoint: Checkpoint, index: int) -> tuple[bytes, tuple[bytes, ...]]:
    """One entry's bytes and its audit path, verified against the signed root.

    Raises:
        VerificationError: `bad_index`, `missing_tile`, `bad_tile` or `proof_mismatch`.
    """
    if not 0 <= index < checkpoint.size:
        raise VerificationError(Code.BAD_INDEX, f"The log has {checkpoint.size} entries.")
    number, offset = divmod(index, WIDTH)
    entry = folder.items(ENTRIES, number, tile_width(checkpoint.size, 0, number))[offset]
    proof = TileTree(folder, checkpoint.size).inclusion(index)
    if inclusion_root(leaf_hash(entry), index, checkpoint.size, proof) != checkpoint.root:
        raise VerificationError(Code.PROOF_MISMATCH, "The entry does not lead to the signed root.", index=index)
    return entry, proof


def _left_part(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _is_power_of_two(count: int) -> bool:
    return count & (count - 1) == 0
