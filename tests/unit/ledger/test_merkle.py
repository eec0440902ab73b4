"""RFC 6962 trees, against the vectors that Certificate Transparency's implementations share, and by the definition."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    NodeReader,
    consistency_proof,
    frontier_of,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    root_of_leaves,
)
from overt.ledger.merkle_check import check_consistency, check_inclusion

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
N01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N0_3 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
L0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
L6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"


def reader(hashes: Sequence[bytes]) -> NodeReader:
    """Every subtree from the leaf hashes."""
    return lambda height, index: root_of(hashes[index << height : (index + 1) << height])


def definition(hashes: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962, 2.1 writes it."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + definition(hashes[:split]) + definition(hashes[split:])).digest()


def hexes(proof: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in proof]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    frontier = Frontier()
    for leaf in HASHES[:size]:
        frontier = frontier.append(leaf)
    roots = {
        root_of(HASHES[:size]),
        frontier.root(),
        frontier_of(size, reader(HASHES)).root(),
        root_of_leaves(LEAVES[:size]),
    }
    assert {root.hex() for root in roots} == {ROOTS[size]}


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [(0, 1, []), (0, 8, [L1, N23, N4_7]), (5, 8, [L4, N67, N0_3]), (2, 3, [N01]), (1, 5, [L0, N23, L4])],
)
def test_published_inclusion_proofs(index: int, size: int, expected: list[str]) -> None:
    proof = inclusion_proof(index, size, reader(HASHES))
    assert hexes(proof) == expected
    check_inclusion(HASHES[index], index, size, bytes.fromhex(ROOTS[size]), proof)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [(1, 1, []), (1, 8, [L1, N23, N4_7]), (6, 8, [N45, N67, N0_3]), (2, 5, [N23, L4]), (6, 7, [N45, L6, N0_3])],
)
def test_published_consistency_proofs(old: int, new: int, expected: list[str]) -> None:
    proof = consistency_proof(old, new, reader(HASHES))
    assert hexes(proof) == expected
    check_consistency(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), proof)


def test_the_fast_root_is_the_definition() -> None:
    hashes = [leaf_hash(bytes([n])) for n in range(70)]
    for size in range(70):
        assert root_of(hashes[:size]) == definition(hashes[:size])


def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert leaf_hash(b"a" * 32 + b"b" * 32) != node_hash(b"a" * 32, b"b" * 32)


@pytest.mark.parametrize(
    ("size", "peaks"), [(1, ()), (3, (b"a" * 32,)), (1, (b"short",)), (-1, (b"a" * 32,)), (0, (b"a" * 32,))]
)
def test_a_frontier_fits_its_size(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(LedgerFormatError):
        Frontier(size, peaks)


def test_appending_reads_and_hashes_only_the_edge() -> None:
    frontier = Frontier(2**40 - 1, tuple(leaf_hash(bytes([n])) for n in range(40)))
    assert len(frontier.append(leaf_hash(b"next")).peaks) == 1
    asked: list[tuple[int, int]] = []

    def node(height: int, index: int) -> bytes:
        asked.append((height, index))
        return bytes(32)

    size = 2**40 - 1
    frontier_of(size, node)
    assert len(asked) == 40
    inclusion_proof(12345, size, node)
    consistency_proof(2**39 + 7, size, node)
    assert len(asked) <= 40 + 2 * 80
    assert all((index + 1) << height <= size for height, index in asked)


@pytest.mark.parametrize(("index", "size"), [(-1, 8), (8, 8), (0, 0)])
def test_there_is_no_proof_of_an_entry_beyond_the_end(index: int, size: int) -> None:
    with pytest.raises(LedgerFormatError):
        inclusion_proof(index, size, reader(HASHES))
    with pytest.raises(LedgerProofInvalid):
        check_inclusion(HASHES[0], index, size, bytes.fromhex(ROOTS[8]), [])


@pytest.mark.parametrize(("old", "new"), [(8, 7), (-1, 8)])
def test_a_tree_does_not_shrink(old: int, new: int) -> None:
    with pytest.raises(LedgerFormatError):
        consistency_proof(old, new, reader(HASHES))
    with pytest.raises(LedgerProofInvalid):
        check_consistency(old, bytes.fromhex(ROOTS[8]), new, bytes.fromhex(ROOTS[7]), [])


def test_two_roots_of_one_size_are_a_fork_and_every_tree_follows_the_empty_one() -> None:
    a, b = (bytes.fromhex(ROOTS[n]) for n in (7, 8))
    check_consistency(8, b, 8, b, [])
    check_consistency(0, EMPTY_ROOT, 8, b, [])
    for old, old_root, proof in ((8, a, []), (8, b, [a]), (0, a, []), (0, EMPTY_ROOT, [a])):
        with pytest.raises(LedgerProofInvalid):
            check_consistency(old, old_root, 8, b, proof)


def test_a_proof_that_is_too_short_or_too_long_fails() -> None:
    root, node = bytes.fromhex(ROOTS[8]), reader(HASHES)
    proof = inclusion_proof(5, 8, node)
    for spoilt in (proof[:-1], (*proof, root), proof[1:], ()):
        with pytest.raises(LedgerProofInvalid):
            check_inclusion(HASHES[5], 5, 8, root, spoilt)
    steps = consistency_proof(3, 8, node)
    for spoilt in (steps[:-1], (*steps, root), steps[1:], ()):
        with pytest.raises(LedgerProofInvalid):
            check_consistency(3, bytes.fromhex(ROOTS[3]), 8, root, spoilt)


def test_a_path_that_reaches_a_signed_root_of_another_depth_fails() -> None:
    """The size is signed with the root: a true path for another size must not pass, though its hashes do meet."""
    roots, node = [bytes.fromhex(text) for text in ROOTS], reader(HASHES)
    with pytest.raises(LedgerProofInvalid, match="too long"):
        check_inclusion(HASHES[7], 3, 4, roots[8], inclusion_proof(7, 8, node))
    with pytest.raises(LedgerProofInvalid):
        check_inclusion(HASHES[0], 0, 8, roots[4], inclusion_proof(0, 4, node))
    with pytest.raises(LedgerProofInvalid, match="too short"):
        check_consistency(1, roots[1], 4, roots[2], consistency_proof(1, 2, node))
    with pytest.raises(LedgerProofInvalid, match="too long"):
        check_consistency(1, roots[1], 2, roots[4], consistency_proof(1, 4, node))


def test_both_roots_of_a_consistency_proof_are_checked() -> None:
    roots, proof = [bytes.fromhex(text) for text in ROOTS], consistency_proof(3, 8, reader(HASHES))
    check_consistency(3, roots[3], 8, roots[8], proof)
    for old_root, new_root in ((roots[2], roots[8]), (roots[3], roots[7])):
        with pytest.raises(LedgerProofInvalid):
            check_consistency(3, old_root, 8, new_root, proof)
