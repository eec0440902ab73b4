"""Where a face is in a photo, as a detector found it. No attribute of the person has a place here."""

import math
from dataclasses import dataclass

Point = tuple[float, float]
"""(x, y) in pixels of the photo; x to the right, y down; the centre of the first pixel is (0, 0)."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels; may reach over the photo's edge."""

    x: float
    y: float
    width: float
    height: float

    def grown(self, share: float) -> "Box":
        """The same centre, each side moved outward by `share` of the width or height."""
        dx, dy = share * self.width, share * self.height
        return Box(self.x - dx, self.y - dy, self.width + 2 * dx, self.height + 2 * dy)

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0..1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        shared = max(across, 0.0) * max(down, 0.0)
        union = self.width * self.height + other.width * other.height - shared
        return shared / union if union > 0 else 0.0


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """One detected face.

    Args:
        box: forehead to chin.
        landmarks: right eye, left eye, nose tip, right and left mouth corner; right and left are the person's own.
        score: the detector's confidence, 0..1.
    """

    box: Box
    landmarks: tuple[Point, Point, Point, Point, Point]
    score: float

    @property
    def inter_eye_distance(self) -> float:
        """Distance of the eye centres in pixels."""
        return math.dist(self.landmarks[0], self.landmarks[1])

    def moved(self, dx: float, dy: float) -> "DetectedFace":
        """The same face in a picture whose origin lies at (-dx, -dy) of this one's."""
        box = Box(self.box.x + dx, self.box.y + dy, self.box.width, self.box.height)
        a, b, c, d, e = ((x + dx, y + dy) for x, y in self.landmarks)
        return DetectedFace(box, (a, b, c, d, e), self.score)
