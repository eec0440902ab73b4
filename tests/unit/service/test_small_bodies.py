"""A body is small, counted before anybody looks at it; only a capture has a limit of its own."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from overt.service.app import make_app
from overt.service.small_bodies import MOST_BYTES, SmallBodies, is_capture
from simulators.force import Force
from simulators.routes import BODIES, CAPTURES, FORMS, SIGNED, Address
from simulators.trainee import HOME

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def stranger(shared_force: Force) -> Iterator[TestClient]:
    with TestClient(make_app(shared_force.instance, shared_force.desks), HOME, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("path", [*FORMS, *BODIES])
def test_a_stranger_sends_no_large_body_anywhere(stranger: TestClient, path: str) -> None:
    address = Address(path, "DELETE" if path == "/api/v1/session" else "POST")
    answer = stranger.request(address.method, address.filled(), content=b" " * (MOST_BYTES + 1), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", CAPTURES)
def test_a_stranger_hands_no_photograph_in_either(stranger: TestClient, path: str) -> None:
    for headers in ({}, SIGNED):
        answer = stranger.post(Address(path, "POST").filled(), content=bytes(MOST_BYTES + 1), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_what_is_nested_without_end_is_refused(stranger: TestClient) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        deep = opening * 10_000 + b"1" + closing * 10_000
        for path in ("/api/v1/sign-in", "/api/v1/join", "/api/v1/receipts/front"):
            for body in (deep, b'{"response": ' + deep + b"}"):
                answer = stranger.post(path, content=body, headers=JSON)
                assert answer.status_code in (400, 413), answer.text


# --- in itself ------------------------------------------------------------------------------------------------------


class Told:
    """A client that sends these messages, and an application that reads whatever it is given."""

    def __init__(self, *messages: Message, path: str = "/", headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.waiting = list(messages)
        self.read: list[Message] = []
        self.said: list[Message] = []
        self.reached = False
        scope: Scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers)}
        asyncio.run(SmallBodies(self._application)(scope, self._receive, self._send))

    @property
    def status(self) -> Any:
        return self.said[0]["status"] if self.said else None

    async def _receive(self) -> Message:
        return self.waiting.pop(0)

    async def _send(self, message: Message) -> None:
        self.said.append(message)

    async def _application(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        self.reached = True
        while self.waiting or not self.read or self.read[-1].get("more_body"):
            self.read.append(await receive())


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


GONE: Message = {"type": "http.disconnect"}


@given(st.lists(st.binary(max_size=20_000), max_size=4), st.binary(max_size=4000))
def test_a_small_body_reaches_the_application_as_it_came(parts: list[bytes], last: bytes) -> None:
    messages = [*(part(each) for each in parts), part(last, more=False), GONE]
    told = Told(*messages)
    fits = sum(map(len, (*parts, last))) <= MOST_BYTES
    assert told.reached is fits
    assert told.read == (messages if fits else [])
    assert told.status == (None if fits else 413)


def test_the_limit_itself_is_small() -> None:
    assert Told(part(bytes(MOST_BYTES), more=False)).reached
    assert not Told(part(bytes(MOST_BYTES + 1), more=False)).reached


def test_what_breaks_off_is_not_taken_for_the_whole() -> None:
    told = Told(part(b"decision=follow"), GONE)
    assert told.read == [part(b"decision=follow"), GONE]


def test_no_more_is_read_than_the_limit() -> None:
    told = Told(*(part(bytes(MOST_BYTES)) for _ in range(4)), part(b"", more=False))
    assert told.status == 413
    assert len(told.waiting) == 3


@pytest.mark.parametrize("said", [b"65537", b"9" * 5000])
def test_what_says_that_it_is_large_is_not_read(said: bytes) -> None:
    told = Told(part(b"", more=False), headers=((b"content-length", said),))
    assert told.status == 413
    assert len(told.waiting) == 1


@pytest.mark.parametrize("said", [b"", b"-1", b"many", b"1e9", b"65536"])
def test_a_length_is_only_believed_when_it_is_one_and_too_large(said: bytes) -> None:
    assert Told(part(b"x", more=False), headers=((b"content-length", said),)).reached


def test_a_capture_and_nothing_else_has_its_own_limit() -> None:
    assert Told(part(bytes(MOST_BYTES + 1), more=False), path=CAPTURES[0]).reached
    assert [path for path in (*FORMS, *BODIES, *CAPTURES) if is_capture(path)] == list(CAPTURES)
    assert not is_capture("/check/capture")
