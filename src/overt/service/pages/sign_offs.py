"""A supervisor's sign-off: what was asked, and yes or no, given on the supervisor's own phone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from overt.access import Permission
from overt.errors import NoSuchPage
from overt.service.forms import Sent
from overt.service.looks import note_look
from overt.service.pages.answers import in_words
from overt.service.pages.asking import Pages, go
from overt.service.signing_in import Desk, SignedIn, Where, Who

router = APIRouter()


def _signing_off(who: Who) -> SignedIn:
    who.require(Permission.CHECK_SIGN_OFF)
    return who


SigningOff = Annotated[SignedIn, Depends(_signing_off)]


@router.get("/sign-offs/{sign_off}")
def show(sign_off: UUID, request: Request, pages: Pages, who: SigningOff, where: Where) -> Response:
    """One request."""
    asked = where.sign_offs.find(sign_off)
    if asked is None:
        raise NoSuchPage()
    note_look(where, who, f"sign-off:{sign_off}", "a check that asks for a sign-off")
    given = {name: value for name, value in asked.fields.items() if value is not None}
    rows = in_words(where.policy, pages.texts(request), given)
    return pages.page(
        request, "sign_off.html", who=who, asked=asked, rows=rows, verify=not who.session.simulated, back="/"
    )


@router.post("/sign-offs/{sign_off}")
def answer(sign_off: UUID, form: Sent, who: SigningOff, desk: Desk) -> RedirectResponse:
    """Give or refuse it."""
    said = form.one("given")
    if said not in ("yes", "no"):  # a form of somebody's own: saying nothing is not a no
        return go(f"/sign-offs/{sign_off}")
    desk.sign_offs.give(who.session, sign_off, said == "yes")
    return go("/")
