"""Whatever a browser sends as cookies, it has no session or the one whose token it was given; and never an error.

The cookies of language and colours are held to their lists in the same way, when they are read and when they are kept.
"""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.cli.serve import new_session
from overt.identifiers import OfficerId
from overt.service.app import make_app
from overt.service.cookies import cookie_name
from overt.service.pages.catalogue import offered
from overt.service.site import Site, https_site, localhost_site
from simulators.came_back import CameBack, what_came
from simulators.force import OFFICER, Force
from simulators.hostile import Elements
from simulators.posted import bodies, nothing_planted
from simulators.routes import FORMS, URLENCODED, addresses_of
from simulators.soft_authenticator import SoftAuthenticator
from simulators.trainee import HOME, Trainee, trainee

SESSION = "overt-demonstration"
SUPERVISOR = OfficerId("demo-supervisor")


@pytest.fixture(scope="module")
def officer(shared_force: Force) -> Iterator[Trainee]:
    with trainee(shared_force, way="check") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def browser(officer: Trainee) -> TestClient:
    """A browser of the same service that says what a test has it say, and nothing else."""
    return TestClient(officer.phone.app, HOME, follow_redirects=False)


BYTES = st.binary(max_size=60).map(lambda data: data.translate(None, b"\r\n\0"))
NAMES = st.sampled_from([SESSION, SESSION.upper(), f" {SESSION}", "overt", "__Host-overt", "$Version", ""])


@st.composite
def cookie_headers(draw: st.DrawFn, token: str) -> bytes:
    """A header `Cookie` with some cookies, the session's among them or something like it; now and then any bytes."""
    spoilt = [
        token,
        token,
        token.rstrip("="),
        f'"{token}"',
        f"{token};",
        token[:-3] + "A==",
        f"!{token}",
        token.upper(),
    ]
    spoilt += [f"{token[:9]} {token[9:]}", token.replace(token[5], "%41"), token.translate({45: "+", 95: "/"})]
    spoken = st.sampled_from(spoilt).map(str.encode)
    others = st.tuples(NAMES.map(str.encode) | BYTES, spoken | BYTES)
    pairs = draw(st.lists(others, max_size=3))
    pairs.insert(draw(st.integers(0, len(pairs))), (SESSION.encode(), draw(spoken)))
    header = draw(st.sampled_from([b"; ", b";", b" ;  "])).join(b"=".join(pair) for pair in pairs)
    return header if draw(st.integers(0, 5)) else draw(BYTES)


@given(data=st.data())
@settings(max_examples=150)
def test_a_session_is_found_by_its_own_token_or_not_at_all(
    officer: Trainee, browser: TestClient, data: st.DataObject
) -> None:
    header = data.draw(cookie_headers(officer.token))
    home, mine = (browser.get(path, headers={b"Cookie": header}) for path in ("/", "/me"))
    found = mine.status_code == 200
    assert found or (mine.status_code, mine.headers["location"]) == (303, "/?ended")
    assert home.status_code == 200
    assert (OFFICER in Elements(home.text).text) == found
    if found:
        assert officer.token.encode() in header
        assert SESSION.encode() in header
    for each in (home, mine):
        assert "set-cookie" not in each.headers
        nothing_planted(each)


KEY = bytes(32)
SETTING = {
    "POST /api/v1/demonstration",
    "POST /api/v1/devices",
    "POST /api/v1/sign-in",
    "DELETE /api/v1/session",
    "POST /language",
    "POST /me/sign-out",
    "POST /scheme",
}
"""All that sets a cookie, or has one forgotten."""


