"""Headers of every answer, and who may send what here."""

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from overt.errors import CrossSiteRefused
from overt.service.headers import CONTENT_POLICY, DETECTOR_POLICY, HEADERS, SAFE_METHODS, SafeHeaders, SameOrigin

ORIGIN = "https://overt.force.example:8443"
METHODS = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()

    @app.api_route("/", methods=["GET", "HEAD", "OPTIONS", *METHODS])
    def anything() -> str:
        return "done"

    @app.get("/own")
    def own() -> Response:
        return Response("x", headers={"Cache-Control": "max-age=9", "content-security-policy": DETECTOR_POLICY})

    app.add_middleware(SameOrigin, origin=ORIGIN)
    app.add_middleware(SafeHeaders)
    return TestClient(app, ORIGIN)


def policy(text: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (each.split() for each in text.split(";"))}


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nothing", 404)])
def test_every_answer_has_every_header(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name.decode()] == value.decode()


def test_a_refusal_of_another_site_has_them_too(client: TestClient) -> None:
    answer = client.post("/", headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


def test_what_an_answer_says_itself_stands_and_is_not_said_twice(client: TestClient) -> None:
    answer = client.get("/own")
    assert answer.headers.get_list("cache-control") == ["max-age=9"]
    assert answer.headers.get_list("content-security-policy") == [DETECTOR_POLICY]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_policy_of_a_page_lets_nothing_in_but_our_files() -> None:
    rules = policy(CONTENT_POLICY)
    assert rules["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "img-src", "connect-src", "form-action", "manifest-src", "worker-src"):
        assert rules[name] == ["'self'"], name
    assert rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    for text in (CONTENT_POLICY, DETECTOR_POLICY):
        for never in ("unsafe-inline", "'unsafe-eval'", "data:", "blob:", "*", "http"):
            assert never not in text
    assert policy(DETECTOR_POLICY) == {**rules, "script-src": ["'self'", "'wasm-unsafe-eval'"]}


def test_only_the_camera_and_passkeys_are_asked_of_a_browser() -> None:
    asked = HEADERS[b"permissions-policy"].decode()
    assert "camera=(self)" in asked
    assert "microphone=()" in asked
    assert "geolocation=()" in asked


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"origin": ORIGIN}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": ORIGIN}, True),
        ({"origin": "https://elsewhere.example"}, False),
        ({"origin": "https://overt.force.example"}, False),
        ({"origin": "http://overt.force.example:8443"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ({"sec-fetch-site": ""}, False),
    ],
)
def test_what_changes_something_comes_from_a_page_of_this_origin(
    client: TestClient, method: str, headers: dict[str, str], passes: bool
) -> None:
    answer = client.request(method, "/", headers=headers)
    if passes:
        assert (answer.status_code, answer.json()) == (200, "done")
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, CrossSiteRefused.code)


@pytest.mark.parametrize("method", sorted(SAFE_METHODS))
def test_what_only_reads_may_come_from_a_link_elsewhere(client: TestClient, method: str) -> None:
    for site in ("cross-site", "same-site"):
        link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        by_the_worker = {**link, "sec-fetch-dest": "empty"}
        for headers in (link, by_the_worker, {"sec-fetch-site": site}, {"origin": "https://elsewhere.example"}, {}):
            assert client.request(method, "/", headers=headers).status_code == 200


@pytest.mark.parametrize("method", sorted(SAFE_METHODS))
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "destination"),
    [
        ("no-cors", "image"),
        ("no-cors", "script"),
        ("no-cors", "empty"),
        ("cors", "empty"),
        ("cors", "document"),
        ("navigate", "iframe"),
        ("navigate", "object"),
        ("websocket", "empty"),
    ],
)
def test_nothing_is_a_part_of_another_sites_page(
    client: TestClient, method: str, site: str, mode: str, destination: str
) -> None:
    asked = {"sec-fetch-mode": mode, "sec-fetch-dest": destination}
    assert client.request(method, "/", headers={**asked, "sec-fetch-site": site}).status_code == 403
    for own in ("same-origin", "none"):
        assert client.request(method, "/", headers={**asked, "sec-fetch-site": own}).status_code == 200
