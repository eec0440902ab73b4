"""What one form of the comparison says, and the page that asks: shared by the officer and by one who has joined.

Rules:
* One candidate a page, in the shuffled order; letters, no score, no rank, no name before the reveal.
* The time is what the page measured; without a script nobody has, and 0 counts as hurried, which is the careful side.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from overt.encounter import CandidateAnswer, Comparison, Encounter
from overt.encounter.steps import MOST_FEATURES
from overt.encounter.viewing_desk import LETTERS
from overt.errors import AnswerMissing
from overt.identifiers import ReferenceId
from overt.service.forms import Form
from overt.service.pages.asking import Pages
from overt.service.pages.ways import Way, way_page
from overt.service.signing_in import SignedIn

LONGEST_MS = 86_400_000
_MILLISECONDS = re.compile("[0-9]{1,12}")
FEATURES = ("eyes", "nose", "mouth", "ears", "face-shape")
"""Compared first, where the policy has them; a choice of ours out of FISWG's list of features."""
ANSWERS = ("similar", "different", "cannot-tell")
VERDICTS = ("same", "different", "cannot-tell")


def draft_name(encounter: UUID) -> str:
    """Under which name a session keeps verdicts of a check until all are in."""
    return f"comparison:{encounter}"


def judged_so_far(way: Way, who: SignedIn, encounter: UUID) -> dict[str, Any]:
    """The verdicts that this session has entered so far, by letter."""
    return way.draft(who.session, draft_name(encounter))


def letters_of(stored: Encounter) -> str:
    """The letters of the candidates of a check."""
    return LETTERS[: len(stored.candidates)]


def shown(stored: Encounter) -> dict[str, ReferenceId]:
    """Which reference is shown under which letter."""
    return dict(zip(LETTERS, stored.candidates, strict=False))


def code_and_candidate(said: str, stored: Encounter) -> tuple[str, ReferenceId | None]:
    """What an answer such as `follow-lead:A` names: a code, and the candidate of that letter.

    Where no candidate has the letter, the answer is left whole: no list has it, so whoever decides refuses it.
    """
    code, _, letter = said.partition(":")
    chosen = shown(stored).get(letter)
    return (said, None) if chosen is None else (code, chosen)


def comparison_of(stored: Encounter, judged: Mapping[str, Any]) -> Comparison:
    """The comparison as a whole, once every candidate has a verdict."""
    answers = (
        CandidateAnswer(reference, judged[letter]["features"], judged[letter]["verdict"], judged[letter]["elapsed_ms"])
        for letter, reference in shown(stored).items()
    )
    return Comparison(tuple(answers))


def said_of_one(way: Way, pages: Pages, request: Request, form: Form) -> tuple[dict[str, Any], dict[str, object]]:
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
    spent = min(int(elapsed), LONGEST_MS) if _MILLISECONDS.fullmatch(elapsed) else 0
    return {"features": features, "verdict": verdict, "elapsed_ms": spent}, errors


def candidate_page(
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
    """One candidate beside the photograph, as the officer sees it or (`second`) one who has joined.

    Raises:
        AnswerMissing: there is no candidate of that letter.
    """
    letters = letters_of(stored)
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


def _first(labels: Mapping[str, str], order: tuple[str, ...]) -> dict[str, str]:
    """The same labels, those of `order` first; a policy itself has no order."""
    codes = [*(code for code in order if code in labels), *(code for code in labels if code not in order)]
    return {code: labels[code] for code in codes}
