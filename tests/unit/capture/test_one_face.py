"""One photograph, one person: choose the face, or refuse; blank everybody else."""

import numpy as np
import pytest

from overt.capture.one_face import Chosen, choose, mask_others
from overt.capture.photo import Photo
from overt.errors import FaceTooSmall, NoFace, SeveralFaces
from unit.capture.drawn import a_face

GREY = [128, 128, 128]


def white(width: int = 600, height: int = 400) -> Photo:
    return Photo(np.full((height, width, 3), 255, np.uint8))


def test_nobody() -> None:
    with pytest.raises(NoFace):
        choose([])


def test_the_widest_is_the_person_in_any_order() -> None:
    near, far = a_face(width=100), a_face(x=400, width=49)
    assert choose([far, near]) == choose([near, far]) == Chosen(near, (far,))


@pytest.mark.parametrize(("width", "refused"), [(49.9, False), (50, True), (99, True), (100, True)])
def test_half_the_width_is_too_near(width: float, refused: bool) -> None:
    faces = [a_face(width=100), a_face(x=400, width=width)]
    if refused:
        with pytest.raises(SeveralFaces):
            choose(faces)
    else:
        assert choose(faces).face.box.width == 100


def test_a_sure_but_small_face_does_not_take_over() -> None:
    assert choose([a_face(width=100, score=0.61), a_face(x=400, width=40, score=0.99)]).face.score == 0.61


@pytest.mark.parametrize(("inter_eye", "refused"), [(11.9, True), (12.1, False)])
def test_too_small(inter_eye: float, refused: bool) -> None:
    face = a_face(width=80 * inter_eye / 36)
    assert face.inter_eye_distance == pytest.approx(inter_eye)
    if refused:
        with pytest.raises(FaceTooSmall):
            choose([face])
    else:
        assert choose([face]).face == face


def test_bystanders_are_blanked_with_hair_and_chin() -> None:
    face, other = a_face(x=50, width=100), a_face(x=400, y=100, width=40)
    masked = mask_others(white(), Chosen(face, (other,))).pixels
    assert masked[126, 420].tolist() == GREY
    assert masked[126, 400 - 10].tolist() == GREY
    assert masked[100 - 14, 420].tolist() == GREY
    assert masked[126, 400 - 20].tolist() == [255, 255, 255]
    assert masked[120, 100].tolist() == [255, 255, 255]


def test_the_person_is_never_blanked() -> None:
    face, behind = a_face(x=100, width=100), a_face(x=180, width=45)
    masked = mask_others(white(), Chosen(face, (behind,))).pixels
    assert (masked[100:230, 100:200] == 255).all()
    assert masked[120, 215].tolist() == GREY


def test_a_bystander_over_the_edge() -> None:
    faces = (a_face(x=-30, y=-30, width=40), a_face(x=590, y=390, width=40), a_face(x=900, y=900, width=40))
    masked = mask_others(white(), Chosen(a_face(x=200), faces)).pixels
    assert masked[0, 0].tolist() == masked[399, 599].tolist() == GREY


def test_nothing_to_blank_is_the_same_photo() -> None:
    photo = white()
    assert mask_others(photo, Chosen(a_face(), ())) is photo
