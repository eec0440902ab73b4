"""A capture comes from the camera page of a check's own officer, on the phone of that session, just now; or not at all.

Whatever else is handed in is refused before it is looked at, and leaves an entry where somebody is signed in.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from overt.access import Officer, Role
from overt.capture.burst import MEDIA_TYPE, write_burst
from overt.encounter import State
from overt.identifiers import EncounterId, OfficerId
from overt.service.app import make_app
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force
from simulators.handset import Handset, session_on
from simulators.routes import CAPTURES, addresses_of
from simulators.trainee import HOME

PHOTO = photograph(1, 99)
COLLEAGUE = OfficerId("colleague")
JPEG = {"Content-Type": "image/jpeg"}


@pytest.fixture(scope="module")
def app(shared_force: Force) -> FastAPI:
    shared_force.enrol(1)
    shared_force.instance.accounts.authorise(Officer(COLLEAGUE, frozenset({Role.OFFICER}), date(2100, 1, 1)))
    return make_app(shared_force.instance, shared_force.desks)


@pytest.fixture(scope="module")
def phone(app: FastAPI, shared_force: Force) -> Handset:
    return Handset().enrolled(shared_force.instance)


@pytest.fixture
def here(app: FastAPI, shared_force: Force, phone: Handset) -> Iterator[TestClient]:
    """The officer, signed in on their phone."""
    with elsewhere(app, shared_force, OFFICER, phone) as client:
        yield client


def elsewhere(app: FastAPI, force: Force, officer: OfficerId, phone: Handset | None) -> TestClient:
    return TestClient(app, HOME, headers={"Authorization": f"Bearer {session_on(force.instance, officer, phone)}"})


def noticed(client: TestClient, **fields: str) -> EncounterId:
    opened = client.post("/api/v1/encounters", json={**STREET, **fields})
    assert opened.status_code == 201, opened.text
    check = EncounterId(UUID(opened.json()["encounter"]))
    assert client.post(f"/api/v1/encounters/{check}/notice", json={"code": "given"}).status_code == 200
    return check


def nonce(client: TestClient, check: EncounterId) -> str:
    return str(client.post(f"/api/v1/encounters/{check}/nonce").json()["nonce"])


def hand_in(client: TestClient, check: EncounterId, headers: Mapping[str, str], body: bytes = PHOTO) -> httpx.Response:
    return client.post(f"/api/v1/encounters/{check}/capture", content=body, headers={**JPEG, **headers})


def refused(force: Force, check: EncounterId, response: httpx.Response, *codes: str) -> None:
    """It was refused; nothing was searched, and the check stands where it stood."""
    assert 400 <= response.status_code < 500
    assert response.json()["code"] in codes, response.text
    assert force.instance.book.load(check).state is State.NOTICED
    if "ledger_index" in response.json():
        deed = force.deeds()[response.json()["ledger_index"]]
        assert deed in ("encounter:step:refused", "encounter:capture:refused")


def test_photographs_go_nowhere_else(app: FastAPI) -> None:
    """Every address that takes a body of its own making is one of the two captures; none takes a file by a form."""
    taking = {
        path
        for path, operations in app.openapi()["paths"].items()
        for operation in operations.values()
        if "application/json" not in operation.get("requestBody", {"content": {"application/json": {}}})["content"]
    }
    assert taking == {*CAPTURES} == {each.path for each in addresses_of(app) if each.path.endswith("/capture")}


def test_a_file_is_no_capture(here: TestClient, shared_force: Force, phone: Handset) -> None:
    """Out of a gallery, by a form or a script: without the phone's signature over a nonce of now it is nothing."""
    check = noticed(here)
    for missing in ("Overt-Nonce", "Overt-Signature", "Overt-Shutter"):
        signed = phone.hands_in(nonce(here, check), check, [PHOTO])
        unsigned = {name: value for name, value in signed.items() if name != missing}
        refused(shared_force, check, hand_in(here, check, unsigned), "usage")
    at = f"/api/v1/encounters/{check}/capture"
    for sent in ({"files": {"photo": PHOTO}}, {"data": {"photo": "SIM"}}, {"json": {"photo": "SIM"}}, {}):
        refused(shared_force, check, here.post(at, **sent), "usage")
        # Signed for the photograph, sent as something that holds it.
        signed = phone.hands_in(nonce(here, check), check, [PHOTO])
        refused(shared_force, check, here.post(at, headers=signed, **sent), "capture_signature_invalid")


def test_what_a_form_makes_of_a_file_is_no_photograph_even_when_a_phone_signs_it(
    here: TestClient, shared_force: Force, phone: Handset
) -> None:
    check, calls = noticed(here), len(shared_force.deeds())
    request = httpx.Request("POST", HOME, files={"photo": PHOTO})
    body, kind = request.read(), request.headers["content-type"]
    signed = phone.hands_in(nonce(here, check), check, [body])
    answer = hand_in(here, check, {**signed, "Content-Type": kind}, body)
    refused(shared_force, check, answer, "unreadable_image")
    assert shared_force.deeds()[calls:] == ["encounter:capture:refused"]


def test_another_phone_signs_nothing_for_this_one(
    app: FastAPI, here: TestClient, shared_force: Force, phone: Handset
) -> None:
    check, other = noticed(here), Handset().enrolled(shared_force.instance)
    for stranger in (other, Handset()):
        signed = stranger.hands_in(nonce(here, check), check, [PHOTO])
        refused(shared_force, check, hand_in(here, check, signed), "capture_signature_invalid")
    with elsewhere(app, shared_force, OFFICER, other) as there:
        # The other phone's nonce, signed by this one, from either session.
        signed = phone.hands_in(nonce(there, check), check, [PHOTO])
        refused(shared_force, check, hand_in(there, check, signed), "capture_signature_invalid")
        signed = phone.hands_in(nonce(there, check), check, [PHOTO])
        refused(shared_force, check, hand_in(here, check, signed), "capture_signature_invalid")


