"""An open check: where it stands, the notice, the camera, and its early ends.

Rules:
* `/WAY/ENCOUNTER` leads to the step that is due, so a killed tab or a locked phone goes on where it was.
* There is no place on the camera page, or anywhere, for a file.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from overt.encounter import Encounter, State, owed
from overt.errors import DeviceNotEnrolled
from overt.identifiers import EncounterId
from overt.policy.codes import MAYBE_CHILD, End, Notice
from overt.service.forms import Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.choosing import choice_page
from overt.service.pages.ways import ThisWay, Way, way_page
from overt.service.signing_in import Where

router = APIRouter()
_STEP = {
    State.OPENED: "notice",
    State.NOTICED: "camera",
    State.ANSWERED: "compare",
    State.COMPARED: "waiting",
    State.REVEALED: "result",
    State.DECIDED: "outcome",
    State.OUTCOME_RECORDED: "about",
    State.DEMOGRAPHICS_RECORDED: "receipt",
    State.COMPLETED: "done",
}


def step_of(way: Way, encounter: Encounter) -> str:
    """The address of the step that is due."""
    path = f"{way.path}/{encounter.id}"
    if encounter.state is not State.ENDED:
        return f"{path}/{_STEP[encounter.state]}"
    if encounter.end == End.DECLINED_PHOTO and encounter.followed is None:
        return f"{path}/followed"
    return f"{path}/done" if encounter.receipt is not None else f"{path}/receipt"


@router.get("/{way}/{encounter}")
def here(encounter: UUID, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """Go on where the check stands."""
    return go(step_of(way, way.desks.check.owned(EncounterId(encounter), who.officer)))


@router.get("/{way}/{encounter}/notice")
def notice(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """The words for the person, on a screen made to be turned to them."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.OPENED:
        return go(step_of(way, stored))
    rules, fields = way.policy.grounds[stored.fields.ground], stored.fields
    child = fields.age in MAYBE_CHILD
    codes = [code for code in way.policy.codes.notices if code in rules.notices]
    if Notice.NOT_UNDERSTOOD in way.policy.codes.notices and Notice.GIVEN in codes:
        codes = [*(code for code in codes if code != Notice.NOT_UNDERSTOOD), Notice.NOT_UNDERSTOOD]
    return way_page(
        request,
        pages,
        who,
        way,
        "notice.html",
        encounter=str(encounter),
        officer=fields.officer,
        power=way.policy.codes.powers[fields.power],
        galleries=rules.galleries,
        child=child,
        words=way.policy.notice_texts.child if child else way.policy.notice_texts.standard,
        codes={code: way.policy.codes.notices[code] for code in codes},
        ordinary=Notice.NOT_UNDERSTOOD not in rules.notices,
    )


@router.post("/{way}/{encounter}/notice")
def record_notice(encounter: UUID, form: Sent, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """Record that the notice was given, or why it could not be."""
    return go(step_of(way, way.desks.check.notice(EncounterId(encounter), who.officer, form.one("code"))))


@router.get("/{way}/{encounter}/camera")
def camera(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """The camera."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.NOTICED:
        return go(step_of(way, stored))
    if who.device is None:
        raise DeviceNotEnrolled()
    return way_page(
        request,
        pages,
        who,
        way,
        "camera.html",
        encounter=str(encounter),
        api=f"{way.api}/{encounter}",
    )


@router.post("/{way}/{encounter}/end")
def end(encounter: UUID, form: Sent, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """End the check early: one tap, counted."""
    return go(step_of(way, way.desks.check.end(EncounterId(encounter), who.officer, form.one("code"))))


@router.get("/{way}/{encounter}/followed")
def followed(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """What followed after the person declined the photograph."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.end != End.DECLINED_PHOTO or stored.followed is not None:
        return go(step_of(way, stored))
    return choice_page(request, pages, who, way, str(encounter), "followed", way.policy.codes.followed)


@router.post("/{way}/{encounter}/followed")
def record_followed(
    encounter: UUID, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Record what followed."""
    code = form.one("followed")
    if not code:
        options = way.policy.codes.followed
        return choice_page(request, pages, who, way, str(encounter), "followed", options, missing=True)
    return go(step_of(way, way.desks.check.followed(EncounterId(encounter), who.officer, code)))


@router.get("/{way}/{encounter}/owed-notice")
def owed_notice(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """The notice that is owed to somebody who was unconscious."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    return way_page(
        request,
        pages,
        who,
        way,
        "owed_notice.html",
        encounter=str(encounter),
        opened=stored.opened_at,
        words=way.policy.notice_texts.standard,
        back="/",
    )


@router.post("/{way}/{encounter}/owed-notice")
def give_owed_notice(encounter: UUID, way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """Record that the person has been told since."""
    way.desks.check.owed_notice(EncounterId(encounter), who.officer)
    return go("/")


@router.get("/{way}/{encounter}/done")
def done(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere, where: Where) -> Response:
    """What the check still owes, and that a candidate is not an identification."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    return way_page(
        request,
        pages,
        who,
        way,
        "done.html",
        encounter=str(encounter),
        stored=stored,
        owed=owed(way.policy, stored, where.clock()),
        end_label=way.policy.codes.ends.get(stored.end or "", ""),
        lessons=way.practised.lessons(stored) if way.practised else None,
    )
