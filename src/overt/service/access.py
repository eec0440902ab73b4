"""`/api/v1`: signing in, joining by a link, enrolling a phone, verifying once more. For the scripts of the pages.

Rules:
* Tokens and links come in bodies, never in an address: addresses end up in histories and logs.
* A demonstration has one more way in: with the key that its terminal shows, without a passkey. Such a session is marked
  simulated and so is every check that is opened in it.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field

from overt.access import InvitationKind, Session, hash_token
from overt.access.joining_desk import JoiningDesk
from overt.access.passkeys import RelyingParty
from overt.access.people_desk import PeopleDesk
from overt.access.ports import Around
from overt.access.sessions import TOKEN_BYTES
from overt.access.sign_in_desk import PhoneProof, SignInDesk
from overt.errors import DemonstrationOnly, InvitationInvalid
from overt.service.bodies import Strict
from overt.service.cookies import clear_session, set_session
from overt.service.signing_in import Here, MaybeWho, Where, Who
from overt.service.site import Site
from overt.store.creation import DEMO_OFFICER, DEMO_SUPERVISOR
from overt.store.instance import Instance

router = APIRouter(prefix="/api/v1", tags=["access"])
Hex = Annotated[str, Field(pattern="^([0-9a-f]{2})*$", max_length=512)]
Token = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Answer = dict[str, Any]


@dataclass(frozen=True)
class AccessDesks:
    """The use cases of this module, at one address; `demonstration_key` only in a demonstration."""

    sign_in: SignInDesk
    joining: JoiningDesk
    people: PeopleDesk
    around: Around
    demonstration_key: bytes | None


def access_desks(instance: Instance, site: Site, draw: Any, demonstration_key: bytes | None) -> AccessDesks:
    """The desks of an instance at an address."""
    party = RelyingParty(site.rp_id, "Overt", site.origin)
    around = Around(draw, instance.clock)
    return AccessDesks(
        SignInDesk(party, instance.accounts, instance.passkeys, instance.sessions, around),
        JoiningDesk(party, instance.accounts, instance.passkeys, around),
        PeopleDesk(instance.accounts, instance.passkeys, around),
        around,
        demonstration_key,
    )


def desks_for_access(request: Request) -> AccessDesks:
    """The desks of this service."""
    found: AccessDesks = request.app.state.access
    return found


Access = Annotated[AccessDesks, Depends(desks_for_access)]


class PhoneBody(Strict):
    """What a phone says of itself: its identifier, and its signature over the challenge."""

    device: UUID
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]


class SignInBody(Strict):
    """The browser's answer, and the phone's."""

    response: Answer
    phone: PhoneBody | None = None


class VerificationBody(Strict):
    """The browser's answer."""

    response: Answer


class LinkBody(Strict):
    """A one-time link's secret; a new administrator also says under which name."""

    kind: Literal["administrator", "passkey"]
    token: Token
    name: Annotated[str, Field(max_length=64)] = ""


class JoinBody(LinkBody):
    """The same with the browser's answer."""

    response: Answer


class PhoneKeyBody(Strict):
    """A phone that joins by a link: its public key, 65 bytes in hex, and what people call it."""

    token: Token
    public_key: Hex
    label: Annotated[str, Field(max_length=60)] = ""


class DemonstrationBody(Strict):
    """The way in of a demonstration: the key that the terminal shows, as whom, and this browser's own key."""

    key: Token
    role: Literal["officer", "supervisor"]
    public_key: Hex


class DeviceView(Strict):
    """A phone that was enrolled."""

    device: UUID


class AccountView(Strict):
    """Who has joined."""

    account: str


@router.post("/sign-in/question")
def sign_in_question(access: Access) -> Answer:
    """What a browser needs to sign somebody in with a passkey."""
    return access.sign_in.ask()


@router.post("/sign-in", status_code=status.HTTP_204_NO_CONTENT)
def sign_in(body: SignInBody, access: Access, site: Here) -> Response:
    """Sign in; the session is a cookie."""
    phone = PhoneProof(body.phone.device, bytes.fromhex(body.phone.signature)) if body.phone else None
    token = access.sign_in.sign_in(body.response, phone)
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    set_session(response, site, token)
    return response


@router.post("/session/question")
def verification_question(who: Who, access: Access) -> Answer:
    """What a browser needs to verify the person of this session once more."""
    return access.sign_in.ask_again(who.session)


@router.post("/session/verification", status_code=status.HTTP_204_NO_CONTENT)
def verification(body: VerificationBody, who: Who, access: Access) -> None:
    """Show that the phone has just verified who holds it; good for opening one check within two minutes."""
    access.sign_in.verify(who.session, body.response)


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
def sign_out(who: Who, where: Where, site: Here) -> Response:
    """End this session."""
    where.sessions.close(who.token_hash)
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    clear_session(response, site)
    return response


@router.post("/join/question")
def join_question(body: LinkBody, access: Access) -> Answer:
    """What a browser needs to make a passkey by a link."""
    return access.joining.ask(InvitationKind(body.kind), bytes.fromhex(body.token), body.name)


@router.post("/join")
def join(body: JoinBody, access: Access) -> AccountView:
    """Register the passkey that was made by a link."""
    account = access.joining.join(InvitationKind(body.kind), bytes.fromhex(body.token), body.name, body.response)
    return AccountView(account=account)


@router.post("/devices")
def enrol(
    body: PhoneKeyBody, access: Access, who: MaybeWho, where: Where, site: Here, response: Response
) -> DeviceView:
    """Enrol a phone by a link. Which phone it is belongs to signing in: whoever was signed in on it does so again."""
    device = access.joining.enrol(bytes.fromhex(body.token), bytes.fromhex(body.public_key), body.label)
    if who is not None:
        where.sessions.close(who.token_hash)
        clear_session(response, site)
    return DeviceView(device=device)


@router.post("/demonstration")
def demonstration(body: DemonstrationBody, access: Access, where: Where, site: Here, response: Response) -> DeviceView:
    """Enter a demonstration without a passkey; the session is a cookie, and marked simulated."""
    if access.demonstration_key is None:
        raise DemonstrationOnly()
    if not hmac.compare_digest(access.demonstration_key, bytes.fromhex(body.key)):
        where.accounts.count_stranger("demonstration")
        raise InvitationInvalid()
    link = access.people.device_link(DEMO_SUPERVISOR)
    device = access.joining.enrol(link, bytes.fromhex(body.public_key), "browser of the demonstration")
    officer = DEMO_OFFICER if body.role == "officer" else DEMO_SUPERVISOR
    token, now = access.around.draw(TOKEN_BYTES), where.clock()
    where.sessions.open(Session(hash_token(token), officer, now, now, device, simulated=True))
    set_session(response, site, token)
    return DeviceView(device=device)
