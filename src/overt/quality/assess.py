"""All quality measures of one face, in a fixed order. Advice for a retake; never a reason to refuse.

Rule: a measure has its place by what it foresees (its error-versus-discard curve, docs/robustness.md), or since
beyond its limit the calibration does not reach (`candidates/reach.py`); then its advice begins exactly there.
"""

from collections.abc import Callable

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.quality import (
    crop_of_the_face_image,
    dynamic_range,
    eyes_open,
    head_pose_pitch,
    head_pose_roll,
    head_pose_yaw,
    inter_eye_distance,
    over_exposure,
    sharpness,
    under_exposure,
)
from overt.quality.assessment import Assessment
from overt.quality.lids import LidFinder
from overt.quality.view import FaceView, view_of

MEASURES: tuple[Callable[[FaceView], Assessment], ...] = (
    inter_eye_distance.measure,
    crop_of_the_face_image.measure,
    sharpness.measure,
    under_exposure.measure,
    over_exposure.measure,
    dynamic_range.measure,
    head_pose_yaw.measure,
    head_pose_pitch.measure,
    head_pose_roll.measure,
    eyes_open.measure,
)


def assess_all(photo: Photo, face: DetectedFace, finder: LidFinder | None = None) -> tuple[Assessment, ...]:
    """Every measure of `MEASURES`, in that order; without a `finder` the eyes are not assessed."""
    view = view_of(photo, face, finder)
    return tuple(measure(view) for measure in MEASURES)
