"""How far the calibration reaches: what sort of photograph its data hold, as far as the quality measures tell.

Rules:
* Beyond the reach nothing is said about how often others look this close; the candidate is shown all the same.
* A measure that could not be taken is beyond: what is not known to be like the data is not. Open eyes alone are not
  asked of an installation without a model of lids; a head turned too far for them is beyond by its yaw.
* Of a check only whether its photograph was within is kept, with its answer; no measure is.

The bounds are about those of Labeled Faces in the Wild, on which the shipped table was fitted (`benchmarks/reach.py`
prints them). Yaw ends where the landmarks become guesses (`quality/pose.py`); roll is a little wider than the data,
since the alignment turns it back.

Limitation: injuries and covered faces have no measure here, and closed eyes are seen in about two of three
photographs that show them (docs/robustness.md); the ground and the age stand for them (`CalibrationTable.not_for`).
"""

from collections.abc import Mapping, Sequence
from math import inf
from types import MappingProxyType
from typing import Final

from overt.quality.assessment import Assessment, Measure
from overt.quality.eyes_open import ADVICE_BELOW

REACH: Final[Mapping[Measure, tuple[float, float]]] = MappingProxyType(
    {
        Measure.HEAD_POSE_YAW: (-45.0, 45.0),
        Measure.HEAD_POSE_PITCH: (-15.0, 15.0),
        Measure.HEAD_POSE_ROLL: (-15.0, 15.0),
        Measure.INTER_EYE_DISTANCE: (24.0, inf),
    }
)
"""Measure to least and most, in its own unit: degrees, pixels."""
WHERE_TAKEN: Final[Mapping[Measure, tuple[float, float]]] = MappingProxyType({Measure.EYES_OPEN: (ADVICE_BELOW, inf)})
"""The same for measures that need a model which may not be installed."""


def within_reach(quality: Sequence[Assessment]) -> bool:
    """Whether a photograph with these measures is like those that the calibration was fitted on."""
    raw = {one.measure: one.raw for one in quality}
    taken = {measure: bounds for measure, bounds in WHERE_TAKEN.items() if raw.get(measure) is not None}
    return all(_between(raw.get(measure), *bounds) for measure, bounds in {**REACH, **taken}.items())


def _between(raw: float | None, least: float, most: float) -> bool:
    return raw is not None and least <= raw <= most
