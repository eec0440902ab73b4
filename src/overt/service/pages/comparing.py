"""Judgement before score: each candidate compared and judged, then the strength, then the decision.

Rules:
* One candidate a page, in the shuffled order; letters, no score, no rank, no name before the reveal.
* Verdicts are kept with the session until every candidate has one; then the comparison is entered whole, and stands.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from overt.candidates.wording import NO_CANDIDATE
from overt.encounter import Comparison, Encounter, State
from overt.identifiers import EncounterId
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
from overt.service.pages.ways import ThisWay, Way, way_page
from overt.service.signing_in import SignedIn

router = APIRouter()
Letter = Annotated[str, Path(pattern="^[A-F]$")]


@router.get("/{way}/{encounter}/candidates/{letter}.jpg")
def picture(encounter: UUID, letter: Letter, way: ThisWay, who: OfficerHere) -> Response:
    """One candidate's picture, watermarked; each look is counted."""
    data = way.desks.viewing.image(EncounterId(encounter), who.session, letter)
    return Response(data, media_type="image/jpeg")


@router.get("/{way}/{encounter}/compare")
def compare(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """The first candidate without a verdict; or that there is none."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.ANSWERED:
        return go(step_of(way, stored))
    way.desks.search.again(EncounterId(encounter), who.officer, who.token_hash)
    if not stored.candidates:
        return way_page(request, pages, who, way, "none.html", encounter=str(encounter), sentence=NO_CANDIDATE)
    judged = judged_so_far(way, who, encounter)
    letter = next((each for each in letters_of(stored) if each not in judged), None)
    return go(f"{way.path}/{encounter}/compare/{letter}") if letter else _all_judged(way, who, stored)


@router.get("/{way}/{encounter}/compare/{letter}")
def compare_one(
    encounter: UUID, letter: Letter, request: Request, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """One candidate beside the photograph."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.ANSWERED:
        return go(step_of(way, stored))
    return candidate_page(request, pages, who, way, stored, letter, {}, {})


@router.post("/{way}/{encounter}/compare/{letter}")
def judge_one(
    encounter: UUID, letter: Letter, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Keep the verdict on one candidate; with the last, enter the comparison and tell the strength."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.ANSWERED:
        return go(step_of(way, stored))
    said, errors = said_of_one(way, pages, request, form)
    if errors:
        return candidate_page(request, pages, who, way, stored, letter, said, errors)
    judged = {**judged_so_far(way, who, encounter), letter: said}
    way.keep_draft(who.session, draft_name(encounter), judged)
    if any(each not in judged for each in letters_of(stored)):
        return go(f"{way.path}/{encounter}/compare")
    return _all_judged(way, who, stored)


@router.post("/{way}/{encounter}/compare")
def no_candidates(encounter: UUID, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """Go on after "No candidate": the same steps, so that the record does not tell it apart."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.ANSWERED or stored.candidates:
        return go(step_of(way, stored))
    way.desks.reveal.compare(stored.id, who.officer, Comparison(), who.token_hash)
    return _reveal(way, who, stored)


@router.get("/{way}/{encounter}/waiting")
def waiting(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Wait for a second officer who has joined; or go on without."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.COMPARED:
        return go(step_of(way, stored))
    joined, given = way.desks.viewing.has_second(stored.id)
    return way_page(request, pages, who, way, "waiting.html", encounter=str(encounter), waits=joined and not given)


@router.post("/{way}/{encounter}/waiting")
def tell(encounter: UUID, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """Tell the strength."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    return _reveal(way, who, stored) if stored.state is State.COMPARED else go(step_of(way, stored))


def _all_judged(way: Way, who: SignedIn, stored: Encounter) -> RedirectResponse:
    comparison = comparison_of(stored, judged_so_far(way, who, stored.id))
    way.desks.reveal.compare(stored.id, who.officer, comparison, who.token_hash)
    way.drop_draft(who.session, draft_name(stored.id))
    joined, given = way.desks.viewing.has_second(stored.id)
    return go(f"{way.path}/{stored.id}/waiting") if joined and not given else _reveal(way, who, stored)


def _reveal(way: Way, who: SignedIn, stored: Encounter) -> RedirectResponse:
    way.desks.reveal.reveal(stored.id, who.officer, who.token_hash)
    return go(f"{way.path}/{stored.id}/result")
