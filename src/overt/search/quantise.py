"""One byte a dimension, and how far its dot product can be from the true one.

Rules:
* A vector x becomes codes c in [-127, 127] and a scale s with x' = s c. The scale is the row's own (max|x_i| / 127),
  so no row can be clipped and no later row changes an earlier one.
* The residual |x - x'| is stored with the row and rounded up. For q and x with approximations q', x':
      q.x = q'.x' + (q - q').x + q'.(x - x')
  so by Cauchy and Schwarz  |q.x - q'.x'| <= |q - q'| |x| + |q'| |x - x'|.  See `docs/search.md`.
* `SLACK` covers every float64 rounding on the way, so that the bound holds for the computed numbers too.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.search.score import UNIT_TOLERANCE

LEVELS: Final = 127
SLACK: Final = 1e-9
"""Far above the rounding of some hundred float64 operations on numbers near 1 (about 1e-13)."""
_CHUNK: Final = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Quantised:
    """n vectors: `codes` int8 (n, dim); `scales` and `residuals` float64 (n,), lengths in the vector's unit."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float64]
    residuals: NDArray[np.float64]


def quantise(vectors: NDArray[np.float32]) -> Quantised:
    """Codes, scales and residuals of checked rows, shape (n, dim). Works in chunks: no float64 copy of everything."""
    count, dimension = vectors.shape
    out = Quantised(np.empty((count, dimension), np.int8), np.empty(count), np.empty(count))
    for start in range(0, count, _CHUNK):
        part = slice(start, start + _CHUNK)
        wide = vectors[part].astype(np.float64)
        scale = np.abs(wide).max(axis=1) / LEVELS
        codes = np.rint(wide / scale[:, np.newaxis])
        gap = wide - codes * scale[:, np.newaxis]
        out.codes[part] = codes
        out.scales[part] = scale
        out.residuals[part] = np.sqrt(np.einsum("ij,ij->i", gap, gap)) + SLACK / 4
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One quantised probe: `codes` int8 (1, dim), its `scale`, its `length` |q'| and its own `residual` |q - q'|."""

    codes: NDArray[np.int8]
    scale: float
    length: float
    residual: float

    @classmethod
    def of(cls, vector: NDArray[np.float32]) -> "Query":
        """The query for one checked vector, shape (dim,)."""
        one = quantise(vector[np.newaxis])
        scale = float(one.scales[0])
        length = scale * float(np.linalg.norm(one.codes[0].astype(np.float64)))
        return cls(one.codes, scale, length, float(one.residuals[0]))

    def bounds(
        self, products: NDArray[np.int32], scales: NDArray[np.float64], residuals: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Approximate scores q'.x' and the largest possible error of each; both (n,).

        `products` are the integer dot products of the codes, exact in int32 up to 133,000 dimensions.
        """
        middle = products * scales
        middle *= self.scale
        error = residuals * self.length
        error += self.residual * (1.0 + UNIT_TOLERANCE) + SLACK
        return middle, error
