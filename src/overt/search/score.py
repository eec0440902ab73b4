"""The score of two templates, defined once, and what may be scored.

Rules:
* score(q, x) is the exact dot product of the two float32 vectors, rounded once, correctly, to float64. A product of
  two float32 numbers is exact in float64 (24 + 24 <= 53 bits, exponents far from the ends), and `math.fsum` rounds
  the sum of such products once (Shewchuk 1997). No order of summation, no library and no processor changes it.
* Only finite float32 vectors of length 1 are scored. Anything else is a refusal, never a strange number.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import ThresholdRefused, VectorRefused
from overt.search.contract import Vector

UNIT_TOLERANCE: Final = 1e-3
"""How far from 1 the length of a vector may be, as in `overt.template`; far above the rounding of float32."""


def exact_score(query: Vector, vector: Vector) -> float:
    """The score of two checked vectors of one dimension: about -1 (opposite) to 1 (equal)."""
    products = query.astype(np.float64) * vector.astype(np.float64)
    return math.fsum(products.tolist())


def checked_vector(vector: object, dimension: int) -> Vector:
    """The vector, when it may be scored.

    Raises:
        VectorRefused: not an array of float32, shape (dimension,), finite, of length 1.
    """
    if not isinstance(vector, np.ndarray) or vector.ndim != 1:
        raise VectorRefused("A template is not one array of numbers.")
    rows = checked_rows(vector[np.newaxis], dimension)
    return rows.reshape(dimension)


def checked_rows(vectors: object, dimension: int) -> NDArray[np.float32]:
    """The rows, when each may be scored: shape (n, dimension), contiguous.

    Raises:
        VectorRefused: as for one vector; nothing says which row, since a message holds nothing of a template.
    """
    if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
        raise VectorRefused("A template is not made of 32-bit floating-point numbers.")
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise VectorRefused(f"A template does not have the {dimension} numbers that its contract states.")
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    if not bool(np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE)):  # NaN and infinity fail this too
        raise VectorRefused("A template is not of length 1.")
    return np.ascontiguousarray(vectors)


def checked_threshold(threshold: float) -> float:
    """The threshold, when it is a finite number.

    Raises:
        ThresholdRefused: NaN or infinite; NaN would silently find nobody.
    """
    if not math.isfinite(threshold):
        raise ThresholdRefused()
    return float(threshold)
