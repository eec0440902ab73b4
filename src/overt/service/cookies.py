"""The cookie that holds a session's token.

Rules:
* Scripts cannot read it, other sites cannot have it sent, and with TLS no other host can set it (`__Host-`).
* It ends with the browser; the session itself ends on the server, by its own times.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from fastapi import Request, Response

from overt.service.site import Site


def cookie_name(site: Site) -> str:
    """The cookie's name; a browser takes the prefix to mean: secure, this host only, every path."""
    return "__Host-overt" if site.secure else "overt-demonstration"


def set_session(response: Response, site: Site, token: bytes) -> None:
    """Hand a new session's token to the browser."""
    text = urlsafe_b64encode(token).decode()
    response.set_cookie(cookie_name(site), text, secure=site.secure, httponly=True, samesite="strict", path="/")


def clear_session(response: Response, site: Site) -> None:
    """Have the browser forget the token."""
    response.delete_cookie(cookie_name(site), secure=site.secure, httponly=True, samesite="strict", path="/")


def token_of(request: Request, site: Site) -> bytes:
    """The token of a request, from the cookie or from `Authorization: Bearer`; empty when there is none."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        text = request.cookies.get(cookie_name(site), "")
    try:
        token = urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return b""
    # The decoder passes over what is not of its alphabet; a token is the text that was handed out, and no other.
    return token if urlsafe_b64encode(token).decode() == text else b""
