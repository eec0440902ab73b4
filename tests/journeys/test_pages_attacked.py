"""Who asks: every address of the application without a session, with an ended one, in another role, from another site,
and for somebody else's check. The addresses are the application's own, so a new one is attacked as well.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from overt.access import Officer, Role, hash_token
from overt.cli.serve import new_session
from overt.encounter import State
from overt.identifiers import EncounterId, OfficerId
from overt.service.app import make_app
from overt.service.site import https_site
from simulators.force import OFFICER, Force
from simulators.routes import BODIES, CAPTURES, FORMS, Address, addresses_of
from simulators.standing import answered, decided, declined, revealed
from simulators.trainee import HOME, Trainee, trainee

ANYBODY = {
    "/",
    "/api/v1/demonstration",
    "/api/v1/devices",
    "/api/v1/instance",
    "/api/v1/join",
    "/api/v1/join/question",
    "/api/v1/openapi.json",
    "/api/v1/receipts/front",
    "/api/v1/receipts/inside",
    "/api/v1/sign-in",
    "/api/v1/sign-in/question",
    "/complain",
    "/documents",
    "/documents/{digest}",
    "/icon-{size}.png",
    "/icon.svg",
    "/join",
    "/language",
    "/manifest.webmanifest",
    "/offline",
    "/overt-receipt-check.html",
    "/paper.svg",
    "/receipt",
    "/scheme",
    "/static/{name}",
    "/sw.js",
}
"""All that is answered without a session; whatever else there is needs one."""
ONESELF = {"/me", "/me/passkeys/revoke", "/me/sign-out", "/api/v1/session", "/api/v1/session/question"}
ONESELF |= {"/api/v1/session/verification"}
SUPERVISOR = OfficerId("demo-supervisor")
COLLEAGUE = Officer(OfficerId("colleague"), frozenset({Role.OFFICER}), date(2100, 1, 1))
Opened = Callable[[Trainee], EncounterId]


@pytest.fixture(scope="module")
def one(shared_force: Force) -> Iterator[Trainee]:
    shared_force.enrol(1)
    shared_force.instance.accounts.authorise(COLLEAGUE)
    with trainee(shared_force, way="check") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def app(one: Trainee) -> FastAPI:
    made: FastAPI = one.phone.app  # type: ignore[assignment]
    return made


@pytest.fixture(scope="module")
def closed_to_strangers(app: FastAPI) -> tuple[Address, ...]:
    return tuple(each for each in addresses_of(app) if each.path not in ANYBODY)


def caller(app: FastAPI, **headers: str | bytes) -> TestClient:
    """Somebody who says these headers, and follows no redirect."""
    return TestClient(app, HOME, headers=headers, follow_redirects=False)  # type: ignore[arg-type]  # bytes are right


def signed_in(force: Force, app: FastAPI, officer: OfficerId) -> TestClient:
    return caller(app, Authorization=f"Bearer {new_session(force.instance, officer)}")


def code(response: httpx.Response) -> str:
    """The refusal that a document or a page names."""
    if response.headers["content-type"].startswith("application/problem"):
        return str(response.json()["code"])
    named = re.search(r"<code>(\w+)</code>", response.text)
    return named[1] if named else ""


def sent_away(address: Address, response: httpx.Response) -> bool:
    """Whether nobody was found behind a request, and nothing said but that."""
    if address.is_page:
        return (response.status_code, response.headers.get("location"), response.text) == (303, "/?ended", "")
    return response.status_code == 401 and code(response) in ("not_signed_in", "session_expired")


def test_each_address_that_takes_a_body_is_known_here(app: FastAPI) -> None:
    changing = {each.path: each for each in addresses_of(app) if each.changes}
    pages = {path for path, each in changing.items() if each.is_page}
    assert pages == set(FORMS)
    assert set(changing) - pages == set(BODIES) | set(CAPTURES)
    assert {each.path for each in addresses_of(app)} >= ANYBODY | ONESELF, "what is listed here is there"


def test_nothing_is_told_or_done_without_a_session(
    app: FastAPI, one: Trainee, closed_to_strangers: tuple[Address, ...]
) -> None:
    check, size = one.noticed(), one.force.instance.ledger.head().size
    ended = new_session(one.force.instance, OFFICER)
    with caller(app, Authorization=f"Bearer {ended}") as leaving:
        assert leaving.delete("/api/v1/session").status_code == 204
    for said in (
        {},
        {"Authorization": f"Bearer {ended}"},
        {"Cookie": f"overt-demonstration={ended}"},
        {"Authorization": f"Basic {ended}"},
        {"Authorization": f"Bearer {urlsafe_b64encode(bytes(32)).decode()}"},
        {"Cookie": b"overt-demonstration=\xc3\xa9"},
    ):
        with caller(app, **said) as stranger:
            answered = {each: each.sent(stranger, encounter=check) for each in closed_to_strangers}
        assert [each for each, response in answered.items() if not sent_away(each, response)] == []
    one.post(f"{check}/end", code="mistake")
    assert one.force.instance.ledger.head().size == size + 1, "the end, and nothing of the strangers'"


@pytest.mark.parametrize("whose", ["the person", "the phone"])
def test_a_session_ends_when_its_person_or_its_phone_is_revoked(force: Force, whose: str) -> None:
    with trainee(force, way="check") as officer:
        made: FastAPI = officer.phone.app  # type: ignore[assignment]
        check = officer.noticed()
        if whose == "the person":
            force.instance.accounts.revoke(OFFICER)
        else:
            (phone,) = force.instance.accounts.devices()
            force.instance.accounts.revoke_device(phone.id)
        needing = [each for each in addresses_of(made) if each.path not in ANYBODY]
        officer.phone.follow_redirects = False
        answered = {each: each.sent(officer.phone, encounter=check) for each in needing}
        assert [each for each, response in answered.items() if not sent_away(each, response)] == []
        assert force.instance.book.load(check).state is State.NOTICED


def test_a_supervisor_is_refused_at_every_address_of_a_check(
    app: FastAPI, one: Trainee, closed_to_strangers: tuple[Address, ...]
) -> None:
    check = one.noticed()
    theirs = ("/people", "/phones", "/sign-offs")
    officers = [each for each in closed_to_strangers if not each.path.startswith(theirs) and each.path not in ONESELF]
    assert len(officers) > 60
    with signed_in(one.force, app, SUPERVISOR) as supervisor:
        answered = {each: each.sent(supervisor, encounter=check) for each in officers}
    passed = {each: response.status_code for each, response in answered.items() if not refused(response)}
    assert passed == {}
    assert one.force.instance.book.load(check).state is State.NOTICED


def test_an_officer_is_refused_at_every_address_of_a_supervisor(
    app: FastAPI, one: Trainee, closed_to_strangers: tuple[Address, ...]
) -> None:
    theirs = [each for each in closed_to_strangers if each.path.startswith(("/people", "/phones", "/sign-offs"))]
    assert len(theirs) == 13
    (phone,) = one.force.instance.accounts.devices()
    size = one.force.instance.ledger.head().size
    with signed_in(one.force, app, OFFICER) as officer:
        for each in theirs:
            response = each.sent(officer, account=SUPERVISOR, device=phone.id)
            assert (response.status_code, code(response)) == (403, "permission_missing"), each
            assert "colleague" not in response.text
    assert one.force.instance.ledger.head().size == size


def refused(response: httpx.Response) -> bool:
    return response.status_code in (403, 404) and code(response) != ""


# --- somebody else's check ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "opened", [Trainee.opened, Trainee.noticed, answered, revealed, decided, declined, Trainee.whole]
)
def test_another_officers_check_is_closed_at_every_address(app: FastAPI, one: Trainee, opened: Opened) -> None:
    check = opened(one)
    before = one.force.instance.book.load(check)
    of_a_check = [each for each in addresses_of(app) if "encounter" in each.parameters]
    assert len(of_a_check) > 50
    real = [each for each in of_a_check if "practice" not in each.path]
    with signed_in(one.force, app, COLLEAGUE.id) as colleague:
        told = {each: each.sent(colleague, encounter=check) for each in real}
        practised = [
            each.sent(colleague, encounter=check, way=way)
            for each in of_a_check
            for way in ("practice", "practice-none", "practice-alike")
            if "way" in each.parameters
        ]
    passed = {each: response.status_code for each, response in told.items() if not closed(each, response)}
    assert passed == {}
    assert {response.status_code for response in practised} == {404}
    for response in (*told.values(), *practised):
        assert not re.search(r"\bp1\b|demo-officer", response.text)
    after = one.force.instance.book.load(check)
    assert (after.state, after.end, after.receipt) == (before.state, before.end, before.receipt)


def closed(address: Address, response: httpx.Response) -> bool:
    if address.path.endswith("/photograph.jpg"):  # of practice alone
        return response.status_code == 404
    if "/judge" in address.path or "/candidates/" in address.path:
        return code(response) in ("answer_of_another_session", "answer_missing")
    return (response.status_code, code(response)) == (403, "not_your_encounter")


def test_whoever_tries_anothers_check_has_left_an_entry_in_it(app: FastAPI, one: Trainee) -> None:
    check, size = one.noticed(), len(one.force.deeds())
    with signed_in(one.force, app, COLLEAGUE.id) as colleague:
        colleague.get(f"/check/{check}/camera")
    assert one.force.deeds()[size:] == ["encounter:step:refused"]


# --- another site ---------------------------------------------------------------------------------------------------

FOREIGN: tuple[Mapping[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Origin": "https://localhost:8765"},
    {"Origin": "http://localhost:8766"},
    {"Origin": "http://localhost.elsewhere.example:8765"},
    {"Origin": "null"},
    {"Origin": ""},
)


@pytest.mark.parametrize("said", FOREIGN, ids=str)
def test_what_another_site_has_a_browser_send_is_refused_everywhere(
    app: FastAPI, one: Trainee, said: Mapping[str, str]
) -> None:
    check, size = one.noticed(), one.force.instance.ledger.head().size
    changing = [each for each in addresses_of(app) if each.changes]
    answered = {each: each.sent(one.phone, said, encounter=check) for each in changing}
    assert {each: code(response) for each, response in answered.items() if code(response) != "cross_site"} == {}
    assert one.force.instance.ledger.head().size == size
    one.post(f"{check}/end", code="mistake")


def test_no_address_is_a_part_of_another_sites_page(app: FastAPI, one: Trainee) -> None:
    """As a picture, a script, a frame or by a script: with a neighbour's the cookie would come."""
    check, looks = answered(one), one.force.instance.viewing.looks
    asked = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    told = {each: each.sent(one.phone, asked, encounter=check) for each in addresses_of(app) if not each.changes}
    assert {each: code(response) for each, response in told.items() if code(response) != "cross_site"} == {}
    assert looks(check) == 0
    one.post(f"{check}/end", code="mistake")


