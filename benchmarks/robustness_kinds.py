"""What is done to a probe for `robustness.py`, as a phone or a patrol would do it to the photograph. Not a benchmark.

Rules:
* Strengths are in widths of the face, so that they mean the same at any size of picture; sizes are of the face's box.
* The same picture, degradation and seed give the same pixels. The people beside the one meant are blanked before.
* `albumentations` 2.0.8 (MIT; archived by its authors, so it will not change; its successor is AGPL and not used)
  blurs, adds noise, compresses and rotates; `robustness_drawn.py` bends and draws.

Limitations: the pictures are press photographs of 250 pixels, already compressed and not raw light. So low light is
darkness and noise put into them after the fact, with no camera's own denoising; a face of 400 pixels is enlarged and
has no more detail than one of 100; each degradation comes alone, in the street several come together.
"""

import os
from collections.abc import Callable, Mapping
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

import robustness_drawn as drawn
from overt.capture.face import DetectedFace

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it would ask the net for a newer release
import albumentations as A  # noqa: N812 - its documentation calls it so

Pixels = NDArray[np.uint8]
Degrade = Callable[[Pixels, DetectedFace, int], Pixels]
"""A picture, its face and a seed in; the degraded picture out."""


def as_it_is(pixels: Pixels, _face: DetectedFace, _seed: int) -> Pixels:
    return pixels


def by_library(make: Callable[[DetectedFace, int], A.BasicTransform]) -> Degrade:
    """A transform of albumentations, which is made for the face."""

    def degrade(pixels: Pixels, face: DetectedFace, seed: int) -> Pixels:
        changed = A.Compose([make(face, seed)], seed=seed)(image=pixels)["image"]
        return np.ascontiguousarray(changed, np.uint8)

    return degrade


def motion(share: float) -> Degrade:
    """The hand or the head moves along a line, in any direction."""

    def blur(face: DetectedFace, _seed: int) -> A.BasicTransform:
        length = max(3, 2 * round(share * face.box.width / 2) + 1)
        return A.MotionBlur(blur_limit=(length, length), allow_shifted=False, angle_range=(0, 180), p=1)

    return by_library(blur)


def defocus(share: float) -> Degrade:
    """A disc of confusion of this radius."""

    def blur(face: DetectedFace, _seed: int) -> A.BasicTransform:
        radius = max(1, round(share * face.box.width))
        return A.Defocus(radius=(radius, radius), alias_blur=(0.1, 0.1), p=1)

    return by_library(blur)


def low_light(share: float, noise: float) -> Degrade:
    """This share of the light, the noise of few photons, and a camera that brings half of the stops back."""

    def darken(pixels: Pixels, _face: DetectedFace, seed: int) -> Pixels:
        linear = (pixels / 255.0) ** 2.2 * share
        dark = np.asarray(255 * linear ** (1 / 2.2), np.float32).round().astype(np.uint8)
        noisy = A.Compose([A.ShotNoise(scale_range=(noise, noise), p=1)], seed=seed)(image=dark)["image"]
        lifted = (noisy / 255.0) ** 2.2 / np.sqrt(share)
        return np.asarray((255 * lifted.clip(0, 1) ** (1 / 2.2)).round(), np.uint8)

    return darken


def too_much(times: float) -> Degrade:
    """So many times the light; what is above white is lost."""

    def brighten(pixels: Pixels, _face: DetectedFace, _seed: int) -> Pixels:
        linear = (pixels / 255.0) ** 2.2 * times
        return np.asarray((255 * linear.clip(0, 1) ** (1 / 2.2)).round(), np.uint8)

    return brighten


def jpeg(quality: int) -> Degrade:
    return by_library(lambda _face, _seed: A.ImageCompression(quality_range=(quality, quality), p=1))


def width(wanted: int) -> Degrade:
    """The face's box this many pixels wide."""

    def resize(pixels: Pixels, face: DetectedFace, _seed: int) -> Pixels:
        times = wanted / face.box.width
        how = cv2.INTER_AREA if times < 1 else cv2.INTER_CUBIC
        size = (max(1, round(pixels.shape[1] * times)), max(1, round(pixels.shape[0] * times)))
        return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)

    return resize


def rotated(degrees: int) -> Degrade:
    """The whole picture turned, to one side or the other; what comes in from outside is grey."""

    def turn(_face: DetectedFace, seed: int) -> A.BasicTransform:
        signed = degrees if seed % 2 else -degrees
        return A.Rotate(limit=(signed, signed), border_mode=cv2.BORDER_CONSTANT, fill=128, p=1)

    return by_library(turn)


KINDS: Mapping[str, Mapping[str, Degrade]] = {
    "as it is": {"-": as_it_is},
    "motion blur": {f"{share:.0%} of the face": motion(share) for share in (0.06, 0.12, 0.2)},
    "defocus": {f"{share:.0%} of the face": defocus(share) for share in (0.02, 0.04, 0.07)},
    "low light": {
        "1/4, little noise": low_light(1 / 4, 0.003),
        "1/16, noise": low_light(1 / 16, 0.006),
        "1/32, much noise": low_light(1 / 32, 0.01),
    },
    "too much light": {"4 times": too_much(4), "16 times": too_much(16)},
    "JPEG": {f"quality {quality}": jpeg(quality) for quality in (90, 60, 30)},
    "face size": {f"{pixels} pixels": width(pixels) for pixels in (40, 60, 200, 400)},
    "yaw": {f"{angle} degrees": partial(drawn.turned, degrees=angle) for angle in (10, 20, 30)},
    "pitch": {f"{angle} degrees": partial(drawn.turned, degrees=angle, upright=False) for angle in (15, 25)},
    "cut off at the edge": {f"{share:.0%} of the face": partial(drawn.cut, share=share) for share in (0.1, 0.25)},
    "glare on glasses": {f"{share:.0%}": partial(drawn.glare, share=share) for share in (0.5, 0.9)},
    "half in shadow": {f"{share:.0%} of the light": partial(drawn.shadow, share=share) for share in (0.4, 0.15, 0.05)},
    "eyes closed": {"drawn lids": drawn.closed},
    "head rotated": {f"{angle} degrees": rotated(angle) for angle in (20, 45, 90, 180)},
    "oxygen mask": {"clear": partial(drawn.mask, share=0.45), "opaque": partial(drawn.mask, share=1.0)},
    "head covering": {
        "forehead": partial(drawn.covering, around=False),
        "and around": partial(drawn.covering, around=True),
    },
}
"""By kind, then by strength, weakest first."""
