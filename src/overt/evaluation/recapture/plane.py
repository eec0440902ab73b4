"""A flat thing before a pinhole camera: which point of it each camera pixel sees, and how fine its patterns are there.

Places on the thing are in millimetres from its middle, x to the right, y down; camera pixels from the picture's corner.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.recapture.light import Light, block_mean, doubled

Field = NDArray[np.float32]
"""(height, width): one number for each camera pixel."""
MOST_COLUMNS = 1280
COARSE = 16
"""Perspective changes so slowly that every sixteenth pixel tells how it stretches."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the thing stands: distance and shifts in millimetres, angles in degrees (around x, y, and the axis)."""

    distance: float
    across: float = 0.0
    down: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0

    def moved(self, across: float, down: float, roll: float, nearer: float) -> "Pose":
        """A little later in an unsteady hand; `nearer` as a share of the distance."""
        distance = self.distance * (1 - nearer)
        return Pose(distance, self.across + across, self.down + down, self.pitch, self.yaw, self.roll + roll)


@dataclass(frozen=True)
class View:
    """A plane as a camera of `width` x `height` pixels with a focal length in pixels sees it."""

    pose: Pose
    width: int
    height: int
    focal: float

    @cached_property
    def places(self) -> tuple[Field, Field]:
        """x and y on the plane, in millimetres, for the centre of each pixel."""
        inverse = np.linalg.inv(self._projection())
        x, y = np.meshgrid(np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32))
        rows = [np.float32(row[0]) * x + np.float32(row[1]) * y + np.float32(row[2]) for row in inverse]
        return rows[0] / rows[2], rows[1] / rows[2]

    @cached_property
    def steps(self) -> tuple[tuple[Field, Field], tuple[Field, Field]]:
        """Millimetres a pixel: ((dx/dcolumn, dx/drow), (dy/dcolumn, dy/drow)), for every `COARSE`th pixel only."""
        x, y = (each[::COARSE, ::COARSE] for each in self.places)
        return (_change(x, 1), _change(x, 0)), (_change(y, 1), _change(y, 0))

    def whole(self, coarse: Field) -> Field:
        """A field that was given for every `COARSE`th pixel, for all of them."""
        wide: Field = np.repeat(np.repeat(coarse, COARSE, 0), COARSE, 1)[: self.height, : self.width]
        return wide

    def halved(self) -> "View":
        """The same view with half the pixels along each side."""
        return View(self.pose, self.width // 2, self.height // 2, self.focal / 2)

    @property
    def footprint(self) -> float:
        """Millimetres that one pixel sees in the middle."""
        return self.pose.distance / self.focal

    def _projection(self) -> NDArray[np.float64]:
        pose = self.pose
        turn = _about(0, pose.pitch) @ _about(1, pose.yaw) @ _about(2, pose.roll)
        camera = np.array([[self.focal, 0, (self.width - 1) / 2], [0, self.focal, (self.height - 1) / 2], [0, 0, 1.0]])
        seen: NDArray[np.float64] = camera @ np.column_stack(
            [turn[:, 0], turn[:, 1], (pose.across, pose.down, pose.distance)]
        )
        return seen


def _change(places: Field, axis: int) -> Field:
    return np.gradient(places, COARSE, axis=axis).astype(np.float32)


def _about(axis: int, degrees: float) -> NDArray[np.float64]:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    first, second = (each for each in range(3) if each != axis)
    turn = np.eye(3)
    turn[first, first] = turn[second, second] = cosine
    turn[first, second], turn[second, first] = -sine, sine
    return turn


def pasted(picture: Light, middle: tuple[float, float], pitch: float, view: View) -> Light:
    """What each pixel sees of a picture on the plane, bilinear; beyond its edges they continue.

    Args:
        picture: linear light.
        middle: column and row of the picture that lie at the plane's middle.
        pitch: millimetres from one pixel of the picture to the next.

    A portrait has less detail than a frame, so a sensor that is finer than the frame is given a frame's worth of it.
    """
    if view.width > MOST_COLUMNS:
        return doubled(pasted(picture, middle, pitch, view.halved()))
    x, y = view.places
    factor = max(1, round(view.footprint / pitch))
    if factor > 1:
        picture = block_mean(picture, factor)
    column = (x / np.float32(pitch) + np.float32(middle[0] + 0.5)) / factor - np.float32(0.5)
    row = (y / np.float32(pitch) + np.float32(middle[1] + 0.5)) / factor - np.float32(0.5)
    column = column.clip(0, picture.shape[1] - 1.001)
    row = row.clip(0, picture.shape[0] - 1.001)
    left, top = np.floor(column), np.floor(row)
    right, low = (column - left)[:, :, None], (row - top)[:, :, None]
    pixels, places = (
        picture.reshape(-1, picture.shape[2]),
        top.astype(np.int32) * picture.shape[1] + left.astype(np.int32),
    )
    at = places, places + picture.shape[1]
    upper, lower = (pixels.take(each, 0) * (1 - right) + pixels.take(each + 1, 0) * right for each in at)
    seen: Light = upper * (1 - low) + lower * low
    return seen


def inside(view: View, width: float, height: float) -> Field:
    """1 where a pixel sees the rectangle of that size around the plane's middle, 0 where not, between at its edge."""
    x, y = view.places
    reach = np.minimum(np.float32(width / 2) - np.abs(x), np.float32(height / 2) - np.abs(y))
    share: Field = (reach / view.footprint + 0.5).clip(0, 1).astype(np.float32)
    return share
