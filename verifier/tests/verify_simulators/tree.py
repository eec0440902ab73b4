"""The slow, obvious Merkle tree of RFC 6962, section 2.1, and the tile formula of C2SP tlog-tiles, word for word."""

import hashlib


def leaf(entry: bytes) -> bytes:
    """Hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def mth(leaves: list[bytes]) -> bytes:
    """MTH over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]): the audit path of a leaf."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), mth(leaves[k:])]
    return [*path(index - k, leaves[k:]), mth(leaves[:k])]


def consistency(older: int, leaves: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n]): the consistency proof between two sizes, 0 < m < n."""
    return subproof(older, leaves, True)


def subproof(older: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if older == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if older <= k:
        return [*subproof(older, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(older - k, leaves[k:], False), mth(leaves[:k])]


def split(count: int) -> int:
    """Largest power of two smaller than count."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def tile(leaves: list[bytes], level: int, number: int) -> list[bytes]:
    """Hashes of one tile: full subtrees only."""
    span = 256**level
    starts = [(number * 256 + i) * span for i in range(256)]
    return [mth(leaves[start : start + span]) for start in starts if start + span <= len(leaves)]


def digits(number: int) -> str:
    """Path of a tile number."""
    text = str(number)
    text = text.rjust(-(-len(text) // 3) * 3, "0")
    groups = [text[i : i + 3] for i in range(0, len(text), 3)]
    return "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
