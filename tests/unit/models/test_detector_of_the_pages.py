"""The detector that runs in the pages is the server's: the same faces on the same photographs.

The script's side is held to the same golden numbers by `web/tests/`. They come from drawings, never from a person:
`python tests/unit/models/test_detector_of_the_pages.py` writes them anew.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from overt.capture.decode import decode
from overt.capture.face import Box, DetectedFace
from overt.capture.one_face import choose, mask_others
from overt.capture.photo import Photo, Pixels
from overt.models.files import read_model
from overt.models.manifest import shipped_manifest
from overt.models.yunet import YuNet
from overt.quality import over_exposure, sharpness, under_exposure
from overt.quality.pose import pose_of
from overt.quality.view import view_of

WEB = Path(__file__).resolve().parents[3] / "web"
GOLDEN = WEB / "tests" / "golden"
STRIDES = (8, 16, 32)
LONGEST = 640
HEADS = {"frontal": (0, 0, 0), "left": (-35, 0, 0), "right": (50, 5, 0), "down": (0, 30, 0), "leaning": (5, -5, 40)}

Outputs = Mapping[str, NDArray[np.float32]]


@cache
def of_the_pages() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(WEB / "model" / "yunet.onnx", providers=["CPUExecutionProvider"])


@cache
def of_the_server() -> YuNet:
    manifest = shipped_manifest()
    return YuNet(read_model(manifest.files[manifest.contract.detection.file]), manifest.contract.detection)


def outputs(pixels: Pixels) -> Outputs:
    """What the network of the pages says of a picture, bordered to steps of 32."""
    height, width = (-(-side // 32) * 32 for side in pixels.shape[:2])
    bordered = np.zeros((height, width, 3), np.float32)
    bordered[: pixels.shape[0], : pixels.shape[1]] = pixels[..., ::-1]
    session = of_the_pages()
    values = session.run(None, {"input": bordered.transpose(2, 0, 1)[None]})
    return {each.name: value[0] for each, value in zip(session.get_outputs(), values, strict=True)}


def faces(said: Outputs, width: int, height: int) -> list[DetectedFace]:
    """The faces in what the network says, as OpenCV reads them; the surest first."""
    found = [face for stride in STRIDES for face in _on_grid(said, stride, -(-width // 32) * 32 // stride)]
    kept: list[DetectedFace] = []
    for face in sorted(found, key=lambda one: -one.score):
        if all(face.box.overlap(other.box) <= 0.3 for other in kept):
            kept.append(face)
    return kept


def _on_grid(said: Outputs, stride: int, columns: int) -> list[DetectedFace]:
    scores = np.sqrt(said[f"cls_{stride}"].clip(0, 1) * said[f"obj_{stride}"].clip(0, 1))[:, 0]
    found = []
    for place in np.flatnonzero(scores >= 0.6):
        at = np.array([place % columns, place // columns])
        x, y = (said[f"bbox_{stride}"][place, :2] + at) * stride
        across, down = np.exp(said[f"bbox_{stride}"][place, 2:]) * stride
        a, b, c, d, e = ((said[f"kps_{stride}"][place].reshape(5, 2) + at) * stride).tolist()
        box = Box(float(x - across / 2), float(y - down / 2), float(across), float(down))
        points = (tuple(a), tuple(b), tuple(c), tuple(d), tuple(e))
        found.append(DetectedFace(box, points, float(scores[place])))
    return found


def sides(face: DetectedFace) -> NDArray[np.float64]:
    return np.array([face.box.x, face.box.y, face.box.width, face.box.height, *np.ravel(face.landmarks)])


@pytest.mark.parametrize("label", ["person-1-other", "person-3-other", "person-4-other"])
def test_the_same_faces_as_the_server(photographs: dict[str, bytes], label: str) -> None:
    photo = decode(photographs[label]).pixels
    scale = min(1.0, LONGEST / max(photo.shape[:2]))
    pixels = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
    ours = faces(outputs(pixels), pixels.shape[1], pixels.shape[0])
    theirs = sorted(of_the_server().detect(pixels, LONGEST), key=lambda one: -one.score)
    assert theirs
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.score == pytest.approx(other.score, abs=0.005)
        assert np.abs(sides(one) - sides(other)).max() < 0.01 * other.box.width


# --- the golden numbers of the script's tests -------------------------------------------------------------------------


def drawing() -> Pixels:
    """Two drawn faces, the second about a third as wide."""
    picture = np.full((96, 128, 3), (200, 205, 210), np.uint8)
    _draw(picture, (44, 46), 0.95)
    _draw(picture, (108, 24), 0.42)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)


def _draw(picture: Pixels, at: tuple[float, float], size: float) -> None:
    def oval(x: float, y: float, across: float, down: float, colour: tuple[int, int, int]) -> None:
        middle = (round((at[0] + x * size) * 16), round((at[1] + y * size) * 16))
        axes = (round(across * size * 16), round(down * size * 16))
        cv2.ellipse(picture, middle, axes, 0, 0, 360, colour, -1, cv2.LINE_AA, 4)

    oval(0, -4, 24, 30, (60, 45, 35))
    oval(0, 4, 20, 26, (224, 182, 160))
    for x in (-8, 8):
        oval(x, -2, 4, 2.4, (250, 250, 250))
        oval(x, -2, 2, 2.2, (50, 35, 30))
        oval(x, -8, 5, 1.2, (70, 50, 40))
    oval(0, 8, 2.6, 4, (200, 150, 130))
    oval(0, 18, 7, 2.2, (170, 70, 75))


def pattern(width: int, height: int, seed: int) -> Pixels:
    """A picture that a script makes as well: bytes of a linear congruential generator, smoothed by a sum of three."""
    numbers, state = [], seed
    for _ in range(width * height * 3 + 2):
        state = (state * 1103515245 + 12345) % 2**31
        numbers.append(state >> 23)
    values = np.array(numbers)
    return np.asarray((values[:-2] + values[1:-1] + values[2:]) // 3, np.uint8).reshape(height, width, 3)


def detector_golden() -> dict[str, Any]:
    """What the network says of the drawing, and the faces that OpenCV finds in it."""
    pixels = drawing()
    said = {name: [round(float(value), 4) for value in np.ravel(values)] for name, values in outputs(pixels).items()}
    found = sorted(of_the_server().detect(pixels, LONGEST), key=lambda one: -one.score)
    height, width = pixels.shape[:2]
    return {"width": width, "height": height, "outputs": said, "faces": [_as_json(face) for face in found]}


def measures_golden() -> dict[str, Any]:
    """Pose, light and masks, as the server has them."""
    return {
        "poses": [_pose(name, *angles) for name, angles in HEADS.items()],
        "lights": [_light(*case) for case in ((90, 110, 7, 1.0), (200, 150, 8, 0.15), (64, 80, 9, 2.2))],
        "mask": _mask(),
    }


def _as_json(face: DetectedFace) -> dict[str, Any]:
    box = {name: round(getattr(face.box, name), 3) for name in ("x", "y", "width", "height")}
    points = [{"x": round(x, 3), "y": round(y, 3)} for x, y in face.landmarks]
    return {"box": box, "landmarks": points, "score": round(face.score, 4)}


def _pose(name: str, yaw: float, pitch: float, roll: float) -> dict[str, Any]:
    """A head that is not quite the generic one, turned."""
    head = np.array([[-19, -20, 0], [18, -22, 1], [1, 0, 17], [-15, 18, 1], [16, 17, 3]], float)
    y, p, r = (math.radians(angle) for angle in (yaw, pitch, roll))
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    about_z = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    seen = (head @ (about_z @ about_x @ about_y).T)[:, :2] * 2 + 100
    a, b, c, d, e = ((round(x, 2), round(y, 2)) for x, y in seen.tolist())
    pose = pose_of((a, b, c, d, e))
    assert pose is not None
    angles = {"yaw": pose.yaw, "pitch": pose.pitch, "roll": pose.roll}
    return {"name": name, "landmarks": [{"x": x, "y": y} for x, y in (a, b, c, d, e)], "pose": _rounded(angles)}


def _light(width: int, height: int, seed: int, gain: float) -> dict[str, Any]:
    """Of a face that fills a pattern whose brightness was multiplied."""
    pixels = np.asarray(np.floor(pattern(width, height, seed) * gain).clip(0, 255), np.uint8)
    box = Box(0, 0, width, height).grown(0.1)  # the measures look at a little less than the box
    view = view_of(Photo(pixels), DetectedFace(box, ((0, 0),) * 5, 1.0))
    raw = {
        "sharpness": sharpness.measure(view).raw,
        "black": under_exposure.measure(view).raw,
        "white": over_exposure.measure(view).raw,
    }
    return {"width": width, "height": height, "seed": seed, "gain": gain, "light": _rounded(raw)}


def _mask() -> dict[str, Any]:
    """Which pixels of a picture the server covers: a bystander whose margin reaches behind the person and the edge."""
    person = DetectedFace(Box(30.4, 20.2, 30.3, 40.9), ((35, 30), (55, 30), (45, 40), (36, 50), (54, 50)), 0.9)
    behind = DetectedFace(Box(18.7, 3.5, 13.1, 15.2), ((20, 8), (28, 8), (24, 11), (21, 14), (27, 14)), 0.8)
    light = Photo(np.full((80, 90, 3), 255, np.uint8))
    covered = mask_others(light, choose([person, behind])).pixels[..., 0] == 128
    rows = ["".join("#" if each else "." for each in row) for row in covered]
    return {"width": 90, "height": 80, "faces": [_as_json(person), _as_json(behind)], "covered": rows}


def _rounded(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 5) for name, value in values.items()}


def test_the_golden_numbers_of_the_script_are_those_of_the_network() -> None:
    kept, now = json.loads((GOLDEN / "detector.json").read_text()), detector_golden()
    assert len(kept["faces"]) == len(now["faces"]) == 2
    for one, other in zip(kept["faces"], now["faces"], strict=True):
        assert one["box"] == pytest.approx(other["box"], abs=0.05)
        assert one["score"] == pytest.approx(other["score"], abs=1e-3)
    for name, values in now["outputs"].items():
        assert kept["outputs"][name] == pytest.approx(values, abs=2e-3), name


def test_the_golden_numbers_of_the_script_are_those_of_the_measures() -> None:
    kept, now = json.loads((GOLDEN / "measures.json").read_text()), measures_golden()
    assert kept["mask"] == now["mask"]
    for part, value in (("poses", "pose"), ("lights", "light")):
        for one, other in zip(kept[part], now[part], strict=True):
            assert one[value] == pytest.approx(other[value], abs=1e-4)


if __name__ == "__main__":
    for name, golden in (("detector", detector_golden()), ("measures", measures_golden())):
        (GOLDEN / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"written: web/tests/golden/{name}.json")
