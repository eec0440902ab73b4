"""What stands before the camera: a person, a screen or a print; and the frames of a burst of it.

ISO/IEC 30107-3: a person is a bona fide presentation; a screen and a print are two species of attack instruments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from overt.evaluation.recapture.background import background
from overt.evaluation.recapture.camera import FOCAL, HEIGHT, WIDTH, Camera, any_camera, expose
from overt.evaluation.recapture.light import Light, softened
from overt.evaluation.recapture.pattern import Pixel
from overt.evaluation.recapture.plane import Pose, View, inside, pasted
from overt.evaluation.recapture.portrait import Portrait

FACE_PIXELS = (150, 420)
"""How wide a face is in a frame: arm's length to a metre and a half, and nearer for small pictures of faces."""
MEAN_LIGHT = 0.22


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One frame's geometry: the plane of the face, and what is behind it, both as large as the sensor."""

    view: View
    behind: Light
    pixel: Pixel


class Staging(Protocol):
    """Something that shows a face of a known width."""

    @property
    def face_mm(self) -> float: ...
    def light(self, portrait: Portrait, seen: Seen) -> Light:
        """What reaches the lens from it, fine patterns already weakened by lens and pixel, `behind` around it."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """A bona fide presentation. `key`: how much brighter the light is from one side."""

    key: tuple[float, float]
    face_mm: float = 150.0

    def light(self, portrait: Portrait, seen: Seen) -> Light:
        """The person of the portrait before what is behind."""
        pitch = self.face_mm / portrait.face.width
        skin = pasted(portrait.light, portrait.middle, pitch, seen.view)
        mask = pasted(portrait.person, portrait.middle, pitch, seen.view)
        light: Light = skin * slope(seen.view, self.key) * mask + seen.behind * (1 - mask)
        return light


def any_person(random: np.random.Generator) -> Person:
    """A person in some light."""
    return Person(_pair(random.uniform(-0.25, 0.25, 2)))


def slope(view: View, key: tuple[float, float]) -> Light:
    """Light that grows across and down the picture: 1 in the middle, 1 + key at the far edges."""
    across = np.linspace(-1, 1, view.width, dtype=np.float32)[None, :, None]
    down = np.linspace(-1, 1, view.height, dtype=np.float32)[:, None, None]
    light: Light = (1 + np.float32(key[0]) * across + np.float32(key[1]) * down).clip(0.2, None)
    return light


def glare(view: View, random: np.random.Generator, strength: float) -> Light:
    """A soft spot of light mirrored somewhere on a smooth surface."""
    column, row = random.uniform(0, view.width), random.uniform(0, view.height)
    reach = random.uniform(0.1, 0.5) * view.width
    x = np.arange(view.width, dtype=np.float32)[None, :, None] - np.float32(column)
    y = np.arange(view.height, dtype=np.float32)[:, None, None] - np.float32(row)
    spot: Light = np.float32(strength) * np.exp(-(x**2 + y**2) / np.float32(2 * reach**2))
    return spot


def framed(picture: Light, seen: Seen, size: tuple[float, float], rim: float, rim_light: float) -> Light:
    """A picture of that size in millimetres, its rim around it, and the rest behind; no size: it fills the frame."""
    if not size[0]:
        return picture
    whole = inside(seen.view, size[0] + 2 * rim, size[1] + 2 * rim)[:, :, None]
    shown = inside(seen.view, *size)[:, :, None]
    light: Light = picture * shown + np.float32(rim_light) * (whole - shown) + seen.behind * (1 - whole)
    return light


def burst(
    staging: Staging, portrait: Portrait, random: np.random.Generator, frames: int = 3, camera: Camera | None = None
) -> Sequence[bytes]:
    """JPEG frames of one press of the shutter, in an unsteady hand."""
    camera = camera or any_camera(random)
    pose = _any_pose(staging, random)
    scene = background(WIDTH * camera.sampling + 64, HEIGHT * camera.sampling + 64, random)
    taken = []
    for _ in range(frames):
        moved = pose.moved(*random.normal(0, 0.004 * pose.distance, 2), *random.normal(0, (0.4, 0.004)))
        taken.append(_frame(staging, portrait, moved, scene, camera, random))
    return taken


def _any_pose(staging: Staging, random: np.random.Generator) -> Pose:
    distance = FOCAL * staging.face_mm / random.uniform(*FACE_PIXELS)
    shift = random.uniform(-0.08, 0.08, 2) * distance
    pitch, yaw, roll = random.normal(0, (5.0, 5.0, 2.5))
    return Pose(float(distance), float(shift[0]), float(shift[1]), float(pitch), float(yaw), float(roll))


def _frame(
    staging: Staging, portrait: Portrait, pose: Pose, scene: Light, camera: Camera, random: np.random.Generator
) -> bytes:
    times = camera.sampling
    view = View(pose, WIDTH * times, HEIGHT * times, FOCAL * times)
    left, top = random.integers(0, 64, 2)
    behind = scene[top : top + view.height, left : left + view.width]
    pixel = Pixel(times * camera.blur * float(random.lognormal(0, camera.unsteady)), camera.aperture)
    light = softened(staging.light(portrait, Seen(view, behind, pixel)), pixel.blur)
    return expose(light * np.float32(MEAN_LIGHT / max(float(light.mean()), 1e-4)), camera, random)


def _pair(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> tuple[float, float]:
    return float(values[0]), float(values[1])
