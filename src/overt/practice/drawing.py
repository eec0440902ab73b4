"""A face as a drawing, plainly one: ink on paper, with PRACTICE written on it.

Rules:
* One person is drawn in two ways: as in the gallery, and as before the camera. Paper, tilt and smile differ; the
  features that a comparison asks for do not.
* Nothing is drawn by chance: the same face gives the same bytes.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from overt.capture.encode import encode_jpeg
from overt.capture.photo import Photo
from overt.practice import curves
from overt.practice.curves import Point
from overt.practice.faces import Face

WIDTH, HEIGHT = 480, 600
_TIMES = 3
"""Drawn this much larger, then shrunk: lines without steps."""
_TILT = -4
_SMILE = 0.06
Ink = tuple[int, int, int]
_INK, _SHADE, _HAIR, _WHITE = (40, 40, 46), (150, 150, 156), (128, 128, 134), (255, 255, 255)
_PAPER, _OTHER_PAPER = (246, 243, 234), (226, 234, 240)


@cache
def drawing(face: Face, *, before_the_camera: bool) -> bytes:
    """The drawing of a face, as JPEG of `WIDTH` by `HEIGHT` pixels.

    Args:
        before_the_camera: as the photograph of a practice check; else as in the gallery.
    """
    paper = _OTHER_PAPER if before_the_camera else _PAPER
    sheet = Image.new("RGB", (WIDTH * _TIMES, HEIGHT * _TIMES), paper)
    _Pen(sheet, paper).face(face, smile=_SMILE if before_the_camera else 0.0)
    if before_the_camera:
        sheet = sheet.rotate(_TILT, Image.Resampling.BICUBIC, fillcolor=paper)
    image = sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    _label(image)
    return encode_jpeg(Photo(np.asarray(image)), HEIGHT)


def _label(image: Image.Image) -> None:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 34), fill=_INK)
    draw.text((10, 5), "PRACTICE", font=ImageFont.load_default(20), fill=_WHITE)


class _Pen:
    """Draws on a sheet; lengths and places are shares of its width, from the middle."""

    def __init__(self, sheet: Image.Image, paper: Ink) -> None:
        self._draw, self._side, self._paper = ImageDraw.Draw(sheet), sheet.width, paper
        self._middle = (sheet.width / 2, sheet.height / 2)

    def face(self, face: Face, smile: float) -> None:
        """Everything, from the back to the front."""
        self._behind(face)
        self._shape(curves.outline(face), self._paper, 0.009)
        self._shape(curves.hair(face), _HAIR, 0.006)
        for side in (-1, 1):
            self._line(curves.brow(face, side), face.brow)
            self._eye(face, side)
        bridge, wings = curves.nose(face)
        self._line(bridge, 0.006, _SHADE)
        self._line(wings, 0.008)
        upper, lower, line = curves.mouth(face, face.mouth_curve + smile)
        self._line(upper, 0.005, _SHADE)
        self._line(lower, 0.006, _SHADE)
        self._line(line, 0.010)
        for wrinkle in curves.wrinkles(face):
            self._line(wrinkle, 0.005, _SHADE)
        self._marks(face)

    def _behind(self, face: Face) -> None:
        neck, below = face.width * 0.32, face.length / 2
        for side in (-1, 1):
            self._line([(side * neck, below - 0.08), (side * neck, below + 0.05), (side * 0.46, below + 0.16)], 0.009)
            lobe, rim, fold = curves.ear(face, side)
            self._shape(lobe, self._paper, 0.007)
            self._shape(rim, self._paper, 0.007)
            self._line(fold, 0.005)

    def _eye(self, face: Face, side: int) -> None:
        upper, lower = curves.eye(face, side)
        middle = (side * face.eyes_apart, curves.EYES)
        self._shape([*upper, *reversed(lower)], _WHITE, 0.005)
        self._dot(middle, face.eye * 0.50, _INK)
        self._dot((middle[0] - 0.006, middle[1] - 0.007), 0.012, _WHITE)
        self._line(upper, 0.010)

    def _marks(self, face: Face) -> None:
        for mark in face.marks:
            if mark.length:
                self._line([(mark.right, mark.down), (mark.right + 0.35 * mark.length, mark.down + mark.length)], 0.007)
            else:
                self._dot((mark.right, mark.down), 0.022, _INK)

    def _at(self, point: Point) -> Point:
        return self._middle[0] + point[0] * self._side, self._middle[1] + point[1] * self._side

    def _line(self, points: Sequence[Point], width: float, ink: Ink = _INK) -> None:
        self._draw.line([self._at(point) for point in points], fill=ink, width=round(width * self._side), joint="curve")
        for end in (points[0], points[-1]):
            self._dot(end, width, ink)

    def _shape(self, points: Sequence[Point], fill: Ink, width: float) -> None:
        if points:
            self._draw.polygon([self._at(point) for point in points], fill=fill)
            self._line([*points, points[0]], width)

    def _dot(self, middle: Point, across: float, ink: Ink) -> None:
        (x, y), half = self._at(middle), across * self._side / 2
        self._draw.ellipse((x - half, y - half, x + half, y + half), fill=ink)
