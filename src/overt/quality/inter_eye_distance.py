"""Inter-eye distance: how many pixels the face has.

Raw: distance of the eye centres in pixels; value: a logistic curve with its middle at 70 pixels and a width of 20
(the curve of ISO/IEC 29794-5's reference implementation). Templates need far less: advice starts under 40.
"""

import math

from overt.quality.assessment import Assessment, Measure, assessed
from overt.quality.view import FaceView

_MIDDLE, _WIDTH = 70.0, 20.0
_ADVICE_BELOW = 40.0


def measure(view: FaceView) -> Assessment:
    """Inter-eye distance; raw in pixels."""
    raw = view.face.inter_eye_distance
    value = 100 / (1 + math.exp(min((_MIDDLE - raw) / _WIDTH, 50.0)))
    advice = "The face is small: step nearer." if raw < _ADVICE_BELOW else None
    return assessed(Measure.INTER_EYE_DISTANCE, raw, value, advice)
