"""`overt serve` and `overt session`."""

import ipaddress
import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from socket import socket
from typing import TYPE_CHECKING, Annotated

import typer

from overt.access import Session, hash_token
from overt.cli.instance import Json
from overt.cli.output import ANSWERED, err, out, print_json
from overt.errors import DemonstrationOnly, DemonstrationRefuses, NotSignedIn, UsageError
from overt.identifiers import OfficerId
from overt.store.creation import demo_device_id
from overt.store.desks import desks_of
from overt.store.instance import Instance, open_instance

if TYPE_CHECKING:
    import uvicorn

SECONDS_TO_DRAIN = 10


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(serve)
    app.command()(session)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on; loopback only, until TLS comes.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 picks a free one.", min=0, max=65535)] = 8765,
    as_document: Json = False,
) -> int:
    """Serve the interface for officers' phones.

    Example: overt --instance demo serve --port 8765
    """
    demand_loopback(host)
    with open_instance(context.obj) as instance:
        serve_opened(instance, host, port, as_document=as_document)
    return ANSWERED


def serve_opened(instance: Instance, host: str, port: int, *, as_document: bool = False) -> None:
    """Serve an opened instance until interrupted; the gallery is loaded before the first request."""
    # Imported here, so that every other command starts half a second sooner.
    import uvicorn

    from overt.service.app import make_app

    desks = desks_of(instance)
    instance.index.current()
    # No access log: its lines would tell when and how often which encounter was looked at.
    config = uvicorn.Config(
        make_app(instance, desks),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=SECONDS_TO_DRAIN,
        server_header=False,
    )
    server = uvicorn.Server(config)
    with _bound(config) as listening:
        address = listening.getsockname()
        shown = f"[{address[0]}]" if ":" in address[0] else address[0]
        _announce(f"http://{shown}:{address[1]}/", instance.about.demonstration, as_document)
        # When it has answered the last request, the server hands on the signal that ended it.
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def _bound(config: "uvicorn.Config") -> socket:
    try:
        bound: socket = config.bind_socket()
        return bound
    except SystemExit:
        raise UsageError(f"Port {config.port} cannot be listened on; choose another with --port.") from None


def _announce(address: str, demonstration: bool, as_document: bool) -> None:
    if as_document:
        print_json({"address": address, "demonstration": demonstration})
        return
    out.print(f"Serving{' DEMONSTRATION' if demonstration else ''} on {address}  (Ctrl-C stops)", soft_wrap=True)
    out.file.flush()


def demand_loopback(host: str) -> None:
    """Refuse an address that others could reach.

    Raises:
        DemonstrationRefuses: not a loopback address.
    """
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise DemonstrationRefuses("The service listens on loopback addresses only; it has no TLS of its own yet.")


def session(
    context: typer.Context,
    officer: Annotated[str, typer.Argument(help="An account, such as demo-officer.")],
    as_document: Json = False,
) -> int:
    """Open a session for an account on the simulated phone, and print its token. Demonstration instances only.

    Example: overt --instance demo session demo-officer
    """
    with open_instance(context.obj) as instance:
        if not instance.about.demonstration:
            raise DemonstrationOnly()
        token = new_session(instance, OfficerId(officer))
    if as_document:
        print_json({"officer": officer, "token": token})
    else:
        err.print("Use it within 15 minutes as:  Authorization: Bearer TOKEN")
        out.file.write(token + "\n")
    return ANSWERED


def new_session(instance: Instance, officer: OfficerId) -> str:
    """A session of the demonstration's phone; returns the token, which is kept nowhere.

    Raises:
        NotSignedIn: there is no such account, or it was revoked.
    """
    account = instance.accounts.officer(officer)
    if account is None or account.revoked:
        raise NotSignedIn()
    token, now = os.urandom(32), instance.clock()
    instance.accounts.open_session(Session(hash_token(token), officer, now, now), demo_device_id(instance.about.id))
    return urlsafe_b64encode(token).decode()
