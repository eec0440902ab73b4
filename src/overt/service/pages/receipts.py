"""The receipt: offered by the officer, opened by the person.

Rules:
* Secret and PIN are on one page, once; nothing can show them again. What is printed never holds the PIN.
* The person's page says nothing in its title, its icon or its first words that could harm who is found with it. It
  needs no session, sets no cookie, keeps nothing on the phone, and never has the secret in an address that is sent.
"""

from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from overt.encounter import Encounter, State
from overt.encounter.receipt_desk import Given
from overt.identifiers import EncounterId
from overt.service.forms import Sent
from overt.service.pages import receipt_check
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.checks import step_of
from overt.service.pages.qr import qr_svg
from overt.service.pages.ways import ThisWay, way_page
from overt.service.signing_in import Here, Where

router = APIRouter()
_OF_REQUESTS = ("broken", "no-signal", "no-signal-remedy")


@router.get("/receipt")
def public(request: Request, pages: Pages, where: Where) -> HTMLResponse:
    """Where a receipt's link leads; its secret stands in the fragment, which never reaches us in an address."""
    texts = pages.texts(request).having("script.")
    return pages.page(
        request,
        "receipt.html",
        vkey=where.ledger.vkey,
        file=receipt_check.NAME,
        digest=receipt_check.digest(pages.files.folder),
        # No word of a check stands in this page before the link has opened it.
        texts={name: text for name, text in texts.items() if name.startswith("receipt.") or name in _OF_REQUESTS},
    )


@router.get("/paper.svg")
def paper() -> Response:
    """An icon that says nothing."""
    data = (resources.files("overt.service.pages") / "paper.svg").read_bytes()
    return Response(data, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})


@router.get(f"/{receipt_check.NAME}")
def check_page(pages: Pages) -> Response:
    """The page that checks a receipt without us, to be kept and opened from a disk."""
    headers = {"content-disposition": f'attachment; filename="{receipt_check.NAME}"', "cache-control": "no-cache"}
    data = receipt_check.receipt_check(pages.files.folder)
    return Response(data, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{way}/{encounter}/receipt")
def offer(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Ask whether the person wants a receipt; once it was given, offer another link where that is still possible."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if _is_due(stored):
        return way_page(request, pages, who, way, "receipt_offer.html", encounter=str(encounter))
    if way.desks.receipts.may_again(stored):
        return way_page(
            request, pages, who, way, "receipt_again.html", encounter=str(encounter), done=step_of(way, stored)
        )
    return go(step_of(way, stored))


@router.post("/{way}/{encounter}/receipt")
def offered(
    encounter: UUID, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere, site: Here
) -> Response:
    """Give the receipt, make its link again, or record that the person did not want one."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    desk, choice = way.desks.receipts, form.one("choice")
    if choice == "give" and stored.receipt is None:
        given = desk.give(stored.id, who.officer)
    elif choice == "again":
        given = desk.again(stored.id, who.officer)
    elif choice == "decline" and stored.receipt is None:
        desk.decline(stored.id, who.officer)
        return go(f"{way.path}/{encounter}")
    else:  # a page that was sent twice, or a form of somebody's own
        return go(f"{way.path}/{encounter}/receipt")
    done = f"{way.path}/{encounter}"
    values = shown(given, site.origin)
    return way_page(request, pages, who, way, "receipt_given.html", encounter=str(encounter), done=done, **values)


def shown(given: Given, origin: str) -> dict[str, Any]:
    """What the page with link and PIN is made of.

    Args:
        given: the receipt with its new link; a specimen of practice has none, and its page none either.
        origin: this service's own, for the link.
    """
    began = datetime.strptime(given.front.hour, "%Y-%m-%dT%HZ").replace(tzinfo=UTC)
    front: dict[str, Any] = {"front": given.front, "began": began, "ended": began + timedelta(hours=1)}
    if not given.secret:
        return front
    link = f"{origin}/receipt#{given.secret.hex()}"
    return front | {
        "link": link,
        "qr": qr_svg(link),
        "pin": f"{given.pin[:3]} {given.pin[3:]}",
    }


def _is_due(encounter: Encounter) -> bool:
    return encounter.receipt is None and encounter.state in (State.ENDED, State.DEMOGRAPHICS_RECORDED)
