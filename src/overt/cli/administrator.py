"""`overt administrator`: the way in for whoever runs the machine, and the only one that needs no passkey.

Rules:
* It makes a one-time link: for a first or further administrator, or for one who has lost every passkey.
* A link only. Who uses it makes a passkey in the browser; both leave an entry in the ledger.
"""

import os
from typing import Annotated

import typer

from overt.cli.output import ANSWERED, Json, out, print_json
from overt.errors import DemonstrationRefuses, HostNameMissing
from overt.identifiers import OfficerId
from overt.service.site import Site, https_site
from overt.store.instance import Instance, open_instance
from overt.store.serving import Serving


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(administrator)


def administrator(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="An administrator who has lost their passkeys; nobody for a new one.")
    ] = None,
    as_document: Json = False,
) -> int:
    """Print a one-time link by which an administrator makes a passkey. It works once, within ten minutes.

    Example: overt --instance force administrator

    Example: overt --instance force administrator jo.bloggs
    """
    with open_instance(context.obj) as instance:
        if instance.about.demonstration:
            raise DemonstrationRefuses("A demonstration is entered by the address that `overt serve` prints.")
        known = Serving.read(instance.place.folder)
        if known is None:
            raise HostNameMissing("Serve the instance once, so that links can name its address.")
        link = administrators_link(instance, https_site(known.name, known.port), OfficerId(name) if name else None)
    if as_document:
        print_json({"link": link})
    else:
        out.print("Open this once, within ten minutes, in the administrator's browser:", soft_wrap=True)
        out.print(f"  {link}", soft_wrap=True, markup=False)
    return ANSWERED


def administrators_link(instance: Instance, site: Site, account: OfficerId | None) -> str:
    """A one-time link for a new administrator (`account` is None), or for one who has lost their passkeys.

    Raises:
        PersonUnknown: there is no such administrator.
    """
    # Imported here, so that every other command starts half a second sooner.
    from overt.service.access import access_desks

    people = access_desks(instance, site, os.urandom, None).people
    kind = "administrator" if account is None else "passkey"
    return f"{site.origin}/join#{kind}={people.link_from_terminal(account).hex()}"
