"""Judgement before score: each candidate compared and judged, then the strength, then the decision.

Rules:
* One candidate a page, in the shuffled order; letters, no score, no rank, no name before the reveal.
* Verdicts are kept with the session until every candidate has one; then the comparison is entered whole, and stands.
* A second officer who has joined compares the same candidates on their own phone, blind.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from overt.candidates.wording import NO_CANDIDATE
from overt.encounter import CandidateAnswer, Comparison, Decision, Encounter, State
from overt.encounter.steps import MOST_FEATURES
from overt.encounter.viewing_desk import LETTERS
from overt.errors import AnswerMissing
from overt.identifiers import EncounterId, ReferenceId
from overt.policy.codes import DecisionKind
from overt.service.access import Access
from overt.service.forms import Form, Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.checks import step_of
from overt.service.pages.choosing import choice_page
from overt.service.pages.qr import qr_svg
from overt.service.pages.ways import ThisWay, Way, way_page
from overt.service.signing_in import Here, SignedIn

router = APIRouter()
Letter = Annotated[str, Path(pattern="^[A-F]$")]
LONGEST_MS = 86_400_000
FEATURES = ("eyes", "nose", "mouth", "ears", "face-shape")
"""Compared first, where the policy has them; a choice of ours out of FISWG's list of features."""
ANSWERS = ("similar", "different", "cannot-tell")
VERDICTS = ("same", "different", "cannot-tell")


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
    judged = _judged(way, who, encounter)
    letter = next((each for each in _letters(stored) if each not in judged), None)
    return go(f"{way.path}/{encounter}/compare/{letter}") if letter else _all_judged(way, who, stored)