@pytest.mark.parametrize("where", ["on another phone", "on no phone"])
def test_what_one_phone_signed_is_handed_in_by_no_other_session_of_its_officer(
    app: FastAPI, here: TestClient, shared_force: Force, phone: Handset, where: str
) -> None:
    check = noticed(here)
    other = Handset().enrolled(shared_force.instance) if where == "on another phone" else None
    with elsewhere(app, shared_force, OFFICER, other) as there:
        signed = phone.hands_in(nonce(here, check), check, [PHOTO])
        refused(shared_force, check, hand_in(there, check, signed), "capture_foreign")
        refused(shared_force, check, hand_in(here, check, signed), "capture_replayed")
    signed = phone.hands_in(nonce(here, check), check, [PHOTO])
    assert hand_in(here, check, signed).status_code == 200, "on the phone itself it is answered"


def test_without_a_phone_there_is_no_nonce(app: FastAPI, here: TestClient, shared_force: Force) -> None:
    check = noticed(here)
    with elsewhere(app, shared_force, OFFICER, None) as there:
        refused(shared_force, check, there.post(f"/api/v1/encounters/{check}/nonce"), "device_not_enrolled")
        assert there.get(f"/check/{check}/camera").status_code == 403


def test_the_right_phone_in_anothers_hands_is_no_use(
    app: FastAPI, here: TestClient, shared_force: Force, phone: Handset
) -> None:
    check = noticed(here)
    fresh = nonce(here, check)
    with elsewhere(app, shared_force, COLLEAGUE, phone) as colleague:
        refused(shared_force, check, colleague.post(f"/api/v1/encounters/{check}/nonce"), "not_your_encounter")
        signed = phone.hands_in(fresh, check, [PHOTO])
        refused(shared_force, check, hand_in(colleague, check, signed), "not_your_encounter")
        theirs = noticed(colleague, officer=COLLEAGUE)
        crossed = phone.hands_in(nonce(colleague, theirs), check, [PHOTO])
        refused(shared_force, check, hand_in(here, check, crossed), "capture_foreign")


def test_a_nonce_is_good_once_just_now_and_for_one_check(here: TestClient, force: Force) -> None:
    phone = Handset().enrolled(force.instance)
    with elsewhere(make_app(force.instance, force.desks), force, OFFICER, phone) as client:
        check, other = noticed(client), noticed(client)
        made_up = phone.hands_in("ab" * 32, check, [PHOTO])
        refused(force, check, hand_in(client, check, made_up), "capture_foreign")
        of_the_other = phone.hands_in(nonce(client, other), check, [PHOTO])
        refused(force, check, hand_in(client, check, of_the_other), "capture_foreign")
        stale = phone.hands_in(nonce(client, check), check, [PHOTO])
        force.clock.forward(seconds=61)
        refused(force, check, hand_in(client, check, stale), "capture_stale")
        refused(force, check, hand_in(client, check, stale), "capture_replayed")
        bad = phone.hands_in(nonce(client, check), check, [PHOTO])
        refused(
            force, check, hand_in(client, check, {**bad, "Overt-Signature": "00" * 64}), "capture_signature_invalid"
        )
        refused(force, check, hand_in(client, check, bad), "capture_replayed")
        good = phone.hands_in(nonce(client, check), check, [PHOTO])
        assert hand_in(client, check, good).status_code == 200
        assert hand_in(client, check, good).json()["code"] in ("capture_replayed", "search_already_answered")
        assert force.deeds().count("encounter:search:performed") == 1


def test_one_nonce_at_the_same_moment_is_used_once(here: TestClient, shared_force: Force, phone: Handset) -> None:
    check = noticed(here)
    signed, said = phone.hands_in(nonce(here, check), check, [PHOTO]), []
    together = threading.Barrier(4)

    def send() -> None:
        together.wait()
        said.append(hand_in(here, check, signed))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.status_code for each in said) == [200, 409, 409, 409]
    assert {each.json()["code"] for each in said if each.status_code == 409} == {"capture_replayed"}


@pytest.mark.parametrize("change", ["the frames", "their order", "the shutter", "the check", "the nonce"])
def test_what_was_signed_is_what_is_taken(here: TestClient, shared_force: Force, phone: Handset, change: str) -> None:
    check = noticed(here)
    frames: Sequence[bytes] = [photograph(1, 97), photograph(1, 98)]
    signed = phone.hands_in(nonce(here, check), check, frames)
    kind = {"Content-Type": MEDIA_TYPE}
    if change == "the frames":
        frames = [photograph(1, 97), photograph(1, 96)]
    elif change == "their order":
        frames = frames[::-1]
    elif change == "the shutter":
        signed["Overt-Shutter"] = "override"
    elif change == "the check":
        check = noticed(here)
    else:
        signed["Overt-Nonce"] = nonce(here, check)
    answer = hand_in(here, check, {**signed, **kind}, write_burst(frames))
    refused(shared_force, check, answer, "capture_signature_invalid", "capture_foreign")


def test_practice_takes_no_nonce_of_a_check_and_gives_none(
    here: TestClient, shared_force: Force, phone: Handset
) -> None:
    check = noticed(here)
    signed = phone.hands_in(nonce(here, check), check, [PHOTO])
    for way in ("practice", "practice-none", "practice-alike"):
        at = f"/api/v1/practice/{way}/{check}/capture"
        assert here.post(at, content=PHOTO, headers={**JPEG, **signed}).status_code == 404
    assert hand_in(here, check, signed).status_code == 200
