"""The lids of both eyes, by MediaPipe Iris under OpenCV 5 (Ablavatski et al. 2020, "Real-time pupil tracking from
monocular video for digital puppetry").

The network is shown a square around one eye and gives 71 points of lids and brow. The square is placed by the face's
own landmarks, `CROP` distances of the eyes wide, upright with the face; the person's left eye is mirrored, since the
network knows right ones. It is asked twice, the second time with the picture mirrored, and the mean counts.

Its other output, the iris, is never asked for.
"""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace, Point
from overt.capture.photo import Pixels
from overt.errors import FaceNotEncodable, ModelFileMissing, ModelUnusable
from overt.models.files import read_model
from overt.models.manifest import ModelFile, model_file
from overt.models.opencv import COPIES, check_engine
from overt.models.pool import Pool
from overt.quality.lids import Eyes, Lids
from overt.template.align import Matrix, cut_out, similarity

CROP: Final = 1.1
SIDE: Final = 64
_OUTPUT: Final = "output_eyes_contours_and_brows"
_LOWER, _UPPER = slice(1, 8), slice(9, 16)
"""Of the network's 71 points, without the corners of the eye; each from the outer corner to the inner one."""
Points = NDArray[np.float64]


class IrisNetwork:
    """A `LidFinder`; may be called from several threads. About 9 ms a face on one core.

    Args:
        model: the TFLite file's bytes.

    Raises:
        ModelUnusable: OpenCV cannot load the model.
    """

    def __init__(self, model: bytes) -> None:
        check_engine()
        self._model = np.frombuffer(model, np.uint8)
        self._networks = Pool(self._load, COPIES)
        with self._networks.borrow():
            pass  # load one now, so that a bad file is refused at start-up

    def lids(self, pixels: Pixels, face: DetectedFace) -> Eyes | None:
        """The lids of one face; see `LidFinder.lids`."""
        right, left = face.landmarks[:2]
        try:
            return self._eye(pixels, right, (right, left)), self._eye(pixels, left, (right, left), mirrored=True)
        except FaceNotEncodable:
            return None

    def _eye(self, pixels: Pixels, centre: Point, eyes: tuple[Point, Point], *, mirrored: bool = False) -> Lids:
        """Of the eye in the middle of the square; `mirrored` when it is a left one."""
        matrix = _to_square(centre, eyes)
        square = cut_out(pixels, matrix, SIDE)
        as_known, turned = (self._points(square, mirrored=each) for each in (mirrored, not mirrored))
        back = np.linalg.inv(matrix[:, :2])
        upper, lower = (
            ((as_known[part] + turned[part][::-1]) / 2 - matrix[:, 2]) @ back.T for part in (_UPPER, _LOWER)
        )
        return Lids(_as_points(upper), _as_points(lower))

    def _points(self, square: Pixels, *, mirrored: bool) -> Points:
        """(71, 2) in the square's own pixels, whichever way it was shown."""
        shown = square[:, ::-1] if mirrored else square
        fed = np.ascontiguousarray(shown.transpose(2, 0, 1)[np.newaxis], np.float32) / np.float32(255)
        with self._networks.borrow() as network:
            network.setInput(fed)
            points = np.array(network.forward(_OUTPUT), np.float64).reshape(-1, 3)[:, :2]
        if mirrored:
            points[:, 0] = SIDE - 1 - points[:, 0]
        return points

    def _load(self) -> cv2.dnn.Net:
        try:
            return cv2.dnn.readNetFromTFLite(self._model)
        except cv2.error as error:
            raise ModelUnusable("The model of eyelids cannot be loaded.") from error


def installed_eyelids(models_dir: Path | None = None) -> IrisNetwork | None:
    """The shipped model of lids; None where its file is not installed.

    Raises:
        ModelDigestMismatch: a file of its name is there and is not the right one.
        ModelUnusable: it cannot be run.
    """
    try:
        return IrisNetwork(read_model(eyelid_file(), models_dir))
    except ModelFileMissing:
        return None


def eyelid_file() -> ModelFile:
    """The one entry of `quality.toml`."""
    (table,) = tomllib.loads(resources.files("overt.models").joinpath("quality.toml").read_text("utf-8"))["file"]
    return model_file(table)


def _to_square(centre: Point, eyes: tuple[Point, Point]) -> Matrix:
    """From the photo to the square around one eye, in which the line of the eyes is level."""
    unit = SIDE / CROP
    level = similarity(np.asarray(eyes, np.float64), np.array([[0.0, 0.0], [unit, 0.0]]))
    shift = (SIDE - 1) / 2 - level[:, :2] @ np.asarray(centre)
    return np.column_stack([level[:, :2], shift])


def _as_points(rows: Points) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in rows)
