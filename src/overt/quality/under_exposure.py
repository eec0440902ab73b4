"""Under-exposure prevention: how much of the face has sunk into black.

Raw: the share of the face with a brightness of at most 25 of 255 (ISO/IEC 29794-5), where detail is lost whatever the
skin; mean brightness is left out on purpose, for it marks down dark skin. Value: the logistic curve of the standard's
reference implementation, 120 (0.832 - 1 / (1 + exp(-(raw - 0.92) / 0.05))). It stays near 100 until four fifths of the
face are black; so advice goes by the raw value.
"""

import math

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_BLACK = 25
_ADVICE_ABOVE = 0.30
_HEIGHT, _TOP, _MIDDLE, _WIDTH = 120.0, 0.832, 0.92, 0.05


def measure(view: FaceView) -> Assessment:
    """Under-exposure of the face; raw a share."""
    if view.luminance is None:
        return not_assessed(Measure.UNDER_EXPOSURE_PREVENTION, "the face is too small to measure")
    raw = float(np.mean(view.luminance <= _BLACK))
    value = _HEIGHT * (_TOP - 1 / (1 + math.exp((_MIDDLE - raw) / _WIDTH)))
    return assessed(Measure.UNDER_EXPOSURE_PREVENTION, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "Much of the face is black: find more light." if raw > _ADVICE_ABOVE else None
