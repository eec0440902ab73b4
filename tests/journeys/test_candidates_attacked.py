"""What may be seen of candidates: letters and pictures in one session while the check is open, nothing else before the
comparison is in; and of the first officer's judgement nothing by the second before their own.
"""

import io
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from overt.access import Officer, Role
from overt.cli.serve import new_session
from overt.encounter import State
from overt.gallery.relations import read_relations
from overt.identifiers import EncounterId, OfficerId
from overt.store.gallery.relating import relate
from simulators.camera import photograph
from simulators.force import OFFICER, Force, write_manifest
from simulators.hostile import Elements
from simulators.routes import addresses_of
from simulators.trainee import HOME, Trainee, colleague_of, trainee

COLLEAGUE = Officer(OfficerId("colleague"), frozenset({Role.OFFICER}), date(2100, 1, 1))
THIRD = Officer(OfficerId("third"), frozenset({Role.OFFICER}), date(2100, 1, 1))
LABEL, NAME, RELATED = "label-7f3a", "Name Of The Enrolled 5c2e", "related-91bd"
TWIN = "twin-26ab"
RELATION = "records say that this person has a twin"
PHOTO = photograph(1, 99)


@pytest.fixture(scope="module")
def one(shared_force: Force) -> Iterator[Trainee]:
    """Signed in at a force in whose gallery two people look alike."""
    for person, shot in ((LABEL, 1), (TWIN, 2)):
        with tempfile.TemporaryDirectory() as folder:
            labels = {"display_name": f"{NAME} {person}", "related_to": f"{RELATED} {person}"}
            write_manifest(Path(folder), (1,), 1, shared_force.clock().date(), labels)
            manifest = Path(folder) / "manifest.csv"
            manifest.write_text(manifest.read_text().replace(",p1,", f",{person},"))
            (Path(folder) / "1-0.sim").write_bytes(photograph(1, shot))
            assert shared_force.instance.importer().run(Path(folder), lambda done, total: None).imported == 1
    relations = read_relations(f"person,relation,other\n{LABEL},twin,{TWIN}\n")
    relate(shared_force.instance.ledger, shared_force.instance.tagger, relations)
    for each in (COLLEAGUE, THIRD):
        shared_force.instance.accounts.authorise(each)
    with trainee(shared_force, way="check") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def app(one: Trainee) -> FastAPI:
    made: FastAPI = one.phone.app  # type: ignore[assignment]
    return made


def answered(officer: Trainee) -> EncounterId:
    check = officer.noticed()
    assert officer.capture(check, PHOTO).json()["candidates"] == ["A", "B"]
    return check


def judgement(verdict: str = "cannot-tell", feature: str = "similar") -> dict[str, str]:
    return {"feature.eyes": feature, "verdict": verdict, "elapsed_ms": "9000"}


def code(response: httpx.Response) -> str:
    named = re.search(r"<code>(\w+)</code>", response.text)
    return named[1] if named else str(response.json().get("code"))


# --- scores, people, names ------------------------------------------------------------------------------------------


def secrets(force: Force, check: EncounterId) -> list[str]:
    """All that may not be told: names, and the digits of each score in the forms in which one could be written."""
    kept = force.instance.book.stored_answer(check)
    assert kept is not None
    rows = kept.body["candidates"]
    assert len(rows) == 2
    scores = [float(row["score"]) for row in rows]
    digits = [f"{score:.9f}"[2:8] for score in scores] + [f"{100 * score:.4f}" for score in scores]
    return [LABEL, NAME, RELATED, TWIN, RELATION, *digits]


def written(response: httpx.Response) -> bytes:
    """A response as it goes over the wire, and as a reader of its pictures' fields would see it."""
    return f"{response.status_code} {response.headers}".encode() + response.read()


