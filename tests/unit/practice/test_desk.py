"""Where the desks of practice differ: nothing names an entry, and the receipt is a specimen."""

from typing import Any

import pytest

from overt.encounter import record_notice
from overt.encounter.desk import Surroundings
from overt.encounter.receipt_desk import Given
from overt.encounter.reveal_desk import RevealDesk
from overt.errors import (
    CheckEnded,
    EncounterUnknown,
    NotYourEncounter,
    ReceiptAlreadyIssued,
    ReceiptLinkGone,
    ReceiptLinkUnknown,
    ReceiptMissing,
    Refusal,
    UnknownCode,
)
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.receipt import reference_code
from overt.practice.book import BOUNDS, MOST_MOVES, NO_ENTRY, PracticeBook
from overt.practice.desk import SPECIMEN, PracticeDesk, PracticeReceipts
from overt.practice.people import PracticePeople
from overt.practice.policy import practice_policy
from overt.practice.seconds import PracticeSeconds
from simulators.force import OFFICER, STREET, Clock, random_bytes
from unit.encounter.builders import CONTRACT, NOW, POLICY, opened
from unit.encounter.builders import OFFICER as ACCOUNT
from unit.practice.test_people import Known

POLICY_OF_PRACTICE = practice_policy(POLICY, CONTRACT)


class Desks:
    """A desk of practice with its book and its receipts."""

    def __init__(self) -> None:
        self.clock = Clock(NOW)
        self.book = PracticeBook(self.clock, lambda authority, scored: [])
        around = Surroundings(draw=random_bytes, now=self.clock, stopwatch=lambda: 0.0)
        self.check = PracticeDesk(POLICY_OF_PRACTICE, self.book, PracticePeople(Known(ACCOUNT), self.clock), around)
        nothing: Any = None
        reveal = RevealDesk(self.check, nothing, nothing, "", PracticeSeconds(self.clock))
        self.receipts = PracticeReceipts(self.check, reveal)
        self.reveal = reveal

    def ended(self) -> EncounterId:
        check = self.check.open(STREET, OFFICER).id
        self.check.end(check, OFFICER, "declined-photo")
        return check


@pytest.fixture
def desks() -> Desks:
    return Desks()


def refusal_of(act: Any, *arguments: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*arguments)
    return caught.value


def test_no_refusal_names_an_entry(desks: Desks) -> None:
    refused = [refusal_of(desks.check.open, {**STREET, "place": "school"}, OFFICER)]
    check = desks.check.open(STREET, OFFICER).id
    refused.append(refusal_of(desks.check.end, check, OFFICER, "nonsense"))
    refused.append(refusal_of(desks.check.end, check, OfficerId("colleague"), "mistake"))
    desks.check.notice(check, OFFICER, "given")
    refused.append(refusal_of(desks.check.nonce, check, OFFICER, None))
    assert [each.recorded_at for each in refused] == [None] * 4
    assert desks.book.load(check).step_refusals == (UnknownCode.code, NotYourEncounter.code, "device_not_enrolled")


def test_a_specimen_is_given_once(desks: Desks) -> None:
    check = desks.ended()
    given = desks.receipts.give(check, OFFICER)
    assert isinstance(given, Given)
    assert (given.secret, given.pin, given.front.reference) == (b"", "", SPECIMEN)
    with pytest.raises(ReceiptAlreadyIssued):
        desks.receipts.give(check, OFFICER)
    with pytest.raises(ReceiptLinkGone):
        desks.receipts.again(check, OFFICER)
    with pytest.raises(ReceiptMissing):
        desks.reveal.receipt(check)
    with pytest.raises(ReceiptLinkUnknown):
        desks.receipts.front(given.secret)
    with pytest.raises(ReceiptLinkUnknown):
        desks.receipts.inside(given.secret, "000000")


def test_a_specimen_is_declined(desks: Desks) -> None:
    check = desks.ended()
    desks.receipts.decline(check, OFFICER)
    stored = desks.book.load(check)
    assert stored.receipt is not None
    assert stored.receipt.reference is None


def test_no_receipt_has_the_specimens_reference() -> None:
    letters = set("".join(reference_code(random_bytes(5)) for _ in range(500)))
    assert not set(SPECIMEN) <= letters


# --- the book -------------------------------------------------------------------------------------------------------


def test_nothing_is_written_or_proven(desks: Desks) -> None:
    check = desks.check.open(STREET, OFFICER).id
    assert desks.book.note(None) == NO_ENTRY  # type: ignore[arg-type]
    assert b"nothing was written" in desks.book.settle(NO_ENTRY).note
    assert desks.book.leaves_of(check) == ()
    for ask in (desks.book.proof, desks.book.entry_with_openings):
        with pytest.raises(ReceiptMissing):
            ask(NO_ENTRY)


def test_a_move_that_is_refused_changes_nothing(desks: Desks) -> None:
    check = desks.ended()
    before = desks.book.load(check)
    with pytest.raises(CheckEnded):
        desks.book.advance(check, lambda each: record_notice(POLICY_OF_PRACTICE, each, "given", NOW))
    assert desks.book.load(check) == before


def test_a_check_that_is_moved_without_end_is_forgotten(desks: Desks) -> None:
    check = desks.check.open(STREET, OFFICER).id
    for _ in range(MOST_MOVES - 1):
        refusal_of(desks.check.end, check, OFFICER, "nonsense")
    with pytest.raises(EncounterUnknown):
        desks.book.load(check)


def test_a_check_is_forgotten_after_hours(desks: Desks) -> None:
    check = desks.check.open(STREET, OFFICER).id
    desks.clock.forward(seconds=BOUNDS.longest.total_seconds() + 1)
    for ask in (desks.book.load, lambda each: desks.book.advance(each, lambda _: opened())):
        with pytest.raises(EncounterUnknown):
            ask(check)
    assert desks.book.stored_answer(check) is None


def test_what_can_go_on_is_ones_own(desks: Desks) -> None:
    first, second = (desks.check.open(STREET, OFFICER).id for _ in range(2))
    desks.ended()
    assert [each.id for each in desks.book.open_ones(OFFICER)] == [second, first]
    assert desks.book.open_ones(OfficerId("colleague")) == []
