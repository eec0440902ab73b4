"""The strength, once the comparison is in, and the decision: a lead, or none.

Rule: the sentence is the calibration's; no verbal scale, no percentage of identity, and a candidate is not an
identification.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from overt.encounter import Comparison, Decision, Encounter, State
from overt.identifiers import EncounterId
from overt.policy.codes import DecisionKind
from overt.service.forms import Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.checks import step_of
from overt.service.pages.choosing import choice_page
from overt.service.pages.judging import code_and_candidate, letters_of, shown
from overt.service.pages.ways import ThisWay, Way
from overt.service.signing_in import SignedIn

router = APIRouter()


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
    said = form.one("decision")
    if not said:
        return _result(request, pages, who, way, stored, missing=True)
    decision = Decision(*code_and_candidate(said, stored))
    return go(step_of(way, way.desks.reveal.decide(stored.id, who.officer, decision)))


def _result(
    request: Request, pages: Pages, who: SignedIn, way: Way, stored: Encounter, *, missing: bool = False
) -> Response:
    revealed = way.desks.reveal.revealed(stored, who.token_hash)
    letters = {reference: letter for letter, reference in shown(stored).items()}
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
            for letter in letters_of(stored):
                options[f"{code}:{letter}"] = texts.text("result.lead", label=rule.text, letter=letter)
        elif (rule.kind is DecisionKind.NOTHING_SHOWN) != bool(stored.candidates):
            options[code] = texts.text("result.other", label=rule.text)
    return options
