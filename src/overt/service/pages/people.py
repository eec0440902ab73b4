"""People, their training, and phones: for supervisors and administrators.

Rules:
* What may be given by whom is the desk's business (`overt.access.people_desk`); a page offers, it does not decide.
* A link is shown once, as a QR code and as text, and works once within ten minutes.
"""

from collections.abc import Collection, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from overt.access import Officer, Permission, Role, may_give
from overt.access.people_desk import account_name
from overt.errors import NoSuchPage, RolesRefused, UsageError
from overt.identifiers import OfficerId
from overt.service.access import Access
from overt.service.forms import Form, Sent
from overt.service.looks import note_look
from overt.service.pages.asking import Pages, SupervisorHere, go
from overt.service.pages.qr import qr_svg
from overt.service.signing_in import Here, SignedIn, Where
from overt.store.instance import Instance

router = APIRouter()


def _account(account: str) -> OfficerId:
    try:
        return account_name(account)
    except UsageError:
        raise NoSuchPage() from None


Account = Annotated[OfficerId, Depends(_account)]
"""The account that an address names."""


@router.get("/people")
def people(request: Request, pages: Pages, who: SupervisorHere, where: Where) -> HTMLResponse:
    """Everybody with an account."""
    note_look(where, who, "accounts", "the list of everybody with an account")
    everybody = where.accounts.everybody()
    return pages.page(request, "people.html", who=who, people=everybody, back="/")


@router.get("/people/new")
def new_person(request: Request, pages: Pages, who: SupervisorHere) -> Response:
    """A form for one more person."""
    return _person_form(request, pages, who, None, {}, [], {})


@router.post("/people/new")
def add_person(request: Request, form: Sent, pages: Pages, who: SupervisorHere, access: Access) -> Response:
    """Authorise a person and go on to their page."""
    return _authorised(request, form, pages, who, access, None)


@router.get("/people/{account}")
def person(account: Account, request: Request, pages: Pages, who: SupervisorHere, where: Where) -> HTMLResponse:
    """One person: training, passkeys, a link, the end of the authorisation."""
    known = _known(where, account)
    note_look(where, who, f"account:{known.id}", "the page of an account")
    mine = may_give(who.account.roles, known.roles) and known.id != who.officer
    passkeys = where.passkeys.of(known.id)
    return pages.page(request, "person.html", who=who, person=known, mine=mine, passkeys=passkeys, back="/people")


@router.get("/people/{account}/training")
def training_form(account: Account, request: Request, pages: Pages, who: SupervisorHere, where: Where) -> Response:
    """A form for roles and training of somebody who is there."""
    known = _known(where, account)
    note_look(where, who, f"account:{known.id}", "roles and training, to change them")
    day = known.trained_until
    values = {"name": known.id, "day": str(day.day), "month": str(day.month), "year": str(day.year)}
    return _person_form(request, pages, who, known, values, known.roles, {})


@router.post("/people/{account}/training")
def training(
    account: Account, request: Request, form: Sent, pages: Pages, who: SupervisorHere, where: Where, access: Access
) -> Response:
    """Set roles and training of somebody who is there."""
    known = _known(where, account)
    return _authorised(request, form, pages, who, access, known)


@router.post("/people/{account}/link")
def link(
    account: Account, request: Request, pages: Pages, who: SupervisorHere, access: Access, site: Here
) -> HTMLResponse:
    """A one-time link by which this person makes a passkey."""
    token = access.people.passkey_link(who.officer, account)
    url = f"{site.origin}/join#passkey={token.hex()}"
    return _link_page(request, pages, who, url, "people.link-for-person", f"/people/{account}")


@router.post("/people/{account}/revoke")
def revoke(account: Account, who: SupervisorHere, access: Access) -> RedirectResponse:
    """End a person's authorisation at once."""
    access.people.revoke(who.officer, account)
    return go("/people")


@router.get("/phones")
def phones(request: Request, pages: Pages, who: SupervisorHere, where: Where) -> HTMLResponse:
    """Every enrolled phone."""
    return pages.page(request, "phones.html", who=who, phones=where.accounts.devices(), back="/")


@router.post("/phones/link")
def phone_link(request: Request, pages: Pages, who: SupervisorHere, access: Access, site: Here) -> HTMLResponse:
    """A one-time link by which a phone is enrolled."""
    token = access.people.device_link(who.officer)
    return _link_page(request, pages, who, f"{site.origin}/join#device={token.hex()}", "phones.link", "/phones")


@router.post("/phones/{device}/revoke")
def revoke_phone(device: UUID, who: SupervisorHere, access: Access) -> RedirectResponse:
    """Refuse a phone from now on."""
    access.people.revoke_device(who.officer, device)
    return go("/phones")


def _known(where: Instance, account: OfficerId) -> Officer:
    known = where.accounts.officer(account)
    if known is None:
        raise NoSuchPage()
    return known


def _link_page(request: Request, pages: Pages, who: SignedIn, url: str, text: str, back: str) -> HTMLResponse:
    return pages.page(request, "link.html", who=who, url=url, qr=qr_svg(url), text=text, back=back)


def _authorised(
    request: Request, form: Form, pages: Pages, who: SignedIn, access: Access, known: Officer | None
) -> Response:
    values = {name: form.one(name) for name in ("day", "month", "year")}
    values["name"] = known.id if known else form.one("name")
    roles = _roles(form)
    trained, texts = form.day(), pages.texts(request)
    if trained is None:
        return _person_form(request, pages, who, known, values, roles, {"day": texts.text("person.day")})
    try:
        return go(f"/people/{access.people.authorise(who.officer, values['name'], roles, trained)}")
    except UsageError as error:
        return _person_form(request, pages, who, known, values, roles, {"name": texts.said(error).short})
    except RolesRefused as error:
        return _person_form(request, pages, who, known, values, roles, {"roles": texts.said(error).remedy})


def _roles(form: Form) -> frozenset[Role]:
    try:
        return frozenset(map(Role, form.several("roles")))
    except ValueError:  # a form of somebody's own
        raise UsageError("That names no role.") from None


def _person_form(
    request: Request,
    pages: Pages,
    who: SignedIn,
    known: Officer | None,
    values: Mapping[str, str],
    roles: Collection[Role],
    errors: Mapping[str, str],
) -> Response:
    offered = list(Role) if who.account.may(Permission.ACCOUNT_MANAGE) else [Role.OFFICER]
    return pages.page(
        request,
        "person_form.html",
        status=400 if errors else 200,
        who=who,
        known=known,
        values=values,
        roles=roles,
        offered=offered,
        errors=errors,
        back=f"/people/{known.id}" if known else "/people",
    )
