"""Head pose, pitch: pointing up or down.

Raw: degrees, with the signs and the limits of accuracy of `pose.py`; value: 100 times the squared cosine
(ISO/IEC 29794-5).

Where advice starts: no undegraded photograph of LFW reads more than 15
(docs/robustness.md).
"""

import math

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.pose import pose_of
from overt.quality.view import FaceView

_ADVICE_ABOVE = 15.0
_ADVICE = "The head points up or down: hold the phone at the height of the face."


def measure(view: FaceView) -> Assessment:
    """Head pose, pitch; raw in degrees."""
    pose = pose_of(view.face.landmarks)
    if pose is None:
        return not_assessed(Measure.HEAD_POSE_PITCH, "the landmarks fall together")
    value = 100 * max(math.cos(math.radians(pose.pitch)), 0.0) ** 2
    return assessed(Measure.HEAD_POSE_PITCH, pose.pitch, value, advice(pose.pitch))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return _ADVICE if abs(raw) > _ADVICE_ABOVE else None