def test_nothing_tells_strength_or_name_before_the_comparison_is_in(one: Trainee, app: FastAPI) -> None:
    said: list[bytes] = []
    one.phone.event_hooks["response"] = [lambda response: said.append(written(response))]
    try:
        check = one.noticed()
        answer = one.capture(check, PHOTO)
        assert answer.json()["candidates"] == ["A", "B"]
        one.phone.get(f"/api/v1/encounters/{check}/answer")
        # Every address of the check, and every step that is not due yet.
        for each in addresses_of(app):
            if "encounter" in each.parameters and each.path.rpartition("/")[2] not in LEAVING:
                each.sent(one.phone, encounter=check, letter="B")
        for path in ("/", "/me", "/practice", "/api/v1/instance", "/api/v1/openapi.json"):
            one.phone.get(path)
        with colleague_of(one, COLLEAGUE.id) as colleague:
            joins(colleague, one, check)
            said.extend(written(colleague.get(f"{check}/{path}")) for path in ("judge", "judge/B", "candidates/B.jpg"))
            said.append(written(colleague.post(f"{check}/judge/A", **judgement("same"))))
            said.append(written(colleague.post(f"{check}/judge/B", **judgement("different"))))
    finally:
        one.phone.event_hooks["response"] = []
    assert one.force.instance.book.load(check).state is State.ANSWERED
    assert len(said) > 60
    assert sum(b"image/jpeg" in each for each in said) >= 2
    hidden = secrets(one.force, check)
    told = {secret: each[:300] for secret in hidden for each in said if secret.encode() in each}
    assert told == {}

    result = one.compare(check, {"A": "cannot-tell", "B": "cannot-tell"})
    assert result.url.path.endswith("/result")
    assert all(secret in result.text for secret in (NAME, RELATED, TWIN, RELATION)), (
        "then it is told, so it would have been found"
    )


LEAVING = {"end", "comparison", "compare", "{letter}", "second"}
"""Steps that would end the check, or enter its comparison."""


def test_the_interface_tells_no_more_than_the_pages(one: Trainee) -> None:
    check = answered(one)
    hidden = secrets(one.force, check)
    at = f"/api/v1/encounters/{check}"
    for step in ("reveal", "receipt", "nonce"):
        refused = one.phone.post(f"{at}/{step}", json={} if step == "receipt" else None)
        assert refused.status_code == 409
        assert not any(secret in f"{refused.headers}{refused.text}" for secret in hidden)
    body: dict[str, Any] = {"candidate": "A", "features": {"nose": "similar"}, "verdict": "same", "elapsed_ms": 9000}
    assert one.phone.post(f"{at}/comparison", json={"answers": [body]}).json()["code"] == "comparison_not_complete"
    one.phone.post(f"{at}/comparison", json={"answers": [body, {**body, "candidate": "B"}]})
    told = one.phone.post(f"{at}/reveal").json()
    assert {each["person"] for each in told["candidates"]} == {LABEL, TWIN}
    assert all(RELATION in each["relatives"] for each in told["candidates"])
    digits = [f"{each['score']:.9f}"[2:8] for each in told["candidates"]]
    assert set(digits) <= set(hidden), "the digits that were looked for are the score's"


# --- pictures -------------------------------------------------------------------------------------------------------


def picture(client: TestClient, check: EncounterId, letter: str = "A", **headers: str) -> httpx.Response:
    return client.get(f"/check/{check}/candidates/{letter}.jpg", headers=headers)


def test_each_look_is_counted_and_none_is_kept(one: Trainee) -> None:
    check = answered(one)
    looks = one.force.instance.viewing.looks
    for number, headers in enumerate(
        ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-9"}, {"Cache-Control": "no-cache"})
    ):
        shown = picture(one.phone, check, "B", **headers)
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        assert shown.headers["cache-control"] == "no-store"
        assert not {"etag", "last-modified", "accept-ranges", "content-range"} & set(shown.headers)
        assert looks(check) == number + 1
    one.get(f"{check}/compare/A")
    assert looks(check) == 4, "the page itself shows none: its browser asks for it"
    assert one.phone.head(f"/check/{check}/candidates/A.jpg").status_code == 404
    assert looks(check) == 4


