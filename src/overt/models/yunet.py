"""YuNet, the shipped face detector, under OpenCV 5 (Wu et al. 2023, "YuNet: a tiny millisecond-level face detector").

Limitations: profiles beyond about 60 degrees, faces rolled by more than about 45 degrees and faces under about 10
pixels are missed. On LFW (13,233 photographs) it misses none at a score of 0.6.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overt.capture.face import Box, DetectedFace, Point
from overt.capture.photo import Pixels
from overt.errors import ModelUnusable
from overt.models.opencv import COPIES, check_engine
from overt.models.pool import Pool
from overt.template.contract import Detection

_MOST_FACES = 500
_LEAST_SIDE = 32  # one step of the network; thinner pictures get a black border


class YuNet:
    """A `FaceDetector`; may be called from several threads.

    Args:
        model: the ONNX file's bytes.
        rule: the contract's settings.

    Raises:
        ModelUnusable: OpenCV cannot load the model.
    """

    def __init__(self, model: bytes, rule: Detection) -> None:
        check_engine()
        self._model = np.frombuffer(model, np.uint8)
        self._rule = rule
        self._networks = Pool(self._load, COPIES)
        with self._networks.borrow():
            pass  # load one now, so that a bad file is refused at start-up

    def detect(self, pixels: Pixels, longest_side: int, *, enlarge: bool = False) -> tuple[DetectedFace, ...]:
        """All faces; see `FaceDetector.detect`."""
        small, across, down = _resized(pixels, longest_side, enlarge)
        with self._networks.borrow() as network:
            network.setInputSize((small.shape[1], small.shape[0]))
            found: Any = network.detect(small)[1]  # typed as an array, but None when there is no face
        rows = np.zeros((0, 15)) if found is None else np.asarray(found, np.float64)
        return tuple(_face(row, across, down) for row in rows if np.isfinite(row).all())

    def _load(self) -> cv2.FaceDetectorYN:
        try:
            return cv2.FaceDetectorYN.create(
                "onnx",
                self._model,
                np.zeros(0, np.uint8),
                (320, 320),
                self._rule.least_score / 1000,
                self._rule.most_overlap / 1000,
                _MOST_FACES,
            )
        except cv2.error as error:
            raise ModelUnusable("The face detector cannot be loaded.") from error


def _resized(pixels: Pixels, longest_side: int, enlarge: bool) -> tuple[NDArray[np.uint8], float, float]:
    """BGR, resized and bordered, and how many pixels of the original one of its pixels is, across and down."""
    height, width = pixels.shape[:2]
    scale = longest_side / max(height, width) if enlarge else min(1.0, longest_side / max(height, width))
    sampling = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = pixels if size == (width, height) else cv2.resize(pixels, size, interpolation=sampling)
    border = max(0, _LEAST_SIDE - size[1]), max(0, _LEAST_SIDE - size[0])
    if any(border):
        small = cv2.copyMakeBorder(small, 0, border[0], 0, border[1], cv2.BORDER_CONSTANT)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    return bgr.astype(np.uint8, copy=False), width / size[0], height / size[1]


def _face(row: NDArray[np.float64], across: float, down: float) -> DetectedFace:
    numbers: list[float] = row.tolist()
    x, y, width, height = numbers[:4]
    box = Box(x * across, y * down, width * across, height * down)
    points: list[Point] = [(numbers[at] * across, numbers[at + 1] * down) for at in range(4, 14, 2)]
    a, b, c, d, e = points
    return DetectedFace(box, (a, b, c, d, e), numbers[14])
