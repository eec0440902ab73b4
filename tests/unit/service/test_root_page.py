"""The page that offers the local root: two paths, and nothing from a request in an answer."""

import asyncio
import hashlib
import re
from base64 import b64encode
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from cryptography import x509
from fastapi.testclient import TestClient
from starlette.types import Message

from overt.service.root_page import root_page
from overt.service.site import https_site
from overt.store.keys.certificates import fingerprint
from overt.store.keys.local_root import make_authority

NAME = "overt.force.example"
ROOT = make_authority(NAME, datetime(2026, 3, 1, tzinfo=UTC)).root
PATHS = ("/", "/overt-root.crt")


@pytest.fixture(scope="module")
def phone() -> TestClient:
    app = root_page(https_site(NAME, 8443), ROOT)
    return TestClient(app, "http://overt.force.example:8080", follow_redirects=False)


class Page(HTMLParser):
    """Elements of a page in order, with their attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_says_what_a_person_needs(phone: TestClient) -> None:
    answer = phone.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.text)))
    assert " ".join(fingerprint(ROOT)) in text
    for part in (
        NAME,
        "\u201cOvert root for overt.force.example\u201d",
        "iPhone",
        "Android",
        "2036-02-28",
        "Certificate Trust Settings",
        "reads out",
    ):
        assert part in text
    assert "{{" not in answer.text
    links = [each["href"] for each in Page(answer.text).of("a")]
    assert links == ["/overt-root.crt", f"https://{NAME}:8443/"]


def test_the_page_is_plain_and_can_be_read_by_everybody(phone: TestClient) -> None:
    page = Page(phone.get("/").text)
    assert page.of("html") == [{"lang": "en"}]
    assert len(page.of("title")) == len(page.of("main")) == len(page.of("h1")) == 1
    headings = [tag for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    assert page.of("meta")[1]["content"] == "width=device-width, initial-scale=1"
    foreign = {"script", "img", "link", "form", "input", "iframe", "object", "svg", "audio", "video", "base"}
    assert foreign & {tag for tag, _ in page.elements} == set()
    assert not any(name.startswith("on") or name == "style" for _, each in page.elements for name in each)


def test_the_root_is_the_root(phone: TestClient) -> None:
    answer = phone.get("/overt-root.crt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(answer.content) == ROOT


def test_the_only_style_is_the_pages_own(phone: TestClient) -> None:
    answer = phone.get("/")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]


@pytest.mark.parametrize("path", [*PATHS, "/nothing"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_each_answer_has_the_strict_headers_and_no_cookie(phone: TestClient, method: str, path: str) -> None:
    headers = phone.request(method, path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert not {"set-cookie", "location", "strict-transport-security", "access-control-allow-origin"} & set(headers)


def told(method: str, path: str) -> list[Message]:
    """What the application sends, before a server or a client could leave something out."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    app = root_page(https_site(NAME, 8443), ROOT)
    asyncio.run(app({"type": "http", "method": method, "path": path}, receive, send))  # type: ignore[arg-type]
    return sent


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_its_body(path: str) -> None:
    (start, whole), (head, none) = told("GET", path), told("HEAD", path)
    assert head == start
    assert none["body"] == b""
    assert int(dict(head["headers"])[b"content-length"]) == len(whole["body"]) > 500


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_it_can_only_be_read(phone: TestClient, method: str, path: str) -> None:
    answer = phone.request(method, path, content=b"x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/index.html",
        "/overt-root.crt/",
        "/OVERT-ROOT.CRT",
        "/overt-root.pem",
        "/root_page.css",
        "/api/v1/instance",
        "/api/v1/openapi.json",
        "/../keys/tls/authority.pem",
        "/%2e%2e/keys",
        "/x//",
        "/favicon.ico",
        "/.well-known/security.txt",
    ],
)
def test_there_is_nothing_else(phone: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer = phone.request(method, path)
        assert (answer.status_code, answer.text) == (404, "There is nothing here.\n")


def test_no_word_of_a_request_comes_back(phone: TestClient) -> None:
    strange = "zqx<script>zqx"
    plain = phone.get("/")
    for path in ("/", "/overt-root.crt", "/missing"):
        answer = phone.get(
            f"{path}?q={strange}", headers={"Host": "zqx.example", "Cookie": "a=zqx", "Referer": f"http://{strange}/"}
        )
        assert b"zqx" not in answer.content
        assert "zqx" not in str(answer.headers)
        if path == "/":
            assert answer.content == plain.content


def test_the_page_is_small(phone: TestClient) -> None:
    assert len(phone.get("/").content) < 10_000
