"""One-time links and sign-offs over HTTP: used by two at once, too late, for something else, by the wrong person."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from overt.access import Role
from overt.cli.serve import new_session
from overt.encounter import State
from overt.identifiers import OfficerId
from overt.service.app import LOCALHOST, make_app
from simulators.force import OFFICER, Force
from simulators.handset import Handset
from simulators.signed_in import CHILD, hired
from simulators.soft_authenticator import SoftAuthenticator
from simulators.trainee import HOME, Trainee, encounter_in, trainee

SARGE = OfficerId("demo-supervisor")
AT_ONCE = 4


@pytest.fixture
def app(shared_force: Force) -> FastAPI:
    return make_app(shared_force.instance, shared_force.desks)


@pytest.fixture
def supervisor(app: FastAPI, shared_force: Force) -> TestClient:
    return signed_in(app, shared_force, SARGE)


def signed_in(app: FastAPI, force: Force, account: OfficerId) -> TestClient:
    token = new_session(force.instance, account)
    return TestClient(app, HOME, headers={"Authorization": f"Bearer {token}"}, follow_redirects=False)


def link_on(page: httpx.Response, kind: str) -> str:
    found = re.search(rf"/join#{kind}=([0-9a-f]{{64}})<", page.text)
    assert found, page.text
    return found[1]


def all_at_once(work: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """The same thing by several clients at the same moment."""
    together, said = threading.Barrier(AT_ONCE), []

    def one(number: int) -> None:
        together.wait()
        said.append(work(number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


# --- links ----------------------------------------------------------------------------------------------------------


def test_one_phone_is_enrolled_by_a_link_however_many_come_with_it(
    app: FastAPI, supervisor: TestClient, shared_force: Force
) -> None:
    token, before = link_on(supervisor.post("/phones/link"), "device"), len(shared_force.instance.accounts.devices())
    phones = [Handset() for _ in range(AT_ONCE)]

    def enrol(number: int) -> httpx.Response:
        body = {"token": token, "public_key": phones[number].public_key.hex(), "label": f"phone {number}"}
        return TestClient(app, HOME).post("/api/v1/devices", json=body)

    said = all_at_once(enrol)
    assert sorted(each.status_code for each in said) == [200, *[403] * (AT_ONCE - 1)]
    assert {each.json()["code"] for each in said if each.status_code != 200} == {"invitation_invalid"}
    assert len(shared_force.instance.accounts.devices()) == before + 1


def test_one_passkey_is_made_by_a_link_however_many_come_with_it(
    app: FastAPI, supervisor: TestClient, shared_force: Force
) -> None:
    account = hired(shared_force, "pc-50", Role.OFFICER)
    token = link_on(supervisor.post(f"/people/{account}/link"), "passkey")
    link = {"kind": "passkey", "token": token, "name": ""}

    def join(_number: int) -> httpx.Response:
        client, phone = TestClient(app, HOME), SoftAuthenticator(LOCALHOST.origin)
        asked = client.post("/api/v1/join/question", json=link)
        if asked.status_code != 200:
            return asked
        return client.post("/api/v1/join", json={**link, "response": phone.make(asked.json())})

    said = all_at_once(join)
    assert sorted(each.status_code for each in said) == [200, *[403] * (AT_ONCE - 1)]
    assert len(shared_force.instance.passkeys.of(account)) == 1


@pytest.mark.parametrize("kind", ["device", "passkey", "second"])
def test_a_link_does_nothing_that_it_was_not_made_for_and_nothing_after_ten_minutes(
    app: FastAPI, supervisor: TestClient, shared_force: Force, kind: str
) -> None:
    force, account = shared_force, hired(shared_force, "pc-51", Role.OFFICER)
    force.enrol(1)
    with trainee(force, way="check") as officer:
        check = officer.noticed()
        officer.capture(check)
        pages = {
            "device": lambda: supervisor.post("/phones/link"),
            "passkey": lambda: supervisor.post(f"/people/{account}/link"),
            "second": lambda: officer.post(f"{check}/second"),
        }
        uses: dict[str, Callable[[TestClient, str], httpx.Response]] = {
            "device": lambda client, token: client.post("/api/v1/devices", json=phone_body(token)),
            "passkey": lambda client, token: client.post("/api/v1/join/question", json=link_body("passkey", token)),
            "administrator": lambda client, token: client.post(
                "/api/v1/join/question", json=link_body("administrator", token)
            ),
            "second": lambda client, token: client.post("/api/v1/encounters/join", json={"token": token}),
            "practice": lambda client, token: client.post("/api/v1/practice/join", json={"token": token}),
        }
        token = link_on(pages[kind](), kind)
        with signed_in(app, force, account) as colleague:
            for other in set(uses) - {kind}:
                assert uses[other](colleague, token).json()["code"] == "invitation_invalid", other
            force.clock.forward(minutes=10, seconds=1)
            assert uses[kind](colleague, token).json()["code"] == "invitation_invalid"
            assert uses[kind](colleague, link_on(pages[kind](), kind)).status_code == 200, "a fresh one works"


def phone_body(token: str) -> dict[str, str]:
    return {"token": token, "public_key": Handset().public_key.hex(), "label": ""}


def link_body(kind: str, token: str) -> dict[str, str]:
    return {"kind": kind, "token": token, "name": "admin-7"}


def test_a_secret_of_a_link_is_in_no_address_that_is_sent(supervisor: TestClient) -> None:
    page = supervisor.post("/phones/link")
    token = link_on(page, "device")
    assert token not in str(page.url) + str(page.headers)
    assert page.text.count(token) == 1
    assert f"#device={token}" in page.text, "in the fragment, which no browser sends"
    assert not re.search(rf'(href|src|action)="[^"]*{token}', page.text)


# --- sign-offs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def officer(shared_force: Force) -> Iterator[Trainee]:
    with trainee(shared_force, way="check") as person:
        yield person


def asks(officer: Trainee, **answers: Any) -> str:
    """The identifier of a request for sign-off of a check on a child."""
    shown = officer.post("new", same="no")
    while (name := shown.url.path.rpartition("/")[2]) != "sign-off":
        shown = officer.post(f"new/{name}", **{name: {**CHILD, **answers}[name]})
    waiting = officer.force.instance.sign_offs.waiting()
    return str(waiting[-1].id)


def code(response: httpx.Response) -> str:
    named = re.search(r"<code>(\w+)</code>", response.text)
    return named[1] if named else ""


def test_nobody_who_may_not_sees_or_gives_a_sign_off(app: FastAPI, officer: Trainee, shared_force: Force) -> None:
    request = asks(officer)
    for account in (
        OFFICER,
        hired(shared_force, "chief", Role.ADMINISTRATOR),
        hired(shared_force, "cus", Role.CUSTODIAN),
    ):
        with signed_in(app, shared_force, account) as somebody:
            assert code(somebody.get(f"/sign-offs/{request}")) == "permission_missing"
            assert code(somebody.post(f"/sign-offs/{request}", data={"given": "yes"})) == "permission_missing"
    assert code(officer.post("new/open")) in ("sign_off_required", "sign_off_not_valid")


def test_a_sign_off_is_given_once_and_opens_one_check(supervisor: TestClient, officer: Trainee) -> None:
    request = asks(officer)
    assert supervisor.post(f"/sign-offs/{request}", data={"given": "maybe"}).headers["location"].endswith(request)
    said = [supervisor.post(f"/sign-offs/{request}", data={"given": "yes"}) for _ in range(2)]
    assert [each.status_code for each in said] == [303, 403]
    assert code(said[1]) == "sign_off_not_valid"
    check = encounter_in(officer.post("new/open"))
    stored = officer.force.instance.book.load(check)
    assert (stored.state, stored.fields.sign_off) == (State.OPENED, SARGE)
    again = officer.phone.post("/api/v1/encounters", json={**CHILD, "officer": OFFICER, "sign_off": request})
    assert again.json()["code"] == "sign_off_not_valid"


def test_a_sign_off_opens_no_other_answers_and_none_after_half_an_hour(
    supervisor: TestClient, officer: Trainee, shared_force: Force
) -> None:
    request = asks(officer)
    supervisor.post(f"/sign-offs/{request}", data={"given": "yes"})
    other = {**CHILD, "officer": OFFICER, "sign_off": request, "place": "school"}
    assert officer.phone.post("/api/v1/encounters", json=other).json()["code"] == "sign_off_not_valid"
    officer.post("new/place", place="home")
    assert officer.get("new/open").status_code == 200
    assert code(officer.post("new/open")) in ("sign_off_required", "sign_off_not_valid")
    late = asks(officer)
    shared_force.clock.forward(minutes=10)
    supervisor.get("/me")
    officer.get("new/sign-off")
    shared_force.clock.forward(minutes=10)
    supervisor.get("/me")
    officer.get("new/sign-off")
    shared_force.clock.forward(minutes=10, seconds=1)
    assert code(supervisor.post(f"/sign-offs/{late}", data={"given": "yes"})) == "sign_off_not_valid"
