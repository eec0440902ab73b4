"""What waits for an officer: every open check and every check that owes something, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.access import Officer, Role
from overt.encounter import Decision, Encounter, Identity, owed
from overt.identifiers import EncounterId, OfficerId
from simulators.force import OFFICER, STREET, Force, demonstration

COLLEAGUE = OfficerId("colleague")
UNCONSCIOUS = {
    **STREET,
    "ground": "unconscious",
    "details": "cannot-give",
    "power": "common-law-life",
    "offence": "not-required",
    "place": "medical",
}


@pytest.fixture
def force(folder: Path) -> Iterator[Force]:
    with demonstration(folder) as made:
        trained = made.clock().date().replace(year=2100)
        made.instance.accounts.authorise(Officer(COLLEAGUE, frozenset({Role.OFFICER}), trained))
        yield made


def waiting(force: Force, actor: OfficerId = OFFICER) -> set[EncounterId]:
    return {each.id for each in force.instance.book.waiting_for(actor)}


def answered(force: Force) -> Encounter:
    revealed = force.check(5)
    return force.desks.reveal.decide(revealed.encounter.id, OFFICER, Decision("no-candidate"))


def test_open_checks_and_owed_tasks_wait_and_nothing_else(force: Force) -> None:
    check, reveal = force.desks.check, force.desks.reveal
    opened = check.open({**STREET}, OFFICER).id
    noticed = force.noticed()
    ended = force.noticed()
    check.end(ended, OFFICER, "mistake")
    declined = force.noticed()
    check.end(declined, OFFICER, "declined-photo")
    told = force.noticed()
    check.end(told, OFFICER, "declined-photo")
    check.followed(told, OFFICER, "left")
    owes_identity = answered(force).id
    check.end(owes_identity, OFFICER, "not-completed")
    settled = answered(force).id
    check.end(settled, OFFICER, "not-completed")
    reveal.identity(settled, OFFICER, Identity("document", "not-enrolled"))
    unconscious = check.open(UNCONSCIOUS, OFFICER).id
    check.notice(unconscious, OFFICER, "unconscious")
    check.end(unconscious, OFFICER, "mistake")

    assert waiting(force) == {opened, noticed, declined, owes_identity, unconscious}
    check.owed_notice(unconscious, OFFICER)
    assert waiting(force) == {opened, noticed, declined, owes_identity}
    now, policy = force.clock(), force.instance.policy
    for each in (opened, noticed, ended, declined, told, owes_identity, settled, unconscious):
        stored = force.instance.book.load(each)
        assert (stored.is_open or bool(owed(policy, stored, now))) == (each in waiting(force))


def test_newest_first_and_for_whoever_holds_the_phone_too(force: Force) -> None:
    force.clock.forward(minutes=1)
    first = force.desks.check.open({**STREET, "operator": COLLEAGUE}, OFFICER).id
    force.clock.forward(minutes=1)
    second = force.desks.check.open({**STREET}, OFFICER).id
    assert [each.id for each in force.instance.book.waiting_for(OFFICER)] == [second, first]
    assert waiting(force, COLLEAGUE) == {first}
    assert waiting(force, OfficerId("nobody")) == set()
    assert force.instance.book.last_opened(OFFICER) == force.clock()
    assert force.instance.book.last_opened(OfficerId("nobody")) is None


def test_more_than_a_page_of_checks_hides_none(force: Force) -> None:
    owes = answered(force).id
    force.desks.check.end(owes, OFFICER, "not-completed")
    for _ in range(110):
        force.clock.forward(seconds=1)
        force.desks.check.end(force.noticed(), OFFICER, "mistake")
    assert waiting(force) == {owes}
