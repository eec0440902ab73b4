"""The use cases of a check: what a phone may ask, one method a step, over the Protocols of `ports`.

Rules:
* Each method makes at most one move, and returns only after the move's ledger entry is durable (`settle`).
* A refusal of a signed-in person is itself one entry; a stranger's is only counted. The refusal that is raised says
  where it was recorded (`recorded_at`). What is not there (404, or an answer that a phone asks for and that never
  came) was not refused, and where the ledger cannot be written nothing was decided: neither is an entry.
* Only the officer of an encounter, or its operator, moves it.
* Searching is in `search_desk`; what happens after the comparison in `reveal_desk`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from overt.access import CaptureNonce
from overt.encounter.authorising import require_searchable
from overt.encounter.encounter import Encounter
from overt.encounter.fields import CodedFields, read_fields
from overt.encounter.machine import (
    Move,
    end,
    give_owed_notice,
    open_check,
    record_notice,
    record_what_followed,
    refused_opening,
    step_refused,
)
from overt.encounter.ports import Book, People, Recorded, StoredAnswer
from overt.encounter.rules import People as Present
from overt.encounter.rules import PilotUse
from overt.errors import (
    AnswerOfAnotherSession,
    DeviceNotEnrolled,
    LedgerUnavailable,
    NotYourEncounter,
    OfficerNotAuthorised,
    Refusal,
)
from overt.identifiers import EncounterId, OfficerId
from overt.policy import Policy
from overt.policy.suspension import require_not_suspended

Transition = Callable[[Encounter], Move]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the desk is handed: randomness (`draw(n)` gives n bytes), the present moment, a stopwatch (seconds)."""

    draw: Callable[[int], bytes]
    now: Callable[[], datetime]
    stopwatch: Callable[[], float]


