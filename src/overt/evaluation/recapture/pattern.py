"""Patterns finer than a camera's pixels: what is left of them after the lens and the pixel's own area.

A pattern is a sum of waves over the plane. Each wave is weakened by the lens (Gaussian blur) and by the area of a pixel
(a box) and then sampled, so that what is too fine comes back as moire. Both are known in closed form, and nothing needs
to be drawn at the size of a sub-pixel.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.recapture.plane import Field, View

Wave = NDArray[np.complex64]
FAINT = 1e-4
"""A wave of which less is left is left out: less than a tenth of a stored value, and most waves of a fine screen."""
SHIFTS = (-1 / 3, 0.0, 1 / 3)
"""Where red, green and blue lie in a pixel, as shares of the pitch."""


@dataclass(frozen=True, slots=True)
class Pixel:
    """What weakens fine patterns, in pixels of the sensor.

    Args:
        blur: the lens's, as a standard deviation.
        aperture: side of the area that one pixel covers.
    """

    blur: float
    aperture: float = 1.0


def wave(view: View, across: float, down: float, pixel: Pixel) -> Wave:
    """exp(2 pi i (across x + down y)) as each pixel sees it; `across` and `down` in cycles a millimetre."""
    x, y = view.places
    phase = np.float32(across) * x + np.float32(down) * y
    phase -= np.round(phase)
    phase *= np.float32(2 * np.pi)
    seen: Wave = np.empty(phase.shape, np.complex64)
    left = view.whole(_left(view, across, down, pixel))
    seen.real, seen.imag = left * np.cos(phase), left * np.sin(phase)
    return seen


def is_faint(view: View, across: float, down: float, pixel: Pixel) -> bool:
    """Whether nothing of a wave is left anywhere."""
    return float(np.abs(_left(view, across, down, pixel)).max()) < FAINT


def _left(view: View, across: float, down: float, pixel: Pixel) -> Field:
    """How much of a wave's height is left, 0..1, for every `COARSE`th pixel."""
    (x_column, x_row), (y_column, y_row) = view.steps
    column = np.float32(across) * x_column + np.float32(down) * y_column
    row = np.float32(across) * x_row + np.float32(down) * y_row
    left = np.exp(np.float32(-2 * np.pi**2 * pixel.blur**2) * (column**2 + row**2))
    share: Field = left * np.sinc(np.float32(pixel.aperture) * column) * np.sinc(np.float32(pixel.aperture) * row)
    return share.astype(np.float32)


def stripes(view: View, pitch: float, fill: tuple[float, float], pixel: Pixel) -> list[Field]:
    """Red, green and blue sub-pixels side by side, on average 1.

    Args:
        pitch: of a whole pixel in millimetres.
        fill: how wide and how tall a sub-pixel shines, as shares of the pitch; the rest is dark.
    """
    terms = [(1, 0), (2, 0), (3, 0), (0, 1), (0, 2), (1, 1), (1, -1)]
    lit = [np.ones((view.height, view.width), np.float32) for _ in SHIFTS]
    for across, down in terms:
        if is_faint(view, across / pitch, down / pitch, pixel):
            continue
        seen = wave(view, across / pitch, down / pitch, pixel)
        for colour, shift in zip(lit, SHIFTS, strict=True):
            colour += _part((across, down), seen, fill, np.exp(-2j * np.pi * across * shift))
    return lit


def _part(term: tuple[int, int], seen: Wave, fill: tuple[float, float], turn: complex) -> Field:
    strength = complex(2 * np.sinc(term[0] * fill[0]) * np.sinc(term[1] * fill[1]) * turn)
    part: Field = np.float32(strength.real) * seen.real - np.float32(strength.imag) * seen.imag
    return part


def dots(view: View, period: float, degrees: float, pixel: Pixel) -> Field:
    """The two crossed waves of a halftone's dots, each at most 1 high."""
    along = np.cos(np.radians(degrees)) / period, np.sin(np.radians(degrees)) / period
    crossed = np.zeros((view.height, view.width), np.float32)
    for across, down in (along, (-along[1], along[0])):
        if not is_faint(view, across, down, pixel):
            crossed += wave(view, across, down, pixel).real
    return crossed
