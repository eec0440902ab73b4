"""What follows from the measures: whether the frames of a capture look like photographs of a screen or a print.

A burst's value is the median of its frames' values, so that one odd frame decides nothing. Each sign has a limit,
chosen so that about one bona fide presentation in a hundred is flagged among generated faces and one half of the people
of LFW (real photographs). Error rates are published for other people (docs/presentation.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.quality.presentation import regular_pattern, rim
from overt.quality.presentation.sign import Sign


@dataclass(frozen=True, slots=True)
class Look:
    """One frame's values, by sign; None where a measure could not be taken."""

    pattern: float | None
    rim: float | None


LIMITS: Final = Look(pattern=1.3, rim=0.75)


def look(photo: Photo, face: DetectedFace) -> Look:
    """All measures of one frame; some milliseconds."""
    return Look(pattern=regular_pattern.measure(photo, face), rim=rim.measure(photo, face))


def sign_of(looks: Sequence[Look]) -> Sign | None:
    """The first sign that the frames of one capture show together; None when they show none.

    Args:
        looks: one for each usable frame.
    """
    return next((sign for sign in Sign if _shown(looks, sign)), None)


def _shown(looks: Sequence[Look], sign: Sign) -> bool:
    values = [value for each in looks if (value := getattr(each, sign.value)) is not None]
    return bool(values) and median(values) >= getattr(LIMITS, sign.value)
