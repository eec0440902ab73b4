"""From a signed capture to candidates.

Rules:
* The order never bends: the signature over the nonce, then the authority, then the frames, then the search, then
  the transaction that re-checks every reference and writes the ledger, then the durable entry - and then the answer.
* The frames and their template live in the variables of one call. What leaves it: advice about the picture, and what
  may be seen of the candidates. What is stored: references and scores.
* An encounter is answered once. A lost answer is shown again from what was stored, not searched again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from overt.access import CaptureProof, Shutter, verify_capture
from overt.authority import Authority
from overt.candidates.calibration import CalibrationTable
from overt.candidates.display import Rules, Shown, choose
from overt.candidates.reach import within_reach
from overt.candidates.shuffle import RANDOMNESS
from overt.encounter.desk import Desk
from overt.encounter.encounter import Encounter
from overt.encounter.machine import Move, authorise_search, capture_refused, search_answered
from overt.encounter.moves import require_open
from overt.encounter.ports import EligibleCandidate, Gallery, Templates
from overt.encounter.steps import Answer
from overt.errors import AnswerMissing, CaptureForeign, CaptureRefusal, LedgerUnavailable, Refusal, StepRefusal
from overt.identifiers import Digest, EncounterId, OfficerId, ReferenceId
from overt.policy.suspension import require_not_suspended
from overt.quality.assessment import Assessment
from overt.quality.presentation.sign import Sign
from overt.search.contract import Scored
from overt.search.gallery_backed import GallerySearch
from overt.template.made import MadeTemplate

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Answered:
    """What a phone gets for a photograph; no score, no name, no rank.

    `candidates` are in shuffled order. `quality` is empty, and `presentation` None, when a stored answer is shown
    again, since nothing of the frames was kept. `presentation`: what the frames look like the photograph of, if they
    do. `timings_ms`: decode, detect, embed, search, ledger, total.
    """

    encounter: Encounter
    candidates: tuple[ReferenceId, ...]
    quality: tuple[Assessment, ...]
    contract: Digest
    index: int
    checkpoint: str
    timings_ms: Mapping[str, float]
    presentation: Sign | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    scored: Sequence[Scored]
    threshold: float
    scope_size: int
    calibrated: bool


class SearchDesk:
    """Answers captures under one policy and one calibration."""

    def __init__(self, desk: Desk, templates: Templates, gallery: Gallery, calibration: CalibrationTable) -> None:
        self._desk, self._templates, self._gallery, self._calibration = desk, templates, gallery, calibration

    def capture(
        self,
        encounter: EncounterId,
        actor: OfficerId,
        frames: Sequence[bytes],
        nonce: bytes,
        signature: bytes,
        shutter: Shutter,
        session: bytes | None = None,
        device: UUID | None = None,
    ) -> Answered:
        """Search with one capture.

        Args:
            frames: 1 to 5 files as the phone sent them, in the order taken; a photograph is a burst of one.
            nonce: 32 bytes that `Desk.nonce` gave out for this encounter and device.
            signature: the device's, over `overt.access.capture_message`.
            shutter: how it was opened, as signed.
            session: hash of the session that asks; the answer is shown in no other.
            device: the phone of that session: the one that the nonce was given to, so that no other session of the
                officer's hands in, and is answered, what one phone signed. Without a session nobody asks by a phone.

        Raises:
            EncounterRefusal: the step, the people, the pilot or the signature do not allow it.
            CaptureRefusal: the frames cannot be used; the officer may take others.
            LedgerUnavailable: the entry cannot be made durable; there is no answer.
        """
        start = self._desk.around.stopwatch()
        stored = self._desk.owned(encounter, actor)
        try:
            proof = self._verified(encounter, frames, nonce, signature, shutter)
            _demand_same_phone(proof, session, device)
            authority = self._authority(stored)
        except LedgerUnavailable:
            raise
        except Refusal as refusal:
            self._desk.record_refusal(encounter, refusal)
            raise
        made = self._made(encounter, frames)
        at_search = self._desk.around.stopwatch()
        try:
            found = self._search(made, authority)
            at_ledger = self._desk.around.stopwatch()
            answered = self._record(authority, found, proof, session)
        except LedgerUnavailable:
            raise
        except Refusal as refusal:
            # Too late, or overtaken by another capture of this check: it searched, so it is in the record.
            self._desk.record_refusal(encounter, refusal)
            raise
        done = self._desk.around.stopwatch()
        timings = {
            **made.timings_ms,
            "search": (at_ledger - at_search) * 1000,
            "ledger": (done - at_ledger) * 1000,
            "total": (done - start) * 1000,
        }
        return replace(answered, quality=made.quality, timings_ms=timings, presentation=made.presentation)

    def unusable(self, encounter: EncounterId, actor: OfficerId, refusal: CaptureRefusal) -> CaptureRefusal:
        """Count a capture that was refused before it was looked at, such as a body too large; returns why."""
        self._desk.owned(encounter, actor)
        self._count_unusable(encounter, refusal)
        return refusal

    def again(self, encounter: EncounterId, actor: OfficerId, session: bytes | None = None) -> Answered:
        """The stored answer, for a phone that lost it, as long as the check is open: the same candidates in order.

        Raises:
            AnswerMissing: nothing was answered.
            AnswerOfAnotherSession: another session asked for it.
            CheckEnded, CheckCompleted: the check is over, and with it the showing of candidates.
            LedgerUnavailable: the entry is not durable, so it was never an answer.
        """
        stored = self._desk.owned(encounter, actor)
        with self._desk.recording(encounter):
            require_open(stored)
        kept = self._desk.answer_for(encounter, session)
        if kept is None:
            raise AnswerMissing()
        return self._answered(stored, Digest(kept.body["contract"]), kept.index)

    def _verified(
        self, encounter: EncounterId, frames: Sequence[bytes], nonce: bytes, signature: bytes, shutter: Shutter
    ) -> CaptureProof:
        taken = self._desk.people.use_nonce(nonce)
        if taken is None:
            raise CaptureForeign()
        issued, used = taken
        digests = [hashlib.sha256(frame).digest() for frame in frames]
        device = self._desk.people.device(issued.device)
        now = self._desk.around.now()
        good_for = timedelta(seconds=self._desk.policy.limits.capture_seconds)
        return verify_capture(
            device, issued, encounter, shutter, digests, signature, now, nonce_used=used, good_for=good_for
        )

    def _made(self, encounter: EncounterId, frames: Sequence[bytes]) -> MadeTemplate:
        try:
            return self._templates.make_burst(frames)
        except CaptureRefusal as refusal:
            self._count_unusable(encounter, refusal)
            raise

    def _count_unusable(self, encounter: EncounterId, refusal: CaptureRefusal) -> None:
        try:
            self._desk.record_refusal(encounter, refusal, capture_refused)
        except StepRefusal:
            # No photograph was due (any more): the step is what was refused.
            self._desk.record_refusal(encounter, refusal)

    def _authority(self, stored: Encounter) -> Authority:
        # Read at the start of this request: should it have moved since, the transaction that answers refuses.
        present = self._desk.present(stored.fields)
        require_not_suspended(self._desk.book.suspensions(), stored.fields)
        contract = self._templates.contract.digest
        return authorise_search(self._desk.policy, stored, present, contract, self._desk.around.now())

    def _search(self, made: MadeTemplate, authority: Authority) -> _Found:
        search, now = GallerySearch(self._gallery.current()), self._desk.around.now()
        size = search.scope_size(authority, now)
        rules = self._desk.policy.threshold
        target = rules.target_fpir_per_million / MILLION
        threshold = self._calibration.threshold(target, max(size, rules.set_for))
        found = search.find(made.template, threshold, authority, now)
        return _Found(found, threshold, size, within_reach(made.quality))

    def _record(self, authority: Authority, found: _Found, proof: CaptureProof, session: bytes | None) -> Answered:
        desk = self._desk
        recorded = desk.book.answer(authority, found.scored, self._decide(authority, found, proof), session)
        return self._answered(recorded.encounter, authority.scope.contract, recorded.index)

    def _decide(
        self, authority: Authority, found: _Found, proof: CaptureProof
    ) -> Callable[[Encounter, Sequence[EligibleCandidate]], tuple[Move, Mapping[str, Any]]]:
        policy, around = self._desk.policy, self._desk.around

        def decide(stored: Encounter, eligible: Sequence[EligibleCandidate]) -> tuple[Move, Mapping[str, Any]]:
            shown = choose(
                [Scored(one.reference, one.score) for one in eligible],
                {one.reference: one.person for one in eligible},
                self._calibration,
                Rules(found.threshold, found.scope_size, policy.candidates_cap),
                around.draw(RANDOMNESS),
            )
            order = tuple(one.reference for one in shown.candidates)
            contract = authority.scope.contract
            answer = Answer(order, contract, round(found.threshold * MILLION), found.scope_size, proof)
            body = _kept(shown, found, contract, {one.reference: one for one in eligible})
            return search_answered(policy, stored, authority, answer, around.now()), body

        return decide

    def _answered(self, encounter: Encounter, contract: Digest, index: int) -> Answered:
        head = self._desk.book.settle(index)
        return Answered(encounter, encounter.candidates, (), contract, index, head.note.decode(), {})


def _demand_same_phone(proof: CaptureProof, session: bytes | None, device: UUID | None) -> None:
    if session is not None and proof.device != device:
        raise CaptureForeign()


def _kept(
    shown: Shown, found: _Found, contract: Digest, eligible: Mapping[ReferenceId, EligibleCandidate]
) -> dict[str, Any]:
    """What is stored of an answer: references and scores as they were shown; of the photograph only whether the
    calibration speaks for such ones."""
    warning = shown.lookalike
    return {
        "candidates": [
            {
                "handle": one.handle,
                "reference": one.reference,
                # The shortest exact decimal: what was answered can be shown again to the last bit.
                "score": repr(one.score),
                "captured_on": eligible[one.reference].captured_on.isoformat(),
                "outcome": eligible[one.reference].outcome,
            }
            for one in shown.candidates
        ],
        "people_left_out": shown.people_left_out,
        "lookalike": {"handles": list(warning.handles), "message": warning.message} if warning else None,
        "contract": contract,
        "scope_size": found.scope_size,
        "threshold": repr(found.threshold),
        "calibrated": found.calibrated,
    }