@pytest.mark.parametrize(
    "site", [localhost_site(8765), https_site("overt.force.example", 8443)], ids=lambda s: s.origin
)
def test_every_cookie_that_any_address_sets_is_for_this_host_alone_and_for_no_script(force: Force, site: Site) -> None:
    app = make_app(force.instance, force.desks, site, (site.rp_id,), KEY)
    with TestClient(app, site.origin, follow_redirects=False) as browser:
        said = [(f"POST {path}", answer) for path, answer in ways_in(force, browser).items()]
        for account in (OFFICER, SUPERVISOR):
            for each in addresses_of(app):
                browser.cookies.clear()
                session = {"Authorization": f"Bearer {new_session(force.instance, account)}"}
                said.append((f"{each.method} {each.path}", each.sent(browser, session)))
    set_by = {where: answer.headers.get_list("set-cookie") for where, answer in said if "set-cookie" in answer.headers}
    assert set(set_by) == SETTING
    for where, (cookie,) in set_by.items():
        pair, *told = cookie.split("; ")
        flags = {"HttpOnly", "Path=/", "SameSite=strict"} | ({"Secure"} if site.secure else set())
        assert flags <= set(told), where
        assert {each.partition("=")[0] for each in set(told) - flags} <= {"Max-Age", "expires"}, "and for no other host"
        assert pair.startswith((cookie_name(site), "overt-language", "overt-scheme")), where


def ways_in(force: Force, browser: TestClient) -> dict[str, httpx.Response]:
    """What is answered to those who come in as they should: by a passkey, with a phone, into a demonstration."""
    app: Any = browser.app
    people, authenticator = app.state.access.people, SoftAuthenticator(app.state.site.origin)
    link: dict[str, Any] = {"kind": "passkey", "token": people.passkey_link(SUPERVISOR, OFFICER).hex()}
    made = authenticator.make(browser.post("/api/v1/join/question", json=link).json())
    assert browser.post("/api/v1/join", json={**link, "response": made}).status_code == 200
    used = authenticator.use(browser.post("/api/v1/sign-in/question").json())
    point = (
        force.instance.key_folder.demo_device().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    phone = {"public_key": point.hex()}
    sent = {
        "/api/v1/sign-in": {"response": used},
        "/api/v1/devices": {**phone, "token": people.device_link(SUPERVISOR).hex()},
        "/api/v1/demonstration": {**phone, "key": KEY.hex(), "role": "officer"},
    }
    return {path: browser.post(path, json=body) for path, body in sent.items()}


@given(language=BYTES | st.sampled_from([b"cy", b"xx", b"en"]), scheme=BYTES | st.sampled_from([b"dark", b"light"]))
@settings(max_examples=80)
def test_language_and_colours_are_on_their_lists_whatever_was_kept(
    browser: TestClient, language: bytes, scheme: bytes
) -> None:
    page = browser.get("/", headers={b"Cookie": b"overt-language=%s; overt-scheme=%s" % (language, scheme)})
    assert page.status_code == 200
    (root,) = (said for tag, said in nothing_planted(page).elements if tag == "html")
    assert root["lang"] in {each.language for each in offered()}
    assert root.get("data-scheme") in ("light", "dark", None)


@pytest.mark.parametrize(("path", "kept"), [("/language", "overt-language"), ("/scheme", "overt-scheme")])
@given(data=st.data())
@settings(max_examples=80)
def test_what_is_kept_on_a_browser_is_on_its_list_and_leads_nowhere_else(
    browser: TestClient, path: str, kept: str, data: st.DataObject
) -> None:
    lists = {"overt-language": {each.language for each in offered()}, "overt-scheme": {"light", "dark"}}
    body = data.draw(bodies(FORMS[path], {path[1:]: sorted(lists[kept]), "back": ["/me", "//a", "/\\a", "https://a"]}))
    response = browser.post(path, content=body, headers=URLENCODED)
    came = what_came(response)
    assert came in (CameBack.ONWARD, CameBack.REFUSED)
    cookies = SimpleCookie(response.headers.get("set-cookie", ""))
    assert set(cookies) == ({kept} if came is CameBack.ONWARD else set())
    assert {each.value for each in cookies.values()} <= lists[kept]
    browser.cookies.clear()
