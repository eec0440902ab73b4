"""A decoded photograph: pixels and nothing else.

Rules:
* No metadata has a place here, so none can travel on.
* The pixels never change and are never printed: a traceback or a log line shows the size only.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width, 3), RGB, 0..255, display orientation."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photograph in memory.

    Args:
        pixels: uint8 RGB, shape (height, width, 3), at least one pixel. A writable array is copied.

    Raises:
        ValueError: another shape or type.
    """

    pixels: Pixels = field(repr=False)

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
            raise ValueError("a photo is uint8, (height, width, 3), not empty")
        if pixels.flags.writeable or not pixels.flags.c_contiguous:
            pixels = np.array(pixels, order="C")
            pixels.flags.writeable = False
            object.__setattr__(self, "pixels", pixels)

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])