@router.get("/{way}/{encounter}/compare/{letter}")
def compare_one(
    encounter: UUID, letter: Letter, request: Request, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """One candidate beside the photograph."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.ANSWERED:
        return go(step_of(way, stored))
    return _one(request, pages, who, way, stored, letter, {}, {})


@router.post("/{way}/{encounter}/compare/{letter}")
def judge_one(
    encounter: UUID, letter: Letter, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Keep the verdict on one candidate; with the last, enter the comparison and tell the strength."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.ANSWERED:
        return go(step_of(way, stored))
    said, errors = _said(way, pages, request, form)
    if errors:
        return _one(request, pages, who, way, stored, letter, said, errors)
    judged = {**_judged(way, who, encounter), letter: said}
    way.keep_draft(who.session, _draft(encounter), judged)
    if any(each not in judged for each in _letters(stored)):
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


@router.get("/{way}/{encounter}/result")
def result(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Strength, age of the image, arrest outcome, and the decision to take."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.state is not State.REVEALED:
        return go(step_of(way, stored))
    return _result(request, pages, who, way, stored)


@router.post("/{way}/{encounter}/result")
def decide(encounter: UUID, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Record the decision: a lead, or none."""
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    code, _, letter = form.one("decision").partition(":")
    if not code:
        return _result(request, pages, who, way, stored, missing=True)
    chosen = _shown(stored).get(letter) if letter else None
    return go(step_of(way, way.desks.reveal.decide(stored.id, who.officer, Decision(code, chosen))))


# --- a second officer ------------------------------------------------------------------------------------------------


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
    judged = _judged(way, who, encounter)
    letter = next((each for each in _letters(stored) if each not in judged), "A")
    return go(f"{way.path}/{encounter}/judge/{letter}")


@router.get("/{way}/{encounter}/judge/{letter}")
def second_one(
    encounter: UUID, letter: Letter, request: Request, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """One candidate, for the second officer."""
    stored = way.desks.viewing.joined(EncounterId(encounter), who.session)
    return _one(request, pages, who, way, stored, letter, {}, {}, second=True)


@router.post("/{way}/{encounter}/judge/{letter}")
def second_judge(
    encounter: UUID, letter: Letter, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Keep the second officer's verdict; with the last, enter their judgement."""
    stored = way.desks.viewing.joined(EncounterId(encounter), who.session)
    said, errors = _said(way, pages, request, form)
    if errors:
        return _one(request, pages, who, way, stored, letter, said, errors, second=True)
    judged = {**_judged(way, who, encounter), letter: said}
    way.keep_draft(who.session, _draft(encounter), judged)
    if any(each not in judged for each in _letters(stored)):
        return go(f"{way.path}/{encounter}/judge")
    way.desks.viewing.judge(stored.id, who.session, _comparison(stored, judged))
    way.drop_draft(who.session, _draft(encounter))
    return way_page(request, pages, who, way, "judged.html")


# --- shared ----------------------------------------------------------------------------------------------------------


def _draft(encounter: UUID) -> str:
    return f"comparison:{encounter}"


def _judged(way: Way, who: SignedIn, encounter: UUID) -> dict[str, Any]:
    return way.draft(who.session, _draft(encounter))


def _letters(stored: Encounter) -> str:
    return LETTERS[: len(stored.candidates)]


def _shown(stored: Encounter) -> dict[str, ReferenceId]:
    return dict(zip(LETTERS, stored.candidates, strict=False))


def _all_judged(way: Way, who: SignedIn, stored: Encounter) -> RedirectResponse:
    comparison = _comparison(stored, _judged(way, who, stored.id))
    way.desks.reveal.compare(stored.id, who.officer, comparison, who.token_hash)
    way.drop_draft(who.session, _draft(stored.id))
    joined, given = way.desks.viewing.has_second(stored.id)
    return go(f"{way.path}/{stored.id}/waiting") if joined and not given else _reveal(way, who, stored)


def _reveal(way: Way, who: SignedIn, stored: Encounter) -> RedirectResponse:
    way.desks.reveal.reveal(stored.id, who.officer, who.token_hash)
    return go(f"{way.path}/{stored.id}/result")


def _comparison(stored: Encounter, judged: Mapping[str, Any]) -> Comparison:
    answers = (
        CandidateAnswer(reference, judged[letter]["features"], judged[letter]["verdict"], judged[letter]["elapsed_ms"])
        for letter, reference in _shown(stored).items()
    )
    return Comparison(tuple(answers))


def _said(way: Way, pages: Pages, request: Request, form: Form) -> tuple[dict[str, Any], dict[str, object]]:
    """What a form says of one candidate, and what is wrong with it."""
    texts, codes = pages.texts(request), way.policy.codes
    features = {code: form.one(f"feature.{code}") for code in codes.features if form.one(f"feature.{code}")}
    verdict, elapsed = form.one("verdict"), form.one("elapsed_ms")
    errors: dict[str, object] = {}
    if not features or not set(features.values()) <= set(codes.feature_answers) or len(features) > MOST_FEATURES:
        errors["features"] = texts.text("compare.features-missing")
    if verdict not in codes.verdicts:
        errors["verdict"] = texts.text("compare.verdict-missing")
    # Without a script nobody has measured it: 0 counts as hurried, which is the careful side.
    spent = min(int(elapsed), LONGEST_MS) if elapsed.isascii() and elapsed.isdigit() else 0
    return {"features": features, "verdict": verdict, "elapsed_ms": spent}, errors


def _first(labels: Mapping[str, str], order: tuple[str, ...]) -> dict[str, str]:
    """The same labels, those of `order` first; a policy itself has no order."""
    codes = [*(code for code in order if code in labels), *(code for code in labels if code not in order)]
    return {code: labels[code] for code in codes}


def _one(
    request: Request,
    pages: Pages,
    who: SignedIn,
    way: Way,
    stored: Encounter,
    letter: str,
    chosen: Mapping[str, Any],
    errors: Mapping[str, object],
    *,
    second: bool = False,
) -> Response:
    letters = _letters(stored)
    if letter not in letters:
        raise AnswerMissing()
    path = f"{way.path}/{stored.id}"
    return way_page(
        request,
        pages,
        who,
        way,
        "compare.html",
        encounter=str(stored.id),
        status=400 if errors else 200,
        letter=letter,
        letters=letters,
        position=letters.index(letter) + 1,
        total=len(letters),
        image_url=f"{path}/candidates/{letter}.jpg",
        action=f"{path}/{'judge' if second else 'compare'}/{letter}",
        features=list(_first(way.policy.codes.features, FEATURES).items())[:MOST_FEATURES],
        feature_answers=_first(way.policy.codes.feature_answers, ANSWERS),
        verdicts=_first(way.policy.codes.verdicts, VERDICTS),
        chosen=chosen,
        errors=errors,
        second=second,
        may_invite=not second and not way.desks.viewing.has_second(stored.id)[0],
    )


def _result(
    request: Request, pages: Pages, who: SignedIn, way: Way, stored: Encounter, *, missing: bool = False
) -> Response:
    revealed = way.desks.reveal.revealed(stored, who.token_hash)
    letters = {reference: letter for letter, reference in _shown(stored).items()}
    comparison = stored.comparison or Comparison()
    return choice_page(
        request,
        pages,
        who,
        way,
        str(stored.id),
        "decision",
        _decisions(way, stored, pages, request),
        missing=missing,
        template="result.html",
        revealed=revealed,
        letters=letters,
        verdicts={one.reference: comparison.verdict_on(one.reference) for one in revealed.candidates},
        second=way.desks.viewing.second(stored.id),
    )


def _decisions(way: Way, stored: Encounter, pages: Pages, request: Request) -> dict[str, object]:
    """What may be decided: a lead for each candidate, or what goes without one."""
    texts = pages.texts(request)
    options: dict[str, object] = {}
    for code, rule in way.policy.decisions.items():
        if rule.kind is DecisionKind.LEAD:
            for letter in _letters(stored):
                options[f"{code}:{letter}"] = texts.text("result.lead", label=rule.text, letter=letter)
        elif (rule.kind is DecisionKind.NOTHING_SHOWN) != bool(stored.candidates):
            options[code] = texts.text("result.other", label=rule.text)
    return options
