"""Half a byte a dimension, and how far a score can be from what it says.

Rules:
* A rotated vector x becomes codes c in 0..15, each of which stands for the odd level 2c - 15. The levels together are a
  direction u; the angle between x and u is stored with the row, rounded up (`angles`, in steps of `STEP`).
* Angles obey the triangle inequality on the sphere: angle(v, u) <= angle(v, q) + angle(q, x) + angle(x, u) for the
  probe q and its own coded direction v. So a row whose u is further from v than arccos(t) plus both coding angles
  scores below t, and is passed over. Every other row gets its defined score. Nobody is missed (docs/search.md).
* This is tighter than the bound by Cauchy and Schwarz, which adds lengths where this adds angles.
* A row that cannot be coded within `MOST` is never passed over.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.search.rotation import rotated
from overt.search.score import UNIT_TOLERANCE

STEP: Final = 0.001
"""Radians in one step of `angles`."""
ALWAYS: Final = 255
MOST: Final = (ALWAYS - 1) * STEP
SLACK: Final = 1e-6
"""Radians added for all rounding in float64: an arc cosine loses half of the digits near 1, which leaves about 1e-8."""
LEVELS: Final = 127
SCALES: Final = np.array([0.125, 0.1375, 0.15, 0.1625, 0.175, 0.19, 0.21])
"""Half steps between levels, in standard deviations of the vector's numbers; the best of them for each row."""
FEW = 512
"""So many rows are coded, and compared, without the compiled loops, which a process needs a second to load."""
_FLOAT32: Final = 1e-6
"""Relative; far above the rounding of three float32 operations."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """n vectors.

    Args:
        codes: uint8 (n, width / 2): dimension j in the low half of byte j, dimension j + width / 2 in its high half.
        lengths: float32 (n,): of the levels.
        angles: uint8 (n,): between vector and levels, in steps of `STEP`.
    """

    codes: NDArray[np.uint8]
    lengths: NDArray[np.float32]
    angles: NDArray[np.uint8]

    def __getitem__(self, part: slice) -> "Coded":
        """Some of them, as views."""
        return Coded(self.codes[part], self.lengths[part], self.angles[part])


def coded(vectors: NDArray[np.float32]) -> Coded:
    """Of checked rows, shape (n, dim)."""
    wide = rotated(vectors)
    if len(vectors) <= FEW:
        codes, lengths, cosines = _encoded(wide)
    else:
        from overt.search.kernel import encode  # compiled: who enrols a few does not wait for the compiler

        codes = np.empty((len(wide), wide.shape[1] // 2), np.uint8)
        lengths, cosines = np.empty(len(wide), np.float32), np.empty(len(wide))
        encode(wide, codes, lengths, cosines)
    steps = np.ceil((np.arccos(np.minimum(cosines, 1.0)) + SLACK) / STEP)
    return Coded(codes, lengths, np.minimum(steps, ALWAYS).astype(np.uint8))


def _encoded(wide: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float64]]:
    """What `kernel.encode` does, without a compiler."""
    half, rows = wide.shape[1] // 2, np.arange(len(wide))
    sizes = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    per_step = 0.5 / (SCALES[:, np.newaxis] * sizes / math.sqrt(wide.shape[1]))
    levels = 2 * np.clip(np.floor(wide * per_step[:, :, np.newaxis]), -8, 7) + 1
    lengths = np.sqrt(np.einsum("sij,sij->si", levels, levels))
    cosines = np.einsum("sij,ij->si", levels, wide) / (lengths * sizes)
    best = np.argmax(cosines, axis=0)
    nibbles = ((levels[best, rows] + 15) / 2).astype(np.uint8)
    codes = nibbles[:, :half] | (nibbles[:, half:] << 4)
    return codes, lengths[best, rows].astype(np.float32), cosines[best, rows]


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """One probe as the scan sees it.

    Args:
        numbers: int8 (width,), -127..127: the direction v.
        offset: 15 times their sum; twice the product of codes and numbers less this is that of levels and numbers.
        length: of v; angle: between the probe and v, in radians, rounded up; norm: the probe's own length.
    """

    numbers: NDArray[np.int8]
    offset: int
    length: float
    angle: float
    norm: float

    @classmethod
    def of(cls, vector: NDArray[np.float32]) -> "Coarse":
        """For one checked vector, shape (dim,)."""
        wide = rotated(vector[np.newaxis])[0]
        numbers = np.rint(wide * (LEVELS / np.abs(wide).max()))
        length, norm = float(np.linalg.norm(numbers)), float(np.linalg.norm(wide))
        angle = math.acos(min(1.0, float(numbers @ wide) / (length * norm))) + SLACK
        return cls(numbers.astype(np.int8), int(15 * numbers.sum()), length, angle, norm)

    def limits(self, threshold: float) -> NDArray[np.float32]:
        """The least product of levels and numbers, over the levels' length, that may reach a score; (256,) by `angles`.

        Args:
            threshold: the score; minus infinity lets everybody pass.
        """
        steps = np.arange(ALWAYS + 1)
        # The cosine belongs to a score; rows need not be exactly as long as 1.
        stretch = 1 + UNIT_TOLERANCE if threshold > 0 else 1 - UNIT_TOLERANCE
        cosine = threshold / (self.norm * stretch)
        away = math.acos(min(1.0, max(-1.0, cosine))) + self.angle + steps * STEP + SLACK
        least = self.length * np.cos(np.minimum(away, math.pi))
        least -= _FLOAT32 * np.abs(least) + _FLOAT32
        never_below = (away >= math.pi) | (steps == ALWAYS) | (cosine <= -1.0)
        return np.where(never_below, -np.inf, least).astype(np.float32)
