"""Films for the fake camera: they read back as they were made, and our own models see in them what the scene says."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from overt.capture.encode import encode_jpeg
from overt.capture.face import DetectedFace
from overt.capture.one_face import choose
from overt.capture.photo import Photo, Pixels
from overt.errors import NoFace, SeveralFaces
from overt.quality.assess import assess_all
from overt.quality.assessment import Measure
from simulators.portrait import Portrait, portrait, shipped_pipeline
from simulators.video import (
    ARMS_LENGTH,
    HEIGHT,
    TOO_FAR,
    WIDTH,
    blurred,
    bystander_behind,
    nobody,
    person,
    too_dark,
    too_far,
    turning,
    two_equally_near,
)
from simulators.y4m import RATE, Film, read_y4m, write_y4m

Cast = Mapping[str, Portrait]


@pytest.fixture(scope="module", params=["demonstration", "frll and synthetic"])
def cast(request: pytest.FixtureRequest) -> Cast:
    """Three people: of the demonstration's photographs, and of the faces for evaluation where they are."""
    if request.param == "demonstration":
        photographs = request.getfixturevalue("photographs")
        files = {name: photographs[f"{name}-other"] for name in ("person-1", "person-3", "person-4")}
    else:
        shared: Path = request.getfixturevalue("shared_data")
        paths = ("frll/001/neutral_front.jpg", "synthetic/openvto/1_selfie.jpg", "synthetic/openvto/4_selfie.jpg")
        files = {path: (shared / path).read_bytes() for path in paths}
    return {role: portrait(photo) for role, photo in zip(("first", "second", "third"), files.values(), strict=True)}


def faces(frame: Pixels) -> tuple[DetectedFace, ...]:
    return shipped_pipeline().faces(Photo(frame))


TURNED = 30.0
"""Degrees from which the phone's guidance says that the head is turned (web/src/camera/guidance/judge.ts)."""


def advised(frame: Pixels) -> set[Measure]:
    """What our own measures would have done better."""
    photo = Photo(frame)
    return {each.measure for each in assess_all(photo, choose(faces(frame)).face) if each.advice}


def yaw(frame: Pixels) -> float:
    """Degrees, as our own measure reads it."""
    measured = {each.measure: each.raw for each in assess_all(Photo(frame), choose(faces(frame)).face)}
    turned = measured[Measure.HEAD_POSE_YAW]
    assert turned is not None
    return turned


def share(frame: Pixels) -> float:
    """The width of the chosen face, as a share of the picture's."""
    return choose(faces(frame)).face.box.width / WIDTH


def some(film: Film) -> list[Pixels]:
    """A few frames over the whole film."""
    return [film.frames[number] for number in range(0, len(film.frames), 7)]


def test_a_film_reads_back(tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3))
    frames = tuple((ramp * weights).astype(np.uint8) for weights in ((1, 1, 1), (1, 0.4, 0.2), (0.1, 0.3, 1)))
    back = read_y4m(write_y4m(Film(frames, 7), tmp_path / "film.y4m"))
    assert (len(back.frames), back.rate) == (3, 7)
    for made, read in zip(frames, back.frames, strict=True):
        assert np.abs(made.astype(int) - read).max() <= 4


@pytest.mark.parametrize(
    "spoil", [lambda film: film[:-1], lambda film: film[1:], lambda film: film.replace(b"FRAME\n", b"FRAMES")]
)
def test_a_spoilt_film_is_not_read(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = write_y4m(Film((np.zeros((4, 4, 3), np.uint8),)), tmp_path / "film.y4m")
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=r"frame|header"):
        read_y4m(path)


def test_a_street_without_people() -> None:
    for frame in some(nobody()):
        with pytest.raises(NoFace):
            choose(faces(frame))


@pytest.mark.slow
def test_a_person_at_arms_length(cast: Cast) -> None:
    for frame in some(person(cast["first"])):
        assert len(faces(frame)) == 1
        assert share(frame) == pytest.approx(ARMS_LENGTH, rel=0.12)
        assert not advised(frame)


@pytest.mark.slow
def test_a_person_on_film_is_the_person_in_the_photograph(cast: Cast) -> None:
    """The film keeps enough of a face for a template: its cosine tells this person from the two others."""
    pipeline = shipped_pipeline()
    filmed = pipeline.make(encode_jpeg(Photo(person(cast["first"]).frames[0]))).template.vector
    cosines = {}
    for role, who in cast.items():
        cosines[role] = float(filmed @ pipeline.make(encode_jpeg(Photo(who.pixels))).template.vector)
    assert cosines["first"] > 0.8
    assert max(cosines["second"], cosines["third"]) < 0.4


@pytest.mark.slow
def test_a_film_moves_is_noisy_and_is_the_same_each_time(cast: Cast) -> None:
    once, again = person(cast["first"]), person(cast["first"])
    assert all(np.array_equal(a, b) for a, b in zip(once.frames, again.frames, strict=True))
    assert len({frame.tobytes() for frame in once.frames}) == len(once.frames) == 2 * RATE
    steps = [np.abs(a.astype(int) - b).mean() for a, b in zip(once.frames, once.frames[1:], strict=False)]
    last_to_first = np.abs(once.frames[-1].astype(int) - once.frames[0]).mean()
    assert last_to_first < 1.5 * max(steps), "it begins again without a jump"


@pytest.mark.slow
def test_two_people_equally_near(cast: Cast) -> None:
    for frame in some(two_equally_near(cast["first"], cast["second"])):
        assert len(faces(frame)) == 2
        with pytest.raises(SeveralFaces):
            choose(faces(frame))


@pytest.mark.slow
def test_a_bystander_behind(cast: Cast) -> None:
    for frame in some(bystander_behind(cast["first"], cast["third"])):
        chosen = choose(faces(frame))
        assert len(chosen.others) == 1
        assert share(frame) == pytest.approx(ARMS_LENGTH, rel=0.12)
        assert not advised(frame)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["first", "second", "third"])
def test_a_turned_face_becomes_frontal(cast: Cast, role: str) -> None:
    film = turning(cast[role], away=0.5, frontal=0.5)
    assert len(film.frames) == 2 * RATE
    for frame in film.frames[: RATE // 2]:
        assert abs(yaw(frame)) > TURNED
    for frame in film.frames[-RATE // 2 :]:
        assert not advised(frame)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "measure"),
    [(blurred, Measure.SHARPNESS), (too_dark, Measure.UNDER_EXPOSURE_PREVENTION)],
)
def test_a_picture_that_is_not_good_enough(cast: Cast, made: Callable[[Portrait], Film], measure: Measure) -> None:
    for role in ("first", "second"):
        for frame in some(made(cast[role])):
            assert measure in advised(frame)


@pytest.mark.slow
def test_a_person_too_far_away(cast: Cast) -> None:
    for frame in some(too_far(cast["first"])):
        assert share(frame) == pytest.approx(TOO_FAR, rel=0.25)
        assert Measure.INTER_EYE_DISTANCE in advised(frame)
