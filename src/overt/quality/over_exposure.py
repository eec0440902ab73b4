"""Over-exposure prevention: how much of the face has burnt out to white.

Raw: the share of the face with a brightness of at least 247 of 255 (ISO/IEC 29794-5).
"""

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_WHITE = 247
_ADVICE_ABOVE = 0.15


def measure(view: FaceView) -> Assessment:
    """Over-exposure of the face; raw a share."""
    if view.luminance is None:
        return not_assessed(Measure.OVER_EXPOSURE_PREVENTION, "the face is too small to measure")
    raw = float(np.mean(view.luminance >= _WHITE))
    advice = "Much of the face is glaring white: turn away from the light." if raw > _ADVICE_ABOVE else None
    return assessed(Measure.OVER_EXPOSURE_PREVENTION, raw, 100 * (1 - raw), advice)
