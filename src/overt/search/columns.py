"""Labels as columns, and eligibility as one vectorised mask over them.

Rule: the mask says exactly what `Scope.covers` says for each row; a property test compares the two.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.scope import Label, Outcome, Scope, Source, as_of_date

_OUTCOMES: Final = len(Outcome)
_KIND: Final = {
    (source, outcome): i * _OUTCOMES + j for i, source in enumerate(Source) for j, outcome in enumerate(Outcome)
}

LABEL_DTYPES: Final[Mapping[str, type[np.generic]]] = {
    "kind": np.uint8,
    "under_18": np.bool_,
    "captured_on": np.int32,
    "review_on": np.int32,
    "decided_on": np.int32,
}
"""Column name to type. `kind` is source and outcome in one code; dates are ordinal days (1 is 0001-01-01)."""

Columns = Mapping[str, NDArray[np.generic]]


def label_columns(labels: Sequence[Label]) -> dict[str, NDArray[np.generic]]:
    """The columns of `LABEL_DTYPES` for these labels, each of shape (n,)."""
    values = {
        "kind": [_KIND[one.source, one.outcome] for one in labels],
        "under_18": [one.under_18 for one in labels],
        "captured_on": [one.captured_on.toordinal() for one in labels],
        "review_on": [one.review_on.toordinal() for one in labels],
        "decided_on": [one.decided_on.toordinal() for one in labels],
    }
    return {name: np.array(values[name], dtype) for name, dtype in LABEL_DTYPES.items()}


def eligible(columns: Columns, scope: Scope, as_of: datetime) -> NDArray[np.bool_]:
    """Which rows `scope` covers at `as_of` (aware; its UTC date counts).

    Raises:
        ValueError: the moment has no time zone.
    """
    today = as_of_date(as_of).toordinal()
    allowed = np.zeros(len(_KIND), np.bool_)
    for source, outcomes in scope.outcomes.items():
        for outcome in outcomes:
            allowed[_KIND[source, outcome]] = True
    mask: NDArray[np.bool_] = allowed[columns["kind"].astype(np.intp)]
    mask &= columns["review_on"].astype(np.int32) >= today
    mask &= columns["decided_on"].astype(np.int32) >= today - scope.review_interval_days
    mask &= columns["captured_on"].astype(np.int32) <= today
    if not scope.include_under_18:
        mask &= ~columns["under_18"].astype(np.bool_)
    return mask
