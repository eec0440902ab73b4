"""Consistency proofs: every pair of small sizes against the slow definition, and proofs that must not verify."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verify_simulators import tree

from overt_verify.errors import Code, VerificationError
from overt_verify.merkle import EMPTY_ROOT, check_consistency

LEAVES = [tree.leaf(b"%d" % i) for i in range(70)]
ROOTS = [tree.mth(LEAVES[:i]) for i in range(71)]


def proof_of(old: int, new: int) -> list[bytes]:
    return tree.consistency(old, LEAVES[:new]) if 0 < old < new else []


def refused(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    try:
        check_consistency(old, new, tuple(proof))
    except VerificationError as error:
        return error.code is Code.CONSISTENCY_MISMATCH
    return False


def test_every_pair_of_small_sizes() -> None:
    for new in range(71):
        for old in range(new + 1):
            check_consistency((old, ROOTS[old]), (new, ROOTS[new]), tuple(proof_of(old, new)))


@given(st.integers(1, 70), st.integers(1, 70), st.data())
def test_a_changed_proof_or_root_is_refused(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    proof = proof_of(old, new)
    wrong = tree.leaf(b"another")
    assert refused((old, wrong), (new, ROOTS[new]), proof)
    assert refused((old, ROOTS[old]), (new, wrong), proof)
    assert refused((old, ROOTS[old]), (new, ROOTS[new]), [*proof, wrong])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert refused((old, ROOTS[old]), (new, ROOTS[new]), [*proof[:place], wrong, *proof[place + 1 :]])
        assert refused((old, ROOTS[old]), (new, ROOTS[new]), proof[:place] + proof[place + 1 :])


@given(st.integers(0, 2**63), st.integers(0, 2**63), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_made_up_proofs_are_refused(one: int, other: int, proof: list[bytes]) -> None:
    old, new = sorted((one, other))
    assert refused((old, tree.leaf(b"old")), (new, tree.leaf(b"new")), proof)


@pytest.mark.parametrize("new", [0, 1, 7])
def test_the_empty_log_is_the_beginning_of_each_and_needs_no_proof(new: int) -> None:
    check_consistency((0, EMPTY_ROOT), (new, ROOTS[new]), ())
    assert refused((0, EMPTY_ROOT), (new, ROOTS[new]), [ROOTS[1]])
    assert refused((0, EMPTY_ROOT), (0, ROOTS[1]), [])
