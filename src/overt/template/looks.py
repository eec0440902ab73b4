"""The five points of a face, from several looks at it.

A detector places landmarks to about a fiftieth of a face, and differently when the same face comes in another size or
mirrored; alignment passes that on to the template. The mean over looks that err independently errs less.

Rules:
* Every look that finds the same face counts alike, the first one too; a look that does not find it is left out.
* Box and score stay those of the first look.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from overt.capture.face import Box, DetectedFace, Point
from overt.capture.photo import Photo
from overt.template.contract import Look
from overt.template.ports import FaceDetector

_SAME_FACE = 0.4
"""The least overlap (intersection over union) of two looks at one face."""


def look_again(detector: FaceDetector, photo: Photo, face: DetectedFace, looks: Sequence[Look]) -> DetectedFace:
    """The face with its landmarks averaged over the first look and these.

    Args:
        photo: with nobody else in it: other faces are blanked.
        face: as the first look found it.
    """
    again = (_seen(detector, photo, face, look) for look in looks)
    points = [np.asarray(each.landmarks) for each in (face, *filter(None, again))]
    a, b, c, d, e = (_point(row) for row in np.mean(points, axis=0))
    return DetectedFace(face.box, (a, b, c, d, e), face.score) if len(points) > 1 else face


def _seen(detector: FaceDetector, photo: Photo, face: DetectedFace, look: Look) -> DetectedFace | None:
    x0, y0, crop = _square_around(photo, face.box, look.crop_percent / 100)
    if not crop.size:
        return None
    mirrored = look.view == "mirrored"
    shown = _mirror_image(crop) if mirrored else crop
    found = detector.detect(shown, look.side, enlarge=True)
    turned = [_turned(each, crop.shape[1]) for each in found] if mirrored else found
    placed = [each.moved(x0, y0) for each in turned]
    best = max(placed, key=lambda each: each.box.overlap(face.box), default=None)
    return best if best is not None and best.box.overlap(face.box) >= _SAME_FACE else None


def _square_around(photo: Photo, box: Box, times: float) -> tuple[int, int, NDArray[np.uint8]]:
    half = max(box.width, box.height) * times / 2
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    x0, x1 = (int(v) for v in np.clip([middle_x - half, middle_x + half + 1], 0, photo.width))
    y0, y1 = (int(v) for v in np.clip([middle_y - half, middle_y + half + 1], 0, photo.height))
    return x0, y0, photo.pixels[y0:y1, x0:x1]


def _mirror_image(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Its columns from right to left, channel by channel: four times as fast as copying pixels of three bytes."""
    image = np.empty(crop.shape, np.uint8)
    for channel in range(crop.shape[2]):
        image[:, :, channel] = crop[:, ::-1, channel]
    return image


def _turned(face: DetectedFace, width: int) -> DetectedFace:
    """A face of the mirror image, as it is in the picture: right and left change places, too."""
    box = Box(width - face.box.x - face.box.width, face.box.y, face.box.width, face.box.height)
    right_eye, left_eye, nose, right_mouth, left_mouth = ((width - 1 - x, y) for x, y in face.landmarks)
    return DetectedFace(box, (left_eye, right_eye, nose, left_mouth, right_mouth), face.score)


def _point(row: NDArray[np.float64]) -> Point:
    return float(row[0]), float(row[1])
