"""Texts that somebody hopes we run: in every field that is sent, and in every text that is stored and shown.

Nothing breaks, nothing leads away from here, and a page shows them as text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from overt.access import Role
from overt.cli.serve import new_session
from overt.encounter.questions import ORDER
from overt.identifiers import OfficerId
from simulators.camera import photograph
from simulators.force import Force, open_folder
from simulators.hostile import EVALUATED, SCRIPT, TEXTS, Elements, hostile_force
from simulators.routes import BODIES, FORMS, URLENCODED, Address, addresses_of, form
from simulators.signed_in import hired
from simulators.standing import Standing
from simulators.trainee import HOME, Trainee, trainee

pytestmark = pytest.mark.slow

SUPERVISOR = OfficerId("demo-supervisor")
SIGNING_OUT = ("/me/sign-out", "/api/v1/session")
KNOWN = {200, 201, 204, 303, 400, 401, 403, 404, 405, 409, 413, 422}


@pytest.fixture(scope="module")
def force() -> Iterator[Force]:
    with open_folder() as folder, hostile_force(folder) as made:
        hired(made, "pc-2", Role.OFFICER)
        yield made


@pytest.fixture(scope="module")
def officer(force: Force) -> Iterator[Trainee]:
    with trainee(force, way="check") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def app(officer: Trainee) -> FastAPI:
    made: FastAPI = officer.phone.app  # type: ignore[assignment]
    return made


@pytest.fixture(scope="module")
def supervisor(app: FastAPI, force: Force) -> TestClient:
    token = new_session(force.instance, SUPERVISOR)
    return TestClient(app, HOME, headers={"Authorization": f"Bearer {token}"}, follow_redirects=False)


@pytest.fixture(scope="module")
def sender(officer: Trainee) -> TestClient:
    """The officer, following no redirect; what breaks in the application is raised here."""
    return officer.sender()


def held(response: httpx.Response) -> None:
    """What every answer to a hostile text is held to."""
    assert response.status_code in KNOWN, response
    leads = response.headers.get("location")
    if leads is not None:
        assert re.match(r"/(?![/\\])", leads), leads
        assert urlsplit(leads).netloc == ""
    assert "elsewhere" not in response.headers.get("set-cookie", "")
    assert "overt-demonstration=x" not in response.headers.get("set-cookie", "")
    assert EVALUATED not in response.text
    if is_page(response):
        assert Elements(response.text).runs() == []


def is_page(response: httpx.Response) -> bool:
    return str(response.headers.get("content-type")).startswith("text/html")


# --- what is sent ---------------------------------------------------------------------------------------------------


def spoilt(fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same fields with one of them hostile; and with hostile names alone."""
    for text in TEXTS:
        yield from ({**fields, name: text} for name in fields)
    yield {text[:100]: "x" for text in TEXTS}


@pytest.mark.parametrize("path", [path for path in FORMS if path not in SIGNING_OUT and FORMS[path]])
def test_no_field_of_a_form_breaks_a_page_or_leads_away(
    officer: Trainee, sender: TestClient, supervisor: TestClient, path: str
) -> None:
    client = supervisor if path.startswith(("/people", "/phones", "/sign-offs")) else sender
    address, standing = Address(path, "POST"), Standing(officer, path)
    for sent in spoilt(FORMS[path]):
        check = standing() if "{encounter}" in path else None
        held(client.post(address.filled(encounter=check, account="pc-2"), content=form(sent), headers=URLENCODED))


@pytest.mark.parametrize("name", ORDER)
def test_no_answer_to_a_question_breaks_a_page(sender: TestClient, name: str) -> None:
    fields = {"day": "1", "month": "2", "year": "2100"} if name == "intelligence_expires" else {name: "x"}
    for sent in spoilt(fields):
        sender.post("/check/new", content=b"same=no", headers=URLENCODED)
        held(sender.post(f"/check/new/{name}", content=form(sent), headers=URLENCODED))
        held(sender.get(f"/check/new/{name}"))


