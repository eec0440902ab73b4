"""Two views of one log, or of two."""

from pathlib import Path

import pytest
from verify_simulators import tree
from verify_simulators.lying_ledger import LyingLedger

from overt_verify.compare import compare, read_view
from overt_verify.errors import Code, VerificationError
from overt_verify.history import TileTree, read_included
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder

SIZES = [1, 2, 3, 44, 255, 256, 257, 290, 299, 300]


def views(log: LyingLedger, one: Path, other: Path) -> tuple[int, int]:
    key = VerifierKey.parse(log.vkey)
    older, newer = compare(read_view(one, key), read_view(other, key))
    return older.size, newer.size


def refused(log: LyingLedger, one: Path, other: Path) -> Code:
    with pytest.raises(VerificationError) as caught:
        views(log, one, other)
    return caught.value.code


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept-checkpoint"


@pytest.mark.parametrize("older", SIZES)
def test_tiles_prove_that_a_log_only_grew(ledger: LyingLedger, folder: Path, kept: Path, older: int) -> None:
    kept.write_bytes(ledger.checkpoint(older))
    assert views(ledger, kept, folder) == views(ledger, folder, kept) == (older, 300)


@pytest.mark.parametrize("newer", SIZES)
@pytest.mark.parametrize("older", SIZES)
def test_roots_from_tiles_equal_the_definition(ledger: LyingLedger, tmp_path: Path, older: int, newer: int) -> None:
    if older <= newer:
        tiles = TileTree(LedgerFolder(ledger.publish(tmp_path, newer)), newer)
        assert tiles.roots(older) == (tree.mth(ledger.leaves(older)), tree.mth(ledger.leaves(newer)))


def test_high_tiles(tmp_path: Path) -> None:
    """66,000 hashes reach level 2; written straight from leaf hashes, without entries."""
    leaves = [tree.leaf(b"%d" % i) for i in range(66_000)]
    for level, count in ((0, 66_000), (1, 257), (2, 1)):
        nodes = [tree.mth(leaves[i * 256**level : (i + 1) * 256**level]) for i in range(count)]
        for number in range(-(-count // 256)):
            part = nodes[number * 256 : number * 256 + 256]
            path = tmp_path / f"tile/{level}/{number:03d}{'' if len(part) == 256 else f'.p/{len(part)}'}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(part))
    tiles = TileTree(LedgerFolder(tmp_path), 66_000)
    assert tiles.roots(65_537) == (tree.mth(leaves[:65_537]), tree.mth(leaves))
    assert list(tiles.inclusion(65_536)) == tree.path(65_536, leaves)


@pytest.mark.parametrize("older", SIZES)
def test_split_views(ledger: LyingLedger, tmp_path: Path, kept: Path, older: int) -> None:
    twin = ledger.copy().edit_fields(0, origin="elsewhere.example/log")
    kept.write_bytes(ledger.checkpoint(older))
    assert refused(ledger, kept, twin.publish(tmp_path / "twin")) == Code.SPLIT_VIEW


def test_split_views_of_one_size_need_no_tiles(ledger: LyingLedger, tmp_path: Path, kept: Path) -> None:
    kept.write_bytes(ledger.checkpoint())
    (tmp_path / "other").write_bytes(ledger.copy().drop(299).fill(300).checkpoint())
    assert refused(ledger, kept, tmp_path / "other") == Code.SPLIT_VIEW
    assert views(ledger, kept, kept) == (300, 300)


def test_two_checkpoints_of_different_sizes_prove_nothing(ledger: LyingLedger, folder: Path, kept: Path) -> None:
    kept.write_bytes(ledger.checkpoint(44))
    assert refused(ledger, kept, folder / "checkpoint") == Code.NOT_COMPARABLE


def test_an_empty_log_proves_nothing(ledger: LyingLedger, folder: Path, kept: Path) -> None:
    kept.write_bytes(ledger.checkpoint(0))
    assert refused(ledger, kept, folder) == refused(ledger, kept, kept) == Code.NOTHING_TO_VERIFY


def test_false_tiles_are_not_called_a_split_view(ledger: LyingLedger, folder: Path, kept: Path) -> None:
    kept.write_bytes(ledger.checkpoint(290))
    (folder / "tile/0/001.p/44").write_bytes(b"\0" * 32 * 44)
    assert refused(ledger, kept, folder) == Code.ROOT_MISMATCH


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 300])
def test_each_entry_can_be_shown_to_be_included(ledger: LyingLedger, tmp_path: Path, size: int) -> None:
    folder = LedgerFolder(ledger.publish(tmp_path, size))
    checkpoint = folder.checkpoint(VerifierKey.parse(ledger.vkey))
    for index in {0, size // 2, size - 1}:
        assert read_included(folder, checkpoint, index)[1] == tuple(tree.path(index, ledger.leaves(size)))


@pytest.mark.parametrize(("index", "code"), [(300, Code.BAD_INDEX), (-1, Code.BAD_INDEX), (10**40, Code.BAD_INDEX)])
def test_entries_that_are_not_there(ledger: LyingLedger, folder: Path, index: int, code: Code) -> None:
    log = LedgerFolder(folder)
    with pytest.raises(VerificationError) as caught:
        read_included(log, log.checkpoint(VerifierKey.parse(ledger.vkey)), index)
    assert caught.value.code == code


def test_an_entry_of_another_log_is_not_included(ledger: LyingLedger, folder: Path, tmp_path: Path) -> None:
    twin = ledger.copy().edit_fields(ledger.find("encounter:check:opened"), offence="fraud").publish(tmp_path / "twin")
    (folder / "tile/entries/000").write_bytes((twin / "tile/entries/000").read_bytes())
    log = LedgerFolder(folder)
    checkpoint = log.checkpoint(VerifierKey.parse(ledger.vkey))
    with pytest.raises(VerificationError) as caught:
        read_included(log, checkpoint, ledger.find("encounter:check:opened"))
    assert caught.value.code == Code.PROOF_MISMATCH
