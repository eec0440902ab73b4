"""What happened to the person, and what was relied on that is independent of the face.

Rules:
* A candidate is not an identification: that stands on the page where an act against the person would be entered.
* Corroboration is entered with its own time; what came with the act or after it is kept and does not count.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from overt.encounter import Corroboration, Encounter, Outcome, State
from overt.encounter.closing import MOST_CORROBORATIONS
from overt.errors import EncounterRefusal, TimeOutOfOrder, UsageError, VideoReferenceRequired
from overt.identifiers import EncounterId
from overt.policy.codes import NO_VIDEO
from overt.policy.values import OutcomeRule
from overt.service.forms import Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.checks import step_of
from overt.service.pages.choosing import choice_page
from overt.service.pages.entered import moment, reference
from overt.service.pages.ways import ThisWay, Way, way_page
from overt.service.signing_in import SignedIn, Where

router = APIRouter()


@router.get("/{way}/{encounter}/outcome")
def outcome(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """What happened to the person, and when."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.DECIDED:
        return go(step_of(way, stored))
    return _ask_outcome(request, pages, who, way, stored)


@router.post("/{way}/{encounter}/outcome")
def enter_outcome(
    encounter: UUID, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere, where: Where
) -> Response:
    """Keep the outcome; ask for corroboration where it is against the person, else record it."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.DECIDED:  # a second press: what came of the first is on the step that is due
        return go(step_of(way, stored))
    code = form.one("outcome")
    at = moment(form, where.clock())
    if code not in way.policy.outcomes:
        missing = str(pages.texts(request).text("question.outcome.missing"))
        return _ask_outcome(request, pages, who, way, stored, missing)
    if at is None:
        said = str(pages.texts(request).text("outcome.time-missing"))
        return _ask_outcome(request, pages, who, way, stored, said, at="time", chosen=code)
    rule = way.policy.outcomes[code]
    if _asks_more(rule) and at < stored.opened_at:  # said here, where the time can be put right
        said = pages.texts(request).said(TimeOutOfOrder()).short
        return _ask_outcome(request, pages, who, way, stored, said, at="time", chosen=code)
    draft: dict[str, Any] = {"code": code, "at": at.isoformat(), "corroborations": [], "video": None}
    way.keep_draft(who.session, _draft(encounter), draft)
    if _asks_more(rule):
        return go(f"{way.path}/{encounter}/corroboration")
    return _record(request, pages, who, way, stored, draft)


@router.get("/{way}/{encounter}/corroboration")
def corroboration(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """What, independent of the face, was relied on."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    draft = way.draft(who.session, _draft(encounter))
    if stored.state is not State.DECIDED or not draft:
        return go(step_of(way, stored))
    return _ask_corroboration(request, pages, who, way, stored, draft, {})


@router.post("/{way}/{encounter}/corroboration")
def add_corroboration(
    encounter: UUID, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere, where: Where
) -> Response:
    """Add one, or hand the outcome in."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    draft = way.draft(who.session, _draft(encounter))
    if stored.state is not State.DECIDED or not draft:
        return go(step_of(way, stored))
    if form.one("act") == "done":
        if way.policy.outcomes[draft["code"]].asks_video:
            draft["video"] = NO_VIDEO if form.one("no_video") else reference(form.one("video"))
            way.keep_draft(who.session, _draft(encounter), draft)
        return _record(request, pages, who, way, stored, draft)
    at, code, named = moment(form, where.clock()), form.one("code"), reference(form.one("reference"))
    errors = _corroboration_errors(way, pages, request, code, named, at)
    if errors or at is None:
        return _ask_corroboration(request, pages, who, way, stored, draft, errors)
    if len(draft["corroborations"]) >= MOST_CORROBORATIONS:
        raise UsageError(f"An outcome names at most {MOST_CORROBORATIONS} corroborations.")
    draft["corroborations"].append({"code": code, "reference": named, "at": at.isoformat()})
    way.keep_draft(who.session, _draft(encounter), draft)
    return go(f"{way.path}/{encounter}/corroboration")


def _corroboration_errors(
    way: Way, pages: Pages, request: Request, code: str, named: str | None, at: datetime | None
) -> dict[str, object]:
    texts = pages.texts(request)
    wrong = {
        "code": code not in way.policy.codes.corroboration,
        "reference": named is None,
        "time": at is None,
    }
    return {name: texts.text(f"corroboration.{name}-missing") for name, is_wrong in wrong.items() if is_wrong}


def _asks_more(rule: OutcomeRule) -> bool:
    """Whether an outcome is handed in with what was relied on, from a page of its own."""
    return rule.adverse or rule.asks_video


def _record(
    request: Request, pages: Pages, who: SignedIn, way: Way, stored: Encounter, draft: Mapping[str, Any]
) -> Response:
    corroborations = tuple(
        Corroboration(each["code"], datetime.fromisoformat(each["at"]), each["reference"])
        for each in draft["corroborations"]
    )
    value = Outcome(draft["code"], datetime.fromisoformat(draft["at"]), corroborations, draft["video"])
    try:
        moved = way.desks.reveal.outcome(stored.id, who.officer, value)
    except EncounterRefusal as refusal:
        said = pages.texts(request).said(refusal).short
        if not _asks_more(way.policy.outcomes[draft["code"]]):
            return _ask_outcome(request, pages, who, way, stored, said, at="time", chosen=draft["code"])
        at = "video" if isinstance(refusal, VideoReferenceRequired) else "done"
        return _ask_corroboration(request, pages, who, way, stored, draft, {at: said})
    way.drop_draft(who.session, _draft(stored.id))
    return go(step_of(way, moved))


def _ask_outcome(
    request: Request, pages: Pages, who: SignedIn, way: Way, stored: Encounter, error: str | None = None, **values: Any
) -> Response:
    options = {code: rule.text for code, rule in way.policy.outcomes.items()}
    encounter, template = str(stored.id), "outcome.html"
    return choice_page(
        request, pages, who, way, encounter, "outcome", options, error=error, template=template, **values
    )


def _ask_corroboration(
    request: Request,
    pages: Pages,
    who: SignedIn,
    way: Way,
    stored: Encounter,
    draft: Mapping[str, Any],
    errors: Mapping[str, object],
) -> Response:
    rule = way.policy.outcomes[draft["code"]]
    given = [{**each, "at": datetime.fromisoformat(each["at"])} for each in draft["corroborations"]]
    return way_page(
        request,
        pages,
        who,
        way,
        "corroboration.html",
        encounter=str(stored.id),
        status=400 if errors else 200,
        rule=rule,
        act_at=datetime.fromisoformat(draft["at"]),
        given=given,
        labels=way.policy.codes.corroboration,
        errors=errors,
    )


def _draft(encounter: UUID) -> str:
    return f"outcome:{encounter}"
