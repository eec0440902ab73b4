"""A phone's camera: exposure, colour mosaic, noise, white balance, processing and JPEG."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from overt.capture.photo import Pixels
from overt.evaluation.recapture.light import Light, block_mean, curved, softened

WIDTH, HEIGHT = 1280, 960
FOCAL = 1005.0
"""In pixels of the finished frame: 65 degrees across."""

PLACES = (((0, 0),), ((0, 1), (1, 0)), ((1, 1),))
"""Row and column of red, green and blue in each square of four (Bayer)."""


@dataclass(frozen=True, slots=True)
class Camera:
    """One setting of one phone.

    Args:
        sampling: sensor pixels a finished pixel, along each side; they are averaged after the mosaic is undone.
        aperture: how much of its spacing a sensor pixel covers: 1 when neighbours are read together (binned), less
            when rows and columns are skipped.
        blur: of the lens, in finished pixels (standard deviation). A good phone's 4,000 pixels across pass a third of
            the contrast at the finest that they can sample, which is 0.16 of 1,280 pixels; focus is seldom perfect.
        unsteady: how much that blur differs between the frames of a burst (standard deviation of its logarithm).
        flare: light that strays over the whole frame, as a share of its mean.
        tone: exponent over the stored values; less than 1 lifts the shadows, as phones like to.
        noise: at white, as a share of it; shot noise, so it falls with the root of the light.
        floor: noise that is there in the dark.
        tint: what the white balance leaves, for red and blue.
        denoise: blur of colour differences, in sensor pixels.
        sharpen: how much of the fine detail is added once more.
        quality: of the JPEG.
        subsampling: Pillow's number; 2 halves the colours along both sides.
    """

    sampling: int = 2
    aperture: float = 1.0
    blur: float = 0.17
    unsteady: float = 0.2
    flare: float = 0.01
    tone: float = 1.0
    noise: float = 0.02
    floor: float = 0.003
    tint: tuple[float, float] = (1.0, 1.0)
    exposure: float = 1.0
    denoise: float = 1.0
    sharpen: float = 0.3
    quality: int = 88
    subsampling: int = 2


def any_camera(random: np.random.Generator) -> Camera:
    """A phone in some hand in some light."""
    binned = bool(random.random() < 2 / 3)
    return Camera(
        sampling=2 if binned else 1,
        aperture=1.0 if binned else float(random.uniform(0.4, 0.8)),
        blur=float(0.17 * random.lognormal(0, 0.4)),
        unsteady=float(random.uniform(0.05, 0.4)),
        flare=float(random.uniform(0.002, 0.05)),
        tone=float(random.uniform(0.85, 1.15)),
        noise=float(random.uniform(0.008, 0.04)),
        floor=float(random.uniform(0.001, 0.006)),
        tint=(float(random.uniform(0.93, 1.07)), float(random.uniform(0.93, 1.07))),
        exposure=float(random.uniform(0.75, 1.15)),
        denoise=float(random.uniform(0.6, 2.0)),
        sharpen=float(random.uniform(0.0, 0.7)),
        quality=int(random.integers(78, 94)),
    )


def expose(scene: Light, camera: Camera, random: np.random.Generator) -> bytes:
    """A JPEG of what fell on the sensor.

    Args:
        scene: as the lens drew it, `sampling` times the finished size; lens blur is the scene's business, since fine
            patterns must be weakened before they are sampled.
    """
    sensor = (scene + np.float32(camera.flare) * scene.mean()) * np.float32(camera.exposure)
    sensor[:, :, 0] *= np.float32(camera.tint[0])
    sensor[:, :, 2] *= np.float32(camera.tint[1])
    light = _undo_mosaic(_with_noise(_mosaic(sensor), camera, random))
    finished = _processed(block_mean(light, camera.sampling) if camera.sampling > 1 else light, camera)
    file = io.BytesIO()
    Image.fromarray(finished).save(file, "JPEG", quality=camera.quality, subsampling=camera.subsampling)
    return file.getvalue()


def decoded(file: bytes) -> Pixels:
    """The pixels of a frame."""
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


def _mosaic(light: Light) -> NDArray[np.float32]:
    """One colour a pixel."""
    seen = np.empty(light.shape[:2], np.float32)
    for channel, places in enumerate(PLACES):
        for row, column in places:
            seen[row::2, column::2] = light[row::2, column::2, channel]
    return seen


def _with_noise(seen: NDArray[np.float32], camera: Camera, random: np.random.Generator) -> NDArray[np.float32]:
    spread = np.sqrt(np.float32(camera.noise**2) * seen.clip(0, None) + np.float32(camera.floor**2))
    noisy: NDArray[np.float32] = (seen + spread * random.standard_normal(seen.shape, np.float32)).clip(0, 1)
    return noisy


def _undo_mosaic(seen: NDArray[np.float32]) -> Light:
    """Bilinear: each missing colour is the mean of its nearest neighbours."""
    light = np.empty((*seen.shape, 3), np.float32)
    for channel, weight in ((0, 4), (1, 8), (2, 4)):
        alone = np.zeros_like(seen)
        for row, column in PLACES[channel]:
            alone[row::2, column::2] = seen[row::2, column::2]
        light[:, :, channel] = _nearest(alone) / weight
        for row, column in PLACES[channel]:
            light[row::2, column::2, channel] = seen[row::2, column::2]
    return light


def _nearest(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights 1 2 1 along both axes; beyond an edge the mosaic is mirrored, and so keeps its order of colours."""
    padded = np.pad(values, 1, mode="reflect")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    weighted: NDArray[np.float32] = rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]
    return weighted


def _processed(light: Light, camera: Camera) -> Pixels:
    """Quieter colours and sharper edges, after the tone curve as phones do it."""
    values: Light = np.float32(255) * (curved(light) / np.float32(255)) ** np.float32(camera.tone)
    grey = values @ np.array([[0.2126], [0.7152], [0.0722]], np.float32)
    colours = softened(values - grey, camera.denoise)
    sharp = grey + np.float32(camera.sharpen) * (grey - softened(grey, 1.0))
    return (sharp + colours + np.float32(0.5)).clip(0, 255).astype(np.uint8)
