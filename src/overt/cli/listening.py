"""Listening, and answering until told to end.

Rules:
* A port is taken before anything is said about it, and each listener ends with the one it stands beside.
* Only the main server is told to end; what runs beside it ends with it. It can be told from before its address is said.
* No access log: its lines would tell when and how often which encounter was looked at. No proxy is believed.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ssl import SSLContext
from typing import TYPE_CHECKING

from overt.cli.output import err
from overt.cli.process import handed_on
from overt.errors import OvertError, UsageError, WitnessRefused
from overt.publication.beat import beat
from overt.publication.daily import daily
from overt.store.instance import Instance

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

SECONDS_TO_DRAIN = 10


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A listening socket; the caller closes it.

    Args:
        host: an address of this machine, or `localhost`.
        port: 0 picks a free one.
        option: what chooses the port, for the refusal.

    Raises:
        UsageError: not an address, or the port cannot be had.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise UsageError("Give an address of this machine with --host, such as 0.0.0.0 for all of them.") from None
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        return socket.create_server((str(address), port), family=family, backlog=128)
    except OSError:
        raise UsageError(f"{address} port {port} cannot be listened on; choose another with {option}.") from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def server_of(
    app: "ASGIApp", *, tls: SSLContext | None = None, headers: Sequence[tuple[str, str]] = (), lifespan: bool = True
) -> "uvicorn.Server":
    """A server for an application, not yet running."""
    # Imported here, so that every other command starts half a second sooner.
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=SECONDS_TO_DRAIN,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="auto" if lifespan else "off",
            headers=list(headers),
            ssl_context_factory=(lambda _config, _default: tls) if tls is not None else None,
        )
    )


@contextmanager
def ends_when_told(server: "uvicorn.Server") -> Iterator[None]:
    """While inside, being told to end ends this server, whether it runs already or not yet."""
    with handed_on(server.handle_exit):
        yield


@contextmanager
def beside(server: "uvicorn.Server", listening: socket.socket) -> Iterator[None]:
    """While inside, this server answers as well, in a thread of its own."""
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="beside")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


INDEX_SECONDS = 60.0
"""How long what another process erased may stay in the files of the search index; no search ever finds it."""
INDEX_BEHIND = "The search index was not brought up to date"


WITNESS_SECONDS = 60.0
"""How often the newest checkpoint goes to the witnesses."""
UNWITNESSED = "A witness did not cosign"


DAILY_SECONDS = 60.0
"""How often it is looked whether a day is over."""
UNPUBLISHED = "The public copy of the ledger was not brought up to date"


@contextmanager
def upkeep(instance: Instance) -> Iterator[None]:
    """While inside, index, witnesses and public copy keep up with what is done."""
    looks = told_once(lambda: beat(instance).problems)
    with (
        repeated(instance.index.current, INDEX_SECONDS, INDEX_BEHIND),
        repeated(looks, WITNESS_SECONDS, UNWITNESSED),
        repeated(lambda: daily(instance), DAILY_SECONDS, UNPUBLISHED),
    ):
        yield


def told_once(problems: Callable[[], Sequence[str]]) -> Callable[[], None]:
    """Calls that raise what stands in the way, but not again what they raised the time before."""
    before: Sequence[str] = ()

    def look() -> None:
        nonlocal before
        found = problems()
        new = [problem for problem in found if problem not in before]
        before = found
        if new:
            raise WitnessRefused(" ".join(new))

    return look


@contextmanager
def repeated(do: Callable[[], object], seconds: float, failed: str) -> Iterator[None]:
    """While inside, `do` is called at this interval; what it refuses is shown after `failed`, and tried again."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(seconds):
            try:
                do()
            except Exception as problem:  # noqa: BLE001  whatever it is, the next time may be better
                why = problem.detail if isinstance(problem, OvertError) else type(problem).__name__
                err.print(f"{failed}: {why}", soft_wrap=True, markup=False)

    thread = threading.Thread(target=run, name="repeated")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
