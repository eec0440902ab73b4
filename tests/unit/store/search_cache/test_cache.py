"""The cache on disk: what is written is found again, what is damaged is read anew, what is erased is gone."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from overt.errors import SearchCacheDamaged
from overt.identifiers import ReferenceId
from overt.search.exact_engine import ExactEngine
from overt.search.nibbles import coded
from overt.search.reference_engine import ReferenceEngine
from overt.search.tile import BLOCK
from overt.store.search_cache.cache import Mark, SearchCache, SearchFolder
from unit.search.galleries import CONTRACT, EVERYONE, TODAY, Template, row, some_vectors

DIM = 64
PROBES = [Template(one) for one in some_vectors(5, DIM, 77)]


@dataclass
class Truth:
    """What the database would say: the references there are now, and every change in order."""

    rows: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    changes: list[tuple[str, list[int]]] = field(default_factory=list)
    drawn: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    opened: list[SearchCache] = field(default_factory=list)

    def enrol(self, numbers: range) -> None:
        vectors = some_vectors(len(numbers), DIM, numbers.start)
        self.drawn |= dict(zip(numbers, vectors, strict=True))
        self.rows |= {number: self.drawn[number] for number in numbers}
        self.changes.append(("in", list(numbers)))

    def erase(self, *numbers: int) -> None:
        for number in numbers:
            del self.rows[number]
        self.changes.append(("out", list(numbers)))

    def template(self, reference: int) -> NDArray[np.float32] | None:
        return self.rows.get(reference)

    def mark(self, number: int) -> Mark:
        return Mark(number, str(self.changes[number - 1]) if 0 < number <= len(self.changes) else "")


class Index:
    """What `GalleryIndex` does with a cache, over a `Truth`."""

    def __init__(self, place: SearchFolder, truth: Truth) -> None:
        self.truth, self.cache = truth, SearchCache(place, CONTRACT, DIM, truth.template)
        assert self.cache.hold()
        truth.opened.append(self.cache)
        self.engine = ExactEngine(CONTRACT, DIM, self.cache.vectors)
        loaded = self.cache.load()
        self.made_anew = loaded is None or loaded.mark != truth.mark(loaded.mark.number)
        self.whole = loaded is not None and loaded.whole
        if loaded is None or self.made_anew:
            self.cache.begin()
            self.seen = len(truth.changes)
            self._insert(sorted(truth.rows))
            self._save()
        else:
            self.engine.adopt(loaded.tiles)
            self.seen = loaded.mark.number
            self._insert(sorted(truth.rows.keys() - set(self.engine.references().tolist())))
        self.catch_up()

    def catch_up(self) -> None:
        for kind, numbers in self.truth.changes[self.seen :]:
            self.engine.remove([ReferenceId(each) for each in numbers])
            if kind == "in":
                self._insert([each for each in numbers if each in self.truth.rows])
        self.seen = len(self.truth.changes)
        self._save()

    def _insert(self, numbers: list[int]) -> None:
        if numbers:
            self.engine.remove([ReferenceId(each) for each in numbers])
            self.engine.insert([row(each, self.truth.rows[each]) for each in numbers])

    def _save(self) -> None:
        with self.engine.tiles() as tiles:
            self.cache.save(tiles, self.truth.mark(self.seen))

    def close(self) -> None:
        self.cache.close()

    def check(self) -> None:
        slow = ReferenceEngine(CONTRACT, DIM)
        slow.insert([row(number, vector) for number, vector in self.truth.rows.items()])
        for probe in PROBES:
            assert self.engine.best(probe, EVERYONE, 10, TODAY) == slow.best(probe, EVERYONE, 10, TODAY)
            assert self.engine.search(probe, EVERYONE, 0.1, TODAY) == slow.search(probe, EVERYONE, 0.1, TODAY)
        assert self.engine.scope_size(EVERYONE, TODAY) == len(self.truth.rows)


@pytest.fixture
def place(tmp_path: Path) -> SearchFolder:
    return SearchFolder(tmp_path / "search", tmp_path / "search.key")


@pytest.fixture
def truth() -> Truth:
    truth = Truth()
    truth.enrol(range(1, 501))
    return truth


def reopened(place: SearchFolder, truth: Truth, index: Index | None = None) -> Index:
    if index:
        index.close()
    return Index(place, truth)


def files(place: SearchFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.folder.iterdir()}


def test_what_was_written_is_found_again_and_only_what_changed_since_is_read(place: SearchFolder, truth: Truth) -> None:
    index = Index(place, truth)
    assert index.made_anew
    index.check()
    index.close()
    truth.enrol(range(501, 520))
    truth.erase(3, 500)
    index = Index(place, truth)
    assert (index.made_anew, index.whole) == (False, True)
    index.check()


def test_more_than_a_block_and_a_tile(place: SearchFolder, truth: Truth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overt.search.tile.ROWS", BLOCK + 100)
    truth.enrol(range(1001, 1001 + BLOCK + 300))
    index = reopened(place, truth, Index(place, truth))
    assert len(index.engine._tiles) == 2
    index.check()


def test_one_process_holds_it(place: SearchFolder, truth: Truth) -> None:
    index = Index(place, truth)
    assert not SearchCache(place, CONTRACT, DIM, truth.template).hold()
    index.close()
    assert SearchCache(place, CONTRACT, DIM, truth.template).hold()


def test_nothing_of_it_is_readable_by_others_or_without_the_key(place: SearchFolder, truth: Truth) -> None:
    Index(place, truth).close()
    for path in (place.key_file, *place.folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    written = files(place)
    for vector in truth.rows.values():
        for secret in (vector.tobytes(), coded(vector[np.newaxis]).codes[0].tobytes()):
            assert not any(secret in content or secret[:16] in content for content in written.values())
    place.key_file.write_bytes(os.urandom(32))
    index = Index(place, truth)
    assert index.made_anew
    index.check()


def test_an_erased_row_leaves_no_byte_in_any_file(place: SearchFolder, truth: Truth) -> None:
    """The files are sealed, so its sealed bytes are looked for; with today's key, even a copy of them would open."""
    index = Index(place, truth)
    place_of_7 = int(index.engine._tiles[0].places_of([7])[0])
    rows, codes = place.folder / "tile-00000.rows", place.folder / "tile-00000.codes"
    size = 4 * DIM + 28
    sealed = rows.read_bytes()[place_of_7 * size : (place_of_7 + 1) * size]
    block = codes.read_bytes()
    assert len(set(sealed)) > 100, "the canary: it is there while the reference is"
    truth.erase(7)
    index.engine.remove([ReferenceId(7)])
    assert sealed[:16] not in rows.read_bytes(), "overwritten before it counts as removed"
    index.catch_up()
    after = files(place)
    assert not any(sealed[at : at + 16] in content for content in after.values() for at in range(0, size - 16, 8))
    assert not any(
        block[at : at + 16] in content for content in after.values() for at in range(8, len(block) - 16, 4096)
    )
    index.check()


