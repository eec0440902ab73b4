"""One photograph to one template: the steps and their rules, with a simulated detector and embedder."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from overt.capture.face import DetectedFace
from overt.errors import FaceNotEncodable, NoFace, SeveralFaces, UnreadableImage
from overt.template.align import align
from overt.template.contract import Look
from overt.template.pipeline import TemplatePipeline
from unit.capture.drawn import a_face, file_of
from unit.template.simulated import CONTRACT, GridEmbedder, ScriptedDetector, pipeline

RNG = np.random.default_rng(7)
SCENE = RNG.integers(0, 256, (300, 500, 3), np.uint8)
PHOTO = file_of(SCENE, "PNG")


def detector(made: TemplatePipeline) -> ScriptedDetector:
    return cast(ScriptedDetector, made.detector)


def embedder(made: TemplatePipeline) -> GridEmbedder:
    return cast(GridEmbedder, made.embedder)


def shifted(face: DetectedFace, dx: float, dy: float) -> DetectedFace:
    a, b, c, d, e = ((x + dx, y + dy) for x, y in face.landmarks)
    return DetectedFace(face.box, (a, b, c, d, e), face.score)


def test_a_template_carries_the_contract_and_has_unit_length() -> None:
    made = pipeline((a_face(),), ()).make(PHOTO)
    assert made.template.contract == CONTRACT.digest
    assert made.template.dimension == CONTRACT.dimension
    assert np.linalg.norm(made.template.vector) == pytest.approx(1, abs=1e-6)
    assert not made.template.vector.flags.writeable
    assert np.array_equal(made.photo.pixels, SCENE)


def test_timings_are_measured_with_the_clock_that_was_handed_in() -> None:
    assert dict(pipeline((a_face(),), ()).make(PHOTO).timings_ms) == {"decode": 1000, "detect": 1000, "embed": 1000}


def test_the_first_look_sees_all_and_the_second_a_square_around_the_face() -> None:
    made = pipeline((a_face(x=200, y=100, width=50),), ())
    made.make(PHOTO)
    (first, first_side), (second, second_side) = detector(made).looks
    assert (first.shape, first_side) == ((300, 500, 3), 640)
    assert second_side == 192
    # box 200..250 x 100..165: middle (225, 132.5), half of 200 % of 65
    assert np.array_equal(second, SCENE[67:198, 160:291])


def test_landmarks_are_the_mean_of_both_looks() -> None:
    face = a_face(x=200, y=100, width=50)
    again = shifted(face, 4, -2).moved(-160, -67)
    made = pipeline((face,), (again,)).make(PHOTO)
    for (x, y), (given_x, given_y) in zip(made.face.landmarks, face.landmarks, strict=True):
        assert (x, y) == pytest.approx((given_x + 2, given_y - 1))
    assert made.face.box == face.box


def test_a_second_look_at_something_else_does_not_count() -> None:
    face = a_face(x=200, y=100, width=50)
    elsewhere = a_face(x=250, y=100, width=50).moved(-160, -67)
    assert pipeline((face,), (elsewhere,)).make(PHOTO).face == face
    assert pipeline((face,), ()).make(PHOTO).face == face


def test_of_several_faces_in_the_second_look_the_same_one_counts() -> None:
    face = a_face(x=200, y=100, width=50)
    near = shifted(face, 2, 2).moved(-160, -67)
    larger = a_face(x=160, y=60, width=70).moved(-160, -67)
    assert pipeline((face,), (larger, near)).make(PHOTO).face.landmarks[0] == pytest.approx(
        (face.landmarks[0][0] + 1, face.landmarks[0][1] + 1)
    )


def test_one_pass_looks_once() -> None:
    made = pipeline((a_face(),), looks=())
    made.make(PHOTO)
    assert len(detector(made).looks) == 1


def test_a_mirrored_look_sees_the_mirror_image_and_its_points_are_turned_back() -> None:
    face = a_face(x=200, y=100, width=50)
    seen = shifted(face, 4, -2).moved(-160, -67)
    a, b, c, d, e = ((130 - x, y) for x, y in seen.landmarks)
    box = replace(seen.box, x=131 - seen.box.x - seen.box.width)
    made = pipeline((face,), (DetectedFace(box, (b, a, c, e, d), 0.9),), looks=(Look(192, 200, "mirrored"),))
    result = made.make(PHOTO)
    assert np.array_equal(detector(made).looks[1][0], SCENE[67:198, 160:291][:, ::-1])
    for (x, y), (given_x, given_y) in zip(result.face.landmarks, face.landmarks, strict=True):
        assert (x, y) == pytest.approx((given_x + 2, given_y - 1))


def test_every_look_that_finds_the_face_counts_alike() -> None:
    face = a_face(x=200, y=100, width=50)
    one, other = (shifted(face, by, by).moved(-160, -67) for by in (3, 9))
    looks = (Look(192, 200, "as-is"), Look(160, 200, "as-is"), Look(384, 200, "as-is"))
    made = pipeline((face,), (one,), (), (other,), looks=looks).make(PHOTO)
    assert made.face.landmarks[2] == pytest.approx((face.landmarks[2][0] + 4, face.landmarks[2][1] + 4))


def test_the_centre_is_taken_from_the_embedding_before_its_direction_counts() -> None:
    plain = pipeline((a_face(),), ()).make(PHOTO).template.vector
    centre = np.full(48, 0.02, np.float32)
    made = replace(pipeline((a_face(),), ()), centre=centre).make(PHOTO).template.vector
    wanted = plain - centre
    assert np.allclose(made, wanted / np.linalg.norm(wanted), atol=1e-6)


def test_nothing_left_after_the_centre_is_a_refusal() -> None:
    plain = pipeline((a_face(),), ()).make(PHOTO).template.vector
    with pytest.raises(FaceNotEncodable):
        replace(pipeline((a_face(),), ()), centre=plain).make(PHOTO)


def test_photo_and_mirror_count_alike() -> None:
    made = pipeline((a_face(),), ())
    template = made.make(PHOTO).template
    straight, mirrored = embedder(made).seen
    assert np.array_equal(mirrored, straight[:, ::-1])
    a, b = (GridEmbedder().embed(picture) for picture in (straight, mirrored))
    wanted = a / np.linalg.norm(a) + b / np.linalg.norm(b)
    assert np.allclose(template.vector, wanted / np.linalg.norm(wanted), atol=1e-6)


def test_without_mirror_the_face_alone_counts() -> None:
    made = pipeline((a_face(),), (), mirror="none")
    template = made.make(PHOTO).template
    (straight,) = embedder(made).seen
    vector = GridEmbedder().embed(straight)
    assert np.allclose(template.vector, vector / np.linalg.norm(vector), atol=1e-6)
    assert template.contract != CONTRACT.digest


def test_bystanders_are_gone_before_the_second_look_and_the_embedding() -> None:
    face, other = a_face(x=200, y=100, width=60), a_face(x=266, y=100, width=25)
    made = pipeline((face, other), ())
    result = made.make(PHOTO)
    assert (result.photo.pixels[105:130, 268:288] == 128).all()
    crop, _ = detector(made).looks[1]
    assert (crop == 128).all(2).sum() > 500
    assert np.array_equal(embedder(made).seen[0], align(result.photo.pixels, face.landmarks))
    assert not np.array_equal(embedder(made).seen[0], align(SCENE, face.landmarks))


def test_refusals_come_through_and_nothing_is_computed_after_them() -> None:
    for script, refusal in (((), NoFace), ((a_face(), a_face(x=300)), SeveralFaces)):
        made = pipeline(script)
        with pytest.raises(refusal):
            made.make(PHOTO)
        assert len(detector(made).looks) == 1
        assert not embedder(made).seen
    unread = pipeline()
    with pytest.raises(UnreadableImage):
        unread.make(b"nothing")
    assert not detector(unread).looks


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_an_embedder_that_gives_no_numbers_is_a_refusal(bad: float) -> None:
    class Broken(GridEmbedder):
        def embed(self, aligned: np.ndarray) -> np.ndarray:
            return np.full(48, bad, np.float32)

    made = replace(pipeline((a_face(),), ()), embedder=Broken())
    with pytest.raises(FaceNotEncodable):
        made.make(PHOTO)


def test_an_embedder_of_another_dimension_is_a_refusal() -> None:
    made = pipeline((a_face(),), (), dimension=64)
    with pytest.raises(FaceNotEncodable):
        made.make(PHOTO)


def test_a_face_outside_the_photo_does_not_crash() -> None:
    made = pipeline((a_face(x=900, y=900),), ())
    assert made.make(PHOTO).template.dimension == 48  # all black, and still a vector: the search will not find it


def test_evaluation_may_choose_the_face_itself() -> None:
    central, other = a_face(x=200), a_face(x=20)
    made = pipeline((other, central), (), ())
    photo = pipeline((central,), ()).make(PHOTO).photo
    chosen = max(made.faces(photo), key=lambda face: face.box.x)
    assert np.array_equal(made.template_of(photo, chosen).vector, pipeline((central,), ()).make(PHOTO).template.vector)
