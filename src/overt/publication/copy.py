"""The public copy of the ledger: once a day, up to the last entry of a day that was closed (ADR 0014).

Rules:
* Nothing of the running day is in it, so nobody sees an entry come and go with a stop that they watched. Witnesses and
  the oversight body follow the log itself.
* Texts of policies with their effects, activation documents and what is suspended are public at once.
* The checkpoint comes last; what it needs is there before it. An interrupted publication is completed by the next.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from overt.identifiers import JsonValue
from overt.ledger.canonical import canonical
from overt.ledger.day import counts
from overt.ledger.tiles import ENTRIES, WIDTH, TileFile, tile_path
from overt.store.instance import Instance
from overt.store.ledger_files import LedgerFiles
from overt.store.ledger_log import LedgerLog
from overt.store.policy_effects import published_effects

COUNTS, SUSPENSIONS = "counts", "suspensions.json"


@dataclass(frozen=True, slots=True)
class Published:
    """What is public: the last closed day and the entries up to its end; None and 0 before the first day is over."""

    folder: Path
    day: date | None
    size: int


def publish_copy(instance: Instance) -> Published:
    """Close the days that are over, and bring the public copy up to the last of them.

    Raises:
        LedgerUnavailable, LedgerContradiction: the ledger cannot be written or read.
    """
    ledger, copy = instance.ledger, publish_at_once(instance)
    ledger.close_days()
    closed = ledger.closed_days()
    if not closed:
        return Published(copy.folder, None, 0)
    day, size = closed[-1][0], closed[-1][1] + 1
    if _size(copy, ledger) < size:
        note = ledger.checkpoint_at(size)
        _copy_tiles(ledger.files, copy, size)
        _write_counts(instance, copy, closed)
        copy.publish(note)
    return Published(copy.folder, day, size)


def publish_at_once(instance: Instance) -> LedgerFiles:
    """Bring what waits for no day's end into the public copy: policies, effects, documents, keys, suspensions."""
    copy = LedgerFiles(instance.place.public)
    copy.create()
    for digest, note in instance.ledger.policy_notes():
        if copy.policy(digest) != note:
            copy.publish_policy(digest, note)
    for digest, text, note in instance.ledger.documents():
        copy.publish_document(digest, text, note)
    for name, data in published_effects(instance.engine):
        copy.write(name, data)
    for number, note in instance.ledger.key_notes():
        copy.write(f"key/{number}", note)
    orders = instance.changes.suspensions()
    shown: list[JsonValue] = [
        {"number": one.number, "reach": one.reach.value, "suspended": one.public_code} for one in orders
    ]
    copy.write(SUSPENSIONS, canonical({"suspensions": shown}))
    return copy


def _size(copy: LedgerFiles, ledger: LedgerLog) -> int:
    note = copy.checkpoint()
    return ledger.read_checkpoint(note).size if note is not None else 0


def _copy_tiles(live: LedgerFiles, copy: LedgerFiles, size: int) -> None:
    for path in tile_paths(size):
        if not (copy.folder / path).exists():
            copy.write_tiles([TileFile(path, live.read(path))])


def tile_paths(size: int) -> list[str]:
    """Every bundle and tile of a log of `size` entries."""
    bundles = [tile_path(ENTRIES, at, min(WIDTH, size - at * WIDTH)) for at in range(-(-size // WIDTH))]
    tiles, level, nodes = [], 0, size
    while nodes:
        tiles += [tile_path(level, at, min(WIDTH, nodes - at * WIDTH)) for at in range(-(-nodes // WIDTH))]
        level, nodes = level + 1, nodes // WIDTH
    return bundles + tiles


def _write_counts(instance: Instance, copy: LedgerFiles, closed: list[tuple[date, int]]) -> None:
    first = 0
    for day, leaf in closed:
        name = f"{COUNTS}/{day.isoformat()}.json"
        if not (copy.folder / name).exists():
            copy.write(name, counts(day, instance.ledger.published_bodies(first, leaf + 1 - first)))
        first = leaf + 1
