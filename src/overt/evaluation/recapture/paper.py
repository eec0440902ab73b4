"""A face on paper: a halftone's dots or none, ink that is not black, paper that is not white, its fibres, its edge."""

from dataclasses import dataclass

import numpy as np

from overt.evaluation.recapture.light import Light, softened
from overt.evaluation.recapture.pattern import dots
from overt.evaluation.recapture.plane import pasted
from overt.evaluation.recapture.portrait import Portrait
from overt.evaluation.recapture.staging import Seen, framed, glare, slope


@dataclass(frozen=True, slots=True)
class Paper:
    """One print of a portrait.

    Args:
        period: of the halftone in millimetres; 0 for a print without one (photographic paper, fine inkjet).
        face_mm: how wide the face is printed.
        size: of the picture in millimetres, or zeros when it fills the camera's frame.
        black: light that the darkest ink gives back, as a share of white paper's.
        saturation: what is left of the colours.
        rough: how much the fibres vary the light.
        key: as a person's.
    """

    period: float
    face_mm: float
    size: tuple[float, float]
    black: float = 0.05
    saturation: float = 0.85
    rough: float = 0.01
    key: tuple[float, float] = (0.0, 0.0)
    glare: float = 0.0
    seed: int = 0

    def light(self, portrait: Portrait, seen: Seen) -> Light:
        """The printed portrait in the light that falls on it."""
        random = np.random.default_rng(self.seed)
        wanted = pasted(portrait.light, portrait.middle, self.face_mm / portrait.face.width, seen.view)
        grey = wanted @ np.full((3, 1), 1 / 3, np.float32)
        wanted = (grey + np.float32(self.saturation) * (wanted - grey)).clip(0, 1)
        given_back = np.float32(self.black) + np.float32(1 - self.black) * wanted
        if self.period:
            given_back = given_back + self._dots(wanted, seen)
        fibres = softened(random.standard_normal((*wanted.shape[:2], 1), np.float32), 0.7)
        lit = given_back.clip(0, None) * (1 + np.float32(self.rough) * fibres) * slope(seen.view, self.key)
        if self.glare:
            lit = lit + glare(seen.view, random, self.glare)
        return framed(lit, seen, self.size, 0.0 if self.black < 0.03 else 6.0, 0.85)

    def _dots(self, wanted: Light, seen: Seen) -> Light:
        """Cyan, magenta and yellow at their usual angles; the first wave of a dot is highest where half is covered."""
        angles = (15.0, 75.0, 0.0)
        waves = np.stack([dots(seen.view, self.period, degrees, seen.pixel) for degrees in angles], axis=2)
        height = np.float32(2 * 0.65 / np.pi * (1 - self.black)) * np.sin(np.float32(np.pi) * wanted)
        pattern: Light = height * waves
        return pattern


KINDS = {
    "photograph": (0.0, (25, 75), 0.015, 0.95),
    "inkjet": (0.0, (60, 150), 0.05, 0.85),
    "laser": (25.4 / 125, (60, 150), 0.05, 0.8),
    "magazine": (25.4 / 150, (30, 90), 0.05, 0.85),
    "newspaper": (25.4 / 92, (30, 90), 0.14, 0.6),
}
"""Period, widths of faces, black, saturation."""


def any_paper(random: np.random.Generator, kind: str, *, bordered: bool) -> Paper:
    """A print of one of `KINDS`."""
    period, (least, most), black, saturation = KINDS[kind]
    face = float(random.uniform(least, most))
    size = (face * float(random.uniform(1.7, 2.3)), face * float(random.uniform(2.0, 2.7))) if bordered else (0.0, 0.0)
    return Paper(
        period=period * float(random.uniform(0.85, 1.15)),
        face_mm=face,
        size=size,
        black=black * float(random.uniform(0.7, 1.4)),
        saturation=saturation,
        rough=float(random.uniform(0.003, 0.02)),
        key=(float(random.uniform(-0.25, 0.25)), float(random.uniform(-0.25, 0.25))),
        glare=float(random.choice([0.0, random.uniform(0.01, 0.1)])),
        seed=int(random.integers(1 << 30)),
    )
