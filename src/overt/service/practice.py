"""`/api/v1/practice`: what the camera page of a practice check hands in, and how another officer joins one.

Rules:
* The same steps as in `encounters`, by the desks of practice: no answer names an entry or a checkpoint, since none is
  written.
* Nonces, checks and links of practice mean nothing to `encounters`, and those of real checks mean nothing here.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from overt.encounter.search_desk import Answered
from overt.identifiers import EncounterId
from overt.practice.scenes import Scenario
from overt.service.bodies import JoinCheckBody, NonceView, PracticeAnswerView, PracticeJoinedView
from overt.service.encounters import RAW_CAPTURE, Opened, Signature, SignedNonce, answer_view, handed_in
from overt.service.signing_in import Who
from overt.store.practice_desks import Practices

router = APIRouter(prefix="/api/v1/practice", tags=["practice"])


def practices_in(request: Request) -> Practices:
    """The practice of this service."""
    found: Practices = request.app.state.practices
    return found


Practised = Annotated[Practices, Depends(practices_in)]


@router.post("/join")
def join(body: JoinCheckBody, who: Who, practices: Practised) -> PracticeJoinedView:
    """Join an open practice check by a one-time link, to judge its candidates too."""
    token = bytes.fromhex(body.token)
    scenario, encounter = practices.links.second_invitation(token)
    practices.of[scenario].desks.viewing.join(encounter, who.session)
    practices.links.use_second(token)
    return PracticeJoinedView(way=scenario.value, encounter=str(encounter))


@router.post("/{way}/{encounter}/nonce")
def nonce(way: Scenario, encounter: UUID, who: Who, practices: Practised) -> NonceView:
    """A nonce for one capture of a practice check."""
    practice = practices.of[way]
    issued = practice.desks.check.nonce(EncounterId(encounter), who.officer, who.device)
    return NonceView(nonce=issued.value.hex(), good_for_seconds=practice.policy.limits.capture_seconds)


@router.post("/{way}/{encounter}/capture", openapi_extra=RAW_CAPTURE)
async def capture(
    way: Scenario,
    encounter: UUID,
    request: Request,
    who: Who,
    practices: Practised,
    overt_nonce: SignedNonce,
    overt_signature: Signature,
    overt_shutter: Opened,
) -> PracticeAnswerView:
    """Take the photograph of a practice check: it is looked at as in a real one, and compared with nobody."""
    desks = practices.of[way].desks
    return _view(await handed_in(desks, encounter, request, who, overt_nonce, overt_signature, overt_shutter))


@router.get("/{way}/{encounter}/answer")
def answer_again(way: Scenario, encounter: UUID, who: Who, practices: Practised) -> PracticeAnswerView:
    """The answer of a practice check once more, for a phone that lost it."""
    return _view(practices.of[way].desks.search.again(EncounterId(encounter), who.officer, who.token_hash))


def _view(answered: Answered) -> PracticeAnswerView:
    return PracticeAnswerView(**answer_view(answered).model_dump(exclude={"ledger_index", "checkpoint"}))
