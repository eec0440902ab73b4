"""Small galleries for tests: labels, scopes, unit vectors, probes. Synthetic throughout."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from overt.identifiers import Digest, ReferenceId
from overt.scope import Label, LawfulBasis, Outcome, Scope, Source
from overt.search.contract import Row

CONTRACT = Digest("sha256:" + "a" * 64)
OTHER_CONTRACT = Digest("sha256:" + "b" * 64)
TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
LABEL = Label(
    source=Source.CUSTODY,
    lawful_basis=LawfulBasis.PACE_64A,
    outcome=Outcome.CONVICTED,
    captured_on=date(2025, 1, 1),
    review_on=date(2030, 1, 1),
    decided_on=date(2025, 1, 1),
    under_18=False,
)
EVERYONE = Scope(
    outcomes={source: frozenset(Outcome) for source in Source},
    include_under_18=True,
    review_interval_days=36_500,
    contract=CONTRACT,
)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The least that an engine needs of a template."""

    vector: NDArray[np.float32]
    contract: Digest = CONTRACT


def unit(values: object) -> NDArray[np.float32]:
    """Vectors scaled to length 1 along the last axis, as float32."""
    wide = np.asarray(values, np.float64)
    return (wide / np.linalg.norm(wide, axis=-1, keepdims=True)).astype(np.float32)


def some_vectors(count: int, dimension: int, seed: int = 7) -> NDArray[np.float32]:
    """Isotropic unit vectors, (count, dimension)."""
    return unit(np.random.default_rng(seed).standard_normal((count, dimension)))


def row(reference: int, vector: NDArray[np.float32], label: Label = LABEL) -> Row:
    return Row(ReferenceId(reference), label, vector)
