"""Real photographs, presented by the simulator as a person, on a screen and on paper: flagged or not, always answered.

The pictures come from the demonstration's photographs; the models are real. How often it holds is measured elsewhere
(docs/presentation.md): here are clear cases, and what a flag must not change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from overt.capture.decode import decode
from overt.encounter.search_desk import Answered
from overt.evaluation.recapture import paper, screen
from overt.evaluation.recapture.camera import Camera
from overt.evaluation.recapture.portrait import Portrait, portrait_of
from overt.evaluation.recapture.staging import Person, Staging, burst
from overt.models.shipped import load_shipped_pipeline
from overt.quality.presentation.sign import Sign
from overt.store.creation import create, demonstration_text
from overt.store.instance import open_instance
from overt.template.pipeline import TemplatePipeline
from simulators.force import OFFICER, Clock, Force, open_folder
from simulators.real_photographs import demonstration_gallery

pytestmark = pytest.mark.slow

CAMERA = Camera(sampling=1, aperture=0.6, blur=0.12, noise=0.01, unsteady=0.1)
NEWSPAPER = paper.Paper(period=0.3, face_mm=60.0, size=(0.0, 0.0), black=0.1, saturation=0.7)
TABLET = screen.Screen(pitch=0.1, face_mm=100.0, size=(190.0, 230.0))


@pytest.fixture(scope="module")
def pipeline() -> TemplatePipeline:
    return load_shipped_pipeline()


@pytest.fixture(scope="module")
def force(
    photographs: dict[str, bytes], pipeline: TemplatePipeline, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Force]:
    """The demonstration's four people enrolled, with real templates."""
    with open_folder() as folder:
        clock = Clock()
        create(folder / "force", demonstration_text(clock().date(), None), clock)
        with open_instance(folder / "force", clock) as instance:
            made = Force(instance, clock, pipeline)  # type: ignore[arg-type]  # real templates
            own: Path = tmp_path_factory.mktemp("gallery")
            gallery = demonstration_gallery(own / "people", photographs, clock().date())
            assert instance.importer().run(gallery, lambda done, total: None).imported == 4
            yield made


@pytest.fixture(scope="module")
def portrait(photographs: dict[str, bytes], pipeline: TemplatePipeline) -> Portrait:
    photo = decode(photographs["person-1-other"])
    face = max(pipeline.faces(photo), key=lambda each: each.box.width)
    return portrait_of(photo.pixels, face.box)


def checked(force: Force, frames: Sequence[bytes]) -> Answered:
    return force.capture(force.noticed(), *frames)


def presented(staging: Staging, portrait: Portrait, seed: int = 3) -> Sequence[bytes]:
    return burst(staging, portrait, np.random.default_rng(seed), camera=CAMERA)


def candidate(force: Force, answered: Answered) -> list[str]:
    return [one.names.person for one in force.reveal(answered.encounter).candidates if one.names]


@pytest.mark.parametrize("seed", range(3))
def test_a_person_is_answered_without_a_word(force: Force, portrait: Portrait, seed: int) -> None:
    answered = checked(force, presented(Person((0.1, 0.0)), portrait, seed))
    assert answered.presentation is None
    assert candidate(force, answered) == ["person-1"]


@pytest.mark.parametrize(
    ("staging", "sign"),
    [(NEWSPAPER, Sign.PATTERN), (TABLET, Sign.RIM), (replace(TABLET, pitch=0.45, size=(0.0, 0.0)), Sign.PATTERN)],
    ids=["a newspaper fills the frame", "a tablet with its rim", "a coarse screen fills the frame"],
)
def test_a_picture_of_a_picture_is_flagged_and_answered_all_the_same(
    force: Force, portrait: Portrait, staging: Staging, sign: Sign
) -> None:
    answered = checked(force, presented(staging, portrait))
    assert answered.presentation is sign
    assert force.desks.search.again(answered.encounter.id, OFFICER).presentation is None
    assert candidate(force, answered) == ["person-1"], "it warns the officer and changes nothing of the search"


def test_a_burst_in_an_unsteady_hand_finds_the_person(force: Force, portrait: Portrait) -> None:
    random = np.random.default_rng(7)
    frames = burst(Person((0.0, 0.2)), portrait, random, 5, replace(CAMERA, blur=0.4, unsteady=1.0))
    assert candidate(force, checked(force, frames)) == ["person-1"]
