"""Receipts over HTTP: offered by the officer, opened by whoever has link and PIN, and what an attacker would send."""

import hashlib
import logging
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from overt.access import Officer, Role
from overt.cli.serve import new_session
from overt.encounter.receipt_desk import AGAIN_FOR, Front, ReceiptDesk
from overt.encounter.steps import Decision, Demographics, Outcome
from overt.errors import ReceiptLinkUnknown
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.entry import parse
from overt.service.app import make_app
from overt.service.receipts import PINS_AT_ONCE
from simulators.camera import photograph
from simulators.commands import run
from simulators.force import OFFICER, Force, demonstration, open_folder
from simulators.serving import serving

HOME = "http://localhost"
SCRIPT = "<script>alert(1)</script>"
HARMFUL = re.compile(r"overt|police|officer|check|force|crime|face|photo|arrest", re.IGNORECASE)


@contextmanager
def browser(force: Force, officer: OfficerId | None = None) -> Iterator[TestClient]:
    """A browser, of somebody who is signed in or of a stranger."""
    headers = {"Authorization": f"Bearer {new_session(force.instance, officer)}"} if officer else {}
    with TestClient(
        make_app(force.instance, force.desks),
        HOME,
        headers=headers,
        follow_redirects=False,
        raise_server_exceptions=True,
    ) as client:
        yield client


@pytest.fixture
def officer(shared_force: Force) -> Iterator[TestClient]:
    with browser(shared_force, OFFICER) as client:
        yield client


@pytest.fixture
def person(shared_force: Force) -> Iterator[TestClient]:
    with browser(shared_force) as client:
        yield client


@pytest.fixture
def ended(shared_force: Force) -> EncounterId:
    """A check that ended since the person declined the photograph."""
    encounter = shared_force.noticed()
    shared_force.desks.check.end(encounter, OFFICER, "declined-photo")
    return encounter


def completed(force: Force) -> EncounterId:
    """A check that took all its steps but the receipt."""
    answered = force.capture(force.noticed(), photograph(4711, 1))
    encounter = force.reveal(answered.encounter).encounter
    reveal = force.desks.reveal
    reveal.decide(encounter.id, OFFICER, Decision("no-candidate"))
    reveal.outcome(encounter.id, OFFICER, Outcome("let-go", force.clock()))
    reveal.demographics(encounter.id, OFFICER, Demographics("not-stated", "not-stated", "not-stated", "not-stated"))
    return encounter.id


@dataclass(frozen=True)
class Shown:
    """What the page with link and PIN shows."""

    page: str
    link: str
    secret: str
    pin: str


def given(officer: TestClient, encounter: EncounterId, choice: str = "give") -> Shown:
    answer = officer.post(f"/check/{encounter}/receipt", data={"choice": choice})
    assert answer.status_code == 200, answer.text
    link = re.search(r"data-link>([^<]+)#([0-9a-f]{64})<", answer.text)
    pin = re.search(r"data-pin>(\d{3}) (\d{3})<", answer.text)
    assert link
    assert pin
    return Shown(answer.text, link[1], link[2], pin[1] + pin[2])


def front(person: TestClient, secret: str) -> httpx.Response:
    return person.post("/api/v1/receipts/front", json={"secret": secret})


def inside(person: TestClient, secret: str, pin: str) -> httpx.Response:
    return person.post("/api/v1/receipts/inside", json={"secret": secret, "pin": pin})


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


def other(pin: str, by: int = 1) -> str:
    return f"{(int(pin) + by) % 10**6:06}"


# --- the officer's page ----------------------------------------------------------------------------------------------


def test_one_question_with_two_answers(officer: TestClient, ended: EncounterId) -> None:
    page = officer.get(f"/check/{ended}/receipt")
    assert page.status_code == 200
    assert re.findall(r'name="choice" value="(\w+)"', page.text) == ["give", "decline"]
    assert page.headers["cache-control"] == "no-store"


