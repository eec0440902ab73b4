"""Sharpness: how much fine detail the face has at the size at which templates are made.

Raw: a quarter of the mean size of the Laplacian over the standard deviation of brightness, at a common face width, so
that low contrast or dark skin is not read as blur. Sharp portraits give 0.04 to 0.1. A Gaussian blur with a standard
deviation of two hundredths of the face's width gives about 0.02: there the template has moved to a cosine of 0.9 from
that of the sharp photo. Blur by motion leaves more: at a fifth of the face's width half of the mated comparisons are
lost, and it reads 0.025 (docs/robustness.md). Advice starts at 0.028, where 1 in 100 press photographs has it.

Grain of a sensor in the dark reads as detail, far beyond that of any sharp face: of 1,282 photographs none read above
0.14, of noisy ones that lost half of their mated comparisons none below 0.2 (docs/robustness.md). So the value falls
again above 0.15, and advice starts at 0.2.

Limitations: less grain than that still reads as sharpness; a screen or a print photographed sharply is sharp.
"""

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_WORST, _BEST = 0.005, 0.06
_GRAINY, _ALL_GRAIN = 0.15, 0.40
_ADVICE_BELOW, _ADVICE_ABOVE = 0.028, 0.20


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
    return assessed(Measure.SHARPNESS, raw, scaled(raw), advice(raw))


def scaled(raw: float) -> float:
    """0 (worst) to 100 (best) and beyond: it rises with detail and falls with grain."""
    detail = (raw - _WORST) / (_BEST - _WORST)
    clean = (_ALL_GRAIN - raw) / (_ALL_GRAIN - _GRAINY)
    return 100 * min(detail, clean)


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    if raw > _ADVICE_ABOVE:
        return "The photo is grainy: find more light, and take it again."
    return "The face is blurred: hold still, wipe the lens, and take it again." if raw < _ADVICE_BELOW else None
