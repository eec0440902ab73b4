"""A face on a screen: sub-pixel stripes, light that leaks through black, reflections, a dark rim."""

from dataclasses import dataclass

import numpy as np

from overt.evaluation.recapture.light import Light
from overt.evaluation.recapture.pattern import stripes
from overt.evaluation.recapture.plane import pasted
from overt.evaluation.recapture.portrait import Portrait
from overt.evaluation.recapture.staging import Seen, framed, glare


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen with a portrait on it.

    Args:
        pitch: millimetres from pixel to pixel.
        face_mm: how wide the face is shown.
        size: of the picture on it in millimetres, or zeros when it fills the camera's frame.
        fill: of a sub-pixel, as shares of the pitch.
        black: light of a black pixel, with the room's light that it mirrors, as a share of white.
        glare_seed, glare: a mirrored lamp, and how bright.
    """

    pitch: float
    face_mm: float
    size: tuple[float, float]
    fill: tuple[float, float] = (0.28, 0.8)
    black: float = 0.01
    glare: float = 0.0
    glare_seed: int = 0

    def light(self, portrait: Portrait, seen: Seen) -> Light:
        """The shown portrait through the stripes of its pixels."""
        shown = pasted(portrait.light, portrait.middle, self.face_mm / portrait.face.width, seen.view)
        grid = np.stack(stripes(seen.view, self.pitch, self.fill, seen.pixel), axis=2)
        lit = (np.float32(self.black) + np.float32(1 - self.black) * shown) * grid
        if self.glare:
            lit = lit + glare(seen.view, np.random.default_rng(self.glare_seed), self.glare)
        return framed(lit, seen, self.size, 4.0, 0.01)


KINDS = {
    "phone": (0.055, (38, 60)),
    "tablet": (0.096, (70, 150)),
    "laptop": (0.161, (90, 180)),
    "monitor": (0.25, (110, 220)),
}
"""Pitch, and how wide faces are shown on it, in millimetres."""


def any_screen(random: np.random.Generator, kind: str, *, bordered: bool) -> Screen:
    """A screen of one of `KINDS`."""
    pitch, (least, most) = KINDS[kind]
    face = float(random.uniform(least, most))
    size = (face * float(random.uniform(1.7, 2.3)), face * float(random.uniform(2.0, 2.7))) if bordered else (0.0, 0.0)
    return Screen(
        pitch=pitch * float(random.uniform(0.85, 1.15)),
        face_mm=face,
        size=size,
        fill=(float(random.uniform(0.22, 0.31)), float(random.uniform(0.65, 0.92))),
        black=float(random.uniform(0.002, 0.04)),
        glare=float(random.choice([0.0, random.uniform(0.01, 0.15)])),
        glare_seed=int(random.integers(1 << 30)),
    )
