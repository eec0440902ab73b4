"""A camera and a template maker without models: photographs are a few bytes that name a simulated person and a shot.

Two shots of one person have a cosine of about 0.8, strangers about 0; both through the real contract's digest.
"""

import json
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from overt.capture.face import Box, DetectedFace
from overt.capture.photo import Photo, Pixels
from overt.errors import NoFace, SeveralFaces, UnreadableImage
from overt.models.manifest import shipped_manifest
from overt.quality.assessment import Assessment, Measure, assessed
from overt.quality.presentation.look import look
from overt.template.contract import TemplateContract
from overt.template.fusion import fuse
from overt.template.made import MadeTemplate
from overt.template.template import Template, unit

CLOSENESS = 0.9
"""Cosine of each shot with its person's centre; two shots then have about its square."""


def photograph(person: int, shot: int = 0, faces: int = 1, copy: int = 0, grid: float = 0.0, yaw: float = 0.0) -> bytes:
    """A simulated photograph; another `copy` is another file with the very same face in it.

    `grid`: how strongly a fine grid lies over it, as on a photographed screen.
    `yaw`: degrees by which the head is turned.
    """
    said = {"person": person, "shot": shot, "faces": faces, "copy": copy, "grid": grid, "yaw": yaw}
    return b"SIM" + json.dumps(said).encode()


class SimulatedTemplates:
    """Fills the `Templates` port."""

    def __init__(self) -> None:
        self._contract = shipped_manifest().contract
        self.calls = 0

    @property
    def contract(self) -> TemplateContract:
        return self._contract

    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate:
        return fuse(frames, self.make)

    def make(self, photo: bytes) -> MadeTemplate:
        self.calls += 1
        if not photo.startswith(b"SIM"):
            raise UnreadableImage
        seen = json.loads(photo[3:])
        if seen["faces"] == 0:
            raise NoFace
        if seen["faces"] > 1:
            raise SeveralFaces
        template = Template(
            simulated_vector(seen["person"], seen["shot"], self._contract.dimension), self._contract.digest
        )
        pixels = _pixels(seen["person"] % 251, seen["grid"])
        point = (1.0, 1.0)
        height, width = pixels.shape[:2]
        face = DetectedFace(Box(0, 0, 0.8 * width, 0.8 * height), (point, point, point, point, point), 1.0)
        timings = MappingProxyType({"decode": 0.0, "detect": 0.0, "embed": 0.0})
        shown = Photo(pixels)
        return MadeTemplate(template, shown, face, _measured(seen["yaw"]), timings, look=look(shown, face))


def _measured(yaw: float) -> tuple[Assessment, ...]:
    """What is needed to be like the calibration's photographs, or not."""
    return (
        assessed(Measure.INTER_EYE_DISTANCE, 90.0, 100.0, None),
        assessed(Measure.HEAD_POSE_YAW, yaw, 100.0, None),
        assessed(Measure.HEAD_POSE_PITCH, 0.0, 100.0, None),
        assessed(Measure.HEAD_POSE_ROLL, 0.0, 100.0, None),
    )


def _pixels(shade: int, grid: float) -> Pixels:
    """One shade; with a grid it is large enough for the grid to be looked for."""
    if not grid:
        return np.full((64, 48, 3), shade, np.uint8)
    y, x = np.mgrid[0:240, 0:180]
    noise = np.random.default_rng(shade).normal(0, 3, x.shape)
    light = 128 + noise + grid * (np.sin(x * 1.3) + np.sin(y * 1.3))
    return np.repeat(light.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def simulated_vector(person: int, shot: int, dimension: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """The unit vector of one shot of one simulated person."""
    centre = np.random.default_rng(person).standard_normal(dimension)
    noise = np.random.default_rng((person, shot)).standard_normal(dimension)
    centre /= np.linalg.norm(centre)
    noise -= (noise @ centre) * centre
    noise /= np.linalg.norm(noise)
    mixed = CLOSENESS * centre + np.sqrt(1 - CLOSENESS**2) * noise
    return unit(mixed.astype(np.float32))
