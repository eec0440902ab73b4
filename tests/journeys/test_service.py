"""The HTTP interface: a whole check as a phone would make it, and what an attacker would send."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from overt.access import Shutter
from overt.capture.burst import MEDIA_TYPE, write_burst
from overt.capture.limits import MAX_BYTES
from overt.cli.serve import new_session
from overt.errors import NotSignedIn
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.note import parse_vkey
from overt.ledger.receipt import check_receipt
from overt.quality.presentation.sign import Sign
from overt.service.app import make_app
from overt.store import schema
from overt.store.creation import demo_device_id
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force

PROBLEM = "application/problem+json"

HOME = "http://localhost"


@pytest.fixture
def phone(shared_force: Force) -> Iterator[TestClient]:
    app = make_app(shared_force.instance, shared_force.desks)
    token = new_session(shared_force.instance, OFFICER)
    with TestClient(app, HOME, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


class Check:
    """One check over HTTP."""

    def __init__(self, phone: TestClient, force: Force, **fields: Any) -> None:
        self.phone, self.force = phone, force
        opened = phone.post("/api/v1/encounters", json={**STREET, **fields})
        assert opened.status_code == 201, opened.text
        self.at = f"/api/v1/encounters/{opened.json()['encounter']}"
        self.id = EncounterId(UUID(opened.json()["encounter"]))

    def post(self, step: str, **body: Any) -> httpx.Response:
        return self.phone.post(f"{self.at}/{step}", json=body)

    def capture(self, photo: bytes) -> httpx.Response:
        return self.hand_in(photo, "image/jpeg", [photo])

    def burst(self, *frames: bytes, shutter: Shutter = Shutter.GUIDED, **headers: str) -> httpx.Response:
        return self.hand_in(write_burst(frames), MEDIA_TYPE, frames, shutter, **headers)

    def hand_in(
        self, body: bytes, kind: str, frames: Sequence[bytes], shutter: Shutter = Shutter.GUIDED, **changed: str
    ) -> httpx.Response:
        """A body whose frames are signed; `changed`: headers that say something else."""
        nonce = self.post("nonce").json()["nonce"]
        signature = self.force.sign(bytes.fromhex(nonce), self.id, *frames, shutter=shutter).hex()
        headers = {"Overt-Nonce": nonce, "Overt-Signature": signature, "Overt-Shutter": shutter.value}
        headers = {**headers, "Content-Type": kind, **changed}
        return self.phone.post(f"{self.at}/capture", content=body, headers=headers)

    def recorded(self) -> dict[str, Any]:
        """What the entry of the search commits to about the signature."""
        index = self.phone.get(f"{self.at}/answer").json()["ledger_index"]
        _, openings = self.force.instance.book.entry_with_openings(index)
        value: dict[str, Any] = openings["signature"][1]
        return value


def refused(response: httpx.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json().get("code")) == (status, code), response.text
    assert response.headers["content-type"] == PROBLEM
    assert {"type", "title", "status", "detail", "code", "remedy"} <= set(response.json())


def test_from_opening_to_a_receipt_that_verifies(phone: TestClient, shared_force: Force) -> None:
    shared_force.enrol(1, 2)
    check = Check(phone, shared_force)
    assert check.post("notice", code="given").json()["state"] == "noticed"
    answer = check.capture(photograph(1, 99))
    assert answer.status_code == 200, answer.text
    assert answer.json()["candidates"] == ["A"]
    assert answer.headers["cache-control"] == "no-store"
    told = {name: value for name, value in answer.json().items() if name != "checkpoint"}  # which is random base64
    for word in ("score", "p1", "expected_false", "person"):
        assert word not in json.dumps(told)
    assert phone.get(f"{check.at}/answer").json()["candidates"] == ["A"]
    judgement = {"candidate": "A", "features": {"nose": "similar"}, "verdict": "same", "elapsed_ms": 8000}
    assert check.post("comparison", answers=[judgement]).json()["state"] == "compared"
    revealed = check.post("reveal").json()
    assert revealed["candidates"][0]["person"] == "p1"
    assert revealed["candidates"][0]["sentence"].startswith("If ")
    assert revealed["reminder"] == "A candidate is a lead, never an identification."
    assert check.post("decision", code="follow-lead", candidate="A").json()["state"] == "decided"
    act = (shared_force.clock() + timedelta(seconds=0)).isoformat()
    refused(check.post("outcome", code="detained", at=act), 422, "corroboration_required")
    assert check.post("outcome", code="let-go", at=act).json()["state"] == "outcome-recorded"
    answers = {"ethnicity_self": "not-stated", "ethnicity_officer": "ic1", "sex": "male", "age_band": "25-34"}
    assert check.post("demographics", **answers).json()["state"] == "demographics-recorded"
    receipt = check.post("receipt")
    assert check_receipt(receipt.content, parse_vkey(shared_force.instance.ledger.vkey)).reference
    assert phone.get(check.at).json()["state"] == "completed"


def test_no_candidate_says_what_it_does_not_say(phone: TestClient, shared_force: Force) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    answer = check.capture(photograph(4242)).json()
    assert answer["candidates"] == []
    assert answer["none_sentence"] == (
        "No candidate. This says nothing about who they are or whether they told the truth."
    )


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"tried_first": []}, 403, "incomplete_encounter"),
        ({"place": "school"}, 403, "ground_not_allowed_here"),
        ({"ground": "curiosity"}, 403, "unknown_code"),
        ({"age": "child"}, 403, "child_not_allowed"),
    ],
)
def test_refused_fields_are_problems_with_their_ledger_entry(
    phone: TestClient, shared_force: Force, fields: dict[str, Any], status: int, code: str
) -> None:
    response = phone.post("/api/v1/encounters", json={**STREET, **fields})
    assert response.json().get("code") == code
    assert 400 <= response.status_code < 500
    assert shared_force.deeds()[response.json()["ledger_index"]] == "encounter:check:refused"


def test_photographs_that_cannot_be_used(phone: TestClient, shared_force: Force) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    refused(check.capture(photograph(1, faces=0)), 422, "no_face")
    refused(check.capture(photograph(1, faces=2)), 422, "several_faces")
    refused(check.capture(b"not a photograph"), 422, "unreadable_image")
    assert check.capture(photograph(4243)).status_code == 200, "another photograph may be taken"


def test_a_body_larger_than_a_photograph_is_cut_off(phone: TestClient, shared_force: Force) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    response = check.capture(b"\xff" * (MAX_BYTES + 1))
    assert response.json()["code"] == "image_too_large"


def test_a_form_is_not_a_capture(phone: TestClient, shared_force: Force) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    nonce = check.post("nonce").json()["nonce"]
    headers = {"Overt-Nonce": nonce, "Overt-Signature": "00" * 64, "Overt-Shutter": "guided"}
    response = phone.post(f"{check.at}/capture", files={"photo": photograph(1)}, headers=headers)
    refused(response, 403, "capture_signature_invalid")
    refused(phone.post(f"{check.at}/capture", content=photograph(1)), 400, "usage")


@pytest.mark.parametrize("shutter", Shutter)
def test_a_burst_is_one_capture_and_how_it_was_taken_is_recorded(
    phone: TestClient, shared_force: Force, shutter: Shutter
) -> None:
    shared_force.enrol(61)
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    before = shared_force.deeds()
    answer = check.burst(*(photograph(61, shot) for shot in (96, 97, 98)), shutter=shutter)
    assert answer.status_code == 200, answer.text
    assert answer.json()["candidates"] == ["A"]
    assert answer.json()["presentation_warning"] is None
    assert shared_force.deeds()[len(before) :] == ["encounter:search:performed"]
    device = str(demo_device_id(shared_force.instance.about.id))
    assert check.recorded() == {"signature": "valid", "device": device, "shutter": shutter.value}


def test_an_override_never_admits_two_faces_and_no_other_frame_is_searched_with(
    phone: TestClient, shared_force: Force
) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    good, two = photograph(62, 1), photograph(62, 2, faces=2)
    for frames in ((good, two), (two, good, good), (good, good, good, two)):
        refused(check.burst(*frames, shutter=Shutter.OVERRIDE), 422, "several_faces")
    assert "encounter:search:performed" not in shared_force.deeds()[-3:]
    refused(check.burst(good, photograph(63, 1)), 422, "several_people_in_burst")
    refused(check.burst(photograph(62, faces=0), b"no photograph"), 422, "no_face")
    assert check.burst(b"no photograph", good).status_code == 200, "a frame that cannot be used is left out"


def test_a_burst_that_is_none_is_counted_and_leaves_its_nonce(phone: TestClient, shared_force: Force) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    good = photograph(64)
    nonce = check.post("nonce").json()["nonce"]
    signature = shared_force.sign(bytes.fromhex(nonce), check.id, good).hex()
    headers = {"Overt-Nonce": nonce, "Overt-Signature": signature, "Overt-Shutter": "guided"}
    headers["Content-Type"] = MEDIA_TYPE
    for body in (b"", good, write_burst([good]) + b"\x00", write_burst([good] * 5) + write_burst([good])):
        answer = phone.post(f"{check.at}/capture", content=body, headers=headers)
        refused(answer, 422, "burst_unreadable")
        assert shared_force.deeds()[answer.json()["ledger_index"]] == "encounter:capture:refused"
    large = phone.post(f"{check.at}/capture", content=bytes(MAX_BYTES + 1), headers=headers)
    refused(large, 413, "image_too_large")
    assert phone.post(f"{check.at}/capture", content=write_burst([good]), headers=headers).status_code == 200


def test_a_photographed_screen_is_flagged_and_never_blocked(phone: TestClient, shared_force: Force) -> None:
    shared_force.enrol(66)
    stored, deeds, answers = [], [], []
    for grid in (5.0, 0.001):
        check = Check(phone, shared_force)
        check.post("notice", code="given")
        before = len(shared_force.deeds())
        answer = check.burst(*(photograph(66, shot, grid=grid) for shot in (97, 98, 99)))
        assert answer.status_code == 200, answer.text
        answers.append(answer.json())
        deeds.append(shared_force.deeds()[before:])
        assert phone.get(f"{check.at}/answer").json()["presentation_warning"] is None, "nothing of it was kept"
        with shared_force.instance.engine.connect() as connection:
            row = select(schema.answer.c.body).where(schema.answer.c.encounter == check.id)
            stored.append(connection.execute(row).scalar_one())
    flagged, plain = answers
    assert flagged["presentation_warning"] == Sign.PATTERN.warning
    assert plain["presentation_warning"] is None
    assert flagged["candidates"] == plain["candidates"] == ["A"]
    assert deeds == [["encounter:search:performed"]] * 2
    assert stored[0] == stored[1], "what is stored is the same with the sign and without it"


def test_one_odd_frame_of_a_burst_flags_nothing(phone: TestClient, shared_force: Force) -> None:
    for grids, flagged in (((5.0, 0.001, 0.001), False), ((5.0, 5.0, 0.001), True), ((5.0,), True)):
        check = Check(phone, shared_force)
        check.post("notice", code="given")
        answer = check.burst(*(photograph(67, shot, grid=grid) for shot, grid in enumerate(grids)))
        assert (answer.json()["presentation_warning"] is not None) is flagged


def test_frames_order_number_and_shutter_are_what_was_signed(phone: TestClient, shared_force: Force) -> None:
    check = Check(phone, shared_force)
    check.post("notice", code="given")
    one, two, three = (photograph(65, shot) for shot in range(3))
    for sent, signed in (([one, two], [two, one]), ([one, two], [one, two, three]), ([one, two, three], [one, two])):
        refused(check.hand_in(write_burst(sent), MEDIA_TYPE, signed), 403, "capture_signature_invalid")
    refused(check.burst(one, two, **{"Overt-Shutter": "override"}), 403, "capture_signature_invalid")
    for said in ("", "auto", "Guided", "guided,override"):
        refused(check.burst(one, two, **{"Overt-Shutter": said}), 400, "usage")
    # A burst that is declared to be a photograph is one frame: these bytes were not signed.
    refused(check.hand_in(write_burst([one, two]), "image/jpeg", [one, two]), 403, "capture_signature_invalid")
    assert check.burst(one, two).status_code == 200


def test_nobody_without_a_session(shared_force: Force) -> None:
    with TestClient(make_app(shared_force.instance, shared_force.desks), HOME) as stranger:
        for value in (b"", b"Bearer AAAA", b"Bearer \xff", b"x"):
            headers = {b"Authorization": value} if value else {}
            response = stranger.post("/api/v1/encounters", json=STREET, headers=headers)
            refused(response, 401, "not_signed_in")
    with pytest.raises(NotSignedIn):
        new_session(shared_force.instance, OfficerId("nobody"))


def test_an_idle_session_ends(force: Force) -> None:
    token = new_session(force.instance, OFFICER)
    with TestClient(
        make_app(force.instance, force.desks), HOME, headers={"Authorization": f"Bearer {token}"}
    ) as client:
        assert client.post("/api/v1/encounters", json=STREET).status_code == 201
        force.clock.forward(minutes=16)
        refused(client.post("/api/v1/encounters", json=STREET), 401, "session_expired")
        refused(client.post("/api/v1/encounters", json=STREET), 401, "not_signed_in")


def test_signing_out(phone: TestClient) -> None:
    assert phone.delete("/api/v1/session").status_code == 204
    refused(phone.delete("/api/v1/session"), 401, "not_signed_in")


def test_unknown_members_addresses_and_hosts_are_refused(phone: TestClient) -> None:
    refused(phone.post("/api/v1/encounters", json={**STREET, "score_at_least": 0.1}), 400, "usage")
    refused(phone.post("/api/v1/encounters", content=b"{", headers={"Content-Type": "application/json"}), 400, "usage")
    assert phone.get("/api/v1/search").headers["content-type"] == PROBLEM
    refused(phone.get(f"/api/v1/encounters/{'0' * 8}-0000-4000-8000-{'0' * 12}"), 404, "encounter_unknown")
    assert phone.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_the_first_page_says_demonstration_and_carries_safe_headers(phone: TestClient) -> None:
    page = phone.get("/")
    assert "DEMONSTRATION" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-content-type-options"] == "nosniff"
    styles = re.search(r'href="(/static/styles-[\w-]+\.css)"', page.text)
    assert styles is not None
    assert phone.get(styles[1]).headers["content-type"].startswith("text/css")
    assert phone.get("/api/v1/instance").json()["demonstration"] is True


def test_a_fault_tells_nothing(shared_force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary with a name in it")

    monkeypatch.setattr(shared_force.desks.check, "owned", broken)
    app = make_app(shared_force.instance, shared_force.desks)
    token = new_session(shared_force.instance, OFFICER)
    with TestClient(app, HOME, raise_server_exceptions=False, headers={"Authorization": f"Bearer {token}"}) as client:
        response = client.get(f"/api/v1/encounters/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    assert (response.status_code, response.json()["code"]) == (500, "fault")
    assert "canary" not in response.text
