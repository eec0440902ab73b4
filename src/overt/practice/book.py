"""The book of practice: encounters in memory that move exactly as real ones do, and write nothing.

Rules:
* The same moves are allowed and refused as in the force's book: `tests/property/test_practice_book.py` makes them in
  both.
* No entry is written, so there is no number of one (`NO_ENTRY`), no checkpoint, no proof and no receipt.
* No use of the pilot is counted: there is nothing to be capped.
* An encounter that has made `MOST_MOVES` is forgotten: nobody fills the memory by being refused again and again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from overt.authority import Authority
from overt.encounter import Encounter, Move, PilotUse
from overt.encounter.ports import Decide, EligibleCandidate, StoredAnswer
from overt.errors import EncounterUnknown, ReceiptMissing
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.entry import EntryDraft
from overt.policy.suspension import Order
from overt.practice.kept import Bounds, Kept
from overt.search.contract import Scored

NO_ENTRY = -1
"""Stands for the index of an entry; no entry has it."""
NOTHING_USED = PilotUse(frozenset(), 0)
MOST_MOVES = 200
BOUNDS = Bounds(most=500, most_each=4, longest=timedelta(hours=4))

Eligible = Callable[[Authority, Sequence[Scored]], Sequence[EligibleCandidate]]
"""What of the references found may be shown, in order."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An encounter after a move; nothing was recorded."""

    encounter: Encounter
    index: int = NO_ENTRY


@dataclass(frozen=True, slots=True)
class NothingPublished:
    """Stands where a checkpoint would."""

    note: bytes = b"PRACTICE: nothing was written.\n"


@dataclass(frozen=True, slots=True)
class _Course:
    encounter: Encounter
    answer: StoredAnswer | None = None


class PracticeBook:
    """Fills `Book`.

    Args:
        now: the present moment, aware.
        eligible: reads again, as the gallery's rows are read again in a real check.
    """

    def __init__(self, now: Callable[[], datetime], eligible: Eligible, bounds: Bounds = BOUNDS) -> None:
        self._kept: Kept[EncounterId, _Course] = Kept(now, bounds)
        self._eligible = eligible

    def open(self, area: str, make: Callable[[PilotUse], Move], actor: OfficerId) -> Recorded:  # noqa: ARG002 - no caps
        """Keep a new encounter."""
        encounter = make(NOTHING_USED).encounter
        # Whoever holds the phone: they are signed in, and can only crowd out themselves.
        self._kept.put(encounter.id, _Course(encounter), encounter.fields.operator)
        return Recorded(encounter)

    def load(self, encounter: EncounterId) -> Encounter:
        """One encounter.

        Raises:
            EncounterUnknown: there is none (any more).
        """
        course = self._kept.get(encounter)
        if course is None:
            raise EncounterUnknown()
        return course.encounter

    def advance(
        self,
        encounter: EncounterId,
        transition: Callable[[Encounter], Move],
        actor: OfficerId | None = None,  # noqa: ARG002 - nobody is noted
    ) -> Recorded:
        """Make one move."""
        return self._move(encounter, lambda course: replace(course, encounter=transition(course.encounter).encounter))

    def answer(
        self, authority: Authority, scored: Sequence[Scored], decide: Decide, session: bytes | None = None
    ) -> Recorded:
        """Make the move that answers a search; the arguments are those of the force's book."""

        def answered(course: _Course) -> _Course:
            move, body = decide(course.encounter, self._eligible(authority, scored))
            return _Course(move.encounter, StoredAnswer(dict(body), NO_ENTRY, session))

        return self._move(authority.encounter, answered)

    def stored_answer(self, encounter: EncounterId) -> StoredAnswer | None:
        """What is kept of an answer."""
        course = self._kept.get(encounter)
        return course.answer if course else None

    def suspensions(self) -> tuple[Order, ...]:
        """Nothing: practice goes on while checks are suspended."""
        return ()

    def note(self, draft: EntryDraft, secret: bytes | None = None) -> int:  # noqa: ARG002 - nothing is written
        """Write nothing."""
        return NO_ENTRY

    def looked_at(self, encounter: EncounterId, actor: str, why: str, recipient: str | None = None) -> None:
        """Note nothing: nothing of practice is anybody's."""

    def settle(self, index: int) -> NothingPublished:  # noqa: ARG002 - there is nothing to wait for
        """Wait for nothing."""
        return NothingPublished()

    def proof(self, index: int) -> NoReturn:  # noqa: ARG002
        """Raises:
        ReceiptMissing: always; there is nothing to prove.
        """
        raise ReceiptMissing()

    def entry_with_openings(self, index: int) -> tuple[bytes, Mapping[str, tuple[bytes, Any]]]:  # noqa: ARG002
        """Raises:
        ReceiptMissing: always; there is no entry.
        """
        raise ReceiptMissing()

    def leaves_of(self, encounter: EncounterId) -> Sequence[tuple[int, str]]:  # noqa: ARG002
        """None."""
        return ()

    def open_ones(self, officer: OfficerId) -> list[Encounter]:
        """The encounters of one's own that can go on, newest first."""
        found = [course.encounter for course in self._kept.all()]
        return [each for each in found if each.is_open and officer in (each.fields.officer, each.fields.operator)]

    def _move(self, encounter: EncounterId, how: Callable[[_Course], _Course]) -> Recorded:
        course = self._kept.change(encounter, how)
        if course is None:
            raise EncounterUnknown()
        if course.encounter.version >= MOST_MOVES:
            self._kept.drop(encounter)
        return Recorded(course.encounter)
