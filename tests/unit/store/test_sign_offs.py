"""Sign-offs in PostgreSQL: answered once, used once, and gone with the records of checks."""

from pathlib import Path
from uuid import uuid4

import pytest

from overt.encounter.sign_off_desk import GOOD_FOR, SignOff
from overt.errors import SignOffNotValid
from overt.identifiers import OfficerId
from overt.store.sign_offs import SignOffBook
from simulators.force import OFFICER, Clock, Force, demonstration, reopened
from simulators.many_hands import at_once

SARGE = OfficerId("demo-supervisor")
FIELDS = {"age": "child", "tried_first": ["asked-again"], "officer": OFFICER}


@pytest.fixture
def book(shared_force: Force) -> SignOffBook:
    return shared_force.instance.sign_offs


def asked(force: Force) -> SignOff:
    sign_off = SignOff(uuid4(), OFFICER, FIELDS, force.clock())
    force.instance.sign_offs.ask(sign_off)
    return sign_off


def test_a_request_is_found_as_it_was_asked(shared_force: Force, book: SignOffBook) -> None:
    sign_off = asked(shared_force)
    assert book.find(sign_off.id) == sign_off
    assert book.find(uuid4()) is None


@pytest.mark.parametrize("given", [True, False])
def test_it_is_answered_once(shared_force: Force, book: SignOffBook, given: bool) -> None:
    sign_off = asked(shared_force)
    book.answer(sign_off.id, SARGE, given)
    with pytest.raises(SignOffNotValid):
        book.answer(sign_off.id, OfficerId("demo-officer"), not given)
    found = book.find(sign_off.id)
    assert found is not None
    assert (found.given, found.supervisor, found.used) == (given, SARGE, False)


def test_of_many_answers_one_is_kept(shared_force: Force, book: SignOffBook) -> None:
    sign_off = asked(shared_force)
    got = at_once(lambda number: book.answer(sign_off.id, SARGE, number % 2 == 0))
    assert got.count(None) == 1
    assert {type(each) for each in got if each is not None} == {SignOffNotValid}


def test_of_many_checks_one_uses_it(shared_force: Force, book: SignOffBook) -> None:
    sign_off = asked(shared_force)
    book.answer(sign_off.id, SARGE, True)
    assert sorted(at_once(lambda _: book.use(sign_off.id)), key=str) == [False] * 11 + [True]
    found = book.find(sign_off.id)
    assert found is not None
    assert found.used
    assert not book.use(uuid4())


def test_what_waits_is_what_can_still_be_answered_oldest_first(shared_force: Force, book: SignOffBook) -> None:
    shared_force.clock.forward(hours=1)
    first = asked(shared_force)
    shared_force.clock.forward(minutes=5)
    second, answered = asked(shared_force), asked(shared_force)
    book.answer(answered.id, SARGE, False)
    assert book.waiting() == [first, second]
    shared_force.clock.moment = first.asked_at + GOOD_FOR
    assert book.waiting() == [second]


def test_a_request_goes_when_the_record_of_its_check_would(folder: Path) -> None:
    clock = Clock()
    with demonstration(folder, clock=clock) as force:
        sign_off, days = asked(force), force.instance.policy.retention.encounters_days
    clock.forward(days=days)
    with reopened(folder, clock=clock) as force:
        assert force.instance.sign_offs.find(sign_off.id) is not None
    clock.forward(seconds=1)
    with reopened(folder, clock=clock) as force:
        assert force.instance.sign_offs.find(sign_off.id) is None
