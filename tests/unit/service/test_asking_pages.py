"""Pages that ask: an answer that is missing, a refusal in words, a sign-off that is asked for and given."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from overt.access import Role
from overt.cli.serve import new_session
from overt.errors import OffenceRequired
from overt.identifiers import OfficerId
from overt.service.app import make_app
from simulators.force import OFFICER, Force
from simulators.signed_in import ANSWERS, CHILD, hired

pytestmark = pytest.mark.usefixtures("next_hour")


@dataclass
class Reader:
    """Somebody who reads pages and sends their forms; does not follow a redirect by itself."""

    client: TestClient

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, follow_redirects=False)

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.client.post(path, content=urlencode(fields, doseq=True), headers=kind, follow_redirects=False)


def reader(force: Force, account: OfficerId) -> Reader:
    token = new_session(force.instance, account)
    app = make_app(force.instance, force.desks)
    return Reader(TestClient(app, "http://localhost", headers={"authorization": f"Bearer {token}"}))


@pytest.fixture
def officer(shared_force: Force) -> Reader:
    return reader(shared_force, OFFICER)


@pytest.fixture
def supervisor(shared_force: Force) -> Reader:
    return reader(shared_force, OfficerId("demo-supervisor"))


def asks_again(answer: httpx.Response, field: str) -> None:
    """The page with the question once more, its error said at the top, linked to the field, and at the field."""
    assert answer.status_code == 400
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "(Error)" in re.search(r"<title>(.*)</title>", answer.text)[1]  # type: ignore[index]
    assert " checked" not in answer.text, "nothing is chosen for anybody"


def test_a_question_of_a_check_without_an_answer_is_asked_again(shared_force: Force, officer: Reader) -> None:
    check = shared_force.noticed()
    shared_force.desks.check.end(check, OFFICER, "declined-photo")
    assert officer.get(f"/check/{check}/followed").status_code == 200
    before = shared_force.deeds()
    asks_again(officer.post(f"/check/{check}/followed"), "followed")
    assert shared_force.deeds() == before


def test_a_question_before_a_check_without_an_answer_is_asked_again(shared_force: Force, officer: Reader) -> None:
    assert officer.post("/check/new", same="no").headers["location"] == "/check/new/age"
    before = shared_force.deeds()
    asks_again(officer.post("/check/new/age"), "age")
    assert shared_force.deeds() == before


def test_no_check_says_why_what_to_do_and_that_it_was_counted(shared_force: Force, officer: Reader) -> None:
    officer.post("/check/new", same="no")
    for name in ("age", "tried_first", "power"):
        officer.post(f"/check/new/{name}", **{name: ANSWERS[name]})
    answer = officer.post("/check/new/offence", offence="not-required")
    assert answer.status_code == OffenceRequired.status
    for words in (OffenceRequired.message, OffenceRequired.remedy, OffenceRequired.code):
        assert words in answer.text
    assert answer.text.count(OffenceRequired.message) == 1, "a detail that says no more is not said twice"


def test_a_refusal_is_a_page_that_says_the_same(officer: Reader) -> None:
    answer = officer.get(f"/check/{uuid4()}/done")
    assert answer.status_code == 404
    assert "There is no such check, or it has been erased after its time." in answer.text
    assert answer.text.count("There is no such check") == 2, "in the title and as the heading"


def answered(officer: Reader) -> str:
    """Every question answered for a child; where it goes on."""
    officer.post("/check/new", same="no")
    for name, value in CHILD.items():
        where = officer.post(f"/check/new/{name}", **{name: value}).headers["location"]
    return where


def test_a_sign_off_is_asked_for_once_and_only_when_every_answer_is_there(shared_force: Force, officer: Reader) -> None:
    waiting = shared_force.instance.sign_offs.waiting
    officer.post("/check/new", same="no")
    officer.post("/check/new/age", age="child")
    assert officer.get("/check/new/sign-off").headers["location"] == "/check/new/tried_first"
    assert waiting() == []
    assert answered(officer) == "/check/new/sign-off"
    for _ in range(2):
        assert officer.get("/check/new/sign-off").status_code == 200
    assert len(waiting()) == 1


def test_where_none_is_needed_none_is_asked_for(shared_force: Force, officer: Reader) -> None:
    officer.post("/check/new", same="no")
    for name, value in ANSWERS.items():
        officer.post(f"/check/new/{name}", **{name: value})
    assert officer.get("/check/new/sign-off").headers["location"] == "/check/new/open"
    assert shared_force.instance.sign_offs.waiting() == []


def test_a_supervisor_says_yes_or_no_and_nothing_is_neither(
    shared_force: Force, officer: Reader, supervisor: Reader
) -> None:
    answered(officer)
    officer.get("/check/new/sign-off")
    (asked,) = shared_force.instance.sign_offs.waiting()
    page = f"/sign-offs/{asked.id}"
    for label in ("Under 18", "Street or open public space", "Asked the person again"):
        assert label in supervisor.get(page).text
    for said in ({}, {"given": ""}, {"given": "maybe"}):
        assert supervisor.post(page, **said).headers["location"] == page
        found = shared_force.instance.sign_offs.find(asked.id)
        assert found is not None
        assert found.given is None
    assert supervisor.post(page, given="yes").headers["location"] == "/"
    assert officer.get("/check/new/sign-off").headers["location"] == "/check/new/open"
    assert officer.post("/check/new/open").headers["location"].endswith("/notice")


def test_a_request_is_read_by_who_may_sign_off(shared_force: Force, officer: Reader) -> None:
    answered(officer)
    officer.get("/check/new/sign-off")
    (asked,) = shared_force.instance.sign_offs.waiting()
    for other in (officer, reader(shared_force, hired(shared_force, "root", Role.ADMINISTRATOR))):
        assert other.get(f"/sign-offs/{asked.id}").status_code == 403


def test_a_no_is_told_to_who_asked(shared_force: Force, officer: Reader, supervisor: Reader) -> None:
    answered(officer)
    officer.get("/check/new/sign-off")
    (asked,) = shared_force.instance.sign_offs.waiting()
    supervisor.post(f"/sign-offs/{asked.id}", given="no")
    page = officer.get("/check/new/sign-off")
    assert page.status_code == 200
    assert "demo-supervisor" in page.text
    assert 'data-script="reload"' not in page.text