class Desk:
    """Opens, moves and ends encounters under one policy."""

    def __init__(self, policy: Policy, book: Book, people: People, around: Surroundings) -> None:
        self.policy, self.book, self.people, self.around = policy, book, people, around

    def open(
        self,
        document: Mapping[str, object],
        actor: OfficerId,
        *,
        simulated: bool = False,
        second_in_stop: bool = False,
        notice_later: bool = True,
        settle: bool = True,
    ) -> Encounter:
        """Open a check on its coded fields.

        Args:
            document: field name to value, as `read_fields` takes it.
            actor: who is signed in; has to be the officer or the operator of the fields.
            notice_later: the notice is a later step; False when the document must hold it already.
            settle: False when a later step of the same request waits for the ledger.

        Raises:
            EncounterRefusal: fields missing or not allowed together; or the people, the pilot or a cap forbid it.
            LedgerUnavailable: the ledger cannot be written.
        """
        if self.people.officer(actor) is None:
            self.people.count_stranger("open")
            raise OfficerNotAuthorised()
        with self.refusing_opening(document, actor):
            fields = read_fields(document, notice_later=notice_later)
            if actor not in (fields.officer, fields.operator):
                raise NotYourEncounter()
            recorded = self.book.open(
                fields.area, lambda use: self._opened(fields, use, simulated, second_in_stop), actor
            )
        return self._settled(recorded, settle)

    @contextmanager
    def refusing_opening(self, document: Mapping[str, object], actor: OfficerId) -> Iterator[None]:
        """Whatever refuses within is an entry of a check that was not opened, and goes on."""
        try:
            yield
        except LedgerUnavailable:
            raise
        except Refusal as refusal:
            self.refuse_opening(document, actor, refusal)
            raise

    def refuse_opening(self, document: Mapping[str, object], actor: OfficerId, refusal: Refusal) -> None:
        """Write into the ledger that no check was opened, and note on the refusal where."""
        index = self.book.note(refused_opening(actor, document, refusal), self.around.draw(32))
        self.book.settle(index)
        refusal.recorded_at = index

    def notice(self, encounter: EncounterId, actor: OfficerId, code: str, *, settle: bool = True) -> Encounter:
        """Record that the notice was said and shown, or why it could not be."""
        now = self.around.now()
        return self.move(encounter, actor, lambda each: record_notice(self.policy, each, code, now), settle=settle)

    def end(self, encounter: EncounterId, actor: OfficerId, code: str) -> Encounter:
        """End a check early; everything that ends one is counted."""
        return self.move(encounter, actor, lambda each: end(self.policy, each, code))

    def followed(self, encounter: EncounterId, actor: OfficerId, code: str) -> Encounter:
        """Record what followed a declined photograph."""
        now = self.around.now()
        return self.move(encounter, actor, lambda each: record_what_followed(self.policy, each, code, now))

    def owed_notice(self, encounter: EncounterId, actor: OfficerId) -> Encounter:
        """Record that a person who was unconscious has been told since."""
        now = self.around.now()
        return self.move(encounter, actor, lambda each: give_owed_notice(each, now))

    def nonce(self, encounter: EncounterId, actor: OfficerId, device: UUID | None) -> CaptureNonce:
        """A nonce for one capture by one enrolled device.

        Raises:
            StepRefusal, PolicyChanged, CheckTooOld, Suspended: no search could follow; so no photograph is taken.
            DeviceNotEnrolled: there is no device, or it is unknown or revoked.
        """
        stored = self.owned(encounter, actor)
        found = self.people.device(device) if device else None
        with self.recording(encounter):
            require_searchable(self.policy, stored, self.around.now())
            require_not_suspended(self.book.suspensions(), stored.fields)
            if found is None or found.revoked:
                raise DeviceNotEnrolled()
        nonce = CaptureNonce(self.around.draw(32), encounter, found.id, self.around.now())
        self.people.issue_nonce(nonce)
        return nonce

    def owned(self, encounter: EncounterId, actor: OfficerId) -> Encounter:
        """The encounter, when it is the actor's; trying somebody else's is an entry of that encounter.

        While a check goes on, what is recorded of it is its officer's own work. Afterwards each look at it is noted.

        Raises:
            EncounterUnknown: there is none.
            NotYourEncounter: it is somebody else's.
        """
        stored = self.book.load(encounter)
        with self.recording(encounter):
            _demand_owner(stored, actor)
        if not stored.is_open:
            self.book.looked_at(encounter, actor, "the record of a check that is over")
        return stored

    def move(
        self, encounter: EncounterId, actor: OfficerId, transition: Transition, *, settle: bool = True
    ) -> Encounter:
        """Make one move of one's own encounter, and wait for its entry; a refused move is an entry too.

        Raises:
            Refusal: as the move says; `recorded_at` is set.
            LedgerUnavailable: the ledger cannot be written.
        """
        self.owned(encounter, actor)
        with self.recording(encounter):
            recorded = self.book.advance(encounter, lambda each: transition(_demand_owner(each, actor)), actor)
        return self._settled(recorded, settle)

    @contextmanager
    def recording(self, encounter: EncounterId) -> Iterator[None]:
        """Whatever refuses within is an entry of the encounter, and goes on. Never one within another."""
        try:
            yield
        except LedgerUnavailable:
            raise
        except Refusal as refusal:
            self.record_refusal(encounter, refusal)
            raise

    def record_refusal(
        self,
        encounter: EncounterId,
        refusal: Refusal,
        as_move: Callable[[Encounter, Refusal], Move] = step_refused,
    ) -> None:
        """Write a refusal into the ledger and note on it where."""
        index = self.book.advance(encounter, lambda each: as_move(each, refusal)).index
        self.book.settle(index)
        refusal.recorded_at = index

    def answer_for(self, encounter: EncounterId, session: bytes | None) -> StoredAnswer | None:
        """What is kept of the answer, for the session that asked; None when nothing was answered.

        Raises:
            AnswerOfAnotherSession: another session asked; that is recorded.
        """
        kept = self.book.stored_answer(encounter)
        with self.recording(encounter):
            if kept is not None and kept.session != session:
                raise AnswerOfAnotherSession()
        return kept

    def present(self, fields: CodedFields) -> Present:
        """The accounts that the fields name, as they are now."""
        officer = self.people.officer(fields.officer)
        return Present(
            officer=officer,
            operator=officer if fields.operator == fields.officer else self.people.officer(fields.operator),
            supervisor=self.people.officer(fields.sign_off) if fields.sign_off else None,
        )

    def _opened(self, fields: CodedFields, use: PilotUse, simulated: bool, second_in_stop: bool) -> Move:
        return open_check(
            self.policy,
            fields,
            self.present(fields),
            use,
            encounter_id=EncounterId(UUID(bytes=self.around.draw(16), version=4)),
            once_key=self.around.draw(32),
            now=self.around.now(),
            simulated=simulated,
            second_in_stop=second_in_stop,
        )

    def _settled(self, recorded: Recorded, settle: bool) -> Encounter:
        if settle:
            self.book.settle(recorded.index)
        return recorded.encounter


def _demand_owner(encounter: Encounter, actor: OfficerId) -> Encounter:
    if actor not in (encounter.fields.officer, encounter.fields.operator):
        raise NotYourEncounter()
    return encounter
