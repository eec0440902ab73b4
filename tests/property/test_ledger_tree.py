"""Laws of the log's tree and files: any size, any pieces; whatever is flipped fails."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.merkle import Frontier, NodeReader, consistency_proof, inclusion_proof, leaf_hash, root_of
from overt.ledger.merkle_check import check_consistency, check_inclusion
from overt.ledger.note import Signer, open_note, sign_note
from overt.ledger.proof import build_proof, check_proof
from overt.ledger.tiles import changed_tiles, tiles_to_write
from unit.ledger.paper_log import PaperLog

UNHURRIED = settings(deadline=None)
"""Two cores are shared with others: a slow example is no failure."""

SIGNER = Signer("overt.example/log", b"s" * 32)
ENTRIES = [b"entry %d" % n for n in range(1400)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
SMALL = st.integers(1, 70)


def reader(hashes: Sequence[bytes]) -> NodeReader:
    return lambda height, index: root_of(hashes[index << height : (index + 1) << height])


NODE = reader(HASHES)


def flipped(data: bytes, bit: int) -> bytes:
    at, mask = divmod(bit % (8 * len(data)), 8)
    return data[:at] + bytes([data[at] ^ 1 << mask]) + data[at + 1 :]


@UNHURRIED
@given(st.integers(1, 1400), st.data())
def test_every_inclusion_proof_checks_and_no_changed_one_does(size: int, data: st.DataObject) -> None:
    index, other, bit = (
        data.draw(st.integers(0, size - 1)),
        data.draw(st.integers(0, size - 1)),
        data.draw(st.integers(0)),
    )
    root, proof = root_of(HASHES[:size]), inclusion_proof(index, size, NODE)
    check_inclusion(HASHES[index], index, size, root, proof)
    changed = [(flipped(HASHES[index], bit), index, root, proof), (HASHES[index], index, flipped(root, bit), proof)]
    if proof:
        at = bit % len(proof)
        changed.append((HASHES[index], index, root, (*proof[:at], flipped(proof[at], bit), *proof[at + 1 :])))
    if other != index:
        changed.append((HASHES[index], other, root, proof))
    for leaf, at, spoilt_root, spoilt in changed:
        with pytest.raises(LedgerProofInvalid):
            check_inclusion(leaf, at, size, spoilt_root, spoilt)


def test_every_inclusion_proof_of_every_small_tree_checks() -> None:
    for size in range(1, 40):
        root = root_of(HASHES[:size])
        for index in range(size):
            check_inclusion(HASHES[index], index, size, root, inclusion_proof(index, size, NODE))


def test_every_consistency_proof_of_every_small_tree_checks() -> None:
    for new in range(40):
        for old in range(new + 1):
            roots = root_of(HASHES[:old]), root_of(HASHES[:new])
            check_consistency(old, roots[0], new, roots[1], consistency_proof(old, new, NODE))


@UNHURRIED
@given(st.integers(2, 1400), st.data())
def test_every_consistency_proof_checks_and_no_changed_one_does(new: int, data: st.DataObject) -> None:
    old, bit = data.draw(st.integers(1, new - 1)), data.draw(st.integers(0))
    roots, proof = (root_of(HASHES[:old]), root_of(HASHES[:new])), consistency_proof(old, new, NODE)
    check_consistency(old, roots[0], new, roots[1], proof)
    at = bit % len(proof)
    changed = [
        (flipped(roots[0], bit), roots[1], proof),
        (roots[0], flipped(roots[1], bit), proof),
        (*roots, (*proof[:at], flipped(proof[at], bit), *proof[at + 1 :])),
        (*roots, proof[:-1]),
        (*roots, (*proof, proof[-1])),
    ]
    for old_root, new_root, spoilt in changed:
        with pytest.raises(LedgerProofInvalid):
            check_consistency(old, old_root, new, new_root, spoilt)


@UNHURRIED
@given(SMALL, st.data())
def test_a_rewritten_past_has_no_consistency_proof(new: int, data: st.DataObject) -> None:
    """A log that changes one old entry cannot lead from the old root to its new one, whatever tree it reads from."""
    old, at = data.draw(st.integers(1, new)), data.draw(st.integers(0))
    rewritten = list(HASHES[:new])
    rewritten[at % old] = leaf_hash(b"something else")
    for source in (reader(rewritten), NODE):
        proof = consistency_proof(old, new, source)
        with pytest.raises(LedgerProofInvalid):
            check_consistency(old, root_of(HASHES[:old]), new, root_of(rewritten), proof)


@UNHURRIED
@given(st.lists(st.integers(0, 400), max_size=6))
def test_growing_in_pieces_is_growing_at_once(steps: list[int]) -> None:
    log, frontier = PaperLog(SIGNER), Frontier()
    for step in steps:
        step = min(step, len(ENTRIES) - log.size)
        before = log.size
        log.append(ENTRIES[before : before + step])
        for leaf in HASHES[before : before + step]:
            frontier = frontier.append(leaf)
        assert log.root() == frontier.root() == root_of(HASHES[: log.size])
    at_once = {file.path: file.data for file in tiles_to_write(0, ENTRIES[: log.size], log.read)}
    assert at_once.items() <= log.files.items()
    assert set(at_once) == set(changed_tiles(0, log.size))


@UNHURRIED
@given(st.integers(0, 1400), st.integers(0, 1400))
def test_the_changed_files_are_what_one_step_writes(first: int, second: int) -> None:
    old, new = sorted((first, second))
    log = PaperLog(SIGNER)
    log.append(ENTRIES[:old])
    written = tiles_to_write(old, ENTRIES[old:new], log.read)
    paths = [file.path for file in written]
    assert len(paths) == len(set(paths))
    assert set(paths) == set(changed_tiles(old, new))
    assert set(changed_tiles(0, new)) <= set(changed_tiles(0, old)) | set(paths)


@UNHURRIED
@given(st.integers(1, 600), st.data())
def test_no_flipped_bit_of_a_proof_passes(size: int, data: st.DataObject) -> None:
    log = PaperLog(SIGNER)
    log.append(ENTRIES[:size])
    index = data.draw(st.integers(0, size - 1))
    proof = build_proof(index, log.checkpoint(), log.node).encode()
    assert check_proof(proof, ENTRIES[index], SIGNER.key).size == size
    for bit in data.draw(st.lists(st.integers(0, 8 * len(proof) - 1), min_size=1, max_size=8)):
        with pytest.raises((LedgerFormatError, LedgerProofInvalid)):
            check_proof(flipped(proof, bit), ENTRIES[index], SIGNER.key)


LINES = st.text("a+ —\u00a0é\u2028\ufeff\U0001f600\x7f=", max_size=20)


@UNHURRIED
@given(st.lists(LINES, min_size=1, max_size=5), st.integers(0))
def test_any_text_is_signed_and_opened_as_it_was(lines: list[str], bit: int) -> None:
    text = "".join(f"{line}\n" for line in lines)
    note = sign_note(text, [SIGNER])
    assert open_note(note, [SIGNER.key]).text == text
    with pytest.raises((LedgerFormatError, LedgerProofInvalid)):
        open_note(flipped(note, bit), [SIGNER.key])
