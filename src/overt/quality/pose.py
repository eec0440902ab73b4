"""Which way a head is turned, from five landmarks: scaled orthographic fit of a generic head (DeMenthon and Davis 1995,
"Model-based object pose in 25 lines of code", first step).

The generic head is the mean of YuNet's landmarks on the 54 frontal FRLL portraits, made symmetric, with the nose tip 15
and the mouth corners 2 units in front of the eyes (37 units between the eyes).

Limitations: people's noses and mouths differ, so that a frontal head may read up to about 10 degrees of pitch and 5 of
yaw; beyond 45 degrees the landmarks themselves are guesses. Good for "look at the camera", not for measuring.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.capture.face import Point

_HEAD = np.array([[-18.6, -21.4, 0.0], [18.6, -21.4, 0.0], [0.0, 0.0, 15.0], [-15.8, 17.2, 2.0], [15.8, 17.2, 2.0]])
"""x to the picture's right, y down, z towards the camera; order as `DetectedFace.landmarks`."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees. Yaw: positive when the face points to the picture's right. Pitch: positive when it points down.
    Roll: positive when the head leans clockwise in the picture."""

    yaw: float
    pitch: float
    roll: float


def pose_of(landmarks: Sequence[Point]) -> Pose | None:
    """The pose, or None when the landmarks fall together."""
    seen = np.asarray(landmarks, np.float64)
    head = _HEAD - _HEAD.mean(0)
    axes = (seen - seen.mean(0)).T @ np.linalg.pinv(head).T
    left, sizes, right = np.linalg.svd(axes, full_matrices=False)
    if not np.isfinite(sizes).all() or sizes[1] < 1e-6:
        return None
    across, down = left @ right  # the nearest two rows of a rotation
    facing = np.cross(across, down)
    return _angles(np.stack([across, down, facing]))


def _angles(turn: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Pose:
    """Angles of a rotation made of roll after pitch after yaw."""
    nose = turn[:, 2]
    yaw = math.degrees(math.atan2(nose[0], nose[2]))
    pitch = math.degrees(math.asin(min(max(nose[1], -1.0), 1.0)))
    roll = math.degrees(math.atan2(turn[1, 0], turn[0, 0]))
    return Pose(yaw, pitch, roll)
