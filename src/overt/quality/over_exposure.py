"""Over-exposure prevention: how much of the face has burnt out to white.

Raw: the share of the face with a brightness of at least 247 of 255 (ISO/IEC 29794-5). Value: 1 / (raw + 0.01), as
its reference implementation has it: 100 for none, 50 for one hundredth, 9 for a tenth.
"""

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_WHITE = 247
_ADVICE_ABOVE = 0.15
_NONE = 0.01


def measure(view: FaceView) -> Assessment:
    """Over-exposure of the face; raw a share."""
    if view.luminance is None:
        return not_assessed(Measure.OVER_EXPOSURE_PREVENTION, "the face is too small to measure")
    raw = float(np.mean(view.luminance >= _WHITE))
    value = 1 / (raw + _NONE)
    return assessed(Measure.OVER_EXPOSURE_PREVENTION, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "Much of the face is glaring white: turn away from the light." if raw > _ADVICE_ABOVE else None
