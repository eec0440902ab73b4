"""Looks and second judgements in PostgreSQL: one officer, one judgement, every look counted."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from overt.encounter import CandidateAnswer, Comparison
from overt.encounter.steps import SecondJudgement
from overt.errors import ComparisonAlreadyRecorded, SecondJudgementNotPossible
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.store.viewing import Viewing
from simulators.force import OFFICER, Clock, Force, demonstration, reopened
from simulators.many_hands import at_once

SARGE = OfficerId("demo-supervisor")
SAID = Comparison((CandidateAnswer(ReferenceId(7), {"nose": "similar", "ears": "different"}, "cannot-tell", 4200),))


@pytest.fixture
def viewing(shared_force: Force) -> Viewing:
    return shared_force.instance.viewing


@pytest.fixture
def check(shared_force: Force) -> EncounterId:
    shared_force.clock.forward(hours=1)
    return shared_force.noticed()


def test_every_look_is_counted_in_its_own_check(shared_force: Force, viewing: Viewing, check: EncounterId) -> None:
    other = shared_force.noticed()
    at_once(lambda number: viewing.count(check, ReferenceId(number % 2), OFFICER))
    viewing.count(other, ReferenceId(1), OFFICER)
    assert (viewing.looks(check), viewing.looks(other)) == (12, 1)
    with shared_force.instance.engine.connect() as connection:
        columns = list(connection.execute(text("select * from image_view limit 1")).keys())
    assert columns == ["number", "encounter", "reference", "account", "viewed_at"], "nothing of the picture"


def test_one_officer_joins(viewing: Viewing, check: EncounterId) -> None:
    assert (viewing.judgement(check), viewing.session(check)) == (None, None)
    got = at_once(lambda number: viewing.join(check, (OFFICER, SARGE)[number % 2], bytes([number])))
    assert got.count(None) == 1
    assert {type(each) for each in got if each is not None} == {SecondJudgementNotPossible}
    found, session = viewing.judgement(check), viewing.session(check)
    assert found is not None
    assert session is not None
    assert found == SecondJudgement((OFFICER, SARGE)[session[0] % 2])


def test_one_judgement_is_entered_and_read_back_as_it_was(viewing: Viewing, check: EncounterId) -> None:
    viewing.join(check, SARGE, b"session")
    got = at_once(lambda _: viewing.enter(check, SAID))
    assert got.count(None) == 1
    assert {type(each) for each in got if each is not None} == {ComparisonAlreadyRecorded}
    assert viewing.judgement(check) == SecondJudgement(SARGE, SAID)


def test_nobody_judges_who_has_not_joined(viewing: Viewing, check: EncounterId) -> None:
    with pytest.raises(ComparisonAlreadyRecorded):
        viewing.enter(check, SAID)
    with pytest.raises(ComparisonAlreadyRecorded):
        viewing.enter(EncounterId(UUID(int=5)), SAID)
    assert viewing.judgement(check) is None


def test_both_go_with_the_record_of_the_check(folder: Path) -> None:
    clock = Clock()
    with demonstration(folder, clock=clock) as force:
        check, days = force.noticed(), force.instance.policy.retention.encounters_days
        force.instance.viewing.join(check, SARGE, b"session")
        force.instance.viewing.count(check, ReferenceId(1), OFFICER)
    clock.forward(days=days + 1)
    with reopened(folder, clock=clock) as force:
        assert force.instance.viewing.judgement(check) is None
        assert force.instance.viewing.looks(check) == 0
