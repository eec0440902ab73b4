"""Alignment: the least-squares similarity, the sampling, and their equality with OpenCV's."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from overt.capture.photo import Pixels
from overt.errors import FaceNotEncodable
from overt.template.align import REFERENCE_POINTS, align, similarity, warp

RNG = np.random.default_rng(3)
TARGET = np.array(REFERENCE_POINTS)


def smooth(height: int, width: int) -> Pixels:
    """A picture without sharp edges, so that two ways of sampling may differ by rounding only."""
    coarse = RNG.integers(0, 256, (8, 8, 3)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)


def placed(scale: float, degrees: float, dx: float, dy: float, noise: float = 0) -> NDArray[np.float64]:
    turn = math.radians(degrees)
    rotation = scale * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return TARGET @ rotation.T + [dx, dy] + RNG.normal(0, noise, (5, 2)) if noise else TARGET @ rotation.T + [dx, dy]


@pytest.mark.parametrize(("scale", "degrees"), [(0.5, 0), (1, 30), (2.5, -75), (4, 180)])
def test_an_exact_similarity_is_found(scale: float, degrees: float) -> None:
    source = placed(scale, degrees, 40, -7)
    matrix = similarity(source, TARGET)
    assert np.allclose(source @ matrix[:, :2].T + matrix[:, 2], TARGET, atol=1e-9)
    assert np.linalg.det(matrix[:, :2]) == pytest.approx(1 / scale**2)


def test_no_small_change_is_better() -> None:
    source = placed(1.7, 12, 30, 20, noise=4)

    def error(matrix: NDArray[np.float64]) -> float:
        return float(((source @ matrix[:, :2].T + matrix[:, 2] - TARGET) ** 2).sum())

    best = similarity(source, TARGET)
    a, b = best[0, 0], best[1, 0]
    for da, db, dx, dy in RNG.normal(0, 1e-3, (200, 4)):
        other = np.array([[a + da, -(b + db), best[0, 2] + dx], [b + db, a + da, best[1, 2] + dy]])
        assert error(other) > error(best)


def test_a_mirrored_face_is_turned_not_mirrored() -> None:
    matrix = similarity(TARGET * [-1, 1], TARGET)
    assert np.linalg.det(matrix[:, :2]) > 0


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.full((5, 2), 9.0), np.full((5, 2), np.nan)])
def test_landmarks_in_one_place_are_a_refusal(points: NDArray[np.float64]) -> None:
    with pytest.raises(FaceNotEncodable):
        similarity(points, TARGET)


@pytest.mark.parametrize("seed", range(6))
def test_equals_opencv_align_crop(seed: int, tmp_path: object) -> None:
    scale, degrees = (0.7, 0.9, 1.1, 1.3, 1.6, 1.9)[seed], (-40, -20, -5, 5, 20, 40)[seed]
    picture = smooth(420, 460)
    landmarks = placed(scale, degrees, 120, 130, noise=1.5)
    wanted = opencv_align(picture, landmarks)
    ours = align(picture, [(x, y) for x, y in landmarks.tolist()])
    inside = (wanted > 0).all(2) & (ours > 0).all(2)
    assert inside.mean() > 0.8
    difference = np.abs(ours.astype(int) - wanted.astype(int))[inside]
    assert difference.max() <= 3
    assert difference.mean() < 0.5


def opencv_align(picture: Pixels, landmarks: NDArray[np.float64]) -> Pixels:
    """`FaceRecognizerSF.alignCrop`; it needs a model to be made, but aligning does not use it."""
    from overt.models.files import read_model
    from overt.models.manifest import shipped_manifest
    from overt.models.onnx_inputs import with_true_inputs_only

    manifest = shipped_manifest()
    model = with_true_inputs_only(read_model(manifest.files[manifest.contract.embedder]))
    recogniser = cv2.FaceRecognizerSF.create("onnx", np.frombuffer(model, np.uint8), np.zeros(0, np.uint8))
    row = np.concatenate([[0, 0, 1, 1], landmarks.ravel(), [1]]).astype(np.float32)[None]
    return np.asarray(recogniser.alignCrop(picture, row), np.uint8)


def test_warp_by_nothing_is_the_same_picture_and_black_outside() -> None:
    picture = RNG.integers(1, 256, (20, 30, 3), np.uint8)
    out = warp(picture, np.array([[1.0, 0, 0], [0, 1.0, 0]]), 40)
    assert np.array_equal(out[:20, :30], picture)
    assert not out[20:].any()
    assert not out[:, 30:].any()


def test_warp_takes_the_middle_of_neighbours() -> None:
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[0, 1], picture[1, 0], picture[1, 1] = 100, 40, 203
    out = warp(picture, np.array([[1.0, 0, -0.5], [0, 1.0, -0.5]]), 1)
    assert out[0, 0].tolist() == [86, 86, 86]  # 85.75


@pytest.mark.parametrize("factor", [2, 3, 5, 9])
def test_a_large_face_gives_what_its_block_mean_gives(factor: int) -> None:
    small = smooth(200, 220)
    large = small.repeat(factor, 0).repeat(factor, 1)
    landmarks = placed(1.05, 10, 50, 60)
    there = landmarks * factor + (factor - 1) / 2
    a = align(small, [(x, y) for x, y in landmarks.tolist()]).astype(int)
    b = align(large, [(x, y) for x, y in there.tolist()]).astype(int)
    assert np.abs(a - b)[4:-4, 4:-4].max() <= 6  # the blocks need not start where the small pixels did


def test_fine_texture_becomes_its_mean_not_noise() -> None:
    board = (np.indices((1200, 1200)).sum(0) % 2 * 255).astype(np.uint8)
    picture = np.repeat(board[:, :, None], 3, axis=2)
    out = align(picture, [(x, y) for x, y in placed(8.3, 0, 100, 100).tolist()])
    assert abs(int(out.mean()) - 127) <= 1
    assert out.std() < 3


def test_other_sides_scale_the_reference() -> None:
    picture = smooth(500, 500)
    landmarks = [(x, y) for x, y in placed(2, 0, 100, 100).tolist()]
    assert align(picture, landmarks, 224).shape == (224, 224, 3)
    half = cv2.resize(align(picture, landmarks, 224), (112, 112), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(half - align(picture, landmarks)).mean() < 2


def test_a_face_far_outside_is_black() -> None:
    assert not align(smooth(50, 50), [(x + 5000, y - 900) for x, y in REFERENCE_POINTS]).any()
