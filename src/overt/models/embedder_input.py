"""An aligned face as an embedder's input tensor, as the contract says."""

import numpy as np
from numpy.typing import NDArray

from overt.capture.photo import Pixels
from overt.template.contract import Input


def tensor(aligned: Pixels, rule: Input) -> NDArray[np.float32]:
    """(1, 3, side, side) float32: channels in the contract's order, (pixel - mean) / divisor.

    Args:
        aligned: (side, side, 3) uint8 RGB.

    Raises:
        ValueError: another side than the contract's.
    """
    if aligned.shape != (rule.side, rule.side, 3):
        raise ValueError("the aligned face has another size than the contract's")
    ordered = aligned if rule.colour == "rgb" else aligned[:, :, ::-1]
    mean = np.array([float(text) for text in rule.mean], np.float32)
    divisor = np.array([float(text) for text in rule.divisor], np.float32)
    scaled = (ordered.astype(np.float32) - mean) / divisor
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])
