"""A photograph of one person as something that can be scaled, turned and put into a picture."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from overt.capture.decode import decode
from overt.capture.face import Box, DetectedFace
from overt.capture.photo import Pixels
from overt.models.shipped import load_shipped_pipeline
from overt.template.pipeline import TemplatePipeline

_SOFT = 0.12
"""How far a photograph's edges fade into the picture behind, as a share of its shorter side."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A photograph, and where its largest face is."""

    pixels: Pixels
    box: Box
    nose: tuple[float, float]

    @property
    def middle(self) -> tuple[float, float]:
        """Of the face."""
        return self.box.x + self.box.width / 2, self.box.y + self.box.height / 2


@cache
def shipped_pipeline() -> TemplatePipeline:
    """The shipped models, loaded once."""
    return load_shipped_pipeline()


def portrait(photo: bytes) -> Portrait:
    """Find the face of a photograph of one person."""
    decoded = decode(photo)
    face: DetectedFace = max(shipped_pipeline().faces(decoded), key=lambda one: one.box.width)
    return Portrait(decoded.pixels, face.box, face.landmarks[2])


def scaled(who: Portrait, width: float) -> Portrait:
    """The same photograph with a face of this many pixels across."""
    times = width / who.box.width
    height, across = who.pixels.shape[:2]
    how = cv2.INTER_AREA if times < 1 else cv2.INTER_CUBIC
    pixels = as_pixels(cv2.resize(who.pixels, (round(across * times), round(height * times)), interpolation=how))
    box = Box(*(times * side for side in (who.box.x, who.box.y, who.box.width, who.box.height)))
    return Portrait(pixels, box, (who.nose[0] * times, who.nose[1] * times))


def turned(who: Portrait, degrees: float) -> Portrait:
    """The head turned to the side that the nose points to: an egg with a nose, covered with the photograph and rotated.

    What the turn hides is covered by what comes before it; beyond the head the picture is drawn along, and fades back.
    The box stays where the face was.
    """
    if who.nose[0] < who.middle[0]:
        return _mirrored(turned(_mirrored(who), degrees))
    height, width = who.pixels.shape[:2]
    depth, head = _depth_of_head(who, height, width)
    across = np.arange(width, dtype=np.float64)
    from_middle = across - who.middle[0]
    angle = np.radians(degrees)
    moved = from_middle * np.cos(angle) + depth * np.sin(angle) - from_middle
    goes_to = np.maximum.accumulate(across + head * moved, axis=1)
    comes_from = np.stack([np.interp(across, row, across) for row in goes_to]).astype(np.float32)
    rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    pixels = as_pixels(cv2.remap(who.pixels, comes_from, rows, cv2.INTER_LINEAR))
    return Portrait(pixels, who.box, who.nose)


def _mirrored(who: Portrait) -> Portrait:
    last = who.pixels.shape[1] - 1
    box = Box(last - who.box.x - who.box.width, who.box.y, who.box.width, who.box.height)
    return Portrait(who.pixels[:, ::-1], box, (last - who.nose[0], who.nose[1]))


def _depth_of_head(who: Portrait, height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Depth in pixels before the axis of the neck, and how much of the turn each pixel takes part in (0..1)."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    half_width, half_height = 0.62 * who.box.width, 0.78 * who.box.height
    out = ((x - who.middle[0]) / half_width) ** 2 + ((y - who.middle[1]) / half_height) ** 2
    egg = half_width * np.sqrt(np.clip(1 - out, 0, None))
    from_nose = ((x - who.nose[0]) ** 2 + (y - who.nose[1]) ** 2) / (0.16 * who.box.width) ** 2
    depth = egg + 0.3 * half_width * np.exp(-from_nose / 2)
    return depth, np.clip(2 - np.sqrt(out), 0, 1)


def put(canvas: Pixels, who: Portrait, at: tuple[float, float], only_head: bool = False) -> None:
    """Put a portrait into a picture, its face's middle `at` these pixels; `only_head` leaves out what surrounds it."""
    height, width = canvas.shape[:2]
    left, top = round(at[0] - who.middle[0]), round(at[1] - who.middle[1])
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + who.pixels.shape[1], width), min(top + who.pixels.shape[0], height)
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    share = (_around_head(who) if only_head else _soft_edges(who))[part][..., None]
    there = canvas[y0:y1, x0:x1]
    there[:] = as_pixels(share * who.pixels[part] + (1 - share) * there)


def _soft_edges(who: Portrait) -> NDArray[np.float64]:
    height, width = who.pixels.shape[:2]
    y, x = np.arange(height)[:, None], np.arange(width)[None, :]
    to_edge = np.minimum(np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y))
    soft: NDArray[np.float64] = np.clip(to_edge / (_SOFT * min(width, height)), 0, 1)
    return soft


def _around_head(who: Portrait) -> NDArray[np.float64]:
    height, width = who.pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    out = np.hypot((x - who.middle[0]) / who.box.width, (y - who.middle[1]) / who.box.height)
    around: NDArray[np.float64] = np.clip((1.0 - out) / 0.25, 0, 1)
    return around


def as_pixels(numbers: ArrayLike) -> Pixels:
    """Rounded and held to 0..255."""
    return np.rint(numbers).clip(0, 255).astype(np.uint8)
