"""Dynamic range: how many different brightnesses the face shows.

Raw: Shannon entropy of the 8-bit brightness histogram in bits, 0..8; value: raw / 8 of 100, as ISO/IEC 29794-5 has it.

It foresees misses in too much light, where brightnesses run together, and none in too little (docs/robustness.md).
"""

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_ADVICE_BELOW = 4.8


def measure(view: FaceView) -> Assessment:
    """Dynamic range of the face; raw in bits."""
    if view.luminance is None:
        return not_assessed(Measure.DYNAMIC_RANGE, "the face is too small to measure")
    counts = np.bincount(view.luminance.round().astype(np.int64).ravel(), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    raw = float(-(shares * np.log2(shares)).sum())
    value = 100 * raw / 8
    return assessed(Measure.DYNAMIC_RANGE, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "The face shows little contrast: find even, softer light." if raw < _ADVICE_BELOW else None