@pytest.mark.parametrize("path", [path for path, body in BODIES.items() if body])
def test_no_member_of_a_body_breaks_the_interface(officer: Trainee, sender: TestClient, path: str) -> None:
    standing, body = Standing(officer, path.rpartition("/")[2]), BODIES[path]
    assert body is not None
    odd = ({**body, name: value} for name in body for value in (None, -1, [[]], {"": ""}))
    for sent in (*spoilt(body), *odd):
        at = path.replace("{encounter}", str(standing())) if "{encounter}" in path else path
        held(sender.post(at, json=sent))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"{", b"\xff", b'{"code":"\\ud800"}', b'{"code":1,"code":2}']
)
def test_what_is_no_body_is_refused(sender: TestClient, body: bytes) -> None:
    for path in BODIES:
        if path not in SIGNING_OUT:
            held(
                sender.post(
                    path.replace("{encounter}", "x"), content=body, headers={"content-type": "application/json"}
                )
            )


def test_nothing_in_an_address_breaks_anything(app: FastAPI, sender: TestClient, supervisor: TestClient) -> None:
    for address in addresses_of(app):
        client = supervisor if address.path.startswith(("/people", "/phones", "/sign-offs")) else sender
        for name in address.parameters:
            for text in (SCRIPT, "\x00", "//elsewhere.example/", "\u0661\u00b2", "9" * 300):
                held(address.sent(client, **{name: quote(text, safe="")}))


def test_no_header_breaks_anything_or_comes_back(app: FastAPI, sender: TestClient) -> None:
    for text in TEXTS:
        said = text.encode().replace(b"\0", b"").replace(b"\r\n", b" ")
        for name in ("Cookie", "Accept-Language", "Accept-Encoding", "Referer", "User-Agent", "X-Forwarded-Host"):
            value = b"overt-language=%s; overt-scheme=%s" % (said, said) if name == "Cookie" else said
            answer = sender.get("/me", headers={name: value})
            held(answer)
            assert SCRIPT not in answer.text


# --- what is shown --------------------------------------------------------------------------------------------------


def test_every_stored_text_is_shown_as_text_on_every_page_of_a_check(force: Force, app: FastAPI) -> None:
    pages: dict[str, str] = {}

    def note(response: httpx.Response) -> None:
        if is_page(response):
            pages[re.sub(r"[0-9a-f-]{36}", "CHECK", response.url.path)] = response.read().decode()

    with trainee(force, way="check") as officer:
        officer.phone.event_hooks["response"] = [note]
        check = officer.noticed()
        officer.get(f"{check}/notice")
        officer.get(f"{check}/camera")
        officer.capture(check, photograph(1, 99))
        officer.get(f"{check}/compare")
        officer.compare(check, {"A": "same"})
        officer.post(f"{check}/result", decision="follow-lead:A")
        officer.post(f"{check}/outcome", outcome="arrested", when="now")
        officer.post(f"{check}/corroboration", act="add", code="document", reference=SCRIPT[:100], time="00:00")
        officer.post(f"{check}/corroboration", act="done", no_video="yes")
        officer.post(f"{check}/outcome", outcome="let-go", when="now")
        officer.get(f"{check}/about")
        officer.close(check)
        ended = officer.noticed()
        officer.post(f"{ended}/end", code="declined-photo")
        for path in (
            "/",
            "/me",
            "/complain",
            "/receipt",
            "/offline",
            "/join",
            f"/check/{check}/identity",
            "/check/new",
        ):
            officer.phone.get(path)
    assert len(pages) > 20
    for path, page in pages.items():
        assert Elements(page).runs() == [], path
    shown = {path for path, page in pages.items() if SCRIPT in Elements(page).text}
    assert shown >= {
        "/check/CHECK/compare/A",
        "/check/CHECK/notice",
        "/check/CHECK/outcome",
        "/check/CHECK/receipt",
        "/check/CHECK/result",
        "/check/new/age",
        "/check/new/open",
        "/complain",
    }, "texts of the policy, and the names of the person, are there to be read"
    names = Elements(pages["/check/CHECK/result"]).text
    assert names.count(SCRIPT) >= 2
    assert SCRIPT[:100] in Elements(pages["/check/CHECK/corroboration"]).text


def test_no_account_or_phone_has_such_a_name(force: Force, supervisor: TestClient) -> None:
    before = len(force.deeds())
    for name in (SCRIPT, "a b", "a<b", "", "../x", "a" * 65, "\u0430dmin"):
        sent = form({**FORMS["/people/new"], "name": name})
        answer = supervisor.post("/people/new", content=sent, headers=URLENCODED)
        assert answer.status_code == 400
        assert Elements(answer.text).runs() == []
    assert len(force.deeds()) == before
