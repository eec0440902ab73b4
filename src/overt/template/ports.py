"""What the template stage needs from a model runtime. `overt.models` fills these; tests fill them with simulators."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace
from overt.capture.photo import Pixels


class FaceDetector(Protocol):
    """Finds faces. Safe to call from several threads."""

    def detect(self, pixels: Pixels, longest_side: int, *, enlarge: bool = False) -> tuple[DetectedFace, ...]:
        """All faces of a picture, in its own pixel units, in no particular order.

        Args:
            pixels: (height, width, 3) uint8 RGB.
            longest_side: the picture is looked at with its longest side shrunk to this.
            enlarge: a smaller picture is enlarged to it.
        """
        ...


class FaceEmbedder(Protocol):
    """Turns an aligned face into numbers. Safe to call from several threads."""

    def embed(self, aligned: Pixels) -> NDArray[np.float32]:
        """The embedding, shape (dimension,), any length.

        Args:
            aligned: (side, side, 3) uint8 RGB, as `align.py` makes it; the side is the contract's.
        """
        ...
