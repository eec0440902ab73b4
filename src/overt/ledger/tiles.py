"""The log as files: C2SP tlog-tiles paths, tiles of 256 hashes, and entry bundles.

Rules:
* A full tile or bundle never changes; a partial one is a file of its own for each width (`.p/<W>`), never overwritten
  with other bytes. So a published checkpoint keeps every file that it needs.
* Growing reads only the right edge: at most one tile for each level, and one bundle.
* Files are values here; `overt.store` writes them, tiles before the checkpoint that needs them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from overt.errors import LedgerFormatError
from overt.ledger.merkle import HASH_BYTES, NodeReader, leaf_hash, root_of

HEIGHT = 8
WIDTH = 256
ENTRIES: Final = "entries"

Level = int | Literal["entries"]
"""0 to 63, or `ENTRIES` for the bundles."""

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(x[0-9]{3}/){0,6}[0-9]{3})(\.p/(?P<width>[0-9]{1,3}))?"
)

TileReader = Callable[[str], bytes]
"""Path such as `tile/0/x001/234` -> the file's bytes. It raises its own error when there is none."""


@dataclass(frozen=True, slots=True)
class TileFile:
    """A file of the log: its path below the log's prefix, and its bytes."""

    path: str
    data: bytes


def tile_path(level: Level, index: int, width: int = WIDTH) -> str:
    """The path of a tile (C2SP tlog-tiles, "Merkle Tree").

    Args:
        level: of the tile, or `ENTRIES` for a bundle.
        index: the tile's number in its level, from 0.
        width: 1 to 256 hashes; 256 is a full tile.

    Raises:
        LedgerFormatError: out of these ranges.
    """
    if (level != ENTRIES and not 0 <= level < 64) or index < 0 or not 0 < width <= WIDTH:
        raise LedgerFormatError("There is no such tile.")
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    partial = [] if width == WIDTH else [f".p/{width}"]
    return f"tile/{level}/" + "/".join(groups) + "".join(partial)


def parse_tile_path(path: str) -> tuple[Level, int, int]:
    """Level, index and width of a path, for whoever serves files and must open no other.

    Raises:
        LedgerFormatError: not exactly what `tile_path` writes.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise LedgerFormatError("There is no such tile.")
    level: Level = ENTRIES if found["level"] == ENTRIES else int(found["level"])
    index, width = int(re.sub("[x/]", "", found["index"])), int(found["width"] or WIDTH)
    if tile_path(level, index, width) != path:
        raise LedgerFormatError("There is no such tile.")
    return level, index, width


def changed_tiles(old: int, new: int) -> Iterator[str]:
    """The paths of all tiles and bundles that a log of `new` entries has and one of `old` has not."""
    level = 0
    while new >> HEIGHT * level:
        before, after = old >> HEIGHT * level, new >> HEIGHT * level
        for index in range(before // WIDTH, -(-after // WIDTH)) if after > before else ():
            width = min(WIDTH, after - index * WIDTH)
            yield tile_path(level, index, width)
            if level == 0:
                yield tile_path(ENTRIES, index, width)
        level += 1


def tiles_to_write(old_size: int, new_entries: Sequence[bytes], read: TileReader) -> list[TileFile]:
    """The files that a log gets when entries are appended to it, in one step.

    Memory holds all of them: to rebuild a large log from its entries, start at 0 and go in steps of 65,536.

    Args:
        old_size: entries in the log so far.
        new_entries: what is appended, in order.
        read: reads a partial tile or bundle of the log of `old_size`; not called for a log that starts full or empty.

    Raises:
        LedgerFormatError: an entry over 65,535 bytes, or a file read that is not what its path says.
    """
    files = _bundles(old_size, new_entries, read)
    fresh, size, level = [leaf_hash(entry) for entry in new_entries], old_size, 0
    while fresh:
        row = _edge(level, size, read) + fresh
        first, fresh = size // WIDTH, []
        for at in range(0, len(row), WIDTH):
            hashes = row[at : at + WIDTH]
            files.append(TileFile(tile_path(level, first + at // WIDTH, len(hashes)), b"".join(hashes)))
            fresh += [root_of(hashes)] if len(hashes) == WIDTH else []
        size, level = size >> HEIGHT, level + 1
    return files


def node_reader(size: int, read: TileReader) -> NodeReader:
    """Hashes of perfect subtrees out of the tiles of a log of `size` entries; each tile is read once.

    Proofs for any smaller tree can be made with it too.
    """
    cache: dict[str, list[bytes]] = {}

    def node(height: int, index: int) -> bytes:
        level, rest = divmod(height, HEIGHT)
        tile, first = divmod(index << rest, WIDTH)
        width = min(WIDTH, (size >> HEIGHT * level) - tile * WIDTH)
        if first + (1 << rest) > width:
            raise LedgerFormatError("The log has no such subtree.")
        path = tile_path(level, tile, width)
        if path not in cache:
            cache[path] = decode_tile(read(path), width)
        return root_of(cache[path][first : first + (1 << rest)])

    return node


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        LedgerFormatError: not `width` hashes of 32 bytes.
    """
    if len(data) != width * HASH_BYTES:
        raise LedgerFormatError("A tile does not have the length that its path says.")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length as a big-endian 16-bit number.

    Raises:
        LedgerFormatError: an entry over 65,535 bytes.
    """
    if any(len(entry) > 0xFFFF for entry in entries):
        raise LedgerFormatError("An entry is longer than 65,535 bytes.")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        LedgerFormatError: not exactly `width` entries.
    """
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(data) or len(entries) != width:
        raise LedgerFormatError("A bundle does not hold the entries that its path says.")
    return entries


def _bundles(old_size: int, new_entries: Sequence[bytes], read: TileReader) -> list[TileFile]:
    first, kept = divmod(old_size, WIDTH)
    before = decode_bundle(read(tile_path(ENTRIES, first, kept)), kept) if kept and new_entries else []
    row = [*before, *new_entries]
    cut = [row[at : at + WIDTH] for at in range(0, len(row), WIDTH)]
    return [TileFile(tile_path(ENTRIES, first + at, len(part)), encode_bundle(part)) for at, part in enumerate(cut)]


def _edge(level: int, size: int, read: TileReader) -> list[bytes]:
    index, width = divmod(size, WIDTH)
    return decode_tile(read(tile_path(level, index, width)), width) if width else []
