"""What waits for somebody who is signed in."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from overt.service.pages.render import Renderer
from overt.service.signing_in import SignedIn
from overt.store.desks import Desks
from overt.store.instance import Instance


def home_page(request: Request, pages: Renderer, who: SignedIn, where: Instance, desk: Desks) -> HTMLResponse:
    """The first page of an officer, a supervisor or somebody else."""
    return pages.page(request, "home.html", who=who)
