"""`/api/v1/encounters`: one endpoint a step. Each hands its values to the desk and shows what comes back.

Rules:
* A capture is a raw body (one photograph, or a burst), read into memory with a cap; there is no form, no multipart, no
  file on disk.
* Answers are never cached (`app.SafeHeaders`).
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response, status
from starlette.concurrency import run_in_threadpool

from overt.access import Shutter
from overt.candidates.wording import NO_CANDIDATE
from overt.capture.burst import MEDIA_TYPE, is_burst, read_burst
from overt.capture.limits import MAX_BYTES
from overt.encounter import (
    CandidateAnswer,
    Comparison,
    Corroboration,
    Decision,
    Demographics,
    Encounter,
    Identity,
    Outcome,
    owed,
)
from overt.encounter.reveal_desk import Revealed
from overt.encounter.search_desk import Answered
from overt.errors import BurstUnreadable, ImageTooLarge
from overt.identifiers import EncounterId, ReferenceId
from overt.quality.assessment import NotAssessed
from overt.service.access import Access
from overt.service.bodies import (
    AnswerView,
    CodeBody,
    ComparisonBody,
    DecisionBody,
    DemographicsBody,
    EncounterView,
    IdentityBody,
    JoinCheckBody,
    JoinedView,
    NonceView,
    Opening,
    OutcomeBody,
    QualityView,
    ReceiptBody,
    RevealView,
    StrengthView,
)
from overt.service.signing_in import Desk, SignedIn, Where, Who
from overt.store.desks import Desks
from overt.store.instance import Instance

router = APIRouter(prefix="/api/v1/encounters", tags=["encounters"])
LETTERS = "ABCDEF"
NEVER_SHOWN = ReferenceId(0)
"""No reference has this number; a step that names it is refused by the desk, with its entry."""
_RAW = {"schema": {"type": "string", "format": "binary"}}
RAW_CAPTURE = {
    "requestBody": {
        "required": True,
        "content": dict.fromkeys(("image/jpeg", "image/png", "image/webp", MEDIA_TYPE), _RAW),
    }
}
SignedNonce = Annotated[str, Header(pattern="^[0-9a-f]{64}$")]
Signature = Annotated[str, Header(pattern="^[0-9a-f]{128}$")]
Opened = Annotated[Shutter, Header(description="How the shutter was opened, as signed.")]
REMINDER = "A candidate is a lead, never an identification."


@router.post("", status_code=status.HTTP_201_CREATED)
def open_check(body: Opening, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Open a check on its coded fields; the phone has just verified who holds it."""
    document = body.model_dump(exclude_none=True, exclude={"second_in_stop"})
    opened = desk.opening.open_at_once(who.session, document, second_in_stop=body.second_in_stop)
    return _view(where, opened)


@router.post("/join")
def join(body: JoinCheckBody, who: Who, desk: Desk, access: Access) -> JoinedView:
    """Join an open check by a one-time link, to judge its candidates too."""
    token = bytes.fromhex(body.token)
    invitation = access.joining.second_invitation(token)
    desk.viewing.join(invitation, who.session)
    access.joining.use_second(token)
    return JoinedView(encounter=str(invitation))


