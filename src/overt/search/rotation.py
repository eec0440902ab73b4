"""A fixed rotation, so that every number of a template carries about as much as every other.

Rules:
* It is drawn once from a seed in this file, for the dimension's next multiple of `WIDE`; vectors are filled up with
  zeros. An orthogonal map changes no angle, so scores are those of the unrotated vectors.
* Codes made under one rotation mean nothing under another: whoever stores them stores `digest` beside them.

Source: random rotations before scalar quantisation, as in Gao and Long 2024 ("RaBitQ"); here with a proven bound.
"""

import hashlib
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDE: Final = 128
"""Dimensions in one step of the scan."""
_SEED: Final = 20_261_129

Wide = NDArray[np.float64]


def width_of(dimension: int) -> int:
    """How many numbers a rotated vector has."""
    return -(-dimension // WIDE) * WIDE


@cache
def rotation(dimension: int) -> Wide:
    """(dimension, width): its rows are orthogonal, of length 1 to about 1e-15. Read only."""
    width = width_of(dimension)
    drawn = np.random.default_rng((_SEED, width)).standard_normal((width, width))
    turned: Wide = np.ascontiguousarray(np.linalg.qr(drawn).Q[:dimension])
    turned.flags.writeable = False
    return turned


@cache
def digest(dimension: int) -> bytes:
    """32 bytes; differs where a library rounds differently."""
    return hashlib.sha256(rotation(dimension).tobytes()).digest()


def rotated(vectors: NDArray[np.float32]) -> Wide:
    """(n, width) of (n, dimension). In float64: the error, about 1e-15, is far below `nibbles.SLACK`."""
    wide: Wide = vectors.astype(np.float64) @ rotation(vectors.shape[1])
    return wide