def test_the_mark_is_in_the_pixels(one: Trainee) -> None:
    check = answered(one)
    stored = one.force.instance.book.load(check)
    for letter, reference in zip("AB", stored.candidates, strict=True):
        shown = pixels(picture(one.phone, check, letter).content)
        raw = one.force.instance.browser.image(reference)
        assert raw is not None
        plain = pixels(raw, (shown.shape[1], shown.shape[0]))
        assert (np.abs(shown - plain) > 8).mean() > 0.02


def pixels(data: bytes, size: tuple[int, int] | None = None) -> "np.ndarray[Any, np.dtype[np.int16]]":
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return np.asarray(image.resize(size) if size else image).astype(np.int16)


def test_no_picture_in_another_session_of_anybody(one: Trainee) -> None:
    check, looks = answered(one), one.force.instance.viewing.looks
    for officer in (OFFICER, COLLEAGUE.id):
        with colleague_of(one, officer) as elsewhere:
            for path in ("candidates/A.jpg", "judge", "judge/A"):
                assert code(elsewhere.get(f"{check}/{path}")) == "answer_of_another_session"
            assert code(elsewhere.get(f"{check}/compare")) in ("answer_of_another_session", "not_your_encounter")
    assert looks(check) == 0
    assert picture(one.phone, check).status_code == 200


def test_no_picture_before_there_is_an_answer_or_after_the_check(one: Trainee) -> None:
    looks = one.force.instance.viewing.looks
    opened, noticed = one.opened(), one.noticed()
    for check in (opened, noticed):
        assert code(picture(one.phone, check)) == "answer_missing"
    ended = answered(one)
    one.post(f"{ended}/end", code="mistake")
    assert code(picture(one.phone, ended)) == "check_ended"
    completed = answered(one)
    one.compare(completed, {"A": "cannot-tell", "B": "cannot-tell"})
    assert picture(one.phone, completed).status_code == 200
    one.post(f"{completed}/result", decision="cannot-tell")
    one.close(completed)
    assert code(picture(one.phone, completed)) == "check_completed"
    assert [looks(check) for check in (opened, noticed, ended, completed)] == [0, 0, 0, 1]


@pytest.mark.parametrize("letter", ["C", "F"])
def test_no_picture_of_a_letter_that_was_not_shown(one: Trainee, letter: str) -> None:
    check = answered(one)
    assert code(picture(one.phone, check, letter)) == "answer_missing"
    assert code(one.get(f"{check}/compare/{letter}")) == "answer_missing"
    one.post(f"{check}/compare/{letter}", **judgement("same"))
    assert one.force.instance.viewing.looks(check) == 0
    stored = one.force.instance.book.load(check)
    assert stored.state is State.ANSWERED
    refused = one.phone.get(f"/check/{check}/candidates/{stored.candidates[0]}.jpg")
    assert refused.status_code == 400, "a reference by its number is no letter"


# --- a second judgement ---------------------------------------------------------------------------------------------


def invitation(officer: Trainee, check: EncounterId) -> str:
    page = officer.post(f"{check}/second")
    found = re.search(r"/join#second=([0-9a-f]{64})", page.text)
    assert found, page.text
    return found[1]


def joins(colleague: Trainee, officer: Trainee, check: EncounterId) -> None:
    joined = colleague.phone.post("/api/v1/encounters/join", json={"token": invitation(officer, check)})
    assert joined.json() == {"encounter": str(check)}


