"""The drawn people: nobody's, plainly drawings, and different where a comparison asks."""

import io
from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from overt.capture.limits import MAX_BYTES
from overt.encounter.steps import MOST_FEATURES
from overt.practice.drawing import HEIGHT, WIDTH, drawing
from overt.practice.faces import FACES, Face
from overt.practice.scenes import PEOPLE, Drawn
from overt.scope import Source
from unit.encounter.builders import POLICY

FEATURES = {
    "face-shape": ("width", "length"),
    "hairline-forehead": ("hair", "forehead"),
    "eyebrows": ("brow", "brow_slant"),
    "eyes": ("eye", "eyes_apart", "eye_slant"),
    "nose": ("nose", "nose_width"),
    "mouth": ("mouth", "lips", "mouth_curve"),
    "chin-jaw": ("jaw", "chin"),
    "ears": ("ear", "lobes"),
    "lines": ("lines",),
    "scars-marks": ("marks",),
}
"""What a face is drawn from, under the features of the demonstration's policy."""


def differing(one: Face, other: Face) -> set[str]:
    return {
        feature
        for feature, names in FEATURES.items()
        if any(getattr(one, name) != getattr(other, name) for name in names)
    }


def pixels(face: Face, *, before_the_camera: bool = False) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    image = Image.open(io.BytesIO(drawing(face, before_the_camera=before_the_camera)))
    assert image.size == (WIDTH, HEIGHT)
    return np.asarray(image).astype(np.int16)


def test_everything_that_is_drawn_belongs_to_a_feature_of_the_policy() -> None:
    assert set(FEATURES) == set(POLICY.codes.features)
    assert {name for names in FEATURES.values() for name in names} == {each.name for each in fields(Face)}


def test_there_is_a_face_for_everybody() -> None:
    people = [Drawn(number, alike) for number in range(PEOPLE) for alike in (False, True)]
    assert [each.place for each in people] == list(range(len(FACES)))
    assert len({each.person for each in people}) == len({each.name for each in people}) == len(FACES)
    references = {each.reference(source) for each in people for source in Source}
    assert references == set(range(1, 1 + len(Source) * len(FACES)))


@pytest.mark.parametrize("number", range(PEOPLE))
def test_two_who_look_alike_differ_in_a_few_features(number: int) -> None:
    differ = differing(FACES[Drawn(number).place], FACES[Drawn(number, alike=True).place])
    assert 2 <= len(differ) <= 3
    for features in (list(POLICY.codes.features), sorted(POLICY.codes.features)):  # as written, and as stored
        assert differ & set(features[:MOST_FEATURES]), "one of them in what the comparison asks"


@pytest.mark.parametrize("pair", list(combinations(range(PEOPLE), 2)))
def test_any_two_others_differ_in_most(pair: tuple[int, int]) -> None:
    first, second = pair
    for alike in (False, True):
        assert len(differing(FACES[Drawn(first).place], FACES[Drawn(second, alike).place])) >= 6


def test_the_differences_can_be_seen() -> None:
    for number in range(PEOPLE):
        one, other = pixels(FACES[2 * number]), pixels(FACES[2 * number + 1])
        clearly = (np.abs(one - other).max(axis=2) > 80).sum()
        assert clearly > 200, f"some 15 by 15 pixels at least: {number}"


@pytest.mark.parametrize("face", FACES)
def test_a_drawing_is_no_colour_picture_of_anybody(face: Face) -> None:
    drawn = pixels(face)
    spread = drawn.max(axis=2) - drawn.min(axis=2)
    assert spread.max() < 48, "ink and paper: no colour of skin"
    assert (drawn.mean(axis=2) > 225).mean() > 0.6, "most of it is paper"


def test_one_face_gives_one_drawing_and_another_before_the_camera() -> None:
    face = FACES[0]
    assert drawing.__wrapped__(face, before_the_camera=False) == drawing(face, before_the_camera=False)
    assert (np.abs(pixels(face) - pixels(face, before_the_camera=True)).max(axis=2) > 80).mean() > 0.02
    assert len(drawing(face, before_the_camera=True)) < MAX_BYTES / 100