def test_link_and_pin_are_shown_once(shared_force: Force, officer: TestClient, ended: EncounterId) -> None:
    shown = given(officer, ended)
    assert shown.link == f"{HOME}:8765/receipt"
    for again in (
        officer.get(f"/check/{ended}/receipt"),
        officer.post(f"/check/{ended}/receipt", data={"choice": "give"}),
    ):
        assert shown.secret not in again.text
        assert shown.pin[:3] + " " + shown.pin[3:] not in again.text
    assert shared_force.deeds().count("encounter:step:refused") == 0, "a page that is sent twice is no deed"


def test_a_check_that_took_all_its_steps_ends_with_it(shared_force: Force, officer: TestClient) -> None:
    encounter = completed(shared_force)
    assert officer.get(f"/check/{encounter}/receipt").status_code == 200
    assert given(officer, encounter).secret
    assert shared_force.instance.book.load(encounter).state == "completed"


def test_before_its_last_step_a_check_has_none(shared_force: Force, officer: TestClient) -> None:
    encounter = shared_force.noticed()
    answer = officer.get(f"/check/{encounter}/receipt")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/check/{encounter}/camera")
    refused_page = officer.post(f"/check/{encounter}/receipt", data={"choice": "give"})
    assert refused_page.status_code == 409
    assert shared_force.deeds()[-1] == "encounter:step:refused"


