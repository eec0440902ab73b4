"""What is bent and drawn with the five landmarks, for `robustness.py`. Not a benchmark.

Rules:
* Everything stands in the face's own frame: x from the picture's left eye to its right one, y down, the middle of the
  eyes at 0, one unit the distance of the eyes. So it leans and grows with the face.

Limitations, by name:
* `turned`: the same smooth bulge with a nose for everybody, turned. What lies forward moves, the far side narrows, the
  near side widens; but nothing comes to light that was hidden and nothing hides what was seen, the light stays, and the
  background bends along. It is milder than a real turn; no model of this person's head is involved.
* `closed`: each eye is painted over with the skin from just under and above it and a dark line for the lashes. No lid
  bulges, no cheek or brow moves, and a dead or sleeping face is more than its eyes.
* `mask`, `covering`: one colour with a little shading, no folds, no straps, no condensation.
* `glare`: two soft white discs; real glasses also have rims and distort. `shadow`: an upright soft edge at the middle.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace

Pixels = NDArray[np.uint8]
Grid = NDArray[np.float64]


def frame(pixels: Pixels, face: DetectedFace) -> tuple[Grid, Grid, float]:
    """x and y of every pixel in the face's own frame, and the size of its unit in pixels."""
    (x0, y0), (x1, y1) = face.landmarks[:2]
    unit = max(math.hypot(x1 - x0, y1 - y0), 1.0)
    across = np.array([x1 - x0, y1 - y0]) / unit
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(np.float64)
    x, y = x - (x0 + x1) / 2, y - (y0 + y1) / 2
    return (x * across[0] + y * across[1]) / unit, (y * across[0] - x * across[1]) / unit, unit


def blended(pixels: Pixels, colour: NDArray[np.float64], cover: Grid) -> Pixels:
    """A colour, or a picture, over this share of each pixel."""
    part = cover.clip(0, 1)[:, :, np.newaxis]
    return np.asarray((pixels * (1 - part) + colour * part).round().clip(0, 255), np.uint8)


def soft(distance: Grid, edge: float = 0.06) -> Grid:
    """1 inside (below 0), 0 outside, a soft edge between."""
    return np.asarray((0.5 - distance / edge).clip(0, 1), np.float64)


def mouth(face: DetectedFace) -> float:
    """How far the mouth lies below the eyes, in units."""
    points = np.asarray(face.landmarks)
    return float(np.linalg.norm(points[3:].mean(0) - points[:2].mean(0)) / max(face.inter_eye_distance, 1.0))


