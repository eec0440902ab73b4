"""Real photographs, presented by the simulator as a person, on a screen and on paper: flagged or not, always answered.

The pictures come from the demonstration's photographs; the models are real. How often it holds is measured elsewhere
(docs/presentation.md): here are clear cases, what a flag must not change, and that it is nowhere but in the one answer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from overt.capture.burst import MEDIA_TYPE, write_burst
from overt.capture.decode import decode
from overt.cli.serve import new_session
from overt.encounter.search_desk import Answered
from overt.evaluation.recapture import paper, screen
from overt.evaluation.recapture.camera import Camera
from overt.evaluation.recapture.portrait import Portrait, portrait_of
from overt.evaluation.recapture.staging import Person, Staging, burst
from overt.identifiers import EncounterId
from overt.models.shipped import load_shipped_pipeline
from overt.quality.presentation.sign import Sign
from overt.service.app import make_app
from overt.store.creation import create, demonstration_text
from overt.store.instance import open_instance
from overt.store.schema import metadata
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


def over_http(client: TestClient, force: Force, frames: Sequence[bytes]) -> tuple[EncounterId, httpx.Response]:
    encounter = force.noticed()
    nonce, signature, shutter = force.signed(encounter, *frames)
    headers = {"Overt-Nonce": nonce.hex(), "Overt-Signature": signature.hex(), "Overt-Shutter": shutter.value}
    headers["Content-Type"] = MEDIA_TYPE
    return encounter, client.post(
        f"/api/v1/encounters/{encounter}/capture", content=write_burst(frames), headers=headers
    )


def everything_kept(force: Force) -> str:
    """Every row of every table (openings and stored answers among them), and every published entry."""
    with force.instance.engine.connect() as connection:
        rows = [[*map(repr, connection.execute(select(table)))] for table in metadata.sorted_tables]
    entries = force.instance.ledger.published_bodies(0, force.instance.ledger.head().size)
    return json.dumps([rows, [entry.decode() for entry in entries]])


def shape(force: Force, encounter: EncounterId) -> list[tuple[str, dict[str, list[str]]]]:
    """What a check left behind, without its values: deeds, and the members of what was committed to."""
    book = force.instance.book
    left = [(deed, book.entry_with_openings(index)[1]) for index, deed in book.leaves_of(encounter)]
    return [(deed, {name: members(value) for name, (_, value) in sorted(opened.items())}) for deed, opened in left]


def members(value: object) -> list[str]:
    return sorted(value) if isinstance(value, dict) else [type(value).__name__]


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


def test_the_warning_is_in_the_answer_and_nowhere_else(force: Force, portrait: Portrait) -> None:
    token = new_session(force.instance, OFFICER)
    with TestClient(
        make_app(force.instance, force.desks), "http://localhost", headers={"Authorization": f"Bearer {token}"}
    ) as client:
        plain, answer = over_http(client, force, presented(Person((0.1, 0.0)), portrait))
        assert answer.json()["presentation_warning"] is None
        flagged, answer = over_http(client, force, presented(NEWSPAPER, portrait))
        assert answer.json()["presentation_warning"] == Sign.PATTERN.warning
        again = client.get(f"/api/v1/encounters/{flagged}/answer")
        assert again.json()["candidates"] == answer.json()["candidates"] == ["A"]
        assert again.json()["presentation_warning"] is None, "an answer that is asked for again has none"
    kept = everything_kept(force)
    assert str(flagged) in kept
    assert "encounter:search:performed" in kept
    for words in (
        "presentation",
        "photograph of a screen",
        "regular pattern",
        "straight edges",
        Sign.PATTERN.value,
        "Look(",
    ):
        assert words.lower() not in kept.lower(), words
    assert shape(force, flagged) == shape(force, plain), "what a check leaves has no place for it"


def test_a_burst_in_an_unsteady_hand_finds_the_person(force: Force, portrait: Portrait) -> None:
    random = np.random.default_rng(7)
    frames = burst(Person((0.0, 0.2)), portrait, random, 5, replace(CAMERA, blur=0.4, unsteady=1.0))
    assert candidate(force, checked(force, frames)) == ["person-1"]
