"""Lids drawn with the landmarks: a `LidFinder` without a model."""

import math
from dataclasses import dataclass

import numpy as np

from overt.capture.face import DetectedFace, Point
from overt.capture.photo import Pixels
from overt.quality.eyes_open import eyes_to_chin
from overt.quality.lids import Eyes, Lids


@dataclass(frozen=True)
class DrawnLids:
    """Both eyes open by this share of the distance from eyes to chin; `other`: the left one, where it differs."""

    opening: float
    other: float | None = None

    def lids(self, pixels: Pixels, face: DetectedFace) -> Eyes:
        right, left = face.landmarks[:2]
        other = self.opening if self.other is None else self.other
        return _eye(face, right, self.opening), _eye(face, left, other)


def _eye(face: DetectedFace, centre: Point, opening: float) -> Lids:
    """Two parabolas that meet in the corners, level with the line of the eyes."""
    (x0, y0), (x1, y1) = face.landmarks[:2]
    unit = math.hypot(x1 - x0, y1 - y0)
    along = np.array([x1 - x0, y1 - y0]) / unit
    across = np.array([-along[1], along[0]])
    places = np.linspace(-1, 1, 9)[1:-1]
    bow = (1 - places**2) * opening * eyes_to_chin(face) / 2
    level = np.asarray(centre) + np.outer(places * 0.24 * unit, along)
    upper, lower = (level + np.outer(sign * bow, across) for sign in (-1, 1))
    return Lids(*(tuple((float(x), float(y)) for x, y in rows) for rows in (upper, lower)))
