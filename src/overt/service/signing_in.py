"""Who is asking: a session token in the `Authorization` header, one session a person and device.

Rules:
* No session, no step: a stranger's request is counted and refused alike for every encounter, existing or not.
* A session ends after 15 idle minutes at most. Passkeys come with the phone's pages; until then sessions are opened on
  the command line of a demonstration instance.
"""

import binascii
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from overt.access import hash_token
from overt.errors import NotSignedIn, SessionExpired
from overt.identifiers import OfficerId
from overt.store.desks import Desks
from overt.store.instance import Instance


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person on a device."""

    officer: OfficerId
    device: UUID | None
    token_hash: bytes


def instance_of(request: Request) -> Instance:
    """The instance that this service serves."""
    found: Instance = request.app.state.instance
    return found


def desks_of(request: Request) -> Desks:
    """The use cases of this service."""
    found: Desks = request.app.state.desks
    return found


def signed_in(request: Request, authorization: Annotated[str | None, Header()] = None) -> SignedIn:
    """The session behind a request.

    Raises:
        NotSignedIn: there is none of that token.
        SessionExpired: it has ended.
    """
    instance = instance_of(request)
    found = instance.accounts.session(hash_token(_token(authorization)))
    if found is None:
        instance.accounts.count_stranger("no-session")
        raise NotSignedIn()
    session, device = found
    try:
        touched = session.touch(instance.clock(), instance.session_idle)
    except SessionExpired:
        instance.accounts.close_session(session.token_hash)
        raise
    instance.accounts.touch_session(touched)
    return SignedIn(session.officer, device, session.token_hash)


def _token(authorization: str | None) -> bytes:
    scheme, _, text = (authorization or "").partition(" ")
    try:
        return urlsafe_b64decode(text.encode("ascii")) if scheme.lower() == "bearer" else b""
    except (binascii.Error, UnicodeEncodeError):
        return b""


Who = Annotated[SignedIn, Depends(signed_in)]
Where = Annotated[Instance, Depends(instance_of)]
Desk = Annotated[Desks, Depends(desks_of)]
