"""What the measures look at: the face's place in the photo and its brightness at a common size."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo, Pixels
from overt.capture.shrink import shrink
from overt.quality.lids import Eyes, LidFinder

FACE_WIDTH = 64
"""Every face is brought to this width before its light and detail are measured, so that values can be compared."""

LEAST_WIDTH = 16


@dataclass(frozen=True, slots=True, eq=False)
class FaceView:
    """One face of one photo.

    Args:
        width, height: of the photo in pixels.
        luminance: of the inner face box, `FACE_WIDTH` wide, float32 0..255 (ITU-R BT.709 weights on the stored values);
            None when less than `LEAST_WIDTH` pixels of the box lie in the photo.
        lids: of both eyes; None when there is no model of them.
    """

    width: int
    height: int
    face: DetectedFace
    luminance: NDArray[np.float32] | None = field(repr=False)
    lids: Eyes | None = None


def view_of(photo: Photo, face: DetectedFace, finder: LidFinder | None = None) -> FaceView:
    """Look at one face, and with a `finder` at its lids."""
    lids = finder.lids(photo.pixels, face) if finder is not None else None
    return FaceView(photo.width, photo.height, face, _luminance(photo, face), lids)


def _luminance(photo: Photo, face: DetectedFace) -> NDArray[np.float32] | None:
    box = face.box.grown(-0.08)  # hair and background at the edges of the box are not the face
    x0, x1 = (int(v) for v in np.clip([box.x, box.x + box.width], 0, photo.width))
    y0, y1 = (int(v) for v in np.clip([box.y, box.y + box.height], 0, photo.height))
    if min(x1 - x0, y1 - y0) < LEAST_WIDTH:
        return None
    part = photo.pixels[y0:y1, x0:x1]
    light = _weighted(shrink(part, max(1, min(part.shape[1] // FACE_WIDTH, part.shape[0]))))
    rows = max(1, round(light.shape[0] * FACE_WIDTH / light.shape[1]))
    resized = _between(light.shape[0], rows) @ light @ _between(light.shape[1], FACE_WIDTH).T
    return resized.astype(np.float32)


def _weighted(pixels: Pixels) -> NDArray[np.float32]:
    red, green, blue = (pixels[:, :, channel].astype(np.float32) for channel in range(3))
    light: NDArray[np.float32] = np.float32(0.2126) * red + np.float32(0.7152) * green + np.float32(0.0722) * blue
    return light


def _between(given: int, wanted: int) -> NDArray[np.float32]:
    """(wanted, given): linear interpolation along one axis as a matrix."""
    at = ((np.arange(wanted) + 0.5) * given / wanted - 0.5).clip(0, given - 1)
    low = np.minimum(np.floor(at).astype(np.int64), max(given - 2, 0))
    weights = np.zeros((wanted, given), np.float32)
    weights[np.arange(wanted), np.minimum(low + 1, given - 1)] = at - low
    weights[np.arange(wanted), low] = 1 - (at - low)
    return weights
