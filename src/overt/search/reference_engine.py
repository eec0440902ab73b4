"""The slow, obvious engine: a loop over all rows. Other engines are tested to give exactly its answers.

Limitations: some 10 microseconds a row; not for more than a few thousand references, and not for several threads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from overt.errors import ReferenceAlreadyThere, ReferenceNotThere, SearchCancelled
from overt.identifiers import Digest, ReferenceId
from overt.scope import Label, Scope
from overt.search.contract import Cancelled, Probe, Row, Scored, demand_one_contract, in_order, never
from overt.search.score import checked_threshold, checked_vector, exact_score

REFERENCE_LIMIT = 2**63


class ReferenceEngine:
    """A `SearchEngine` that can be read in a minute."""

    def __init__(self, contract: Digest, dimension: int) -> None:
        self._contract = contract
        self._dimension = dimension
        self._rows: dict[ReferenceId, Row] = {}

    @property
    def contract(self) -> Digest:
        return self._contract

    def insert(self, rows: Sequence[Row]) -> None:
        new: dict[ReferenceId, Row] = {}
        for row in rows:
            if row.reference in self._rows or row.reference in new or not 0 < row.reference < REFERENCE_LIMIT:
                raise ReferenceAlreadyThere()
            new[row.reference] = replace(row, vector=checked_vector(row.vector, self._dimension).copy())
        self._rows.update(new)

    def remove(self, references: Iterable[ReferenceId]) -> int:
        gone = [self._rows.pop(reference) for reference in set(references) if reference in self._rows]
        for row in gone:
            row.vector.fill(0.0)
        return len(gone)

    def relabel(self, reference: ReferenceId, label: Label) -> None:
        if reference not in self._rows:
            raise ReferenceNotThere()
        self._rows[reference] = replace(self._rows[reference], label=label)

    def search(
        self, template: Probe, scope: Scope, threshold: float, as_of: datetime, cancelled: Cancelled = never
    ) -> list[Scored]:
        limit = checked_threshold(threshold)
        return [one for one in self._ranked(template, scope, as_of, cancelled) if one.score >= limit]

    def best(
        self, template: Probe, scope: Scope, count: int, as_of: datetime, cancelled: Cancelled = never
    ) -> list[Scored]:
        return self._ranked(template, scope, as_of, cancelled)[: max(0, count)]

    def scope_size(self, scope: Scope, as_of: datetime) -> int:
        demand_one_contract(self._contract, scope.contract)
        return sum(scope.covers(row.label, as_of) for row in self._rows.values())

    def _ranked(self, template: Probe, scope: Scope, as_of: datetime, cancelled: Cancelled) -> list[Scored]:
        demand_one_contract(self._contract, template.contract, scope.contract)
        query = checked_vector(template.vector, self._dimension)
        if cancelled():
            raise SearchCancelled()
        return in_order(
            Scored(row.reference, exact_score(query, row.vector))
            for row in self._rows.values()
            if scope.covers(row.label, as_of)
        )
