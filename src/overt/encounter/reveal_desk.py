"""After the officer has compared: strength, names, decision, outcome, receipt.

Rules:
* Nothing about strength or identity leaves before the comparison is recorded; then the reveal is itself an entry.
* The strength is the expected number of references this similar for a person who is not enrolled in the searched scope.
* Relatives are looked up then, not with the search: nothing of them is kept with the answer.
* A receipt is for everybody who was asked, declined or not, and is checked before it is handed out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from overt.candidates.calibration import CalibrationTable
from overt.candidates.wording import NO_CANDIDATE, related, strength
from overt.encounter.desk import Desk
from overt.encounter.encounter import Encounter
from overt.encounter.machine import (
    decide,
    identity_established,
    issue_receipt,
    record_comparison,
    record_demographics,
    record_outcome,
    reveal,
)
from overt.encounter.ports import Names, PersonNames, Seconds
from overt.encounter.steps import Comparison, Decision, Demographics, Identity, Outcome
from overt.errors import AnswerMissing, ReceiptMissing, RevealMissing
from overt.gallery.relations import Relation
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.ledger.deeds import Deed
from overt.ledger.entry import Opening
from overt.ledger.note import parse_vkey
from overt.ledger.receipt import build_receipt, reference_code


@dataclass(frozen=True, slots=True)
class RevealedCandidate:
    """One candidate after the comparison.

    `names` is None when the person has been erased since. `expected_false` is the expected number of references this
    near for a person who is not in the searched scope; None where the calibration does not hold such photographs.
    `relatives`: what the force's records say today of a relative who is on file as well, or None.
    `outcome`: what became of the matter for which the image was taken, as it was when the answer was given.
    """

    handle: str
    reference: ReferenceId
    names: PersonNames | None
    score: float
    expected_false: float | None
    sentence: str
    captured_on: date
    outcome: str
    relatives: str | None


@dataclass(frozen=True, slots=True)
class Revealed:
    """What the officer learns after comparing; strongest first. `warning`: two people are almost equally near."""

    encounter: Encounter
    candidates: tuple[RevealedCandidate, ...]
    sentence: str | None
    warning: str | None
    index: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What the gallery says today of the people shown; it is not kept with the answer, and goes with an erasure."""

    names: Mapping[ReferenceId, PersonNames]
    relations: Mapping[ReferenceId, frozenset[Relation]]


