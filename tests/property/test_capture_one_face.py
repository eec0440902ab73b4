"""Laws of choosing one face."""

from hypothesis import given
from hypothesis import strategies as st

from overt.capture.face import DetectedFace
from overt.capture.one_face import choose
from overt.errors import CaptureRefusal
from unit.capture.drawn import a_face

FACES = st.lists(
    st.builds(a_face, x=st.floats(-50, 700), y=st.floats(-50, 500), width=st.floats(1, 400), score=st.floats(0.6, 1)),
    max_size=6,
)


def outcome(faces: list[DetectedFace]) -> object:
    try:
        return choose(faces).face
    except CaptureRefusal as refusal:
        return refusal.code


@given(FACES, st.randoms())
def test_the_order_does_not_matter(faces: list[DetectedFace], random: object) -> None:
    shuffled = list(faces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome(shuffled) == outcome(faces)


@given(FACES)
def test_the_chosen_one_is_more_than_twice_as_wide_as_any_other(faces: list[DetectedFace]) -> None:
    result = outcome(faces)
    if isinstance(result, DetectedFace):
        assert sum(2 * face.box.width >= result.box.width for face in faces) == 1
        assert result.inter_eye_distance >= 12
    else:
        assert result in {"no_face", "several_faces", "face_too_small"}


@given(FACES, st.floats(0.5, 1))
def test_another_near_face_is_always_a_refusal(faces: list[DetectedFace], share: float) -> None:
    if faces:
        widest = max(face.box.width for face in faces)
        assert outcome([*faces, a_face(x=900, width=share * widest)]) == "several_faces"
