"""The exact engine: an int8 scan with a proven bound, then the defined score for what may pass.

Rules:
* No row is dropped unless its highest possible score (`quantise`) is below the threshold; every row that is returned
  has the score of `score.py`. So the answer is that of the reference engine, ties included, reading a quarter.
* Changes hold the lock alone; searches hold it together. A batch is checked in full before the first byte is written.

Limitations: one process, one thread a search, all in memory (678 bytes a reference of 128 dimensions plus its number
in a dict). A threshold low enough for everybody costs about 10 microseconds a reference.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numkong
import numpy as np
from numpy.typing import NDArray

from overt.errors import ReferenceAlreadyThere, ReferenceNotThere, VectorRefused
from overt.identifiers import Digest, ReferenceId
from overt.scope import Label, Scope
from overt.search.columns import LABEL_DTYPES, eligible, label_columns
from overt.search.contract import Probe, Row, Scored, Vector, demand_one_contract, in_order
from overt.search.lock import ReadWriteLock
from overt.search.quantise import SLACK, Query, quantise
from overt.search.rows import Rows
from overt.search.score import checked_rows, checked_threshold, checked_vector, exact_score

_POSITIONS = NDArray[np.intp]
_BLOCK: Final = 4096


class ExactEngine:
    """A `SearchEngine` for some hundred thousand references on one core."""

    def __init__(self, contract: Digest, dimension: int) -> None:
        self._contract = contract
        self._dimension = dimension
        self._lock = ReadWriteLock()
        self._position: dict[int, int] = {}
        self._rows = Rows(
            {
                "reference": (np.int64, ()),
                "codes": (np.int8, (dimension,)),
                "vectors": (np.float32, (dimension,)),
                "scales": (np.float64, ()),
                "residuals": (np.float64, ()),
                **{name: (dtype, ()) for name, dtype in LABEL_DTYPES.items()},
            }
        )

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
        coded = quantise(vectors)
        columns: dict[str, NDArray[Any]] = {
            "reference": np.array(references, np.int64),
            "codes": coded.codes,
            "vectors": vectors,
            "scales": coded.scales,
            "residuals": coded.residuals,
            **label_columns(labels),
        }
        with self._lock.writing():
            if not self._position.keys().isdisjoint(references):
                raise ReferenceAlreadyThere()
            start = self._rows.append(columns)
            self._position.update(zip(references, range(start, start + len(references)), strict=True))

    def remove(self, references: Iterable[ReferenceId]) -> int:
        with self._lock.writing():
            gone = [one for one in set(references) if one in self._position]
            for one in gone:
                position = self._position.pop(one)
                moved_from = self._rows.remove(position)
                if moved_from != position:
                    self._position[int(self._rows["reference"][position])] = position
        return len(gone)

    def relabel(self, reference: ReferenceId, label: Label) -> None:
        with self._lock.writing():
            if reference not in self._position:
                raise ReferenceNotThere()
            for name, value in label_columns([label]).items():
                self._rows[name][self._position[reference]] = value[0]

    def search(self, template: Probe, scope: Scope, threshold: float, as_of: datetime) -> list[Scored]:
        limit = checked_threshold(threshold)
        query = self._checked_query(template, scope)
        with self._lock.reading():
            if not self._rows.count:
                return []
            middle, error = self._bounds(query)
            near = np.flatnonzero(middle + error >= limit)
            near = near[self._eligible(scope, as_of, near)]
            return in_order(one for one in self._scored(query, near, limit) if one.score >= limit)

    def best(self, template: Probe, scope: Scope, count: int, as_of: datetime) -> list[Scored]:
        query = self._checked_query(template, scope)
        with self._lock.reading():
            inside = np.flatnonzero(self._eligible(scope, as_of))
            if count <= 0 or not len(inside):
                return []
            middle, error = (one[inside] for one in self._bounds(query))
            if count < len(inside):  # what cannot reach the count-th highest lower bound cannot be among the first
                inside = inside[middle + error >= np.partition(middle - error, -count)[-count]]
            return in_order(self._scored(query, inside))[:count]

    def scope_size(self, scope: Scope, as_of: datetime) -> int:
        demand_one_contract(self._contract, scope.contract)
        with self._lock.reading():
            return int(np.count_nonzero(self._eligible(scope, as_of)))

    def _checked_query(self, template: Probe, scope: Scope) -> Vector:
        demand_one_contract(self._contract, template.contract, scope.contract)
        return checked_vector(template.vector, self._dimension)

    def _eligible(self, scope: Scope, as_of: datetime, at: _POSITIONS | slice = slice(None)) -> NDArray[np.bool_]:
        return eligible({name: self._rows[name][at] for name in LABEL_DTYPES}, scope, as_of)

    def _bounds(self, vector: Vector) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        query = Query.of(vector)
        # The gallery is the left side and the probe is packed: int8 in, exact int32 out.
        products = np.asarray(numkong.dots_packed(self._rows["codes"], numkong.dots_pack(query.codes)))
        return query.bounds(products[:, 0], self._rows["scales"], self._rows["residuals"])

    def _scored(self, query: Vector, positions: _POSITIONS, limit: float = -np.inf) -> Iterable[Scored]:
        """The defined score of these rows; those surely below `limit` are passed over by a float64 product first."""
        wide = query.astype(np.float64)
        for start in range(0, len(positions), _BLOCK):
            part = positions[start : start + _BLOCK]
            part = part[self._rows["vectors"][part].astype(np.float64) @ wide >= limit - SLACK]
            for position in part.tolist():
                reference = ReferenceId(int(self._rows["reference"][position]))
                yield Scored(reference, exact_score(query, self._rows["vectors"][position]))
