"""Eyes open: how far the more closed of both eyes is open.

Raw: the greatest distance of upper and lower lid, of the eye where it is smaller, in distances from the middle of the
eyes to the chin. Value: a logistic curve with its middle at 0.02 and a width of 0.01. Both are those of
ISO/IEC 29794-5's reference implementation, but for the chin: five landmarks show none, so it is taken to lie `_CHIN`
times as far below the eyes as the mouth does. On 108 portraits a mesh of the whole face put it at 1.72 to 1.87 times.

Where advice starts, what it sees and how often it is wrong, by group: docs/robustness.md. Without a model of lids
(`lids.py`) it is not assessed.

Limitations: a narrowed eye and one that looks down read as half closed; somebody with one eye, or one lid that hangs,
is advised each time. Of a head turned away one eye is seen edge on, and nothing is assessed. With few pixels between
the eyes an eye has too few rows to tell. Dark lenses and hair hide the lids, and what is read then is a guess. It is a
quality of the photograph and of its moment, not of the person.
"""

import math
from typing import Final

from overt.capture.face import DetectedFace, Point
from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.lids import Lids
from overt.quality.pose import pose_of
from overt.quality.view import FaceView

LEAST: Final = 16.0
"""Pixels between the eyes."""
MOST_YAW: Final = 45.0
"""Degrees. Of 30 photographs (of 2,000) that read as closed 8 were turned further, and in none of those were they."""
ADVICE_BELOW: Final = 0.025
_CHIN: Final = 1.75
_MIDDLE, _WIDTH = 0.02, 0.01


def measure(view: FaceView) -> Assessment:
    """Eyes open; raw in distances from the eyes to the chin."""
    if view.lids is None:
        return not_assessed(Measure.EYES_OPEN, "no model of eyelids has seen the face")
    pose, height = pose_of(view.face.landmarks), eyes_to_chin(view.face)
    if pose is None or height <= 0 or view.face.inter_eye_distance < LEAST:
        return not_assessed(Measure.EYES_OPEN, "the face is too small to measure")
    if abs(pose.yaw) > MOST_YAW:
        return not_assessed(Measure.EYES_OPEN, "the head is turned too far to see both eyes")
    raw = min(_opening(eye) for eye in view.lids) / height
    value = 100 / (1 + math.exp(min((_MIDDLE - raw) / _WIDTH, 50.0)))
    return assessed(Measure.EYES_OPEN, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "The eyes seem closed: take it again with open eyes." if raw < ADVICE_BELOW else None


def eyes_to_chin(face: DetectedFace) -> float:
    """Pixels, by the mouth; see above."""
    right, left, _, mouth_right, mouth_left = face.landmarks
    return _CHIN * math.dist(_middle(right, left), _middle(mouth_right, mouth_left))


def _opening(eye: Lids) -> float:
    return max(math.dist(above, below) for above, below in zip(eye.upper, eye.lower, strict=True))


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
