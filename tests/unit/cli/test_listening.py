"""Ports, and what runs beside a server."""

import socket
import time
from collections.abc import Callable

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from overt.cli.listening import beside, is_loopback, listen, repeated, server_of
from overt.errors import CertificateRefused, UsageError

SECONDS = 10.0


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_loopback_is_told(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost.example", "127.0.0.1.example", ""])
def test_what_others_reach_is_told_too(host: str) -> None:
    assert not is_loopback(host)


def test_a_port_is_had_or_refused() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert first.getsockname()[0] == "127.0.0.1"
        with pytest.raises(UsageError, match=rf"{port} cannot be listened on.*--root-port"):
            listen("127.0.0.1", port, "--root-port")
    with listen("localhost", port) as again:
        assert again.getsockname() == ("127.0.0.1", port), "and let go"


@pytest.mark.parametrize("host", ["", "overt.test", "0.0.0.0.0", "127.1"])
def test_a_name_is_not_listened_on(host: str) -> None:
    with pytest.raises(UsageError, match="address"):
        listen(host, 0)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be listened on"):
        listen("192.0.2.1", 0)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['scheme']} {scope['client'][0]}".encode()})


def test_what_runs_beside_ends_with_it() -> None:
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    with beside(server_of(hello, lifespan=False), listening):
        assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text == "http 127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_it_ends_too_when_nobody_ever_came_and_when_the_main_server_broke() -> None:
    listening = listen("127.0.0.1", 0)
    with pytest.raises(ValueError, match="broken"), beside(server_of(hello, lifespan=False), listening):
        raise ValueError("broken")
    assert listening.fileno() == -1


def test_no_proxy_is_believed() -> None:
    listening = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    with beside(server_of(hello, lifespan=False), listening):
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        assert httpx.get(url, headers=headers, trust_env=False).text == "http 127.0.0.1"


def until(wanted: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not wanted():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_renewal_goes_on_and_ends() -> None:
    done: list[float] = []
    with repeated(lambda: done.append(time.monotonic()), 0.01, "It failed"):
        until(lambda: len(done) >= 3)
    seen = len(done)
    time.sleep(0.05)
    assert len(done) == seen


def test_nothing_is_renewed_before_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    done: list[int] = []
    began = time.monotonic()
    with repeated(lambda: done.append(1), 3600, "It failed"):
        pass
    assert done == []
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    "problem", [CertificateRefused("The [key] is gone."), OSError(28, "no space"), KeyError("odd")]
)
def test_a_renewal_that_fails_is_said_and_tried_again(problem: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        raise problem

    with repeated(fail, 0.01, "The certificate was not renewed"):
        until(lambda: len(tried) >= 3)
    said = capsys.readouterr().err
    assert said.count("The certificate was not renewed: ") >= 3
    assert ("The [key] is gone." if isinstance(problem, CertificateRefused) else type(problem).__name__) in said
