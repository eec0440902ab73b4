"""Draws the icon as PNG, for phones that take no SVG on their home screen: `python web/icons.py FOLDER`.

The drawing is `src/overt/service/pages/icon.svg`: an open eye on the brand's colour. A curve of Bezier is three points.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw

SIZES = (180, 192, 512)
GROUND, LINE = (11, 93, 102), (255, 255, 255)
_UPPER = ((96, 256), (140, 180), (198, 142), (256, 142), (314, 142), (372, 180), (416, 256))
_WIDTH, _PUPIL, _SIDE = 28, 54, 512
_STEPS = 256
_FINER = 4
Dot = tuple[float, float]


def main(folder: Path) -> None:
    """Write every size."""
    for size in SIZES:
        icon(size).save(folder / f"icon-{size}.png", optimize=True)


def icon(size: int) -> Image.Image:
    """The icon with this many pixels a side; drawn larger and shrunk, so that its edges are smooth."""
    side = size * _FINER
    scale = side / _SIDE
    picture = Image.new("RGB", (side, side), GROUND)
    draw = ImageDraw.Draw(picture)
    upper = [*_curve(_UPPER[:4]), *_curve(_UPPER[3:])]
    lower = [(x, _SIDE - y) for x, y in reversed(upper)]
    # A line is a row of dots: joints of thick lines show cracks.
    for x, y in (*upper, *lower):
        _dot(draw, x * scale, y * scale, _WIDTH * scale / 2)
    _dot(draw, side / 2, side / 2, _PUPIL * scale)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=LINE)


def _curve(points: tuple[Dot, ...]) -> list[Dot]:
    """A cubic Bezier curve as short lines."""
    dots = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        x, y = (sum(weight * point[axis] for weight, point in zip(weights, points, strict=True)) for axis in (0, 1))
        dots.append((x, y))
    return dots


if __name__ == "__main__":
    main(Path(sys.argv[1]))
