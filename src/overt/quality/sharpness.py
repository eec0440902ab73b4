"""Sharpness: how much fine detail the face has at the size at which templates are made.

Raw: a quarter of the mean size of the Laplacian over the standard deviation of brightness, at a common face width, so
that low contrast or dark skin is not read as blur. Sharp portraits give 0.04 to 0.1. A Gaussian blur with a standard
deviation of two hundredths of the face's width gives about 0.02: there the template has moved to a cosine of 0.9 from
that of the sharp photo, and advice starts.

Limitations: noise reads as sharpness; a screen or a print photographed sharply is sharp.
"""

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_WORST, _BEST = 0.005, 0.06
_ADVICE_BELOW = 0.02


def measure(view: FaceView) -> Assessment:
    """Sharpness of the face; raw without unit."""
    light = view.luminance
    if light is None:
        return not_assessed(Measure.SHARPNESS, "the face is too small to measure")
    spread = float(light.std())
    if spread < 1.0:
        return not_assessed(Measure.SHARPNESS, "the face has no detail to measure")
    middle = light[1:-1, 1:-1]
    laplacian = 4 * middle - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    raw = float(np.abs(laplacian).mean()) / (4 * spread)
    value = 100 * (raw - _WORST) / (_BEST - _WORST)
    advice = "The face is blurred: hold still, wipe the lens, and take it again." if raw < _ADVICE_BELOW else None
    return assessed(Measure.SHARPNESS, raw, value, advice)
