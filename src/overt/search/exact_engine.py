"""The exact engine: a scan of half a byte a dimension with a proven bound, then the defined score for what may pass.

Rules:
* No row is dropped unless its highest possible score (`nibbles`) is below the threshold; every row that is returned
  has the score of `score.py`. So the answer is that of the reference engine, ties included, reading an eighth.
* Changes hold the lock alone; searches hold it together. A batch is checked in full before the first byte is written.
* A scan uses every core, a tile on each. Questions that come while one runs share the next (`sharing.py`).

Limitations: one process. 91 bytes a reference of 128 dimensions in memory, and its float32 row, which may be in a file.
A threshold low enough for everybody costs about 10 microseconds a reference.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import ReferenceAlreadyThere, ReferenceNotThere, VectorRefused
from overt.identifiers import Digest, ReferenceId
from overt.scope import Label, Scope, as_of_date
from overt.search.columns import LABEL_DTYPES, eligible, label_columns
from overt.search.contract import Cancelled, Probe, Row, Scored, demand_one_contract, never
from overt.search.lock import ReadWriteLock
from overt.search.nibbles import Coarse, Coded, coded
from overt.search.scan import Found, Question, look_through
from overt.search.score import checked_rows, checked_threshold, checked_vector
from overt.search.sharing import Shared
from overt.search.tile import Tile
from overt.search.vectors import MemoryVectors, Vectors

_AT_ONCE: Final = 20_000
"""Rows coded at a time: while they are, they are sixteen times as wide."""


class ExactEngine:
    """A `SearchEngine` for up to tens of millions of references on one machine.

    Args:
        vectors: makes the store of float32 rows of the tile of a number; in memory without it.
        threads: cores that one scan may use; all of them without it.
    """

    def __init__(
        self,
        contract: Digest,
        dimension: int,
        vectors: Callable[[int], Vectors] | None = None,
        threads: int | None = None,
    ) -> None:
        self._contract, self._dimension = contract, dimension
        self._vectors = vectors or (lambda _number: MemoryVectors(dimension))
        self._threads = threads
        self._cores = ThreadPoolExecutor(threads, "overt-search")
        self._lock = ReadWriteLock()
        self._tiles: list[Tile] = []
        self._shared = Shared(self._answered)
        self._sizes: dict[object, int] = {}

    def __len__(self) -> int:
        return sum(len(tile) for tile in self._tiles)

    @property
    def contract(self) -> Digest:
        return self._contract

    def insert(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        vectors = np.stack([checked_vector(row.vector, self._dimension) for row in rows])
        self._insert([row.reference for row in rows], vectors, [row.label for row in rows])

    def insert_columns(
        self, references: NDArray[np.int64], vectors: NDArray[np.float32], labels: Sequence[Label]
    ) -> None:
        """`insert` for many rows at once: references (n,), vectors (n, dim), n labels.

        Raises:
            ReferenceAlreadyThere, VectorRefused: as in `insert`; also when the lengths differ.
        """
        if not len(references) == len(vectors) == len(labels):
            raise VectorRefused("The columns of a batch are not of one length.")
        self._insert(references.tolist(), checked_rows(vectors, self._dimension), labels)

    def _insert(self, references: Sequence[int], vectors: NDArray[np.float32], labels: Sequence[Label]) -> None:
        if len(set(references)) != len(references) or not all(0 < one < 2**63 for one in references):
            raise ReferenceAlreadyThere()
        numbers, columns = np.array(references, np.int64), label_columns(labels)
        parts = [slice(start, start + _AT_ONCE) for start in range(0, len(references), _AT_ONCE)]
        codes = list(self._cores.map(lambda part: coded(vectors[part]), parts))
        with self._lock.writing():
            if any(len(tile.places_of(numbers)) for tile in self._tiles):
                raise ReferenceAlreadyThere()
            self._sizes.clear()
            for part, its in zip(parts, codes, strict=True):
                labels_ = {name: column[part] for name, column in columns.items()}
                self._place(its, labels_, numbers[part], vectors[part])

    def _place(
        self,
        codes: Coded,
        labels: dict[str, NDArray[np.generic]],
        references: NDArray[np.int64],
        vectors: NDArray[np.float32],
    ) -> None:
        done = 0
        while done < len(references):
            tile = self._roomy_tile()
            part = slice(done, min(len(references), done + tile.room))
            those = {name: column[part] for name, column in labels.items()}
            tile.insert(codes[part], those, references[part], vectors[part])
            done = part.stop

    def adopt(self, tiles: Sequence[Tile]) -> None:
        """Take over tiles that were written down, with the stores of their rows; only into an empty engine."""
        with self._lock.writing():
            self._tiles = list(tiles)

    @contextmanager
    def tiles(self) -> Iterator[Sequence[Tile]]:
        """All tiles, while nothing changes them: to write down what changed."""
        with self._lock.writing():
            yield self._tiles

    def references(self) -> NDArray[np.int64]:
        """The numbers of all rows, in no order."""
        with self._lock.reading():
            numbers = np.concatenate([np.empty(0, np.int64), *(tile["reference"] for tile in self._tiles)])
        return np.asarray(numbers[numbers != 0], np.int64)

    def _roomy_tile(self) -> Tile:
        for tile in self._tiles:
            if tile.room:
                return tile
        self._tiles.append(Tile(self._dimension, self._vectors(len(self._tiles))))
        return self._tiles[-1]

    def remove(self, references: Iterable[ReferenceId]) -> int:
        wanted = np.array(sorted(set(references)), np.int64)
        gone = 0
        with self._lock.writing():
            self._sizes.clear()
            for tile in self._tiles:
                places = tile.places_of(wanted)
                if len(places):
                    tile.remove(places)
                gone += len(places)
        return gone

    def relabel(self, reference: ReferenceId, label: Label) -> None:
        with self._lock.writing():
            self._sizes.clear()
            for tile in self._tiles:
                for place in tile.places_of([reference]).tolist():
                    tile.relabel(place, label_columns([label]))
                    return
        raise ReferenceNotThere()

    def search(
        self, template: Probe, scope: Scope, threshold: float, as_of: datetime, cancelled: Cancelled = never
    ) -> list[Scored]:
        question = partial(Question, limit=checked_threshold(threshold))
        return self._asked(question, template, scope, as_of, cancelled)

    def best(
        self, template: Probe, scope: Scope, count: int, as_of: datetime, cancelled: Cancelled = never
    ) -> list[Scored]:
        question = partial(Question, count=max(0, count))
        return self._asked(question, template, scope, as_of, cancelled)

    def scope_size(self, scope: Scope, as_of: datetime) -> int:
        demand_one_contract(self._contract, scope.contract)
        # Labels count by their day. The number of a day is right until a label changes, and a change forgets it.
        asked = (
            frozenset(scope.outcomes.items()),
            scope.include_under_18,
            scope.review_interval_days,
            as_of_date(as_of),
        )
        with self._lock.reading():
            if asked not in self._sizes:
                self._sizes[asked] = sum(self._cores.map(lambda tile: _covered(tile, scope, as_of), self._tiles))
            return self._sizes[asked]

    def _asked(
        self, question: Callable[..., Question], template: Probe, scope: Scope, as_of: datetime, cancelled: Cancelled
    ) -> list[Scored]:
        demand_one_contract(self._contract, template.contract, scope.contract)
        query = checked_vector(template.vector, self._dimension)
        as_of_date(as_of)  # refused before it is shared
        return self._shared.ask(question(query, Coarse.of(query), scope, as_of, cancelled))

    def _answered(self, questions: Sequence[Question]) -> list[list[Scored] | Exception]:
        """One scan for all of them."""
        found = [Found(question) for question in questions]
        with self._lock.reading():
            tiles = [tile for tile in self._tiles if len(tile)]
            if len(tiles) == 1 or self._threads == 1:
                for tile in tiles:
                    look_through(tile, found)
            else:
                list(self._cores.map(lambda tile: look_through(tile, found), tiles))
        return [one.outcome() for one in found]


def _covered(tile: Tile, scope: Scope, as_of: datetime) -> int:
    columns = {name: tile[name] for name in LABEL_DTYPES}
    return int(np.count_nonzero(eligible(columns, scope, as_of) & (tile["reference"] != 0)))