class RevealDesk:
    """The steps behind the comparison."""

    def __init__(self, desk: Desk, names: Names, calibration: CalibrationTable, vkey: str, seconds: Seconds) -> None:
        self._desk, self._names, self._calibration, self._vkey = desk, names, calibration, vkey
        self._seconds = seconds

    def compare(
        self, encounter: EncounterId, actor: OfficerId, comparison: Comparison, session: bytes | None = None
    ) -> Encounter:
        """Record the officer's own judgement of each candidate.

        Raises:
            AnswerOfAnotherSession: another session asked for the answer, and saw it.
        """
        self._desk.owned(encounter, actor)
        self._desk.answer_for(encounter, session)
        return self._desk.move(encounter, actor, lambda each: record_comparison(self._desk.policy, each, comparison))

    def reveal(self, encounter: EncounterId, actor: OfficerId, session: bytes | None = None) -> Revealed:
        """Tell strength and names, once the comparison is in.

        Raises:
            AnswerOfAnotherSession: another session asked for the answer.
        """
        self._desk.owned(encounter, actor)
        self._desk.answer_for(encounter, session)
        second = self._seconds.judgement(encounter)
        stored = self._desk.move(encounter, actor, lambda each: reveal(each, second))
        return self.revealed(stored, session)

    def revealed(self, encounter: Encounter, session: bytes | None = None) -> Revealed:
        """What a reveal told, from what was stored; for a phone that lost it.

        Raises:
            RevealMissing: the strength has not been shown yet.
            AnswerMissing: nothing was answered, or it is past its retention.
            AnswerOfAnotherSession: another session asked for it.
        """
        with self._desk.recording(encounter.id):
            if Deed.ENCOUNTER_CANDIDATES_REVEALED not in encounter.past:
                raise RevealMissing()
        kept = self._desk.answer_for(encounter.id, session)
        if kept is None:
            raise AnswerMissing()
        body, index = kept.body, kept.index
        rows = body["candidates"]
        shown = [ReferenceId(row["reference"]) for row in rows]
        known = _Known(self._names.names_of(shown), self._names.relations_of(shown))
        calibrated = body["calibrated"] and self._calibration.calibrated_for(
            encounter.fields.ground, encounter.fields.age
        )
        revealed = [self._revealed_one(row, known, body["scope_size"], calibrated) for row in rows]
        candidates = tuple(sorted(revealed, key=lambda one: (-one.score, one.reference)))
        warning = body["lookalike"]["message"] if body["lookalike"] else None
        return Revealed(encounter, candidates, None if candidates else NO_CANDIDATE, warning, index)

    def decide(self, encounter: EncounterId, actor: OfficerId, decision: Decision) -> Encounter:
        """Record the decision: a candidate is a lead, never an identification."""
        return self._desk.move(encounter, actor, lambda each: decide(self._desk.policy, each, decision))

    def outcome(self, encounter: EncounterId, actor: OfficerId, outcome: Outcome) -> Encounter:
        """Record what happened; an adverse act needs corroboration from before it."""
        now = self._desk.around.now()
        return self._desk.move(encounter, actor, lambda each: record_outcome(self._desk.policy, each, outcome, now))

    def demographics(self, encounter: EncounterId, actor: OfficerId, answers: Demographics) -> Encounter:
        """Record the demographic answers, or that they were not given."""
        return self._desk.move(encounter, actor, lambda each: record_demographics(self._desk.policy, each, answers))

    def identity(self, encounter: EncounterId, actor: OfficerId, identity: Identity) -> Encounter:
        """Record how the identity was established in the end."""
        now = self._desk.around.now()
        policy = self._desk.policy
        return self._desk.move(encounter, actor, lambda each: identity_established(policy, each, identity, now))

    def issue(self, encounter: EncounterId, actor: OfficerId, *, declined: bool) -> bytes | None:
        """Issue the receipt; returns its bytes, or None when the person declined it."""
        code = reference_code(self._desk.around.draw(5))
        self._desk.move(encounter, actor, lambda each: issue_receipt(self._desk.policy, each, code, declined))
        return None if declined else self.receipt(encounter)

    def receipt(self, encounter: EncounterId) -> bytes:
        """The bytes of a receipt that was issued.

        Raises:
            ReceiptMissing: none was issued, or its opening is past its retention.
        """
        stored = self._desk.book.load(encounter)
        issued = [at for at, deed in self._desk.book.leaves_of(encounter) if deed == Deed.ENCOUNTER_RECEIPT_ISSUED]
        if not issued or stored.receipt is None or stored.receipt.reference is None:
            raise ReceiptMissing()
        entry, opened = self._desk.book.entry_with_openings(issued[-1])
        if "receipt" not in opened:
            raise ReceiptMissing()
        openings = {name: Opening(opening, value) for name, (opening, value) in opened.items()}
        proof = self._desk.book.proof(issued[-1])
        policy = self._desk.policy
        return build_receipt(
            stored.receipt.reference, policy.complaints, entry, openings, proof, parse_vkey(self._vkey)
        )

    def _revealed_one(
        self, row: Mapping[str, Any], known: _Known, scope_size: int, calibrated: bool
    ) -> RevealedCandidate:
        score = float(row["score"])
        expected = self._calibration.expected_false(score, scope_size)
        reference = ReferenceId(row["reference"])
        return RevealedCandidate(
            handle=row["handle"],
            reference=reference,
            names=known.names.get(reference),
            score=score,
            expected_false=expected if calibrated else None,
            sentence=strength(expected, calibrated),
            captured_on=date.fromisoformat(row["captured_on"]),
            outcome=row["outcome"],
            relatives=related(known.relations.get(reference, frozenset())),
        )
