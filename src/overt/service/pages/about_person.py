"""The four questions about the person, asked last.

Rules:
* Ethnicity as the person says first, then as the officer perceives it; sex and age band as the person says.
* "Not stated" is an answer, and counted. Nothing is ever guessed from a face.
"""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from overt.encounter import Demographics, Encounter, State
from overt.identifiers import EncounterId
from overt.service.forms import Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.checks import step_of
from overt.service.pages.choosing import choice_page
from overt.service.pages.ways import ThisWay, Way
from overt.service.signing_in import SignedIn

router = APIRouter()
QUESTIONS = ("ethnicity_self", "ethnicity_officer", "sex", "age_band")
Question = Annotated[str, Path(pattern="^(ethnicity_self|ethnicity_officer|sex|age_band)$")]


@router.get("/{way}/{encounter}/about")
def about(encounter: UUID, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """The first question that is not answered."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.OUTCOME_RECORDED:
        return go(step_of(way, stored))
    return _next_about(way, who, stored)


@router.get("/{way}/{encounter}/about/{name}")
def about_one(
    encounter: UUID, name: Question, request: Request, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """One question about the person."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.OUTCOME_RECORDED:
        return go(step_of(way, stored))
    return choice_page(request, pages, who, way, str(encounter), name, _about_options(way, name))


@router.post("/{way}/{encounter}/about/{name}")
def answer_about(
    encounter: UUID, name: Question, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Keep one answer; with the last, record all four."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    code = form.one(name)
    if stored.state is not State.OUTCOME_RECORDED:
        return go(step_of(way, stored))
    options = _about_options(way, name)
    if code not in options:
        return choice_page(request, pages, who, way, str(encounter), name, options, missing=True)
    way.keep_draft(who.session, _about(encounter), {**way.draft(who.session, _about(encounter)), name: code})
    return _next_about(way, who, stored)


def _next_about(way: Way, who: SignedIn, stored: Encounter) -> RedirectResponse:
    said = way.draft(who.session, _about(stored.id))
    name = next((each for each in QUESTIONS if each not in said), None)
    if name is not None:
        return go(f"{way.path}/{stored.id}/about/{name}")
    moved = way.desks.reveal.demographics(stored.id, who.officer, Demographics(**said))
    way.drop_draft(who.session, _about(stored.id))
    return go(step_of(way, moved))


def _about_options(way: Way, name: str) -> Mapping[str, str]:
    found: Mapping[str, str] = getattr(way.policy.demographics, name)
    return found


def _about(encounter: UUID) -> str:
    return f"about:{encounter}"
