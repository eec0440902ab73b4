"""A second officer joins an open check by a one-time link, and judges its candidates on a phone of their own, blind.

Rule: nothing of what the first officer said is shown to the second, and nothing of the second's before the first is in.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from overt.identifiers import EncounterId
from overt.service.access import Access
from overt.service.forms import Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.checks import step_of
from overt.service.pages.judging import (
    candidate_page,
    comparison_of,
    draft_name,
    judged_so_far,
    letters_of,
    said_of_one,
)
from overt.service.pages.qr import qr_svg
from overt.service.pages.ways import ThisWay, way_page
from overt.service.signing_in import Here

router = APIRouter()
Letter = Annotated[str, Path(pattern="^[A-F]$")]


@router.post("/{way}/{encounter}/second")
def invite(
    encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere, access: Access, site: Here
) -> Response:
    """A one-time link by which another officer joins to judge the candidates too."""
    stored = way.desks.viewing.may_invite(EncounterId(encounter), who.officer)
    kind = "practice" if way.practice else "second"
    url = f"{site.origin}/join#{kind}={way.second_link(access, who.officer, stored.id).hex()}"
    return way_page(
        request, pages, who, way, "link.html", url=url, qr=qr_svg(url), text="second.link", back=step_of(way, stored)
    )


@router.get("/{way}/{encounter}/judge")
def second_compare(encounter: UUID, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """The second officer's next candidate."""
    stored = way.desks.viewing.joined(EncounterId(encounter), who.session)
    judged = judged_so_far(way, who, encounter)
    letter = next((each for each in letters_of(stored) if each not in judged), "A")
    return go(f"{way.path}/{encounter}/judge/{letter}")


@router.get("/{way}/{encounter}/judge/{letter}")
def second_one(
    encounter: UUID, letter: Letter, request: Request, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """One candidate, for the second officer."""
    stored = way.desks.viewing.joined(EncounterId(encounter), who.session)
    return candidate_page(request, pages, who, way, stored, letter, {}, {}, second=True)


@router.post("/{way}/{encounter}/judge/{letter}")
def second_judge(
    encounter: UUID, letter: Letter, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Keep the second officer's verdict; with the last, enter their judgement."""
    stored = way.desks.viewing.joined(EncounterId(encounter), who.session)
    said, errors = said_of_one(way, pages, request, form)
    if errors:
        return candidate_page(request, pages, who, way, stored, letter, said, errors, second=True)
    judged = {**judged_so_far(way, who, encounter), letter: said}
    way.keep_draft(who.session, draft_name(encounter), judged)
    if any(each not in judged for each in letters_of(stored)):
        return go(f"{way.path}/{encounter}/judge")
    way.desks.viewing.judge(stored.id, who.session, comparison_of(stored, judged))
    way.drop_draft(who.session, draft_name(encounter))
    return way_page(request, pages, who, way, "judged.html")
