"""Who is asking: a session, known by the token in a cookie or in the `Authorization` header.

Rules:
* No session, no step: a stranger's request is counted and refused alike for every encounter, existing or not.
* A session ends after 15 idle minutes at most.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from overt.access import Officer, Permission, Session, hash_token, require
from overt.errors import NotSignedIn, SessionExpired
from overt.identifiers import OfficerId
from overt.service.cookies import token_of
from overt.service.site import Site
from overt.store.desks import Desks
from overt.store.instance import Instance


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person on a device."""

    session: Session
    account: Officer

    @property
    def officer(self) -> OfficerId:
        """The account's name."""
        return self.session.officer

    @property
    def device(self) -> UUID | None:
        """The enrolled phone, when it is one."""
        return self.session.device

    @property
    def token_hash(self) -> bytes:
        """What the session is known by."""
        return self.session.token_hash

    @property
    def checks(self) -> bool:
        """Whether this person does checks."""
        return self.account.may(Permission.CHECK_DO)

    @property
    def supervises(self) -> bool:
        """Whether this person looks after officers and phones."""
        return self.account.may(Permission.OFFICER_AUTHORISE)

    def require(self, permission: Permission) -> None:
        """Raises:
        PermissionMissing: this person's roles do not carry the permission.
        """
        require(self.account, permission)


def instance_of(request: Request) -> Instance:
    """The instance that this service serves."""
    found: Instance = request.app.state.instance
    return found


def desks_of(request: Request) -> Desks:
    """The use cases of this service."""
    found: Desks = request.app.state.desks
    return found


def site_of(request: Request) -> Site:
    """The address of this service."""
    found: Site = request.app.state.site
    return found


def signed_in(request: Request) -> SignedIn:
    """The session behind a request.

    Raises:
        NotSignedIn: there is none of that token.
        SessionExpired: it has ended.
    """
    found = _found(request)
    if found is None:
        instance_of(request).accounts.count_stranger("no-session")
        raise NotSignedIn()
    return found


def maybe_signed_in(request: Request) -> SignedIn | None:
    """The session behind a request, if there is one; nobody is counted for opening a page that is for everybody."""
    try:
        return _found(request)
    except SessionExpired:
        return None


def _found(request: Request) -> SignedIn | None:
    """The session of a request's token, used just now; None when there is none.

    Raises:
        SessionExpired: it has ended, and is closed.
    """
    instance = instance_of(request)
    token = token_of(request, site_of(request))
    session = instance.sessions.find(hash_token(token)) if token else None
    account = instance.accounts.officer(session.officer) if session else None
    if session is None or account is None:
        return None
    try:
        touched = session.touch(instance.clock(), instance.session_idle)
    except SessionExpired:
        instance.sessions.close(session.token_hash)
        raise
    instance.sessions.touch(touched)
    return SignedIn(touched, account)


Who = Annotated[SignedIn, Depends(signed_in)]
MaybeWho = Annotated[SignedIn | None, Depends(maybe_signed_in)]
Where = Annotated[Instance, Depends(instance_of)]
Desk = Annotated[Desks, Depends(desks_of)]
Here = Annotated[Site, Depends(site_of)]
