"""Head pose, roll: leaning to one side.

Raw: degrees, with the signs and the limits of accuracy of `pose.py`; value: 100 times the squared cosine
(ISO/IEC 29794-5).

Where advice starts: the landmarks of a leaning head follow it only half way: one that leans by 45 degrees reads 15
(docs/robustness.md).
"""

import math

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.pose import pose_of
from overt.quality.view import FaceView

_ADVICE_ABOVE = 10.0
_ADVICE = "The head leans to one side: hold the phone straight to the face."


def measure(view: FaceView) -> Assessment:
    """Head pose, roll; raw in degrees."""
    pose = pose_of(view.face.landmarks)
    if pose is None:
        return not_assessed(Measure.HEAD_POSE_ROLL, "the landmarks fall together")
    value = 100 * max(math.cos(math.radians(pose.roll)), 0.0) ** 2
    return assessed(Measure.HEAD_POSE_ROLL, pose.roll, value, advice(pose.roll))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return _ADVICE if abs(raw) > _ADVICE_ABOVE else None
