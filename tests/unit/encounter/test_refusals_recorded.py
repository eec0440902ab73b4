"""A refusal of a signed-in person is itself one entry, and says where; what is not there was not refused."""

from collections.abc import Callable
from uuid import UUID

import pytest

from overt.access import Role
from overt.errors import (
    AnswerMissing,
    CheckEnded,
    DeviceNotEnrolled,
    EncounterUnknown,
    IncompleteEncounter,
    NoticeMissing,
    NotYourEncounter,
    OfficerNotAuthorised,
    ReceiptMissing,
    RevealMissing,
    UnknownCode,
)
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.deeds import Deed
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force
from simulators.signed_in import hired, refused

STEP, CHECK = Deed.ENCOUNTER_STEP_REFUSED.value, Deed.ENCOUNTER_CHECK_REFUSED.value
FOLLOW_UP = Deed.ENCOUNTER_FOLLOW_UP_RECORDED.value
UNKNOWN = EncounterId(UUID(int=4))


@pytest.fixture
def noticed(shared_force: Force) -> EncounterId:
    shared_force.clock.forward(hours=1)
    return shared_force.noticed()


def test_an_opening(shared_force: Force) -> None:
    desk = shared_force.desks.check
    with refused(shared_force, IncompleteEncounter, CHECK):
        desk.open({}, OFFICER)
    with refused(shared_force, NotYourEncounter, CHECK):
        desk.open({**STREET, "officer": "somebody"}, OFFICER)


def test_a_stranger_leaves_no_entry(shared_force: Force) -> None:
    with refused(shared_force, OfficerNotAuthorised):
        shared_force.desks.check.open(STREET, OfficerId("stranger"))


def test_a_step_a_capture_and_somebody_elses_check(shared_force: Force, noticed: EncounterId) -> None:
    desks, other = shared_force.desks, hired(shared_force, "pc-9", Role.OFFICER)
    steps: list[tuple[type[Exception], Callable[[], object]]] = [
        (UnknownCode, lambda: desks.check.end(noticed, OFFICER, "bored")),
        (DeviceNotEnrolled, lambda: desks.check.nonce(noticed, OFFICER, None)),
        (NotYourEncounter, lambda: desks.check.owned(noticed, other)),
        (NotYourEncounter, lambda: desks.check.end(noticed, other, "mistake")),
        (NotYourEncounter, lambda: desks.search.again(noticed, other)),
    ]
    for refusal, step in steps:
        with refused(shared_force, refusal, STEP):  # type: ignore[arg-type]
            step()


def test_a_step_that_comes_too_early_or_too_late(shared_force: Force) -> None:
    shared_force.clock.forward(hours=1)
    desks = shared_force.desks
    check = desks.check.open(STREET, OFFICER).id
    with refused(shared_force, NoticeMissing, STEP):
        desks.check.nonce(check, OFFICER, None)
    desks.check.end(check, OFFICER, "mistake")
    with refused(shared_force, CheckEnded, STEP):
        desks.check.notice(check, OFFICER, "given")
    with refused(shared_force, CheckEnded, STEP):
        desks.search.again(check, OFFICER)


def test_the_strength_before_its_time(shared_force: Force, noticed: EncounterId) -> None:
    answered = shared_force.capture(noticed, photograph(5)).encounter
    with refused(shared_force, RevealMissing, FOLLOW_UP):
        shared_force.desks.reveal.revealed(answered)


def test_what_is_not_there_was_not_refused(shared_force: Force, noticed: EncounterId) -> None:
    desks = shared_force.desks
    with refused(shared_force, AnswerMissing):  # a phone that asks whether its photograph has arrived
        desks.search.again(noticed, OFFICER)
    with refused(shared_force, ReceiptMissing):
        desks.reveal.receipt(noticed)
    with refused(shared_force, EncounterUnknown):
        desks.check.owned(UNKNOWN, OFFICER)
