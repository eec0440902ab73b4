"""Illumination uniformity: whether both halves of the face are lit alike.

Raw: how much the brightness histograms of the left and the right half overlap, 0..1 (sum of the smaller shares, in 32
bins; the standard's reference has 256 and two smaller areas beside the nose, found with more landmarks than there are
here). Value: 100 times raw to the power 0.3, as that has it.

Limitations: a turned head, hair or a scarf on one side reads as uneven light.
"""

import numpy as np
from numpy.typing import NDArray

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_BINS = 32
_ADVICE_BELOW = 0.30
_POWER = 0.3


def measure(view: FaceView) -> Assessment:
    """Illumination uniformity of the face; raw a share."""
    light = view.luminance
    if light is None:
        return not_assessed(Measure.ILLUMINATION_UNIFORMITY, "the face is too small to measure")
    half = light.shape[1] // 2
    raw = float(np.minimum(_histogram(light[:, :half]), _histogram(light[:, -half:])).sum())
    value = 100 * raw**_POWER
    return assessed(Measure.ILLUMINATION_UNIFORMITY, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "One side of the face is in shadow: turn so that light falls evenly." if raw < _ADVICE_BELOW else None


def _histogram(light: NDArray[np.float32]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.histogram(light, bins=_BINS, range=(0, 256))[0] / light.size
    return shares
