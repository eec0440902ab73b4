"""The tree: known roots of Certificate Transparency, the slow definition, and proofs that must not verify."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verify_simulators import tree

from overt_verify.errors import Code, VerificationError
from overt_verify.merkle import EMPTY_ROOT, Frontier, inclusion_root, leaf_hash

# The eight leaves and roots that implementations of RFC 6962 are tested with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def nothing(level: int, node: bytes) -> None:
    assert len(node) == 32
    assert level >= 0


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % i) for i in range(count)]


def test_known_roots() -> None:
    frontier = Frontier(nothing)
    assert frontier.root() == EMPTY_ROOT
    for data, root in zip(LEAVES, ROOTS, strict=True):
        frontier.push(leaf_hash(bytes.fromhex(data)))
        assert frontier.root().hex() == root


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 700))
def test_frontier_equals_the_definition(count: int) -> None:
    emitted: list[tuple[int, bytes]] = []
    frontier = Frontier(lambda level, node: emitted.append((level, node)))
    for leaf in leaves(count):
        frontier.push(leaf)
    assert frontier.root() == tree.mth(leaves(count))
    firsts = [node for number in range(3) for node in tree.tile(leaves(count), 1, number)]
    assert [node for level, node in emitted if level == 1] == firsts


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_honest_proof_leads_to_the_root(place: tuple[int, int]) -> None:
    size, index = place
    proof = tuple(tree.path(index, leaves(size)))
    assert inclusion_root(leaves(size)[index], index, size, proof) == tree.mth(leaves(size))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 300).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_no_proof_serves_another_place(place: tuple[int, int]) -> None:
    size, index = place
    hashes = leaves(size)
    proof, root = tuple(tree.path(index, hashes)), tree.mth(hashes)
    assert [other for other in range(size) if reached(hashes[index], other, size, proof) == root] == [index]


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (2, 1), (0, 0), (-1, 5), (5, 5)])
def test_places_outside_the_log(index: int, size: int) -> None:
    """In a log of one entry the leaf is the root and the proof is empty: only the place itself can be wrong."""
    with pytest.raises(VerificationError) as caught:
        inclusion_root(leaves(1)[0], index, size, ())
    assert caught.value.code == Code.PROOF_MISMATCH


@pytest.mark.parametrize("change", [lambda proof: proof[:-1], lambda proof: (*proof, b"\x00" * 32), lambda _: ()])
def test_proofs_of_another_length(change: "object") -> None:
    assert callable(change)
    assert reached(leaves(7)[3], 3, 7, change(tuple(tree.path(3, leaves(7))))) is None


def reached(leaf: bytes, index: int, size: int, proof: tuple[bytes, ...]) -> bytes | None:
    try:
        return inclusion_root(leaf, index, size, proof)
    except VerificationError:
        return None
