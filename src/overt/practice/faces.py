"""Twelve faces that nobody has: six, and one that looks alike for each.

Rules:
* Line drawings of features, nothing else: no colour of skin or hair, no sex and no age is drawn or said.
* Any two people differ in several of the features that a comparison asks for; two look-alikes in two or three, and
  agree in the rest.

Lengths are shares of the drawing's width, slants and curves are shares of the feature's own length.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Hair(StrEnum):
    """How the hairline goes."""

    STRAIGHT = "straight"
    PEAK = "peak"
    RECEDED = "receded"
    FRINGE = "fringe"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mole (`length` 0) or a scar, from the face's middle: `right` and `down`, as shares of the drawing's width."""

    right: float
    down: float
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Face:
    """What one face is drawn from, feature by feature as a comparison asks for them."""

    width: float
    length: float
    jaw: float
    chin: float
    hair: Hair
    forehead: float
    brow: float
    brow_slant: float
    eye: float
    eyes_apart: float
    eye_slant: float
    nose: float
    nose_width: float
    mouth: float
    lips: float
    mouth_curve: float
    ear: float
    lobes: bool
    lines: int = 0
    marks: tuple[Mark, ...] = ()


_ROUND = Face(
    width=0.50, length=0.60, jaw=0.10, chin=0.9, hair=Hair.FRINGE, forehead=0.125, brow=0.016, brow_slant=0.02,
    eye=0.085, eyes_apart=0.115, eye_slant=0.05, nose=0.13, nose_width=0.10, mouth=0.17, lips=0.034, mouth_curve=0.10,
    ear=0.12, lobes=True, marks=(Mark(0.15, 0.08),),
)  # fmt: skip
_LONG = Face(
    width=0.40, length=0.72, jaw=0.22, chin=0.6, hair=Hair.RECEDED, forehead=0.135, brow=0.022, brow_slant=-0.10,
    eye=0.070, eyes_apart=0.095, eye_slant=0.00, nose=0.20, nose_width=0.085, mouth=0.14, lips=0.016, mouth_curve=-0.05,
    ear=0.17, lobes=False, lines=3,
)  # fmt: skip
_SQUARE = Face(
    width=0.48, length=0.62, jaw=-0.06, chin=1.0, hair=Hair.STRAIGHT, forehead=0.085, brow=0.030, brow_slant=0.06,
    eye=0.066, eyes_apart=0.105, eye_slant=-0.06, nose=0.15, nose_width=0.13, mouth=0.21, lips=0.022, mouth_curve=0.00,
    ear=0.14, lobes=True, marks=(Mark(-0.17, 0.02, 0.09),),
)  # fmt: skip
_HEART = Face(
    width=0.47, length=0.64, jaw=0.34, chin=0.4, hair=Hair.PEAK, forehead=0.095, brow=0.011, brow_slant=0.10,
    eye=0.095, eyes_apart=0.110, eye_slant=0.12, nose=0.14, nose_width=0.075, mouth=0.13, lips=0.042, mouth_curve=0.18,
    ear=0.11, lobes=True,
)  # fmt: skip
_BROAD = Face(
    width=0.54, length=0.60, jaw=0.04, chin=1.1, hair=Hair.NONE, forehead=0.10, brow=0.019, brow_slant=-0.04,
    eye=0.074, eyes_apart=0.130, eye_slant=-0.02, nose=0.16, nose_width=0.15, mouth=0.20, lips=0.030, mouth_curve=0.05,
    ear=0.19, lobes=True, lines=2,
)  # fmt: skip
_NARROW = Face(
    width=0.39, length=0.65, jaw=0.14, chin=0.5, hair=Hair.STRAIGHT, forehead=0.15, brow=0.013, brow_slant=0.02,
    eye=0.060, eyes_apart=0.080, eye_slant=0.16, nose=0.17, nose_width=0.065, mouth=0.15, lips=0.020, mouth_curve=0.14,
    ear=0.10, lobes=False, marks=(Mark(-0.10, 0.11), Mark(0.11, 0.06)),
)  # fmt: skip

_PAIRS = (
    (_ROUND, replace(_ROUND, nose_width=0.14, lobes=False, marks=(Mark(-0.12, 0.10),))),
    (_LONG, replace(_LONG, brow_slant=0.12, mouth_curve=0.12, lines=1)),
    (_SQUARE, replace(_SQUARE, hair=Hair.PEAK, ear=0.19, marks=())),
    (_HEART, replace(_HEART, lobes=False, brow=0.022, marks=(Mark(0.10, 0.03),))),
    (_BROAD, replace(_BROAD, eyes_apart=0.105, lobes=False, lines=0)),
    (_NARROW, replace(_NARROW, chin=0.9, brow=0.026, marks=(Mark(-0.10, 0.11),))),
)
FACES: tuple[Face, ...] = tuple(face for pair in _PAIRS for face in pair)
"""By `scenes.Drawn.place`: a person, then the one who looks alike."""
