"""The matcher out of a pipeline: the central face, the others blanked, and an answer for every image."""

from typing import cast

import numpy as np
import pytest

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.errors import NoFace
from overt.evaluation.matcher import NoTemplate, PipelineMatcher, central
from overt.template.align import align
from unit.capture.drawn import a_face, file_of
from unit.template.simulated import CONTRACT, GridEmbedder, pipeline

SCENE = np.random.default_rng(7).integers(0, 256, (300, 500, 3), np.uint8)
PHOTO = file_of(SCENE, "PNG")
MIDDLE = a_face(x=230, y=110, width=40)
LARGE_AT_THE_EDGE = a_face(x=20, y=20, width=150)


@pytest.mark.parametrize("faces", [(MIDDLE, LARGE_AT_THE_EDGE), (LARGE_AT_THE_EDGE, MIDDLE)])
def test_the_face_nearest_to_the_middle_is_the_person(faces: tuple[DetectedFace, ...]) -> None:
    chosen = central(faces, Photo(SCENE))
    assert chosen.face is MIDDLE
    assert chosen.others == (LARGE_AT_THE_EDGE,)


def test_no_face_is_no_central_face() -> None:
    with pytest.raises(NoFace):
        central((), Photo(SCENE))


def test_the_template_is_of_the_central_face_with_the_others_blanked() -> None:
    beside = a_face(x=280, y=110, width=40)
    made = pipeline((MIDDLE, beside), ())
    answer = PipelineMatcher(made).template(PHOTO)
    assert not isinstance(answer, NoTemplate)
    (seen, *_) = cast(GridEmbedder, made.embedder).seen
    assert not np.array_equal(seen, align(SCENE, MIDDLE.landmarks, CONTRACT.input.side)), "the neighbour was blanked"
    alone = PipelineMatcher(pipeline((MIDDLE,), ())).template(PHOTO)
    assert not np.array_equal(answer, alone)


@pytest.mark.parametrize(
    ("image", "reason"), [(b"", "unreadable_image"), (b"GIF89a", "unreadable_image"), (PHOTO, "no_face")]
)
def test_an_image_without_a_template_is_an_answer(image: bytes, reason: str) -> None:
    assert PipelineMatcher(pipeline((), ())).template(image) == NoTemplate(reason)


def test_the_contract_is_the_pipelines() -> None:
    assert PipelineMatcher(pipeline(())).contract == CONTRACT.digest
