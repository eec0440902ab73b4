"""A fine, regular pattern over the face: the grid of a screen, the dots of a halftone, and the moire of either.

Skin, hair and eyes have detail of every size in every direction; a grid has it at one size in one direction. Sixteen
windows are laid over the face. In the power spectrum of each, a place stands out by how far it exceeds its surroundings
(logarithm to base 10). Perspective moves a grid's frequency a little from window to window, so each window's best value
within `REACH` counts. Raw: the mean over the windows, at the frequency where it is highest. Noise alone gives about 1,
whatever the size of the face, for it is a mean of maxima.

Left out: slow variation (fewer than 6 cycles in a window), which is the face itself, and the axes' multiples of an
eighth of a cycle a pixel, which are JPEG's blocks.

Limitations: sees nothing of a grid that lens and pixels have averaged away, as they do with fine screens at a distance,
or of prints without dots (photographic paper, good inkjets). A veil of net, or its shadow, is a pattern too. Faces
narrower than `LEAST` pixels are not assessed.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo, Pixels

LEAST: Final = 96
SIDE: Final = 96
"""Of a window, in pixels; half of it for faces narrower than 144 pixels."""
ACROSS: Final = 4
REACH: Final = 3
OUTER, INNER = 5, 1
_COVER: Final = 0.9
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)

Spectra = NDArray[np.float32]
"""(windows, side, side), frequencies in the order of `numpy.fft`."""


def measure(photo: Photo, face: DetectedFace) -> float | None:
    """How far the most regular pattern over the face stands out; None when the face is too small or cut off."""
    side = SIDE if face.box.width >= 1.5 * SIDE else SIDE // 2  # smaller than the face, so that the windows differ
    windows = _windows(photo.pixels, face, side)
    if face.box.width < LEAST or windows is None:
        return None
    light = windows @ _LUMINANCE
    spectrum = np.fft.fft2((light - light.mean((1, 2), keepdims=True)) * _taper(side))
    power = spectrum.real**2 + spectrum.imag**2
    counting = _counting(side)
    standing_out = np.where(counting, _excess(np.log10(power + np.float32(0.01))), np.float32(-1))
    return float(_widened(standing_out).mean(0)[counting].max())


def _windows(pixels: Pixels, face: DetectedFace, side: int) -> NDArray[np.float32] | None:
    box, half = face.box, _COVER * face.box.width / 2
    columns = _starts(box.x + box.width / 2, half, pixels.shape[1], side)
    rows = _starts(box.y + box.height / 2, half, pixels.shape[0], side)
    if columns is None or rows is None:
        return None
    cut = [pixels[row : row + side, column : column + side] for row in rows for column in columns]
    return np.stack(cut).astype(np.float32)


def _starts(middle: float, half: float, size: int, side: int) -> list[int] | None:
    first, last = max(0, round(middle - half)), min(size, round(middle + half)) - side
    return None if last < first else [round(float(each)) for each in np.linspace(first, last, ACROSS)]


def _excess(values: Spectra) -> Spectra:
    """Each value less the mean of the ring around it."""
    outer, inner = (_box_sum(values, reach) for reach in (OUTER, INNER))
    return values - (outer - inner) / np.float32((2 * OUTER + 1) ** 2 - (2 * INNER + 1) ** 2)


def _box_sum(values: Spectra, reach: int) -> Spectra:
    return _around(values, reach, np.add)


def _widened(values: Spectra) -> Spectra:
    """The greatest value within `REACH` along both axes."""
    return _around(values, REACH, np.maximum)


def _around(values: Spectra, reach: int, joined: np.ufunc) -> Spectra:
    """Every value joined with all within `reach` along both axes; frequencies go round."""
    for axis in (1, 2):
        size = values.shape[axis]
        wide = np.pad(values, [(reach, reach) if each == axis else (0, 0) for each in range(3)], mode="wrap")
        shifted = [_part(wide, axis, at, size) for at in range(2 * reach + 1)]
        values = shifted[0].copy()
        for each in shifted[1:]:
            joined(values, each, out=values)
    return values


def _part(values: Spectra, axis: int, at: int, size: int) -> Spectra:
    return values[:, at : at + size] if axis == 1 else values[:, :, at : at + size]


@cache
def _taper(side: int) -> NDArray[np.float32]:
    """A Hann window."""
    edge = np.hanning(side + 2)[1:-1]
    return np.outer(edge, edge).astype(np.float32)


@cache
def _counting(side: int) -> NDArray[np.bool_]:
    """The frequencies that count: neither the face's own nor JPEG's."""
    cycles = np.fft.fftfreq(side)
    across, down = np.meshgrid(cycles, cycles)
    blocks_across, blocks_down = (np.abs(8 * each - np.round(8 * each)) < 8.5 / side for each in (across, down))
    level, upright = (np.abs(each) < 1.5 / side for each in (down, across))
    counts: NDArray[np.bool_] = (
        (np.hypot(across, down) > 6 / side) & ~(level & blocks_across) & ~(upright & blocks_down)
    )
    return counts
