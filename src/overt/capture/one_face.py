"""One photograph, one person: choose the face, or refuse; blank everybody else.

Rules:
* The largest face (by width) is the person, when no other face reaches half its width; else the photo is refused,
  since nobody can say which of two near people was meant.
* Smaller faces are bystanders: blanked before anything is computed from the photo, and in what is stored.
* The chosen face's own box is never blanked, so a bystander behind a shoulder cannot erase the person.
* Less than `MIN_INTER_EYE` pixels between the eyes is too small for anyone's template. Measured on 120 people of LFW
  shrunk to that size: at 12 pixels 92 % of mated pairs stay above a cosine of 0.43, at 9 pixels 82 %; 99 % at full
  size. No false match was gained by the smallness itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.capture.face import Box, DetectedFace
from overt.capture.photo import Photo, Pixels
from overt.errors import FaceTooSmall, NoFace, SeveralFaces

NEAR = 0.5
MIN_INTER_EYE = 12.0
_BYSTANDER_MARGIN = 0.3  # hair, ears and chin lie outside a detector's box
_BLANK = 128


@dataclass(frozen=True, slots=True)
class Chosen:
    """The person's face, and the bystanders' (all of less than half its width)."""

    face: DetectedFace
    others: tuple[DetectedFace, ...]


def choose(faces: Sequence[DetectedFace]) -> Chosen:
    """The one face of a photo.

    Raises:
        NoFace: there is none.
        SeveralFaces: another reaches half the width of the largest.
        FaceTooSmall: fewer than `MIN_INTER_EYE` pixels between its eyes.
    """
    if not faces:
        raise NoFace()
    first, *others = sorted(faces, key=lambda face: -face.box.width)
    if any(other.box.width >= NEAR * first.box.width for other in others):
        raise SeveralFaces()
    if first.inter_eye_distance < MIN_INTER_EYE:
        raise FaceTooSmall()
    return Chosen(first, tuple(others))


def mask_others(photo: Photo, chosen: Chosen) -> Photo:
    """The photo with every bystander's face blanked to mid-grey; the same photo when there is none."""
    if not chosen.others:
        return photo
    pixels = photo.pixels.copy()
    for other in chosen.others:
        _window(pixels, other.box.grown(_BYSTANDER_MARGIN))[:] = _BLANK
    _window(pixels, chosen.face.box)[:] = _window(photo.pixels, chosen.face.box)
    pixels.flags.writeable = False
    return Photo(pixels)


def _window(pixels: Pixels, box: Box) -> Pixels:
    height, width = pixels.shape[:2]
    x0, x1 = np.clip([np.floor(box.x), np.ceil(box.x + box.width)], 0, width).astype(int)
    y0, y1 = np.clip([np.floor(box.y), np.ceil(box.y + box.height)], 0, height).astype(int)
    return pixels[y0:y1, x0:x1]
