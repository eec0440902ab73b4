"""What is asked of a gallery, and the way of a question through one tile.

    codes -> may it reach the limit? (compiled, every row) -> eligible? -> float32 row -> the defined score

Rules:
* Eligibility is asked of the few that may reach, by the rule of `columns.eligible`; a hole is never eligible.
* For the best k the limit is the k-th highest score so far, over all tiles; it only rises, so nobody is lost.
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
from overt.identifiers import ReferenceId
from overt.scope import Scope
from overt.search.columns import LABEL_DTYPES, eligible
from overt.search.contract import Cancelled, Scored, Vector, in_order
from overt.search.nibbles import Coarse
from overt.search.score import exact_score
from overt.search.tile import Tile
from overt.search.vectors import Places

CHUNK: Final = 8192
"""Rows that several probes are compared with in turn: their codes stay in a core's own cache."""
_FIRST: Final = 512
_LARGEST: Final = 65_536
_PLACES: Final = 4096
_ROUNDING: Final = 1e-9
"""Far above the rounding of a float64 product of two vectors of length 1."""


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
        self._lock = threading.Lock()
        self._given_up = False

    @property
    def goes_on(self) -> bool:
        """Whether somebody waits for the answer and it is not known yet."""
        self._given_up = self._given_up or self.question.cancelled()
        return not self._given_up and self.question.count != 0

    def add(self, more: Sequence[Scored]) -> None:
        """Take these in; of the best k those that can still be among them are kept."""
        if not more:
            return
        count = self.question.count
        with self._lock:
            self._scored += more
            if count is not None and len(self._scored) >= count:
                self._scored = in_order(self._scored)[:count]
                self.least = self._scored[-1].score

    def outcome(self) -> list[Scored] | Exception:
        """All of them in order; an error for who gave up."""
        return SearchCancelled() if self._given_up else in_order(self._scored)


def look_through(tile: Tile, found: Sequence[Found]) -> None:
    """Take one tile through several questions, chunk by chunk, so that its codes are read once."""
    size = tile.used if len(found) == 1 and found[0].question.count is None else CHUNK
    limits = [_Limits(one) for one in found]
    for start, stop in _chunks(tile.used, size, growing=any(one.question.count is not None for one in found)):
        for one, its in zip(found, limits, strict=True):
            if not one.goes_on:
                continue
            for places in _reaching(tile, one.question, its, start, stop):
                one.add(list(_scored(tile, places, one)))


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


def _chunks(rows: int, size: int, *, growing: bool) -> Iterator[tuple[int, int]]:
    """For the best k small ones first: until k are known, everybody passes."""
    start, step = 0, _FIRST if growing else max(1, size)
    while start < rows:
        yield start, min(rows, start + step)
        start += step
        step = min(_LARGEST, 2 * step) if growing else step


def _reaching(tile: Tile, question: Question, limits: _Limits, start: int, stop: int) -> Iterator[Places]:
    from overt.search.kernel import reaching  # compiled: only who searches pays for it

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


def _scored(tile: Tile, places: Places, found: Found) -> Iterator[Scored]:
    """The defined score of these rows; those surely too low are passed over by a float64 product first."""
    if not len(places):
        return
    query, references = found.question.query, tile["reference"][places]
    rows = tile.vectors.read(places, references)
    near = rows.astype(np.float64) @ query.astype(np.float64)
    least, count = found.least, found.question.count
    if count is not None and count < len(near):
        least = max(least, float(np.partition(near, -count)[-count]) - 2 * _ROUNDING)
    for at in np.flatnonzero(near >= least - _ROUNDING).tolist():
        score = exact_score(query, rows[at])
        if score >= found.least:
            yield Scored(ReferenceId(int(references[at])), score)
