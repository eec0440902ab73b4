"""What every search engine promises. The conformance suite runs each engine against these rules.

Rules:
* The score of two templates is defined once, in `score.py`: the exact dot product of the two float32 vectors, rounded
  once to float64. Ties and thresholds are therefore the same in every engine and on every machine.
* `search` returns *all* eligible references with `score >= threshold`; nothing is capped here.
* Order: score descending, then reference ascending.
* Eligible means `Scope.covers(label, as_of)`, decided at the moment that is handed in: review dates pass silently.
* Templates, scope and engine name one template contract, or the search is refused.
* A change is all or nothing: a refused batch has changed nothing, and no search sees half of one.
* A removed reference leaves no byte of its vector behind in the engine's arrays.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from overt.errors import ContractMismatch
from overt.identifiers import Digest, ReferenceId
from overt.scope import Label, Scope

Vector = NDArray[np.float32]
"""Shape (dim,), float32, of length 1 within `score.UNIT_TOLERANCE`."""


Cancelled = Callable[[], bool]
"""Whether the caller has given up; asked now and then while a scan runs, from any thread."""


def never() -> bool:
    """Of a caller who waits."""
    return False


class Probe(Protocol):
    """What a search needs of a template: its vector and the digest of the contract that made it."""

    @property
    def vector(self) -> Vector: ...

    @property
    def contract(self) -> Digest: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """One reference and its score, a cosine in [-1, 1] up to rounding."""

    reference: ReferenceId
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One reference to be indexed."""

    reference: ReferenceId
    label: Label
    vector: Vector


class SearchEngine(Protocol):
    """An index over references of one template contract. See the module's rules."""

    @property
    def contract(self) -> Digest:
        """The digest of the template contract of every row."""

    def insert(self, rows: Sequence[Row]) -> None:
        """Add references.

        Raises:
            ReferenceAlreadyThere: a reference is indexed already, twice in the batch, or not in 1 .. 2**63 - 1.
            VectorRefused: a vector is not float32, finite, of the engine's dimension and of length 1.
        """

    def remove(self, references: Iterable[ReferenceId]) -> int:
        """Forget references and overwrite their bytes; those not indexed are passed over. Returns how many went."""

    def relabel(self, reference: ReferenceId, label: Label) -> None:
        """Change what decides whether a reference may be searched.

        Raises:
            ReferenceNotThere: it is not indexed.
        """

    def search(
        self, template: Probe, scope: Scope, threshold: float, as_of: datetime, cancelled: Cancelled = never
    ) -> list[Scored]:
        """All eligible references with `score >= threshold`, in order.

        Raises:
            SearchCancelled: `cancelled` said so before the answer was whole.
            ContractMismatch: template, scope and engine do not name one contract.
            ThresholdRefused: the threshold is not finite.
            VectorRefused: the template's vector is not usable.
        """

    def best(
        self, template: Probe, scope: Scope, count: int, as_of: datetime, cancelled: Cancelled = never
    ) -> list[Scored]:
        """The first `count` of all eligible references in order, whatever their score. For evaluation.

        Raises:
            SearchCancelled, ContractMismatch, VectorRefused: as in `search`.
        """

    def scope_size(self, scope: Scope, as_of: datetime) -> int:
        """How many references are eligible.

        Raises:
            ContractMismatch: the scope names another contract.
        """


def in_order(scored: Iterable[Scored]) -> list[Scored]:
    """Score descending, ties by reference ascending."""
    return sorted(scored, key=lambda one: (-one.score, one.reference))


def demand_one_contract(engine: Digest, *others: Digest) -> None:
    """Refuse when the digests are not all equal.

    Raises:
        ContractMismatch: they are not.
    """
    if any(other != engine for other in others):
        raise ContractMismatch()
