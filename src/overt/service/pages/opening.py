"""The questions before a check, one a page, and opening it.

Rules:
* Nothing is pre-selected but what was answered in this very asking, when one goes back to it.
* What ends a check is one tap on every page, these included.
"""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from overt.encounter.questions import ORDER, Kind, question
from overt.errors import EncounterRefusal, IncompleteEncounter, UnknownCode
from overt.service.forms import Form, Sent
from overt.service.pages.answers import in_words
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.render import Renderer
from overt.service.pages.ways import ThisWay, Way, way_page
from overt.service.signing_in import SignedIn, Where

router = APIRouter()
SAME_STOP = timedelta(minutes=60)
"""Within this time of one's own last check, it is asked whether this is the same person in the same stop."""
Name = Annotated[str, Path(pattern="^[a-z_]{1,32}$")]


@router.post("/{way}/new")
def begin(way: ThisWay, form: Sent, who: OfficerHere, where: Where) -> RedirectResponse:
    """Begin; in a stop in which there was a check already, ask about that first."""
    decides = form.one("decides")
    if "same" not in form and not way.practice and _checked_just_now(who, where):
        return go(f"{way.path}/new/same?{urlencode({'decides': decides})}" if decides else f"{way.path}/new/same")
    way.desks.opening.begin(who.session, decides=decides, second_in_stop=form.one("same") == "yes")
    return _next(way, who)


def _checked_just_now(who: SignedIn, where: Where) -> bool:
    last = where.book.last_opened(who.officer)
    return last is not None and last > where.clock() - SAME_STOP


@router.get("/{way}/new/same")
def same(request: Request, way: ThisWay, pages: Pages, who: OfficerHere, decides: str = "") -> Response:
    """Whether this person was checked before in this stop; `decides`: as was entered before."""
    return way_page(request, pages, who, way, "same.html", decides=decides, back="/")


@router.get("/{way}/new/decides")
def decides(request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Which officer decides, when the one who is signed in holds the phone for them."""
    return way_page(request, pages, who, way, "decides.html", back="/")


@router.post("/{way}/new/end")
def end(way: ThisWay, form: Sent, who: OfficerHere) -> RedirectResponse:
    """End before a check is open; counted."""
    code = form.one("code")
    way.desks.opening.end(who.session, code)
    return go(f"{way.path}/ended/{code}")


@router.get("/{way}/ended/{code}")
def ended(code: str, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """What an end before the check means: nothing about the person was kept."""
    if code not in way.policy.codes.ends:
        raise UnknownCode("Not in the policy: end.")
    return way_page(request, pages, who, way, "ended.html", label=way.policy.codes.ends[code], code=code)


@router.get("/{way}/new/sign-off")
def sign_off(request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Wait for a supervisor's sign-off."""
    if way.desks.opening.next(who.session) is not None or not way.desks.opening.sign_off_needed(who.session):
        return _next(way, who)
    asked = way.desks.opening.ask_sign_off(who.session)
    if asked.given:
        return go(f"{way.path}/new/open")
    return way_page(request, pages, who, way, "sign_off_wait.html", asked=asked)


@router.get("/{way}/new/open")
def summary(request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """What was answered, before the check is opened."""
    if way.desks.opening.next(who.session) is not None:
        return _next(way, who)
    answers = way.desks.opening.answers(who.session)
    texts = pages.texts(request)
    rows = in_words(way.policy, texts, answers)
    return way_page(request, pages, who, way, "open.html", rows=rows, verify=not who.session.simulated)


@router.post("/{way}/new/open")
def open_check(way: ThisWay, who: OfficerHere) -> RedirectResponse:
    """Open the check; the phone has verified its holder just before."""
    opened = way.desks.opening.open(who.session)
    return go(f"{way.path}/{opened.id}/notice")


@router.get("/{way}/new/{name}")
def ask(name: Name, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """One question."""
    answered = way.desks.opening.answers(who.session).get(name, [])
    return _asked(request, way, pages, who, name, answered, None)


@router.post("/{way}/new/{name}")
def answer(name: Name, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Keep one answer, and ask the next question."""
    given = _given(way, name, form)
    try:
        way.desks.opening.answer(who.session, name, given)
    except IncompleteEncounter:
        return _asked(request, way, pages, who, name, given, pages.texts(request).text(f"question.{name}.missing"))
    except EncounterRefusal as refusal:
        return _no_check(request, way, pages, who, refusal)
    return _next(way, who)


def _given(way: Way, name: str, form: Form) -> list[str]:
    if question(way.policy, name).kind is not Kind.DAY:
        return form.several(name)
    day = form.day()
    return [] if day is None else [day.isoformat()]


def _next(way: Way, who: SignedIn) -> RedirectResponse:
    name = way.desks.opening.next(who.session)
    if name is not None:
        return go(f"{way.path}/new/{name}")
    return go(f"{way.path}/new/sign-off" if way.desks.opening.sign_off_needed(who.session) else f"{way.path}/new/open")


def _asked(
    request: Request, way: Way, pages: Renderer, who: SignedIn, name: str, answered: object, error: object
) -> Response:
    # Demands that an asking was begun; a page opened from a history leads back to the start.
    try:
        way.desks.opening.next(who.session)
    except IncompleteEncounter:
        return go("/")
    chosen = answered if isinstance(answered, list) else [answered]
    return way_page(
        request,
        pages,
        who,
        way,
        "question.html",
        status=400 if error else 200,
        question=question(way.policy, name),
        chosen=chosen,
        errors={name: error} if error else {},
        back=_before(way, who, name),
    )


def _before(way: Way, who: SignedIn, name: str) -> str:
    """The page before this question: the one answered before it, else the first page."""
    answered = way.desks.opening.answers(who.session)
    before = [each for each in ORDER[: ORDER.index(name)] if each in answered]
    return f"{way.path}/new/{before[-1]}" if before else "/"


def _no_check(request: Request, way: Way, pages: Renderer, who: SignedIn, refusal: EncounterRefusal) -> Response:
    said = pages.texts(request).said(refusal)
    return way_page(request, pages, who, way, "no_check.html", status=refusal.status, said=said, code=refusal.code)
