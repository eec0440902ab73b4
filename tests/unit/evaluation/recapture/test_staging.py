"""People, screens and prints before the simulated camera. The portrait is a cartoon; no person is in any of them."""

from dataclasses import replace

import numpy as np
import pytest

from overt.capture.face import Box
from overt.capture.photo import Photo
from overt.evaluation.recapture import paper, screen
from overt.evaluation.recapture.background import background
from overt.evaluation.recapture.camera import HEIGHT, WIDTH, Camera, decoded
from overt.evaluation.recapture.light import to_light
from overt.evaluation.recapture.portrait import Portrait, portrait_of
from overt.evaluation.recapture.staging import FACE_PIXELS, Person, Staging, any_person, burst
from overt.quality.presentation.look import look, sign_of
from overt.quality.presentation.sign import Sign
from unit.capture.drawn import a_face, drawn_face

QUICK = Camera(sampling=1, aperture=0.5, blur=0.15, noise=0.01)
SIDE = 400


@pytest.fixture(scope="module")
def cartoon() -> Portrait:
    pixels = drawn_face(SIDE).astype(np.int16) + np.random.default_rng(3).integers(-3, 4, (SIDE, SIDE, 3))
    return portrait_of(pixels.clip(0, 255).astype(np.uint8), Box(88, 60, 224, 290))


def taken(staging: Staging, portrait: Portrait, seed: int = 1, frames: int = 1) -> list[np.ndarray]:
    return [decoded(each) for each in burst(staging, portrait, np.random.default_rng(seed), frames, QUICK)]


def at(portrait: Portrait, across: float, down: float) -> float:
    """How much of the person is there, so many face widths from the middle of the face."""
    column, row = portrait.middle
    return float(
        portrait.person[round(row + down * portrait.face.width), round(column + across * portrait.face.width), 0]
    )


def test_a_person_is_cut_out_of_a_plain_ground(cartoon: Portrait) -> None:
    assert at(cartoon, 0, 0) == pytest.approx(1), "the face"
    assert max(at(cartoon, -0.8, -0.3), at(cartoon, 0.8, -0.3)) < 1e-6, "the ground beside it"
    assert at(cartoon, 0, 0.9) == pytest.approx(1), "the neck"
    assert min(at(cartoon, -1.2, 2.1), at(cartoon, 1.2, 2.1)) == pytest.approx(1), "shoulders, beyond the picture"


def test_without_a_plain_ground_a_heads_usual_shape_is_cut_out() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    made = portrait_of(pixels, Box(20, 120, 100, 130))
    assert at(made, 0, 0) == pytest.approx(1)
    assert max(at(made, -1.2, -0.2), at(made, 1.2, -0.2), at(made, 0, -1.5)) < 1e-6
    column, row = made.middle
    inside = made.light[round(row) - 60 : round(row) + 60, round(column) - 60 : round(column) + 60]
    assert np.array_equal(inside, to_light(pixels[125:245, 10:130])), "the picture itself is where it was"


def test_frames_have_the_cameras_size_and_one_seed_gives_the_same(cartoon: Portrait) -> None:
    first, again, other = (taken(any_person(np.random.default_rng(1)), cartoon, seed)[0] for seed in (1, 1, 2))
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_frames_of_a_burst_differ_a_little(cartoon: Portrait) -> None:
    one, two = taken(Person((0.0, 0.0)), cartoon, frames=2)
    assert not np.array_equal(one, two)
    assert abs(float(one.mean()) - float(two.mean())) < 6


def test_backgrounds_are_of_every_kind_and_size() -> None:
    made = [background(160, 120, np.random.default_rng(seed)) for seed in range(12)]
    assert {each.shape for each in made} == {(120, 160, 3)}
    assert all(np.isfinite(each).all() and (each >= 0).all() for each in made)
    assert len({round(float(each.mean()), 4) for each in made}) == 12


def test_every_kind_can_be_drawn_with_and_without_a_rim() -> None:
    random = np.random.default_rng(1)
    for kind in screen.KINDS:
        assert screen.any_screen(random, kind, bordered=False).size == (0.0, 0.0)
        assert min(screen.any_screen(random, kind, bordered=True).size) > 0
    for kind in paper.KINDS:
        made = paper.any_paper(random, kind, bordered=True)
        assert (made.period > 0) == (kind in ("laser", "magazine", "newspaper"))


def face_in(frame: np.ndarray) -> tuple[Photo, float]:
    return Photo(frame), float(np.mean(FACE_PIXELS))


def test_a_coarse_halftone_shows_as_a_pattern(cartoon: Portrait) -> None:
    coarse = replace(paper.any_paper(np.random.default_rng(4), "newspaper", bordered=False), period=0.5, face_mm=60.0)
    photo, width = face_in(taken(coarse, cartoon)[0])
    face = a_face(x=WIDTH / 2 - width / 2, y=HEIGHT / 2 - width / 2, width=width)
    assert sign_of([look(photo, face)]) is Sign.PATTERN


def test_a_screens_pixels_show_as_a_pattern_when_they_are_coarse(cartoon: Portrait) -> None:
    coarse = replace(screen.any_screen(np.random.default_rng(4), "monitor", bordered=False), pitch=1.5, face_mm=150.0)
    photo, width = face_in(taken(coarse, cartoon)[0])
    face = a_face(x=WIDTH / 2 - width / 2, y=HEIGHT / 2 - width / 2, width=width)
    assert sign_of([look(photo, face)]) is Sign.PATTERN


def test_a_person_shows_nothing(cartoon: Portrait) -> None:
    photo, width = face_in(taken(any_person(np.random.default_rng(4)), cartoon)[0])
    face = a_face(x=WIDTH / 2 - width / 2, y=HEIGHT / 2 - width / 2, width=width)
    assert sign_of([look(photo, face)]) is None
