"""What every page endpoint takes: who is asking, and the renderer; and how a page is answered.

Rules:
* A page of somebody who is signed in is for them alone; whoever is not is sent to sign in (`problems`).
* What a form sends is answered by a redirect to the next page (303), so that reloading repeats nothing.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from overt.access import Permission
from overt.service.pages.render import Renderer
from overt.service.signing_in import SignedIn, Who


def renderer_of(request: Request) -> Renderer:
    """The renderer of this service."""
    found: Renderer = request.app.state.renderer
    return found


Pages = Annotated[Renderer, Depends(renderer_of)]


def _officer(who: Who) -> SignedIn:
    who.require(Permission.CHECK_DO)
    return who


def _supervisor(who: Who) -> SignedIn:
    who.require(Permission.OFFICER_AUTHORISE)
    return who


OfficerHere = Annotated[SignedIn, Depends(_officer)]
SupervisorHere = Annotated[SignedIn, Depends(_supervisor)]


def go(path: str) -> RedirectResponse:
    """Send the browser on to the next page."""
    return RedirectResponse(path, status_code=303)
