"""The shipped detector: odd sizes, its own scale, threads, quiet. (Real faces: tests/unit/template.)"""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from overt.errors import ModelUnusable
from overt.models.files import read_model
from overt.models.manifest import shipped_manifest
from overt.models.yunet import YuNet
from unit.capture.drawn import drawn_face

RULE = shipped_manifest().contract.detection
RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def yunet() -> YuNet:
    return YuNet(read_model(shipped_manifest().files[RULE.file]), RULE)


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 3000), (3000, 1), (31, 33), (2, 640), (641, 639), (4000, 12), (33, 32), (5, 5)]
)
def test_every_size_is_looked_at(yunet: YuNet, size: tuple[int, int]) -> None:
    picture = RNG.integers(0, 256, (*size, 3), np.uint8)
    for side in (640, 192):
        assert yunet.detect(picture, side) == ()


def test_places_are_in_the_pictures_own_pixels(yunet: YuNet) -> None:
    for side in (300, 900, 1800):
        canvas = np.full((side, side + side // 2, 3), 200, np.uint8)
        canvas[:, side // 2 :] = drawn_face(side)
        (face,) = yunet.detect(canvas, 640)
        middle = face.box.x + face.box.width / 2, face.box.y + face.box.height / 2
        assert middle == pytest.approx((side, side / 2), abs=0.06 * side)
        assert face.inter_eye_distance == pytest.approx(0.22 * side, rel=0.25)
        (right, _), (left, _), *_ = face.landmarks
        assert right < left  # the person's right eye is on the left of the picture


def test_the_picture_is_not_changed(yunet: YuNet) -> None:
    picture = drawn_face(300)
    before = picture.copy()
    yunet.detect(picture, 640)
    assert np.array_equal(picture, before)


def test_it_sees_what_opencv_sees_in_its_own_colour_order(yunet: YuNet) -> None:
    picture = drawn_face(320)
    model = np.frombuffer(read_model(shipped_manifest().files[RULE.file]), np.uint8)
    peer = cv2.FaceDetectorYN.create("onnx", model, np.zeros(0, np.uint8), (320, 320), 0.6, 0.3)
    (row,) = peer.detect(np.ascontiguousarray(picture[:, :, ::-1]))[1]
    (face,) = yunet.detect(picture, 640)
    ours = [face.box.x, face.box.y, face.box.width, face.box.height, *np.ravel(face.landmarks), face.score]
    assert ours == pytest.approx(row.tolist(), abs=1e-4)
    (swapped,) = peer.detect(picture)[1]
    assert abs(swapped[14] - row[14]) > 1e-3


@pytest.mark.parametrize("model", [b"", b"no model"])
def test_what_is_no_model_is_refused(model: bytes) -> None:
    with pytest.raises(ModelUnusable):
        YuNet(model, RULE)


def test_loading_and_looking_writes_nothing() -> None:
    program = (
        "import numpy as np\n"
        "from overt.models.shipped import load_shipped_pipeline\n"
        "pipeline = load_shipped_pipeline()\n"
        "pipeline.detector.detect(np.zeros((90, 70, 3), np.uint8), 640)\n"
        "pipeline.embedder.embed(np.zeros((112, 112, 3), np.uint8))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("", "")
