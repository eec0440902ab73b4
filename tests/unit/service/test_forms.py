"""What a form sends: small, url-encoded, plain text; read whole into memory and never a file."""

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from overt.errors import UsageError
from overt.service import problems
from overt.service.forms import MOST_BYTES, MOST_FIELDS, Form, Sent, parse_form, read_form

TYPE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    problems.install(app, {})

    @app.post("/api/form")
    def read(form: Sent) -> dict[str, Any]:
        return {"one": form.one("a"), "several": form.several("a"), "there": "a" in form}

    return TestClient(app)


def sent(client: TestClient, body: Any, **headers: str) -> dict[str, Any]:
    answer = client.post("/api/form", content=body, headers=TYPE | headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_answers_are_read_without_surrounding_spaces(client: TestClient) -> None:
    assert sent(client, "a=+one+&a=two&b=3") == {"one": "one", "several": ["one", "two"], "there": True}
    assert sent(client, "a=&a=+") == {"one": "", "several": [], "there": True}
    assert sent(client, "") == {"one": "", "several": [], "there": False}


def test_a_type_with_a_character_set_is_the_same_type(client: TestClient) -> None:
    assert sent(client, "a=1", **{"content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"})["one"] == "1"


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", "", "image/jpeg"]
)
def test_nothing_else_is_a_form(client: TestClient, kind: str) -> None:
    answer = client.post("/api/form", content=b"a=1", headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (400, UsageError.code)
    answer = client.post("/api/form", files={"a": ("face.jpg", b"\xff\xd8", "image/jpeg")})
    assert (answer.status_code, answer.json()["code"]) == (400, UsageError.code)


def test_a_form_that_is_too_large_is_refused_before_its_end() -> None:
    """The stream is not read on once it is too large: what would come then raises."""
    read = 0

    async def endless() -> dict[str, Any]:
        nonlocal read
        read += 1
        if read > 3:
            raise AssertionError("read on")
        return {"type": "http.request", "body": b"a" * (MOST_BYTES // 2), "more_body": True}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, endless)
    with pytest.raises(UsageError, match="too large"):
        asyncio.run(read_form(request))
    assert read == 3


def test_the_limit_itself_is_a_form(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a="
        yield b"x" * (MOST_BYTES - 2)

    assert len(sent(client, chunks())["one"]) == MOST_BYTES - 2
    answer = client.post("/api/form", content=b"a=" + b"x" * (MOST_BYTES - 1), headers=TYPE)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body", [b"a=%ff", b"a=\xff", b"%ff=1", b"a=%ed%a0%80", b"a=%00", b"%00=1", b"a=x%1by", b"a=%7f"]
)
def test_what_is_no_text_is_no_form(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/form", content=body, headers=TYPE)
    assert (answer.status_code, answer.json()["code"]) == (400, UsageError.code)


def test_more_fields_than_any_page_has_are_no_form() -> None:
    assert len(parse_form("&".join(f"a{at}=" for at in range(MOST_FIELDS)).encode())) == MOST_FIELDS
    with pytest.raises(UsageError):
        parse_form("&".join(f"a{at}=" for at in range(MOST_FIELDS + 1)).encode())


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("day=27&month=3&year=2027", date(2027, 3, 27)),
        ("day=01&month=+1&year=2027", date(2027, 1, 1)),
        ("day=29&month=2&year=2027", None),
        ("day=1&month=1&year=27", None),
        ("day=1&month=1&year=0000", None),
        ("day=1&month=1&year=20270", None),
        ("day=%D9%A1&month=1&year=2027", None),
        ("day=1_0&month=1&year=2027", None),
        ("day=1&month=1", None),
        ("", None),
    ],
)
def test_a_day_is_one_that_exists_in_plain_figures(body: str, day: date | None) -> None:
    assert Form(parse_form(body.encode())).day() == day


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), max_size=8))
def test_whatever_is_plain_text_is_read_as_it_was_sent(fields: dict[str, list[str]]) -> None:
    body = urlencode([(name, value) for name, values in fields.items() for value in values], quote_via=quote)
    assert parse_form(body.encode()) == fields
    form = Form(parse_form(body.encode()))
    for name, values in fields.items():
        assert form.one(name) == values[0].strip()
        assert form.several(name) == [each.strip() for each in values if each.strip()]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_one_refusal(body: bytes) -> None:
    try:
        fields = parse_form(body)
    except UsageError:
        return
    assert all("\x00" not in each for name, values in fields.items() for each in (name, *values))