def test_a_receipt_may_be_declined_and_that_is_counted(
    shared_force: Force, officer: TestClient, ended: EncounterId
) -> None:
    answer = officer.post(f"/check/{ended}/receipt", data={"choice": "decline"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/check/{ended}")
    size = shared_force.instance.ledger.head().size
    entry = parse(shared_force.instance.ledger.published_bodies(size - 1, 1)[0])
    assert (entry.deed, entry.fields) == ("encounter:receipt:issued", {"declined": "yes"})
    for choice in ("give", "again", "decline"):
        later = officer.post(f"/check/{ended}/receipt", data={"choice": choice})
        assert later.status_code in (303, 409)
        assert "data-pin" not in later.text


@pytest.mark.parametrize("choice", ["", "GIVE", SCRIPT, "give'--"])
def test_no_other_answer_does_anything(officer: TestClient, ended: EncounterId, choice: str) -> None:
    answer = officer.post(f"/check/{ended}/receipt", data={"choice": choice})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/check/{ended}/receipt")
    assert officer.get(f"/check/{ended}/receipt").text.count('value="give"') == 1


def test_another_officers_check_has_no_receipt_for_you(shared_force: Force, ended: EncounterId) -> None:
    colleague = Officer(OfficerId("colleague"), frozenset({Role.OFFICER}), date(2099, 1, 1))
    shared_force.instance.accounts.authorise(colleague)
    with browser(shared_force, colleague.id) as stranger:
        for answer in (
            stranger.get(f"/check/{ended}/receipt"),
            *(
                stranger.post(f"/check/{ended}/receipt", data={"choice": choice})
                for choice in ("give", "decline", "again")
            ),
        ):
            assert answer.status_code == 403
            assert shared_force.deeds()[-1] == "encounter:step:refused"
    assert shared_force.instance.book.load(ended).receipt is None


def test_nobody_without_a_session_gives_one(person: TestClient, ended: EncounterId) -> None:
    for answer in (
        person.get(f"/check/{ended}/receipt"),
        person.post(f"/check/{ended}/receipt", data={"choice": "give"}),
    ):
        assert (answer.status_code, answer.headers["location"]) == (303, "/?ended")


def test_a_link_that_did_not_arrive_is_made_again(officer: TestClient, person: TestClient, ended: EncounterId) -> None:
    first = given(officer, ended)
    assert 'value="again"' in officer.get(f"/check/{ended}/receipt").text
    second = given(officer, ended, "again")
    assert second.secret != first.secret
    assert inside(person, first.secret, first.pin).json() == inside(person, second.secret, second.pin).json()
    assert given(officer, ended, "again")
    assert officer.post(f"/check/{ended}/receipt", data={"choice": "again"}).status_code == 409


def test_later_no_link_is_made_again() -> None:
    with open_folder() as folder, demonstration(folder) as force:
        encounter = force.noticed()
        force.desks.check.end(encounter, OFFICER, "mistake")
        with browser(force, OFFICER) as officer:
            given(officer, encounter)
        force.clock.moment += AGAIN_FOR * 2
        with browser(force, OFFICER) as officer:
            assert officer.get(f"/check/{encounter}/receipt").headers["location"] == f"/check/{encounter}/done"
            assert officer.post(f"/check/{encounter}/receipt", data={"choice": "again"}).status_code == 409


# --- the person's page and its interface ----------------------------------------------------------------------------


def test_the_page_harms_nobody_who_is_found_with_it(person: TestClient) -> None:
    page = person.get("/receipt")
    assert page.status_code == 200
    assert re.findall(r"<title>(.*?)</title>", page.text) == ["Receipt"]
    icon = re.search(r'rel="icon" href="([^"]+)"', page.text)
    assert icon
    assert not HARMFUL.search(icon[1])
    assert not HARMFUL.search(person.get(icon[1]).text)
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert "DEMONSTRATION" in page.text, "which says nothing of what is shown"
    for part in ('rel="manifest"', "/static/page-", "/sw.js", "camera"):
        assert part not in page.text, part


def test_the_front_for_the_secret_and_the_rest_for_the_pin(
    shared_force: Force, officer: TestClient, person: TestClient, ended: EncounterId, tmp_path: Path
) -> None:
    shown = given(officer, ended)
    seen = front(person, shown.secret)
    assert set(seen.json()) == {"reference", "hour", "complaint"}
    assert seen.json()["reference"] in shown.page
    for word in ("demo-officer", "identity-doubted", "ended-early", "Suspected"):
        assert word not in seen.text
    opened = inside(person, shown.secret, shown.pin)
    assert opened.json()["grounds"]["identity-doubted"].startswith("Suspected of an offence")
    for answer in (seen, opened):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    saved = tmp_path / "receipt.json"
    saved.write_bytes(opened.json()["receipt"].encode())
    done = run(
        [sys.executable, "-m", "overt_verify", "receipt", saved, "--key", shared_force.instance.ledger.vkey, "--json"]
    )
    assert done.status == 0, done.out
    assert done.json["opened"]["receipt"]["officer"] == "demo-officer"
    assert done.json["opened"]["receipt"]["outcome"] == "ended-early"


def test_nothing_of_a_candidate_stands_in_a_receipt(shared_force: Force) -> None:
    """Whether there was one is not told, not even behind the PIN."""
    shared_force.enrol(4711)
    answered = shared_force.capture(shared_force.noticed(), photograph(4711, 7))
    assert answered.encounter.candidates
    shared_force.desks.check.end(answered.encounter.id, OFFICER, "mistake")
    with browser(shared_force, OFFICER) as officer, browser(shared_force) as person:
        shown = given(officer, answered.encounter.id)
        receipt = inside(person, shown.secret, shown.pin).json()["receipt"]
    for word in ("candidate", "reference_id", "p4711", "custody", "score", *map(str, answered.encounter.candidates)):
        assert f'"{word}"' not in receipt


def test_pins_are_tried_five_times(officer: TestClient, person: TestClient, ended: EncounterId) -> None:
    shown = given(officer, ended)
    for tries in range(1, 5):
        answer = inside(person, shown.secret, other(shown.pin, tries))
        refused(answer, 403, "pin_wrong")
        assert f"{5 - tries} tr" in answer.json()["detail"]
    refused(inside(person, shown.secret, other(shown.pin, 5)), 403, "receipt_closed")
    refused(inside(person, shown.secret, shown.pin), 403, "receipt_closed")
    assert front(person, shown.secret).status_code == 200, "the front stays"


def test_an_unknown_secret_opens_nothing(person: TestClient) -> None:
    refused(front(person, "ab" * 32), 404, "receipt_link_unknown")
    refused(inside(person, "ab" * 32, "123456"), 404, "receipt_link_unknown")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"secret": ""},
        {"secret": "AB" * 32},
        {"secret": "ab" * 31},
        {"secret": "ab" * 33},
        {"secret": SCRIPT},
        {"secret": ["ab" * 32]},
        {"secret": "ab" * 32, "pin": "12345"},
        {"secret": "ab" * 32, "pin": "1234567"},
        {"secret": "ab" * 32, "pin": "\u0661\u0662\u0663\u0664\u0665\u0666"},
        {"secret": "ab" * 32, "pin": 123456},
        {"secret": "ab" * 32, "pin": SCRIPT},
        {"secret": "ab" * 32, "pin": "123456", "session": "x"},
    ],
)
def test_malformed_bodies_are_refused_and_not_repeated(person: TestClient, body: Mapping[str, object]) -> None:
    answer = person.post("/api/v1/receipts/inside", json=body)
    refused(answer, 400, "usage")
    for value in ("ab" * 31, "12345", SCRIPT):
        assert value not in answer.text