@router.get("/{encounter}")
def read(encounter: UUID, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Where a check of one's own stands."""
    return _view(where, desk.check.owned(EncounterId(encounter), who.officer))


@router.post("/{encounter}/notice")
def notice(encounter: UUID, body: CodeBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record that the notice was said and shown, or why it could not be."""
    return _view(where, desk.check.notice(EncounterId(encounter), who.officer, body.code))


@router.post("/{encounter}/end")
def end(encounter: UUID, body: CodeBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """End a check early; possible at any step."""
    return _view(where, desk.check.end(EncounterId(encounter), who.officer, body.code))


@router.post("/{encounter}/followed")
def followed(encounter: UUID, body: CodeBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record what followed a declined photograph."""
    return _view(where, desk.check.followed(EncounterId(encounter), who.officer, body.code))


@router.post("/{encounter}/nonce")
def nonce(encounter: UUID, who: Who, desk: Desk, where: Where) -> NonceView:
    """A nonce that this session's device signs its capture over (spec/capture-signature.md)."""
    issued = desk.check.nonce(EncounterId(encounter), who.officer, who.device)
    return NonceView(nonce=issued.value.hex(), good_for_seconds=where.policy.limits.capture_seconds)


@router.post(
    "/{encounter}/capture",
    openapi_extra=RAW_CAPTURE,
)
async def capture(
    encounter: UUID,
    request: Request,
    who: Who,
    desk: Desk,
    overt_nonce: SignedNonce,
    overt_signature: Signature,
    overt_shutter: Opened,
) -> AnswerView:
    """Search with one capture: the raw body, one photograph or a burst (spec/capture-burst.md). No score, no name."""
    return answer_view(await handed_in(desk, encounter, request, who, overt_nonce, overt_signature, overt_shutter))


@router.get("/{encounter}/answer")
def answer_again(encounter: UUID, who: Who, desk: Desk) -> AnswerView:
    """The stored answer, for a phone that lost it; nothing is searched again."""
    return answer_view(desk.search.again(EncounterId(encounter), who.officer, who.token_hash))


@router.post("/{encounter}/comparison")
def comparison(encounter: UUID, body: ComparisonBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record the officer's own judgement of each candidate, before any score is told."""
    lookup = _lookup(desk.check.owned(EncounterId(encounter), who.officer))
    answers = tuple(
        CandidateAnswer(lookup(each.candidate), each.features, each.verdict, each.elapsed_ms) for each in body.answers
    )
    return _view(where, desk.reveal.compare(EncounterId(encounter), who.officer, Comparison(answers), who.token_hash))


@router.post("/{encounter}/reveal")
def reveal(encounter: UUID, who: Who, desk: Desk) -> RevealView:
    """Strengths and names, once the comparison is in."""
    return _reveal(desk.reveal.reveal(EncounterId(encounter), who.officer, who.token_hash))


@router.post("/{encounter}/decision")
def decision(encounter: UUID, body: DecisionBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record the decision; a candidate is a lead."""
    chosen = None
    if body.candidate is not None:
        chosen = _lookup(desk.check.owned(EncounterId(encounter), who.officer))(body.candidate)
    return _view(where, desk.reveal.decide(EncounterId(encounter), who.officer, Decision(body.code, chosen)))


@router.post("/{encounter}/outcome")
def outcome(encounter: UUID, body: OutcomeBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record what happened; anything adverse needs corroboration from before it."""
    corroborations = tuple(Corroboration(each.code, each.at, each.reference) for each in body.corroborations)
    value = Outcome(body.code, body.at, corroborations, body.body_worn_video)
    return _view(where, desk.reveal.outcome(EncounterId(encounter), who.officer, value))


@router.post("/{encounter}/demographics")
def demographics(encounter: UUID, body: DemographicsBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record the demographic answers; `not-stated` is one."""
    value = Demographics(body.ethnicity_self, body.ethnicity_officer, body.sex, body.age_band)
    return _view(where, desk.reveal.demographics(EncounterId(encounter), who.officer, value))


@router.post("/{encounter}/identity")
def identity(encounter: UUID, body: IdentityBody, who: Who, desk: Desk, where: Where) -> EncounterView:
    """Record how the identity was established in the end."""
    chosen = None
    if body.candidate is not None:
        chosen = _lookup(desk.check.owned(EncounterId(encounter), who.officer))(body.candidate)
    value = Identity(body.by, body.who_it_was, chosen)
    return _view(where, desk.reveal.identity(EncounterId(encounter), who.officer, value))


@router.post("/{encounter}/receipt")
def receipt(encounter: UUID, body: ReceiptBody, who: Who, desk: Desk) -> Response:
    """Issue the receipt (spec/receipt.md), or record that it was declined (204)."""
    data = desk.reveal.issue(EncounterId(encounter), who.officer, declined=body.declined)
    if data is None:
        return Response(status_code=status.HTTP_204_NO_CONTENT)
    return Response(data, media_type="application/json")


async def handed_in(
    desks: Desks, encounter: UUID, request: Request, who: SignedIn, nonce: str, signature: str, shutter: Shutter
) -> Answered:
    """Hand a capture's body to the desk; one that cannot be read is counted as a photograph that cannot be used."""
    try:
        frames = await _frames(request)
    except (ImageTooLarge, BurstUnreadable) as refusal:
        raise await run_in_threadpool(desks.search.unusable, EncounterId(encounter), who.officer, refusal) from None
    return await run_in_threadpool(
        desks.search.capture,
        EncounterId(encounter),
        who.officer,
        frames,
        bytes.fromhex(nonce),
        bytes.fromhex(signature),
        shutter,
        who.token_hash,
        who.device,
    )


async def _frames(request: Request) -> tuple[bytes, ...]:
    """The frames of a raw body; whatever does not say that it is a burst is one."""
    body = await _body(request)
    return read_burst(body) if is_burst(request.headers.get("content-type")) else (body,)


async def _body(request: Request) -> bytes:
    """The raw body, in memory only, refused as soon as it is larger than a capture may be."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BYTES:
            raise ImageTooLarge()
        parts.append(part)
    return b"".join(parts)


def _view(instance: Instance, encounter: Encounter) -> EncounterView:
    return EncounterView(
        encounter=str(encounter.id),
        state=encounter.state.value,
        ground=encounter.fields.ground,
        simulated=encounter.simulated,
        opened_at=encounter.opened_at,
        owed=[each.kind.value for each in owed(instance.policy, encounter, instance.clock())],
    )


def answer_view(answered: Answered) -> AnswerView:
    """An answer as a phone gets it."""
    return AnswerView(
        encounter=str(answered.encounter.id),
        state=answered.encounter.state.value,
        candidates=list(LETTERS[: len(answered.candidates)]),
        none_sentence=None if answered.candidates else NO_CANDIDATE,
        quality=[
            QualityView(
                measure=each.measure.value,
                value=None if isinstance(each.value, NotAssessed) else each.value,
                advice=each.advice,
            )
            for each in answered.quality
        ],
        presentation_warning=answered.presentation.warning if answered.presentation else None,
        ledger_index=answered.index,
        checkpoint=answered.checkpoint,
    )


def _reveal(revealed: Revealed) -> RevealView:
    return RevealView(
        encounter=str(revealed.encounter.id),
        state=revealed.encounter.state.value,
        candidates=[
            StrengthView(
                candidate=each.handle,
                person=each.names.person if each.names else None,
                display_name=each.names.display_name if each.names else None,
                related_to=each.names.related_to if each.names else None,
                captured_on=each.captured_on.isoformat(),
                outcome=each.outcome,
                score=each.score,
                expected_false=each.expected_false,
                sentence=each.sentence,
                relatives=each.relatives,
            )
            for each in revealed.candidates
        ],
        sentence=revealed.sentence,
        warning=revealed.warning,
        reminder=REMINDER,
    )


def _lookup(encounter: Encounter) -> Callable[[str], ReferenceId]:
    """From a letter to the candidate that was shown under it; the machine refuses a letter that was not."""
    shown = dict(zip(LETTERS, encounter.candidates, strict=False))
    return lambda letter: shown.get(letter, NEVER_SHOWN)
