"""Where the lids of both eyes are: what `eyes_open.py` measures, and the port that finds it.

`overt.models` fills the port; tests fill it with drawn points. Nothing of an iris is kept here, nor the way somebody
looks: two curves an eye are enough to say whether it is open.
"""

from dataclasses import dataclass
from typing import Protocol

from overt.capture.face import DetectedFace, Point
from overt.capture.photo import Pixels


@dataclass(frozen=True, slots=True)
class Lids:
    """The edges of one eye's lids in pixels of the photo.

    Args:
        upper, lower: as many points each, from the outer to the inner corner; the n-th of one lies across the n-th of
            the other.

    Raises:
        ValueError: no points, or more of one than of the other.
    """

    upper: tuple[Point, ...]
    lower: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not self.upper or len(self.upper) != len(self.lower):
            raise ValueError("as many points of the upper lid as of the lower, and at least one")


Eyes = tuple[Lids, Lids]
"""The person's right eye, then the left one."""


class LidFinder(Protocol):
    """Finds lids. Safe to call from several threads."""

    def lids(self, pixels: Pixels, face: DetectedFace) -> Eyes | None:
        """The lids of one face; None when its landmarks fall together.

        Args:
            pixels: (height, width, 3) uint8 RGB.
        """
        ...
