"""The log as files (C2SP tlog-tiles)."""

import pytest

from overt.errors import LedgerFormatError
from overt.ledger.merkle import leaf_hash, root_of
from overt.ledger.note import Signer
from overt.ledger.tiles import (
    ENTRIES,
    Level,
    changed_tiles,
    decode_bundle,
    decode_tile,
    encode_bundle,
    node_reader,
    parse_tile_path,
    tile_path,
    tiles_to_write,
)
from unit.ledger.paper_log import PaperLog

SIGNER = Signer("overt.example/log", bytes(32))


def entries(count: int, first: int = 0) -> list[bytes]:
    return [b"entry %d" % n for n in range(first, first + count)]


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (1, 17, 5, "tile/1/017.p/5"),
        (63, 1000, 255, "tile/63/x001/000.p/255"),
        (ENTRIES, 999, 1, "tile/entries/999.p/1"),
    ],
)
def test_paths_are_those_of_the_standard(level: Level, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert parse_tile_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        *[
            "tile/0/001/002",
            "/tile/0/000",
            "tile/0/../000",
            "tile/0/000\n",
            "tile/0/\u0660\u0660\u0660",
            "checkpoint",
            "",
        ],
    ],
)
def test_no_other_path_is_a_tile(path: str) -> None:
    with pytest.raises(LedgerFormatError):
        parse_tile_path(path)


@pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_is_no_tile_outside_the_ranges(level: Level, index: int, width: int) -> None:
    with pytest.raises(LedgerFormatError):
        tile_path(level, index, width)


def test_the_standard_counts_the_tiles_of_70000_entries() -> None:
    paths = list(changed_tiles(0, 70_000))
    partial = {path for path in paths if ".p/" in path}
    assert partial == {"tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}
    assert sum(path.startswith("tile/0/") for path in paths) == 274
    assert sum(path.startswith("tile/1/") for path in paths) == 2


def test_256_entries_make_a_full_tile_and_one_hash_above() -> None:
    assert set(changed_tiles(0, 256)) == {"tile/0/000", "tile/entries/000", "tile/1/000.p/1"}
    assert set(changed_tiles(255, 256)) == set(changed_tiles(0, 256))
    assert list(changed_tiles(256, 256)) == []


def test_one_entry_reads_only_the_right_edge() -> None:
    log = PaperLog(SIGNER)
    log.append(entries(65_536 + 255))
    log.reads.clear()
    log.append([b"one more"])
    assert sorted(log.reads) == ["tile/0/256.p/255", "tile/entries/256.p/255"]
    log.reads.clear()
    log.append([b"and another"])
    assert log.reads == []


def test_files_are_the_changed_ones_and_nothing_is_read_for_nothing() -> None:
    files = tiles_to_write(0, entries(300), lambda path: pytest.fail(path))
    assert {file.path for file in files} == set(changed_tiles(0, 300))
    assert tiles_to_write(300, [], lambda path: pytest.fail(path)) == []


def test_a_tile_holds_what_the_standard_says() -> None:
    hashes = [leaf_hash(entry) for entry in entries(513)]
    files = {file.path: file.data for file in tiles_to_write(0, entries(513), lambda path: pytest.fail(path))}
    assert files["tile/0/001"] == b"".join(hashes[256:512])
    assert files["tile/0/002.p/1"] == hashes[512]
    assert files["tile/1/000.p/2"] == root_of(hashes[:256]) + root_of(hashes[256:512])
    assert decode_bundle(files["tile/entries/002.p/1"], 1) == [b"entry 512"]


def test_a_bundle_has_big_endian_lengths() -> None:
    assert encode_bundle([b"", b"a" * 258]) == b"\x00\x00\x01\x02" + b"a" * 258
    assert decode_bundle(encode_bundle([b"", b"ab"]), 2) == [b"", b"ab"]
    encode_bundle([bytes(65_535)])
    with pytest.raises(LedgerFormatError):
        encode_bundle([bytes(65_536)])


@pytest.mark.parametrize(
    ("data", "width"), [(b"\x00\x02a", 1), (b"\x00", 1), (b"\x00\x00", 2), (b"\x00\x00", 0), (b"", 1)]
)
def test_a_spoilt_bundle_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(LedgerFormatError):
        decode_bundle(data, width)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(LedgerFormatError):
        decode_tile(bytes(length), 1)
    with pytest.raises(LedgerFormatError):
        tiles_to_write(1, [b"x"], {"tile/entries/000.p/1": b"\x00\x00", "tile/0/000.p/1": bytes(length)}.__getitem__)


def test_nodes_come_out_of_the_tiles_each_read_once() -> None:
    log = PaperLog(SIGNER)
    log.append(entries(700))
    log.reads.clear()
    hashes, node = [leaf_hash(entry) for entry in entries(700)], log.node
    for height, index in ((0, 699), (0, 698), (3, 40), (8, 1), (9, 0), (7, 4)):
        assert node(height, index) == root_of(hashes[index << height : (index + 1) << height])
    assert sorted(log.reads) == ["tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"]
    for height, index in ((0, 700), (10, 0), (8, 2), (2, 175)):
        with pytest.raises(LedgerFormatError):
            node(height, index)


def test_a_lying_tile_gives_another_root() -> None:
    log = PaperLog(SIGNER)
    log.append(entries(300))
    root = log.root()
    log.files["tile/0/001.p/44"] = bytes(44 * 32)
    assert node_reader(300, log.read)(2, 64) != node_reader(300, log.read)(2, 0)
    assert log.root() != root
