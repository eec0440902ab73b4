"""Head pose, yaw: turned left or right.

Raw: degrees, with the signs and the limits of accuracy of `pose.py`; value: 100 times the squared cosine
(ISO/IEC 29794-5).

Heads that read up to 45 degrees were missed no more often than frontal ones (docs/robustness.md), so nothing is advised
of them. Further than that the landmarks become guesses and the calibration does not reach: there the advice begins.
"""

import math

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.pose import pose_of
from overt.quality.view import FaceView

_ADVICE_ABOVE = 45.0
_ADVICE = "The head is turned to the side: ask the person to face the camera."


def measure(view: FaceView) -> Assessment:
    """Head pose, yaw; raw in degrees."""
    pose = pose_of(view.face.landmarks)
    if pose is None:
        return not_assessed(Measure.HEAD_POSE_YAW, "the landmarks fall together")
    value = 100 * max(math.cos(math.radians(pose.yaw)), 0.0) ** 2
    return assessed(Measure.HEAD_POSE_YAW, pose.yaw, value, advice(pose.yaw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return _ADVICE if abs(raw) > _ADVICE_ABOVE else None
