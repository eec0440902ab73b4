"""Stored values and light: the sRGB curve (IEC 61966-2-1) both ways, and block means."""

import numpy as np
from numpy.typing import NDArray

from overt.capture.photo import Pixels

Light = NDArray[np.float32]
"""(height, width, 3) in linear light; 1 is the white of a well exposed picture, and more may come."""

_CURVE = np.arange(256) / 255
_LINEAR = np.where(_CURVE <= 0.04045, _CURVE / 12.92, ((_CURVE + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_light(pixels: Pixels) -> Light:
    """Linear light of stored values."""
    light: Light = _LINEAR[pixels]
    return light


def curved(light: Light) -> Light:
    """Stored values of linear light, 0 to 255, not rounded; more than white is white."""
    held = light.clip(0, 1)
    low, high = 12.92 * held, 1.055 * held ** np.float32(1 / 2.4) - np.float32(0.055)
    values: Light = np.where(held <= np.float32(0.0031308), low, high).astype(np.float32) * 255
    return values


def block_mean(light: Light, factor: int) -> Light:
    """Shrunk by a whole factor; rows and columns that fill no block are left out."""
    rows, columns = (side // factor * factor for side in light.shape[:2])
    # One strided sum for each place in a block: five times as fast as a mean over two axes.
    places = [(row, column) for row in range(factor) for column in range(factor)]
    total: Light = np.add.reduce([light[row:rows:factor, column:columns:factor] for row, column in places])
    return total / np.float32(factor**2)


def doubled(light: Light) -> Light:
    """Twice as wide and high, bilinear; the middle of the picture stays its middle."""
    for axis in (0, 1):
        before, here, after = _neighbours(light, axis)
        both = np.stack([(3 * here + before) / 4, (3 * here + after) / 4], axis=axis + 1)
        light = both.reshape(*(2 * side if each == axis else side for each, side in enumerate(light.shape)))
    return light


def softened(light: Light, sigma: float) -> Light:
    """Blurred by a Gaussian of `sigma` pixels; edges continue."""
    if sigma < 0.15:
        return light
    reach = max(1, round(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padded = np.pad(light, [(reach, reach) if each == axis else (0, 0) for each in range(light.ndim)], mode="edge")
        total = weights[0] * _part(padded, axis, 0, light.shape[axis])
        for shift, weight in enumerate(weights[1:], 1):
            total += weight * _part(padded, axis, shift, light.shape[axis])
        light = total
    return light


def _neighbours(light: Light, axis: int) -> tuple[Light, Light, Light]:
    padded = np.pad(light, [(1, 1) if each == axis else (0, 0) for each in range(light.ndim)], mode="edge")
    before, here, after = (_part(padded, axis, shift, light.shape[axis]) for shift in range(3))
    return before, here, after


def _part(padded: Light, axis: int, start: int, size: int) -> Light:
    return padded[start : start + size] if axis == 0 else padded[:, start : start + size]