def test_one_other_officer_joins_once_and_before_the_strength_is_told(one: Trainee) -> None:
    check = answered(one)
    first, second = invitation(one, check), invitation(one, check)
    join = "/api/v1/encounters/join"
    assert one.phone.post(join, json={"token": first}).json()["code"] == "second_judgement_not_possible", "one's own"
    with colleague_of(one, COLLEAGUE.id) as colleague, colleague_of(one, THIRD.id) as third:
        assert colleague.phone.post(join, json={"token": first}).status_code == 200
        assert third.phone.post(join, json={"token": first}).json()["code"] == "invitation_invalid"
        assert third.phone.post(join, json={"token": second}).json()["code"] == "second_judgement_not_possible"
    late = answered(one)
    token = invitation(one, late)
    one.compare(late, {"A": "same", "B": "different"})
    with colleague_of(one, COLLEAGUE.id) as colleague:
        refused = colleague.phone.post(join, json={"token": token})
        assert refused.json()["code"] == "second_judgement_not_possible", "the strength was told"
    assert one.post(f"{late}/second").status_code == 409
    aged = answered(one)
    token = invitation(one, aged)
    one.force.clock.forward(minutes=10, seconds=1)
    with colleague_of(one, COLLEAGUE.id) as colleague:
        assert colleague.phone.post(join, json={"token": token}).json()["code"] == "invitation_invalid"


def test_who_judges_second_sees_nothing_of_the_first_and_no_picture_afterwards(one: Trainee) -> None:
    check = answered(one)
    with colleague_of(one, COLLEAGUE.id) as colleague, colleague_of(one, COLLEAGUE.id) as elsewhere:
        joins(colleague, one, check)
        blind = colleague.get(f"{check}/judge/A").text
        one.post(f"{check}/compare/A", **judgement("same", "different"))
        one.post(f"{check}/compare/B", **judgement("different", "different"))
        assert one.force.instance.book.load(check).state is State.COMPARED
        assert colleague.get(f"{check}/judge/A").text == blind, "the same page, whatever the first has said"
        assert [said for tag, said in Elements(blind).elements if tag == "input" and "checked" in said] == []
        for path in ("result", "compare", "compare/A", "waiting", "outcome", "done", "receipt", ""):
            assert code(colleague.get(f"{check}/{path}".rstrip("/"))) == "not_your_encounter"
        assert code(elsewhere.get(f"{check}/judge/A")) == "answer_of_another_session"
        assert picture(colleague.phone, check).status_code == 200
        colleague.post(f"{check}/judge/A", **judgement("different"))
        assert "colleague" not in one.get(f"{check}/waiting").text
        colleague.post(f"{check}/judge/B", **judgement("different"))
        assert code(picture(colleague.phone, check)) == "comparison_already_recorded"
        assert code(colleague.post(f"{check}/judge/A", **judgement("same"))) == "comparison_already_recorded"
        assert code(colleague.get(f"{check}/result")) == "not_your_encounter"
    one.post(f"{check}/waiting")
    kept = one.force.instance.viewing.judgement(check)
    assert kept is not None
    assert kept.comparison is not None
    assert {each.verdict for each in kept.comparison.answers} == {"different"}


def test_no_look_of_the_second_after_the_strength_was_told(one: Trainee) -> None:
    check = answered(one)
    with colleague_of(one, COLLEAGUE.id) as colleague:
        joins(colleague, one, check)
        one.compare(check, {"A": "same", "B": "same"})
        one.post(f"{check}/waiting")
        assert one.force.instance.book.load(check).state is State.REVEALED
        for answer in (picture(colleague.phone, check), colleague.post(f"{check}/judge/A", **judgement())):
            assert code(answer) == "already_revealed"


def test_a_supervisor_joins_no_check(one: Trainee, app: FastAPI) -> None:
    check = answered(one)
    token = new_session(one.force.instance, OfficerId("demo-supervisor"))
    with TestClient(app, HOME, headers={"Authorization": f"Bearer {token}"}) as supervisor:
        refused = supervisor.post("/api/v1/encounters/join", json={"token": invitation(one, check)})
    assert refused.json()["code"] == "permission_missing"
