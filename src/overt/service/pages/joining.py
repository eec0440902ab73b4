"""One's own account: passkeys, the phone in hand, signing out."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from overt.errors import UsageError
from overt.service.cookies import clear_session
from overt.service.forms import Sent
from overt.service.pages.asking import Pages, go
from overt.service.signing_in import Here, Where, Who

router = APIRouter()


@router.get("/me")
def me(request: Request, pages: Pages, who: Who, where: Where) -> HTMLResponse:
    """Who is signed in, and with what."""
    passkeys = [
        (urlsafe_b64encode(passkey.id).decode(), registered) for passkey, registered in where.passkeys.of(who.officer)
    ]
    return pages.page(request, "me.html", who=who, passkeys=passkeys, back="/")


@router.post("/me/passkeys/revoke")
def revoke_passkey(form: Sent, who: Who, where: Where) -> RedirectResponse:
    """Accept one of one's own passkeys no longer, for a phone that was lost."""
    try:
        passkey = urlsafe_b64decode(form.one("passkey"))
    except ValueError:
        raise UsageError("That names no passkey.") from None
    where.passkeys.revoke(who.officer, passkey, keep=who.token_hash)
    return go("/me")


@router.post("/me/sign-out")
def sign_out(who: Who, where: Where, site: Here) -> RedirectResponse:
    """End the session."""
    where.sessions.close(who.token_hash)
    response = go("/")
    clear_session(response, site)
    return response
