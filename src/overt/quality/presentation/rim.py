"""Straight edges around the face: the rim of a screen, the edge of a sheet, the end of a picture.

The photo is shrunk until the face is about 32 pixels wide. On each side of the face, lines within 12 degrees of upright
or level are tried, from close to the face to three face widths away; a line is as good as the share of its length along
which brightness changes in one and the same direction. Raw: the lesser of the line below the face and the second best
of the other three. Below is demanded because a door, a window or a poster behind a person can frame a head on three
sides, but nothing crosses a person's chest from side to side. Below begins at the end of the neck: in one line with the
joints of a wall behind, the shadow of a chin or the top of a collar can be an edge.

Limitations: sees nothing when the picture fills the frame, or ends in its own colour. A counter, a car's door or the
edge of a garment below a face, with a frame behind the head, is a rim too. Edges hidden by fingers are missed, and
weak ones: a dark picture in a dark rim.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.capture.shrink import MAX_FACTOR, shrink

FACE_WIDTH: Final = 32
STEP: Final = 12.0
"""Change of brightness (of 255) from one pixel to the next that counts as an edge. Folds of clothes and the joints of a
wall out of focus are often 5, and seldom 12; rims are mostly more."""
NECK: Final = 0.15
"""How far below the face the chest begins, in face widths."""
_FAR: Final = 3.0
_SLANTS = np.tan(np.radians(np.linspace(-12, 12, 17)))
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)

Slope = NDArray[np.float32]


def measure(photo: Photo, face: DetectedFace) -> float | None:
    """How straight and whole the edges around the face are, 0..1; None when the face is too small."""
    if face.box.width < FACE_WIDTH:
        return None
    factor = min(int(face.box.width) // FACE_WIDTH, MAX_FACTOR, photo.width, photo.height)
    light = shrink(photo.pixels, factor).astype(np.float32) @ _LUMINANCE
    x, y, width, height = (each / factor for each in (face.box.x, face.box.y, face.box.width, face.box.height))
    down, across = _slopes(light), _slopes(light.T)
    middle_x, middle_y, reach = x + width / 2, y + height / 2, _FAR * width
    below = _line(down, (y + height + NECK * width, y + height + reach), middle_x, 0.9 * width)
    above = _line(down, (y - reach, y), middle_x, 0.9 * width)
    left = _line(across, (x - reach, x - 0.1 * width), middle_y, 0.8 * height)
    right = _line(across, (x + 1.1 * width, x + width + reach), middle_y, 0.8 * height)
    return min(below, sorted((above, left, right))[1])


def _slopes(light: Slope) -> Slope:
    """Change of brightness from row to row, and the greatest such change within one row."""
    change = np.zeros_like(light)
    change[1:-1] = (light[2:] - light[:-2]) / 2
    near = np.stack([change, np.roll(change, 1, 0), np.roll(change, -1, 0)])
    highest, lowest = near.max(0), near.min(0)
    slopes: Slope = np.where(highest > -lowest, highest, lowest)
    return slopes


def _line(slopes: Slope, between: tuple[float, float], middle: float, half: float) -> float:
    """The best line that crosses `middle` in a row `between` two rows, along `half` to both sides."""
    height, width = slopes.shape
    first, last = max(1, round(between[0])), min(height - 1, round(between[1]))
    columns = np.arange(max(0, round(middle - half)), min(width, round(middle + half)))
    if last <= first or not columns.size:
        return 0.0
    shifts = np.round(_SLANTS[:, None] * (columns - middle)).astype(np.int64)
    rows = np.arange(first, last)[None, :, None] + shifts[:, None, :]
    inside = (rows >= 0) & (rows < height)
    seen = slopes[rows.clip(0, height - 1), columns]
    best = max(int(np.count_nonzero(inside & (sign * seen > STEP), axis=2).max()) for sign in (1, -1))
    return min(1.0, best / (2 * half))
