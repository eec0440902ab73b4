"""A made-up street or room behind whatever is photographed: walls, doors, windows, shelves, bricks, foliage, blurred.

It has straight edges and repeating patterns on purpose: a look for frames and grids must not fall for them.
"""

from collections.abc import Callable

import numpy as np

from overt.evaluation.recapture.light import Light, softened

Painter = Callable[[Light, np.random.Generator], None]


def background(width: int, height: int, random: np.random.Generator) -> Light:
    """Any background of that size, in linear light."""
    quarter = np.empty((max(2, height // 2), max(2, width // 2), 3), np.float32)
    left, right = (float(light) for light in random.uniform(0.5, 1.3, 2))
    shade = np.linspace(left, right, quarter.shape[1], dtype=np.float32)[None, :, None]
    quarter[:] = _colour(random) * shade
    for number in random.permutation(len(PAINTERS))[: random.integers(1, 4)]:
        PAINTERS[number](quarter, random)
    soft = softened(quarter, float(random.uniform(0.3, 4.0)))
    whole = np.repeat(np.repeat(soft, 2, 0), 2, 1)
    return softened(_sized(whole, height, width), 0.8)


def _sized(light: Light, height: int, width: int) -> Light:
    missing = max(0, height - light.shape[0]), max(0, width - light.shape[1])
    return np.pad(light, [(0, missing[0]), (0, missing[1]), (0, 0)], mode="edge")[:height, :width]


def _colour(random: np.random.Generator) -> Light:
    grey, tint = random.uniform(0.03, 0.7), random.uniform(0.75, 1.25, 3)
    return (grey * tint).astype(np.float32).reshape(1, 1, 3)


def _doors(canvas: Light, random: np.random.Generator) -> None:
    """Upright rectangles with frames: doors, windows, posters, screens on a wall."""
    height, width = canvas.shape[:2]
    for _ in range(random.integers(1, 5)):
        w, h = round(width * random.uniform(0.08, 0.5)), round(height * random.uniform(0.2, 1.0))
        x, y = random.integers(-w // 2, width - w // 2), random.integers(-h // 2, height - h // 2)
        edge = random.integers(1, 8)
        canvas[max(0, y - edge) : y + h + edge, max(0, x - edge) : x + w + edge] = _colour(random)
        canvas[max(0, y) : y + h, max(0, x) : x + w] = _colour(random)


def _bricks(canvas: Light, random: np.random.Generator) -> None:
    rows, columns = np.indices(canvas.shape[:2])
    tall = int(random.integers(8, 30))
    wide, joint = tall * int(random.integers(2, 4)), max(1, tall // 8)
    row = rows // tall
    lines = (rows % tall < joint) | ((columns + row % 2 * wide // 2) % wide < joint)
    canvas[lines] = _colour(random).reshape(3)


def _lines(canvas: Light, random: np.random.Generator) -> None:
    """A fence, blinds, a shelf, corrugated metal."""
    rows, columns = np.indices(canvas.shape[:2])
    along, period = (rows, columns)[random.integers(2)], random.uniform(5, 60)
    share = np.less((along % period) / period, random.uniform(0.1, 0.6))
    canvas[share] = canvas[share] * np.float32(0.5) + _colour(random).reshape(3) * np.float32(0.5)


def _clouds(canvas: Light, random: np.random.Generator) -> None:
    """Foliage, plaster, sky: noise whose power falls with its frequency."""
    height, width = canvas.shape[:2]
    spectrum = np.fft.rfft2(random.standard_normal((height, width)))
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    radius[0, 0] = 1
    noise = np.fft.irfft2(spectrum / radius ** random.uniform(0.8, 1.6), s=(height, width)).astype(np.float32)
    noise *= np.float32(random.uniform(0.1, 0.5) / max(float(noise.std()), 1e-6))
    canvas *= np.exp(noise).clip(0.1, 8)[:, :, None]


PAINTERS: tuple[Painter, ...] = (_doors, _bricks, _lines, _clouds)