def test_a_slash_too_many_leads_nowhere_and_least_of_all_where_a_request_says(app: FastAPI, one: Trainee) -> None:
    """A framework leads such an address on to `http://HOST/...` by what the request says of its host."""
    said = {**dict(one.phone.headers), "Host": "localhost:1"}
    with caller(app, **said) as officer:
        for each in (each for each in addresses_of(app) if each.path != "/"):
            response = officer.request(each.method, each.filled() + "/", headers=FORM)
            assert (response.status_code, response.headers.get("location")) == (404, None), each


def test_what_a_page_of_this_origin_sends_is_taken(app: FastAPI, one: Trainee) -> None:
    for said in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost:8765"}, {}):
        sent = one.phone.post("/scheme", content=b"scheme=dark&back=/me", headers={**said, **FORM})
        assert sent.url.path == "/me"


FORM = {"content-type": "application/x-www-form-urlencoded"}


# --- cookies --------------------------------------------------------------------------------------------------------


def test_the_sessions_cookie_is_for_this_host_and_no_script_and_with_tls_only_there(force: Force) -> None:
    key = bytes(32)
    points = force.instance.key_folder.demo_device().public_key().public_numbers()
    public = b"\x04" + points.x.to_bytes(32, "big") + points.y.to_bytes(32, "big")
    enter = {"key": key.hex(), "role": "officer", "public_key": public.hex()}
    with TestClient(make_app(force.instance, force.desks, demonstration_key=key), HOME) as plain:
        cookie = plain.post("/api/v1/demonstration", json=enter).headers["set-cookie"]
        assert re.fullmatch("overt-demonstration=[^;]+; HttpOnly; Path=/; SameSite=strict", cookie)
        gone = plain.post("/me/sign-out", headers=FORM, follow_redirects=False).headers["set-cookie"]
        assert "Max-Age=0" in gone
    site = https_site("overt.force.example", 8443)
    app = make_app(force.instance, force.desks, site, ("overt.force.example",), key)
    with TestClient(app, site.origin) as secure:
        cookie = secure.post("/api/v1/demonstration", json=enter).headers["set-cookie"]
        assert re.fullmatch("__Host-overt=[^;]+; HttpOnly; Path=/; SameSite=strict; Secure", cookie)
        for path, sent in (("/scheme", b"scheme=dark"), ("/language", b"language=en")):
            kept = secure.post(path, content=sent, headers=FORM, follow_redirects=False).headers["set-cookie"]
            assert {"HttpOnly", "SameSite=strict", "Secure"} <= set(kept.split("; "))
        named = secure.get("/me", headers={"Cookie": cookie.split(";")[0].replace("__Host-overt", "overt")})
        assert named.url.path == "/", "a cookie of another name, which any host beside could have set, is nobody's"


