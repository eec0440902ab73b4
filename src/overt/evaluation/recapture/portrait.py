"""The picture that is presented: a portrait with its face's place, and its person cut out of a plain ground."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from overt.capture.face import Box
from overt.capture.photo import Pixels
from overt.evaluation.recapture.light import Light, softened, to_light

FACE_MM = 150.0
"""Width of a face as detectors box it, of a person."""
_SIDE = 250
_BRIGHT, _GREY, _EVEN = 120, 24, 6
"""A plain ground is bright, has no colour, and changes slowly: stored values, at a width of `_SIDE`."""
_MARK = 128
_LEAST_GROUND = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A portrait in linear light.

    Args:
        person: 1 where the person is, 0 on the ground behind; (height, width, 1).
        face: box of the face in the portrait's pixels.
    """

    light: Light = field(repr=False)
    person: Light = field(repr=False)
    face: Box

    @property
    def middle(self) -> tuple[float, float]:
        """Column and row of the middle of the face."""
        return self.face.x + self.face.width / 2, self.face.y + self.face.height / 2


def portrait_of(pixels: Pixels, face: Box) -> Portrait:
    """A portrait with its person cut out: by the plain ground behind it, or else by a head's usual shape.

    Where the picture ends too near to the face for shoulders, it is continued with the colours of its edge.
    """
    cut_out = _before_plain_ground(pixels)
    pixels, cut_out, face = _with_room(pixels, cut_out, face)
    rows, columns = np.indices(pixels.shape[:2], np.float32)
    across = (columns - (face.x + face.width / 2)) / face.width
    chin = face.y + face.height
    body = across**2 / 2.4 + ((chin + 1.3 * face.width - rows) / (1.15 * face.width)).clip(0, None) ** 2 < 1
    usual = (across / 0.8) ** 2 + ((rows - (face.y + 0.4 * face.height)) / (0.9 * face.height)) ** 2 < 1
    # Clothes that reach the picture's side end beside the body; never at a straight line across it.
    head = usual if cut_out is None else cut_out & ((rows < chin) | (np.abs(across) < 1.5))
    person = np.logical_or(head, body).astype(np.float32)[:, :, None]
    return Portrait(to_light(pixels), softened(person, 2.0), face)


def _with_room(
    pixels: Pixels, cut_out: NDArray[np.bool_] | None, face: Box
) -> tuple[Pixels, NDArray[np.bool_] | None, Box]:
    """Half a face's height above, two and a half widths to the other sides."""
    height, width = pixels.shape[:2]
    wide = 2.5 * face.width
    wanted = (face.height / 2 - face.y, face.y + face.height + wide - height), (wide - face.x, face.x + wide - width)
    pad = [(max(0, round(before)), max(0, round(after))) for before, after in wanted]
    moved = Box(face.x + pad[1][0], face.y + pad[0][0], face.width, face.height)
    wider = None if cut_out is None else np.pad(cut_out, pad, mode="edge")
    if wider is not None:
        wider[: pad[0][0]] = False  # a head that the picture cuts does not go on upwards
    return np.pad(pixels, [*pad, (0, 0)], mode="edge"), wider, moved


def _before_plain_ground(pixels: Pixels) -> NDArray[np.bool_] | None:
    """Where the ground is not that reaches the upper corners; None when no plain ground does."""
    image = Image.fromarray(pixels)
    size = _SIDE, max(1, round(_SIDE * image.height / image.width))
    small = np.asarray(image.resize(size, Image.Resampling.BOX), np.int16)
    grey = small.mean(2)
    edges = np.abs(np.gradient(grey, axis=0)) + np.abs(np.gradient(grey, axis=1))
    plain = (grey > _BRIGHT) & (small.max(2) - small.min(2) < _GREY) & (edges < _EVEN)
    filled = Image.fromarray((plain * 255).astype(np.uint8)).copy()
    for corner in ((0, 0), (filled.width - 1, 0)):
        if filled.getpixel(corner) == 255:
            ImageDraw.floodfill(filled, corner, _MARK)
    ground = np.asarray(filled) == _MARK
    if ground.mean() < _LEAST_GROUND:
        return None
    person = Image.fromarray((_eroded(~ground) * 255).astype(np.uint8))
    return np.asarray(person.resize(image.size, Image.Resampling.BILINEAR)) > 127


def _eroded(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the rim that has the ground's colour in it."""
    padded = np.pad(mask, 1, mode="edge")
    rows, columns = mask.shape
    least: NDArray[np.bool_] = np.logical_and.reduce(
        [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    )
    return least
