"""Candidates as pictures: who may look, and how often somebody did.

Rules:
* A picture is shown in the session that asked for the answer, or in that of the officer who joined to judge too; while
  the check is open, and a second officer's only until their judgement is in.
* Each look is counted before the picture is handed out. The picture carries a watermark: officer, check, moment.
* A second judgement is made blind: before the strength is told, by somebody who is neither officer nor operator, on an
  enrolled phone, and it is one.
* Whoever tries anything else has left an entry in the check. After the answer it says no more than that a step was
  refused, so it does not tell whether there were candidates.
"""

from overt.access import Permission, Session, require
from overt.candidates.watermark import watermarked
from overt.encounter.desk import Desk
from overt.encounter.encounter import Encounter
from overt.encounter.judging import check_comparison
from overt.encounter.moves import require_open, require_state
from overt.encounter.ports import Images, Seconds, Views
from overt.encounter.steps import Comparison, SecondJudgement, State
from overt.errors import (
    AlreadyRevealed,
    AnswerMissing,
    AnswerOfAnotherSession,
    ComparisonAlreadyRecorded,
    DeviceNotEnrolled,
    OfficerTrainingExpired,
    SecondJudgementNotPossible,
)
from overt.identifiers import EncounterId, OfficerId, ReferenceId

LETTERS = "ABCDEF"


class ViewingDesk:
    """Shows candidates, and takes a second judgement."""

    def __init__(self, desk: Desk, images: Images, views: Views, seconds: Seconds) -> None:
        self._desk, self._images, self._views, self._seconds = desk, images, views, seconds

    def image(self, encounter: EncounterId, session: Session, letter: str) -> bytes:
        """The picture of one candidate, as JPEG with a watermark; a grey field where the reference has no picture.

        Raises:
            AnswerOfAnotherSession: neither the session that asked nor that of the second officer.
            ComparisonAlreadyRecorded, AlreadyRevealed: the second officer has nothing left to judge.
            CheckEnded, CheckCompleted: the check is over.
            AnswerMissing: there is no such candidate.
        """
        stored = self._desk.book.load(encounter)
        with self._desk.recording(encounter):
            self._demand_viewer(stored, session)
            require_open(stored)
            reference = dict(zip(LETTERS, stored.candidates, strict=False)).get(letter)
            if reference is None:
                raise AnswerMissing()
        return self._shown(stored, reference, session.officer)

    def _shown(self, stored: Encounter, reference: ReferenceId, officer: OfficerId) -> bytes:
        picture = self._images.image(reference)
        self._views.count(stored.id, reference, officer)
        moment = self._desk.around.now()
        lines = (f"{officer}", f"{str(stored.id)[:8]}  {moment:%Y-%m-%d %H:%M} UTC")
        return watermarked(picture, lines)

    def _demand_viewer(self, stored: Encounter, session: Session) -> None:
        kept = self._desk.book.stored_answer(stored.id)
        if kept is None:
            raise AnswerMissing()
        if kept.session == session.token_hash:
            return
        self._demand_second(stored, session)

    def _demand_second(self, stored: Encounter, session: Session) -> None:
        second = self._seconds.judgement(stored.id)
        if second is None or self._seconds.session(stored.id) != session.token_hash:
            raise AnswerOfAnotherSession()
        require_open(stored)
        if second.comparison is not None:
            raise ComparisonAlreadyRecorded()
        if stored.state not in (State.ANSWERED, State.COMPARED):
            raise AlreadyRevealed()

    # --- a second judgement --------------------------------------------------------------------------------------

    def may_invite(self, encounter: EncounterId, actor: OfficerId) -> Encounter:
        """The check, when a second officer could join it now.

        Raises:
            SecondJudgementNotPossible: there are no candidates, somebody has joined, or the strength was told.
        """
        stored = self._desk.owned(encounter, actor)
        with self._desk.recording(encounter):
            self._demand_joinable(stored)
        return stored

    def _demand_joinable(self, stored: Encounter) -> None:
        before = stored.state in (State.ANSWERED, State.COMPARED)
        if not before or not stored.candidates or self._seconds.judgement(stored.id) is not None:
            raise SecondJudgementNotPossible()

    def join(self, encounter: EncounterId, session: Session) -> None:
        """Join an open check to judge its candidates too.

        Raises:
            PermissionMissing, OfficerTrainingExpired: this person does no checks.
            DeviceNotEnrolled: this person is not on an enrolled phone.
            SecondJudgementNotPossible: it is this person's own check, or nobody can join it (any more).
        """
        stored = self._desk.book.load(encounter)
        with self._desk.recording(encounter):
            person = require(self._desk.people.officer(session.officer), Permission.CHECK_DO)
            if not person.trained(self._desk.around.now()):
                raise OfficerTrainingExpired()
            if session.device is None:
                raise DeviceNotEnrolled()
            if person.id in (stored.fields.officer, stored.fields.operator):
                raise SecondJudgementNotPossible()
            self._demand_joinable(stored)
            self._seconds.join(encounter, person.id, session.token_hash)

    def joined(self, encounter: EncounterId, session: Session) -> Encounter:
        """The check that this session has joined and may still judge.

        Raises:
            AnswerOfAnotherSession: this session has not joined it.
            ComparisonAlreadyRecorded, AlreadyRevealed, CheckEnded, CheckCompleted: there is nothing left to judge.
        """
        stored = self._desk.book.load(encounter)
        with self._desk.recording(encounter):
            self._demand_second(stored, session)
        return stored

    def judge(self, encounter: EncounterId, session: Session, comparison: Comparison) -> None:
        """Enter the second judgement; once.

        Raises:
            ComparisonNotComplete, UnknownCode: as for the officer's own.
            Refusal: as `joined` refuses.
        """
        stored = self.joined(encounter, session)
        with self._desk.recording(encounter):
            check_comparison(self._desk.policy, stored, comparison)
            self._seconds.enter(encounter, comparison)

    def second(self, encounter: EncounterId) -> SecondJudgement | None:
        """Who has joined, and what they said; for the check's own officer, and after the comparison only.

        Raises:
            StepRefusal: the officer has not compared yet.
        """
        stored = self._desk.book.load(encounter)
        with self._desk.recording(encounter):
            if stored.comparison is None:
                require_state(stored, State.COMPARED)
        return self._seconds.judgement(encounter)

    def has_second(self, encounter: EncounterId) -> tuple[bool, bool]:
        """Whether somebody has joined, and whether their judgement is in; nothing of what it says."""
        second = self._seconds.judgement(encounter)
        return second is not None, second is not None and second.comparison is not None