def test_a_session_that_somebody_else_prepared_is_not_taken_over(force: Force) -> None:
    """Fixation: who signs in gets a new token, whatever token they came with."""
    key, planted = bytes(32), urlsafe_b64encode(b"x" * 32).decode()
    points = force.instance.key_folder.demo_device().public_key().public_numbers()
    public = b"\x04" + points.x.to_bytes(32, "big") + points.y.to_bytes(32, "big")
    enter = {"key": key.hex(), "role": "officer", "public_key": public.hex()}
    with TestClient(make_app(force.instance, force.desks, demonstration_key=key), HOME) as victim:
        victim.cookies.set("overt-demonstration", planted)
        victim.post("/api/v1/demonstration", json=enter)
        assert force.instance.sessions.find(hash_token(urlsafe_b64decode(planted))) is None
        tokens = {each.value for each in victim.cookies.jar} - {planted}
        assert len(tokens) == 1


def test_a_session_is_in_no_page_and_no_log(one: Trainee, caplog: pytest.LogCaptureFixture) -> None:
    token = one.token
    secret = urlsafe_b64decode(token)
    said: list[str] = []
    one.phone.event_hooks["response"] = [lambda response: said.append(f"{response.headers}{response.read()!r}")]
    try:
        check = one.whole()
        one.phone.get("/me")
        one.phone.get(f"/check/{check}/camera")
    finally:
        one.phone.event_hooks["response"] = []
    assert len(said) > 30
    shown = "".join((*said, caplog.text))
    for form in (token, token.rstrip("="), secret.hex(), hash_token(secret).hex()):
        assert form not in shown
