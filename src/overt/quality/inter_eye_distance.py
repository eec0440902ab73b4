"""Inter-eye distance: how many pixels the face has.

Raw: distance of the eye centres in pixels; value: a logistic curve with its middle at 70 pixels and a width of 20
(the curve of ISO/IEC 29794-5's reference implementation). Templates need far less: faces of
40 pixels, with 18 between the eyes, are missed hardly more often than large ones, and those of 60 pixels no more
(docs/robustness.md); advice starts in between.
"""

import math

from overt.quality.assessment import Assessment, Measure, assessed
from overt.quality.view import FaceView

_MIDDLE, _WIDTH = 70.0, 20.0
_ADVICE_BELOW = 24.0


def measure(view: FaceView) -> Assessment:
    """Inter-eye distance; raw in pixels."""
    raw = view.face.inter_eye_distance
    value = 100 / (1 + math.exp(min((_MIDDLE - raw) / _WIDTH, 50.0)))
    return assessed(Measure.INTER_EYE_DISTANCE, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "The face is small: step nearer." if raw < _ADVICE_BELOW else None
