"""The result of one quality measure: raw value, 0..100 scalar and failure kept apart."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """Quality measures, by their ISO/IEC 29794-5 component names."""

    SHARPNESS = "sharpness"
    DYNAMIC_RANGE = "dynamic_range"
    UNDER_EXPOSURE_PREVENTION = "under_exposure_prevention"
    OVER_EXPOSURE_PREVENTION = "over_exposure_prevention"
    INTER_EYE_DISTANCE = "inter_eye_distance"
    CROP_OF_THE_FACE_IMAGE = "crop_of_the_face_image"
    HEAD_POSE_YAW = "head_pose_yaw"
    HEAD_POSE_PITCH = "head_pose_pitch"
    HEAD_POSE_ROLL = "head_pose_roll"
    EYES_OPEN = "eyes_open"


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Why a measure could not be taken; plain English."""

    reason: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """One measure of one photo.

    Args:
        raw: in the measure's own unit; None when not assessed.
        value: 0 (worst) to 100 (best), or why there is none.
        advice: what to do better in a retake; None when there is nothing to say.
    """

    measure: Measure
    raw: float | None
    value: int | NotAssessed
    advice: str | None


def assessed(measure: Measure, raw: float, value: float, advice: str | None) -> Assessment:
    """A taken measure; the value is rounded and held to 0..100, one that is not finite counts as not assessed."""
    if not (math.isfinite(raw) and math.isfinite(value)):
        return not_assessed(measure, "the measure gave no number")
    return Assessment(measure, raw, round(min(max(value, 0.0), 100.0)), advice)


def not_assessed(measure: Measure, reason: str) -> Assessment:
    """A measure that could not be taken."""
    return Assessment(measure, None, NotAssessed(reason), None)
