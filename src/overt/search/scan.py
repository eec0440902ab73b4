"""What is asked of a gallery, and the way of a question through one tile.

    codes -> may it reach the limit? (compiled, every row) -> eligible? -> float32 row -> the defined score

Rules:
* Eligibility is asked of the few that may reach, by the rule of `columns.eligible`; a hole is never eligible.
* For the best k the limit is the k-th highest so far, over all tiles, less rounding (`leading`); it only rises, so
  nobody is lost.
* A question is given up between two chunks.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import SearchCancelled
from overt.scope import Scope
from overt.search import nibbles
from overt.search.columns import LABEL_DTYPES, eligible
from overt.search.contract import Cancelled, Scored, Vector, in_order
from overt.search.leading import ROUNDING, Leading, scored
from overt.search.nibbles import Coarse
from overt.search.tile import Tile
from overt.search.vectors import Places, Vectors32

CHUNK: Final = 8192
"""Rows that several probes are compared with in turn: their codes stay in a core's own cache."""
_FIRST: Final = 512
_GROWTH: Final = 4
_PLACES: Final = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One probe's: `limit` is the least score, or `count` says how many are wanted, whatever their score."""

    query: Vector
    coarse: Coarse
    scope: Scope
    as_of: datetime
    cancelled: Cancelled
    limit: float = -np.inf
    count: int | None = None


class Found:
    """What a question has found so far; several threads add to it."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.least = question.limit
        self._scored: list[Scored] = []
        self._leading = None if question.count is None else Leading(question.query, question.count)
        self._lock = threading.Lock()
        self._given_up = False

    @property
    def goes_on(self) -> bool:
        """Whether somebody waits for the answer and it is not known yet."""
        self._given_up = self._given_up or self.question.cancelled()
        return not self._given_up and self.question.count != 0

    @property
    def knows_none(self) -> bool:
        """Whether the best k are asked for and nothing can be passed over yet."""
        return self._leading is not None and self.least == -np.inf

    def add(self, near: NDArray[np.float64], references: NDArray[np.int64], rows: Vectors32) -> None:
        """Take in rows whose product in float64 is near enough to the limit, or above it."""
        if self._leading is None:
            those = [one for one in scored(self.question.query, references, rows) if one.score >= self.least]
            with self._lock:
                self._scored += those
            return
        with self._lock:
            self._leading.add(near, references, rows)
            self.least = max(self.least, self._leading.least)

    def outcome(self) -> list[Scored] | Exception:
        """All of them in order; an error for who gave up."""
        if self._given_up:
            return SearchCancelled()
        return in_order(self._scored) if self._leading is None else self._leading.best()


def look_through(tile: Tile, found: Sequence[Found]) -> None:
    """Take one tile through several questions, chunk by chunk, so that its codes are read once."""
    limits = [_Limits(one) for one in found]
    for start, stop in _chunks(tile.used, found):
        for one, its in zip(found, limits, strict=True):
            if not one.goes_on:
                continue
            for places in _reaching(tile, one.question, its, start, stop):
                _compare(tile, places, one)


class _Limits:
    """The table of limits of one question, made anew when its least score has risen."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._of: float | None = None
        self._table = np.empty(0, np.float32)

    def table(self) -> NDArray[np.float32]:
        least = self._found.least
        if self._of != least:
            self._of, self._table = least, self._found.question.coarse.limits(least)
        return self._table


def _chunks(rows: int, found: Sequence[Found]) -> Iterator[tuple[int, int]]:
    """For the best k small ones first: until k are known, everybody passes. They are known from the first tile on."""
    start, largest = 0, rows if len(found) == 1 else CHUNK
    step = _FIRST if any(one.knows_none for one in found) else largest
    while start < rows:
        yield start, min(rows, start + step)
        start += step
        step = min(largest, _GROWTH * step)


def _reaching(tile: Tile, question: Question, limits: _Limits, start: int, stop: int) -> Iterator[Places]:
    if tile.used <= nibbles.FEW:
        yield _eligible(tile, np.arange(start, stop), question)
        return
    from overt.search.kernel import reaching  # compiled: who has a small gallery does not wait for it

    codes, lengths, angles, coarse = tile["codes"], tile["lengths"], tile["angles"], question.coarse
    while start < stop:
        places = np.empty(_PLACES, np.int32)
        filled, start = reaching(
            codes, lengths, angles, coarse.numbers, coarse.offset, limits.table(), start, stop, places
        )
        if filled:
            yield _eligible(tile, places[:filled].astype(np.intp), question)


def _eligible(tile: Tile, places: Places, question: Question) -> Places:
    columns = {name: tile[name][places] for name in LABEL_DTYPES}
    inside: NDArray[np.bool_] = eligible(columns, question.scope, question.as_of) & (tile["reference"][places] != 0)
    return np.asarray(places[inside], np.intp)


def _compare(tile: Tile, places: Places, found: Found) -> None:
    """Hand in those rows that a product in float64 does not put surely below the limit."""
    if not len(places):
        return
    references = tile["reference"][places]
    rows = tile.vectors.read(places, references)
    near = rows.astype(np.float64) @ found.question.query.astype(np.float64)
    at = np.flatnonzero(near >= found.least - ROUNDING)
    if len(at):
        found.add(near[at], references[at], rows[at])
