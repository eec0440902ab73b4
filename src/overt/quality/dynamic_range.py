"""Dynamic range: how many different brightnesses the face shows.

Raw: Shannon entropy of the 8-bit brightness histogram in bits, 0..8; value: raw / 8 of 100, as ISO/IEC 29794-5 has it.

It advises nothing, since it does not foresee a miss (docs/robustness.md).
"""

import numpy as np

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView


def measure(view: FaceView) -> Assessment:
    """Dynamic range of the face; raw in bits."""
    if view.luminance is None:
        return not_assessed(Measure.DYNAMIC_RANGE, "the face is too small to measure")
    counts = np.bincount(view.luminance.round().astype(np.int64).ravel(), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    raw = float(-(shares * np.log2(shares)).sum())
    value = 100 * raw / 8
    return assessed(Measure.DYNAMIC_RANGE, raw, value, None)