def turned(pixels: Pixels, face: DetectedFace, seed: int, degrees: float, upright: bool = True) -> Pixels:
    """The face as a bulge with a nose on it, turned to one side or the other; the middle of the eyes stays.

    Args:
        upright: about the upright axis (yaw); otherwise about the line of the eyes (pitch).
    """
    angle = math.radians(degrees if seed % 2 else -degrees)
    x, y, unit = frame(pixels, face)
    low = mouth(face)
    level = bulge(np.zeros(1), np.zeros(1), low)[0]
    along = x if upright else y
    source = along / math.cos(angle)
    for _ in range(20):  # where in the picture is what lands here? The way there never folds, so this settles
        height = bulge(source, y, low) if upright else bulge(x, source, low)
        source = (along - (height - level) * math.sin(angle)) / math.cos(angle)
    (x0, y0), (x1, y1) = face.landmarks[:2]
    across = np.array([x1 - x0, y1 - y0]) / unit
    axis = across if upright else np.array([-across[1], across[0]])
    rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    shift = (source - along) * unit
    at_x, at_y = (columns + shift * axis[0]).astype(np.float32), (rows + shift * axis[1]).astype(np.float32)
    return np.asarray(cv2.remap(pixels, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8)


def bulge(x: Grid, y: Grid, low: float) -> Grid:
    """How far a face comes forward, in units: a head, and a nose at three fifths of the way down to the mouth."""
    head = 0.9 * np.exp(-((x / 1.1) ** 2) - ((y - 0.4 * low) / 2.2) ** 2)
    return np.asarray(head + 0.25 * np.exp(-((x / 0.28) ** 2) - ((y - 0.6 * low) / 0.35) ** 2), np.float64)


def cut(pixels: Pixels, face: DetectedFace, seed: int, share: float) -> Pixels:
    """The picture ends where this share of the face's width is outside, on one side or the other."""
    box = face.box
    if seed % 2:
        return np.ascontiguousarray(pixels[:, max(0, round(box.x + share * box.width)) :])
    return np.ascontiguousarray(pixels[:, : max(1, round(box.x + (1 - share) * box.width))])


def glare(pixels: Pixels, face: DetectedFace, _seed: int, share: float) -> Pixels:
    """A bright reflection on both lenses."""
    x, y, _ = frame(pixels, face)
    away = np.minimum(np.hypot((x + 0.47) / 1.2, y), np.hypot((x - 0.53) / 1.2, y))
    return blended(pixels, np.array([255.0, 255, 255]), share * soft(away - 0.26, 0.2))


def shadow(pixels: Pixels, face: DetectedFace, seed: int, share: float) -> Pixels:
    """One half of the face has only this share of the light."""
    x, _, _ = frame(pixels, face)
    side = x if seed % 2 else -x
    light = 1 - (1 - share) * soft(side, 0.3)
    return np.asarray((pixels * (light[:, :, np.newaxis] ** (1 / 2.2))).round(), np.uint8)


def closed(pixels: Pixels, face: DetectedFace, _seed: int) -> Pixels:
    """Lids over both eyes."""
    x, y, unit = frame(pixels, face)
    skin = cv2.GaussianBlur(pixels, (0, 0), max(0.05 * unit, 0.5)).astype(np.float64)
    out = pixels
    for middle in (-0.5, 0.5):
        across = x - middle
        inside = soft(np.hypot(across / 0.27, y / 0.15) - 1, 0.35)
        rim = (np.hypot(across / 0.3, y / 0.2) > 1.0) & (np.hypot(across / 0.4, y / 0.34) < 1) & (y > 0)
        colour = np.median(skin[rim], axis=0) if rim.any() else np.array([150.0, 120, 100])
        out = blended(out, colour * np.ones(3), inside)
        lashes = soft(np.abs(y - 0.07 + 0.6 * across**2) - 0.018, 0.03) * (np.abs(across) < 0.24)
        out = blended(out, colour * 0.35, 0.8 * lashes)
    return out


def mask(pixels: Pixels, face: DetectedFace, _seed: int, share: float) -> Pixels:
    """An oxygen mask from the bridge of the nose to the chin: this share of it is colour, the rest shows through."""
    x, y, _ = frame(pixels, face)
    low = mouth(face)
    top, bottom = 0.28 * low, 1.62 * low
    middle, half = (top + bottom) / 2, (bottom - top) / 2
    down = (y - middle) / half
    across = x / (0.62 + 0.14 * down.clip(-1, 1))
    inside = np.hypot(across, down)
    out = blended(pixels, np.array([205.0, 222, 220]), share * soft(inside - 1))
    return blended(out, np.array([150.0, 175, 172]), 0.9 * soft(np.abs(inside - 0.97) - 0.035, 0.04))


def covering(pixels: Pixels, face: DetectedFace, _seed: int, around: bool) -> Pixels:
    """Cloth over hair and forehead, or also over ears, sides and under the chin, the face itself left free."""
    x, y, _ = frame(pixels, face)
    low = mouth(face)
    brow = -0.45
    cloth = np.array([62.0, 66, 92]) * (1 + 0.08 * np.sin(7 * x + 3 * y))[:, :, np.newaxis]
    if around:
        free = np.hypot(x / 0.98, (y - 0.45 * low) / (1.18 * low)) - 1
        worn = np.hypot(x / 1.75, (y - 0.6 * low) / 2.6) - 1
        cover = soft(worn) * np.maximum(soft(-free), soft(y - brow))
    else:
        cover = soft(y - brow - 0.12 * x**2) * soft(np.hypot(x / 1.5, (y - brow) / 1.6) - 1)
    return blended(pixels, cloth, cover)
