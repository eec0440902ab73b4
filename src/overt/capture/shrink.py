"""Shrink a picture by a whole factor: each output pixel is the rounded mean of a block.

In integers, so that it gives the same bytes on every machine; it is part of the template contract.
"""

import numpy as np

from overt.capture.photo import Pixels

MAX_FACTOR = 256  # 256 x 256 blocks of 255 fit in uint32 with room to spare


def shrink(pixels: Pixels, factor: int) -> Pixels:
    """Block mean.

    Args:
        pixels: (height, width, 3) uint8, each side at least `factor`.
        factor: 1..`MAX_FACTOR`; rows and columns that do not fill a block at the end are left out.

    Returns:
        (height // factor, width // factor, 3) uint8.

    Raises:
        ValueError: the factor is out of range or larger than a side.
    """
    if not 1 <= factor <= min(MAX_FACTOR, *pixels.shape[:2]):
        raise ValueError("the factor must be at least 1 and at most each side")
    if factor == 1:
        return pixels
    rows, columns = pixels.shape[0] // factor, pixels.shape[1] // factor
    part = pixels[: rows * factor, : columns * factor]
    total = np.zeros((rows, columns * factor, 3), np.uint32)
    for row in range(factor):
        total += part[row::factor]
    block = np.zeros((rows, columns, 3), np.uint32)
    for column in range(factor):
        block += total[:, column::factor]
    area = factor * factor
    return ((block + area // 2) // area).astype(np.uint8)