def test_no_secret_is_taken_from_an_address(officer: TestClient, person: TestClient, ended: EncounterId) -> None:
    shown = given(officer, ended)
    for path in (
        f"/api/v1/receipts/front?secret={shown.secret}",
        f"/api/v1/receipts/{shown.secret}",
        f"/receipt/{shown.secret}",
    ):
        for answer in (person.get(path), person.post(path)):
            assert answer.status_code in (303, 400, 404, 405), path
            assert "reference" not in answer.text
            assert shown.secret not in answer.text
    assert shown.secret not in person.get(f"/receipt?secret={shown.secret}").text


def test_another_site_cannot_ask(officer: TestClient, person: TestClient, ended: EncounterId) -> None:
    shown = given(officer, ended)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        for path, body in (("front", {"secret": shown.secret}), ("inside", {"secret": shown.secret, "pin": shown.pin})):
            refused(person.post(f"/api/v1/receipts/{path}", json=body, headers=headers), 403, "cross_site")


def test_neither_secret_nor_pin_is_logged(
    officer: TestClient, person: TestClient, ended: EncounterId, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = given(officer, ended)
    front(person, shown.secret)
    for pin in (other(shown.pin), shown.pin):
        inside(person, shown.secret, pin)
    assert "/api/v1/receipts/inside" in caplog.text, "something is logged of these requests"
    for secret in (shown.secret, shown.pin, other(shown.pin)):
        assert secret not in caplog.text


def test_guessing_does_not_keep_officers_from_their_checks(
    monkeypatch: pytest.MonkeyPatch, shared_force: Force
) -> None:
    """However many PINs are tried together, so many at a time cost memory and a thread; other requests pass by."""
    running, most, release = 0, 0, threading.Event()
    lock = threading.Lock()

    def slow(_: ReceiptDesk, __: bytes, ___: str) -> bytes:
        nonlocal running, most
        with lock:
            running, most = running + 1, max(most, running + 1)
        release.wait(20)
        with lock:
            running -= 1
        raise ReceiptLinkUnknown()

    monkeypatch.setattr(ReceiptDesk, "inside", slow)
    body = {"secret": "ab" * 32, "pin": "123456"}
    with serving(shared_force) as address, ThreadPoolExecutor(60) as pool:
        guesses = [
            pool.submit(httpx.post, f"{address}/api/v1/receipts/inside", json=body, timeout=30) for _ in range(60)
        ]
        try:
            while most < PINS_AT_ONCE:
                time.sleep(0.01)
            assert httpx.get(f"{address}/complain", timeout=5).status_code == 200
        finally:
            release.set()
        assert {guess.result().status_code for guess in guesses} == {404}
    assert most == PINS_AT_ONCE


def test_script_in_a_text_of_the_force_is_text(
    shared_force: Force, officer: TestClient, ended: EncounterId, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = shared_force.desks.receipts
    issued = desk.give(ended, OFFICER)
    hostile = Front("AB12-CD34", issued.front.hour, f"{SCRIPT} & write to us")
    monkeypatch.setattr(type(desk), "again", lambda *_: type(issued)(hostile, issued.secret, issued.pin))
    page = officer.post(f"/check/{ended}/receipt", data={"choice": "again"}).text
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; write to us" in page


# --- the page to keep ------------------------------------------------------------------------------------------------


def test_the_page_that_checks_receipts_is_a_file_to_keep(person: TestClient) -> None:
    answer = person.get("/overt-receipt-check.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="overt-receipt-check.html"'
    page = person.get("/receipt").text
    digest = re.search(r"data-digest>([0-9a-f]{64})<", page)
    assert digest
    assert hashlib.sha256(answer.content).hexdigest() == digest[1]
