"""The shipped pipeline on real photographs: one person's are near, two people's are not."""

import io

import numpy as np
import pytest
from PIL import Image

from overt.capture.encode import encode_jpeg
from overt.errors import NoFace, SeveralFaces
from overt.models.shipped import load_shipped_pipeline
from overt.template.made import MadeTemplate
from overt.template.pipeline import TemplatePipeline

NEAR = 0.54  # false positives in a gallery of 3,800 at this cosine: about 0.1 % of searches
PEOPLE = {
    "obama.jpg": 1, "obama2.jpg": 1, "obama3.jpg": 1, "impostor_1.jpg": 1, "biden.jpg": 2,
    "person_a_1.jpg": 3, "person_a_2.jpg": 3, "person_b_1.jpg": 4, "person_b_2.jpg": 4, "impostor_2.jpg": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> TemplatePipeline:
    return load_shipped_pipeline()


@pytest.fixture(scope="module")
def made(shipped: TemplatePipeline, demo_photos: dict[str, bytes]) -> dict[str, MadeTemplate]:
    return {name: shipped.make(photo) for name, photo in demo_photos.items()}


def test_one_persons_are_near_and_two_peoples_are_not(made: dict[str, MadeTemplate]) -> None:
    assert set(made) == set(PEOPLE)
    for name, one in made.items():
        for other_name, other in made.items():
            cosine = float(one.template.vector @ other.template.vector)
            assert (cosine > NEAR) == (PEOPLE[name] == PEOPLE[other_name]), (name, other_name, cosine)


def test_the_answer_does_not_depend_on_the_call(shipped: TemplatePipeline, demo_photos: dict[str, bytes]) -> None:
    again = [shipped.make(demo_photos["person_b_1.jpg"]).template.vector for _ in range(2)]
    assert np.array_equal(*again)


def test_what_the_gallery_stores_gives_nearly_the_same_template(
    shipped: TemplatePipeline, made: dict[str, MadeTemplate]
) -> None:
    for name in ("biden.jpg", "person_a_2.jpg"):
        stored = shipped.make(encode_jpeg(made[name].photo))
        assert float(stored.template.vector @ made[name].template.vector) > 0.98


def test_a_mirror_image_gives_nearly_the_same_template(
    shipped: TemplatePipeline, made: dict[str, MadeTemplate]
) -> None:
    flipped = as_png(made["person_b_2.jpg"].photo.pixels[:, ::-1])
    assert float(shipped.make(flipped).template.vector @ made["person_b_2.jpg"].template.vector) > 0.95


def test_two_near_people_are_refused_and_a_far_one_is_blanked(
    shipped: TemplatePipeline, made: dict[str, MadeTemplate]
) -> None:
    near, other = (made[name].photo.pixels for name in ("person_b_1.jpg", "person_a_2.jpg"))
    with pytest.raises(SeveralFaces):
        shipped.make(side_by_side(near, other))
    small = np.asarray(Image.fromarray(other).resize((other.shape[1] // 3, other.shape[0] // 3)))
    result = shipped.make(side_by_side(near, small))
    assert (result.photo.pixels[:, near.shape[1] :] == 128).all(2).mean() > 0.05
    assert not (made["person_b_1.jpg"].photo.pixels == 128).all(2).mean() > 0.01
    assert float(result.template.vector @ made["person_b_1.jpg"].template.vector) > 0.95
    assert len(shipped.faces(result.photo)) == 1


def test_no_face_is_refused(shipped: TemplatePipeline) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 300, 3), np.uint8)
    for picture in (noise, np.full((10, 10, 3), 90, np.uint8), np.zeros((1, 1, 3), np.uint8)):
        with pytest.raises(NoFace):
            shipped.make(as_png(picture))


def side_by_side(left: np.ndarray, right: np.ndarray) -> bytes:
    canvas = np.full((max(left.shape[0], right.shape[0]), left.shape[1] + right.shape[1], 3), 255, np.uint8)
    canvas[: left.shape[0], : left.shape[1]] = left
    canvas[: right.shape[0], left.shape[1] :] = right
    return as_png(canvas)


def as_png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
