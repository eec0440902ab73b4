"""`overt serve` and `overt session`."""

import os
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Annotated

import typer

from overt.access import Session, hash_token
from overt.access.sessions import TOKEN_BYTES
from overt.cli.listening import ends_when_told, is_loopback, listen, server_of, upkeep
from overt.cli.output import ANSWERED, Json, err, out, print_json
from overt.cli.serve_tls import TlsOptions, serve_with_tls
from overt.errors import DemonstrationOnly, DemonstrationRefuses, NotSignedIn
from overt.identifiers import OfficerId
from overt.service.site import localhost_site
from overt.store.creation import demo_device_id
from overt.store.desks import desks_of
from overt.store.instance import Instance, open_instance

DEMONSTRATION_PORT = 8765


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(serve)
    app.command()(session)


def serve(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Option(help="Host name that phones reach this instance under; remembered.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all of this machine's.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(help="Port; 0 picks a free one. 8765 for a demonstration, else 8443.", min=0, max=65535),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Your own certificate, with those above it (PEM).", exists=True, dir_okay=False)
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="Its key: PEM, not encrypted, a private file.", exists=True, dir_okay=False)
    ] = None,
    root_port: Annotated[
        int | None,
        typer.Option(help="Port of the page that offers the local root; 8080, and 0 for none.", min=0, max=65535),
    ] = None,
    as_document: Json = False,
) -> int:
    """Serve the interface for officers' phones.

    A demonstration is served to this machine only, on http://localhost. Any other instance is served with TLS under
    its host name.

    Example: overt --instance demo serve --port 8765

    Example: overt --instance force serve --name overt.force.example --host 0.0.0.0
    """
    options = TlsOptions(name, certificate, key, root_port)
    with open_instance(context.obj) as instance:
        if not instance.about.demonstration:
            serve_with_tls(instance, host, port, options, as_document=as_document)
            return ANSWERED
        if options.given:
            raise DemonstrationRefuses("A demonstration is served to this machine only, without TLS.")
        serve_opened(instance, host, DEMONSTRATION_PORT if port is None else port, as_document=as_document)
    return ANSWERED


def serve_opened(instance: Instance, host: str, port: int, *, as_document: bool = False) -> None:
    """Serve an opened demonstration until interrupted; the gallery is loaded before the first request.

    Raises:
        DemonstrationRefuses: not a loopback address.
        UsageError: the port cannot be had.
    """
    # Imported here, so that every other command starts half a second sooner.
    from overt.service.app import make_app

    demand_loopback(host)
    with listen(host, port) as listening:
        instance.index.current()
        site = localhost_site(listening.getsockname()[1])
        key = os.urandom(TOKEN_BYTES)
        server = server_of(make_app(instance, desks_of(instance), site, demonstration_key=key))
        enter = f"{site.origin}/#demonstration={key.hex()}"
        with ends_when_told(server), upkeep(instance):
            _announce(site.origin, enter, as_document)
            server.run(sockets=[listening])


def _announce(origin: str, enter: str, as_document: bool) -> None:
    if as_document:
        print_json({"address": f"{origin}/", "demonstration": True, "enter": enter})
        return
    out.print(f"Serving DEMONSTRATION on {origin}/  (Ctrl-C stops)", soft_wrap=True)
    out.print(f"  enter it in a browser, without a passkey: {enter}", soft_wrap=True)
    out.file.flush()


def demand_loopback(host: str) -> None:
    """Refuse an address that others could reach.

    Raises:
        DemonstrationRefuses: not a loopback address.
    """
    if not is_loopback(host):
        raise DemonstrationRefuses(
            "A demonstration is served to this machine only: on localhost or a loopback address."
        )


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
    device = demo_device_id(instance.about.id)
    instance.sessions.open(Session(hash_token(token), officer, now, now, device, simulated=True))
    return urlsafe_b64encode(token).decode()