@pytest.mark.parametrize("file", ["tile-00000.codes", "header", "tile-00000.rows"])
def test_a_changed_byte_is_found_and_made_good(place: SearchFolder, truth: Truth, file: str) -> None:
    Index(place, truth).close()
    content = bytearray((place.folder / file).read_bytes())
    for at in (30, len(content) // 2, len(content) - 1):
        content[at] ^= 1
    (place.folder / file).write_bytes(content)
    index = Index(place, truth)
    assert index.made_anew is (file == "header")
    assert index.whole is (file == "tile-00000.rows")
    index.check()
    index = reopened(place, truth, index)
    assert index.whole
    index.check()


@pytest.mark.parametrize("file", ["tile-00000.codes", "tile-00000.rows"])
def test_a_file_that_was_put_back_resurrects_nobody(place: SearchFolder, truth: Truth, file: str) -> None:
    index = Index(place, truth)
    older = (place.folder / file).read_bytes()
    truth.erase(1, 2, 3)
    index.catch_up()
    index.close()
    (place.folder / file).write_bytes(older)
    index = Index(place, truth)
    assert index.whole is (file != "tile-00000.codes"), "rows are reached through the codes alone"
    index.check()


def test_a_whole_cache_that_was_put_back_is_brought_up_to_date(place: SearchFolder, truth: Truth) -> None:
    index = Index(place, truth)
    older = files(place)
    truth.erase(1, 2, 3)
    truth.enrol(range(600, 610))
    index.catch_up()
    index.close()
    for name, content in older.items():
        (place.folder / name).write_bytes(content)
    index = Index(place, truth)
    assert not index.made_anew
    index.check()


def test_a_database_that_was_put_back_and_went_on_differently_is_noticed(place: SearchFolder, truth: Truth) -> None:
    truth.enrol(range(600, 610))
    Index(place, truth).close()
    del truth.changes[1:]
    for number in range(600, 610):
        del truth.rows[number]
    truth.enrol(range(700, 720))
    index = Index(place, truth)
    assert index.made_anew
    index.check()


def test_a_row_that_is_gone_everywhere_is_an_error_and_no_candidate(place: SearchFolder, truth: Truth) -> None:
    index = Index(place, truth)
    index.engine._tiles[0].vectors.forget([int(index.engine._tiles[0].places_of([9])[0])])
    probe = Template(truth.rows.pop(9))
    with pytest.raises(SearchCacheDamaged):
        index.engine.search(probe, EVERYONE, 0.9, TODAY)


class Killed(BaseException):
    """As kill -9: nothing after it runs."""


@dataclass
class Power:
    """Runs out at the n-th writing, which is then half done."""

    left: float = np.inf
    spent: Iterator[int] = field(default_factory=count)

    def use(self) -> bool:
        next(self.spent)
        self.left -= 1
        return self.left < 0


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Power:
    power, pwrite, fsync, rename = Power(), os.pwrite, os.fsync, Path.rename

    def half_written(file: int, data: bytes, at: int) -> int:
        if power.use():
            pwrite(file, bytes(data)[: len(data) // 2], at)
            raise Killed
        return pwrite(file, data, at)

    def synced(file: int) -> None:
        if power.use():
            raise Killed
        fsync(file)

    def renamed(path: Path, to: Path) -> Path:
        if power.use():
            raise Killed
        return rename(path, to)

    monkeypatch.setattr("overt.store.search_cache.cache.os.pwrite", half_written)
    monkeypatch.setattr("overt.store.search_cache.cache.os.fsync", synced)
    monkeypatch.setattr("overt.store.search_cache.cache.os.fdatasync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    return power


def life(place: SearchFolder, truth: Truth) -> None:
    """A cache is made, grows, loses people and fills their places."""
    index = Index(place, truth)
    truth.enrol(range(601, 611))
    index.catch_up()
    truth.erase(1, 2, 605)
    index.catch_up()
    truth.enrol(range(701, 702))
    index.catch_up()


def test_killed_at_any_writing_nobody_is_lost_and_nobody_comes_back(tmp_path: Path, power: Power) -> None:
    for number in count():
        place = SearchFolder(tmp_path / f"{number}" / "search", tmp_path / f"{number}" / "key")
        place.folder.parent.mkdir()
        truth = Truth()
        truth.enrol(range(1, 31))
        power.left = number
        try:
            life(place, truth)
            ended = True
        except Killed:
            ended = False
        power.left = np.inf
        for cache in truth.opened:
            cache.close()
        for _ in range(2):
            again = Index(place, truth)
            again.check()
            again.close()
        if ended:
            break
    assert number > 15
