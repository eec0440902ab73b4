"""A check that a supervisor has to sign off: over which answers, by whom, for how long, and once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from overt.access import Role
from overt.encounter.opening_desk import OpeningDesk
from overt.errors import (
    ChildNotAllowed,
    IncompleteEncounter,
    LedgerUnavailable,
    PermissionMissing,
    SignOffNotValid,
    SignOffRequired,
    VerificationMissing,
)
from overt.identifiers import OfficerId
from overt.ledger.deeds import Deed
from simulators.force import OFFICER, Force
from simulators.signed_in import ANSWERS, CHILD, MISSING, SignedInPerson, hired, refused, signed_in

pytestmark = pytest.mark.usefixtures("next_hour")

SUPERVISOR = OfficerId("demo-supervisor")
OPENED, REFUSED = Deed.ENCOUNTER_CHECK_OPENED.value, Deed.ENCOUNTER_CHECK_REFUSED.value


@pytest.fixture
def desk(shared_force: Force) -> OpeningDesk:
    return shared_force.desks.opening


def asked(officer: SignedInPerson, answers: Any = CHILD) -> Any:
    officer.answers(answers)
    return officer.force.desks.opening.ask_sign_off(officer.session)


def test_a_child_is_checked_when_a_supervisor_has_signed_these_answers_off(
    shared_force: Force, officer: SignedInPerson, supervisor: SignedInPerson, desk: OpeningDesk
) -> None:
    request = asked(officer)
    assert desk.sign_off_needed(officer.session)
    assert request in shared_force.instance.sign_offs.waiting()
    shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, True)
    opened = desk.open(officer.verifies().session)
    assert (opened.fields.age, opened.fields.sign_off) == ("child", SUPERVISOR)
    found = shared_force.instance.sign_offs.find(request.id)
    assert found is not None
    assert (found.supervisor, found.given, found.used) == (SUPERVISOR, True, True)


def test_without_one_a_child_is_not_checked(shared_force: Force, officer: SignedInPerson, desk: OpeningDesk) -> None:
    officer.answers(CHILD)
    with refused(shared_force, SignOffRequired, REFUSED):
        desk.open(officer.verifies().session)


@pytest.mark.parametrize("given", [None, False])
def test_one_that_waits_or_was_refused_opens_nothing(
    shared_force: Force, officer: SignedInPerson, supervisor: SignedInPerson, desk: OpeningDesk, given: bool | None
) -> None:
    request = asked(officer)
    if given is not None:
        shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, given)
        assert desk.ask_sign_off(officer.session).given is False, "a no is not asked again"
    with refused(shared_force, SignOffNotValid, REFUSED):
        desk.open(officer.verifies().session)
    assert desk.answers(officer.session) == {}


def test_it_is_over_these_answers(
    shared_force: Force, officer: SignedInPerson, supervisor: SignedInPerson, desk: OpeningDesk
) -> None:
    request = asked(officer)
    shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, True)
    desk.answer(officer.session, "place", ["home"])
    assert desk.sign_off(officer.session) is None, "other answers have not been signed off"
    with refused(shared_force, SignOffRequired, REFUSED):
        desk.open(officer.verifies().session)


@pytest.mark.parametrize(
    "change", [{"place": "home"}, {"age": "unsure"}, {"area": "demo-north"}, {"tried_first": ["document"]}]
)
def test_it_opens_no_other_answers_by_its_name(
    shared_force: Force,
    officer: SignedInPerson,
    supervisor: SignedInPerson,
    desk: OpeningDesk,
    change: dict[str, Any],
) -> None:
    request = asked(officer)
    shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, True)
    named = {**CHILD, "officer": OFFICER, "sign_off": str(request.id)}
    with refused(shared_force, SignOffNotValid, REFUSED):
        desk.open_at_once(officer.verifies().session, {**named, **change}, second_in_stop=False)
    assert desk.open_at_once(officer.verifies().session, named, second_in_stop=False).fields.sign_off == SUPERVISOR
    with refused(shared_force, SignOffNotValid, REFUSED):  # and once
        desk.open_at_once(officer.verifies().session, named, second_in_stop=False)


@pytest.mark.parametrize("name", ["nobody", "demo-supervisor", "", str(UUID(int=7))])
def test_a_sign_off_is_named_by_its_own_identifier(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, name: str
) -> None:
    with refused(shared_force, SignOffRequired, REFUSED):
        document = {**CHILD, "officer": OFFICER, "sign_off": name}
        desk.open_at_once(officer.verifies().session, document, second_in_stop=False)


def test_it_is_good_for_half_an_hour_and_then_asked_for_anew(
    shared_force: Force, officer: SignedInPerson, supervisor: SignedInPerson, desk: OpeningDesk
) -> None:
    request = asked(officer)
    assert desk.ask_sign_off(officer.session) == request, "asked for once"
    shared_force.clock.moment += timedelta(minutes=30, seconds=1)
    assert request not in shared_force.instance.sign_offs.waiting()
    with refused(shared_force, SignOffNotValid, REFUSED):
        shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, True)
    again = desk.ask_sign_off(officer.session)
    assert again.id != request.id
    shared_force.desks.sign_offs.give(supervisor.verifies().session, again.id, True)
    shared_force.clock.moment += timedelta(minutes=30, seconds=1)
    with refused(shared_force, SignOffNotValid, REFUSED):
        desk.open(officer.verifies().session)


def test_nothing_is_asked_for_before_every_question_is_answered(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers({"age": "child"})
    with refused(shared_force, IncompleteEncounter):
        desk.ask_sign_off(officer.session)


def test_nobody_signs_off_their_own_check(shared_force: Force, desk: OpeningDesk) -> None:
    """Should one person ever have both roles, by a mistake or a change of roles meanwhile."""
    both = hired(shared_force, "both", Role.OFFICER, Role.SUPERVISOR)
    person = signed_in(shared_force, both)
    request = asked(person)
    with refused(shared_force, SignOffNotValid, REFUSED):
        shared_force.desks.sign_offs.give(person.verifies().session, request.id, True)
    holder = signed_in(shared_force, hired(shared_force, "holder", Role.OFFICER))
    holder.answers(CHILD, decides=both)
    request = desk.ask_sign_off(holder.session)
    with refused(shared_force, SignOffNotValid, REFUSED):
        shared_force.desks.sign_offs.give(person.verifies().session, request.id, True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR}))
def test_nobody_but_a_supervisor_signs_off(shared_force: Force, officer: SignedInPerson, role: Role) -> None:
    request = asked(officer)
    other = signed_in(shared_force, hired(shared_force, f"a-{role.value}", role))
    with refused(shared_force, PermissionMissing, REFUSED):
        shared_force.desks.sign_offs.give(other.verifies().session, request.id, True)
    found = shared_force.instance.sign_offs.find(request.id)
    assert found is not None
    assert found.given is None


def test_a_sign_off_is_given_once_and_needs_a_verification_of_its_own(
    shared_force: Force, officer: SignedInPerson, supervisor: SignedInPerson
) -> None:
    request, give = asked(officer), shared_force.desks.sign_offs.give
    with refused(shared_force, VerificationMissing):
        give(supervisor.session, request.id, True)
    give(supervisor.verifies().session, request.id, False)
    with refused(shared_force, SignOffNotValid, REFUSED):
        give(supervisor.verifies().session, request.id, True)
    with refused(shared_force, SignOffNotValid, REFUSED):
        give(supervisor.verifies().session, uuid4(), True)


def test_a_supervisor_who_was_revoked_since_signed_nothing_off(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    sarge = hired(shared_force, "sarge", Role.SUPERVISOR)
    request = asked(officer)
    shared_force.desks.sign_offs.give(signed_in(shared_force, sarge).verifies().session, request.id, True)
    shared_force.instance.accounts.revoke(sarge)
    with refused(shared_force, SignOffNotValid, REFUSED):
        desk.open(officer.verifies().session)


def test_where_no_sign_off_is_needed_none_is_used_up(
    shared_force: Force, officer: SignedInPerson, supervisor: SignedInPerson, desk: OpeningDesk
) -> None:
    request = asked(officer, MISSING)
    shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, True)
    assert desk.open(officer.verifies().session).fields.sign_off is None


def test_a_sign_off_whose_check_could_not_be_recorded_is_asked_for_anew(
    shared_force: Force,
    officer: SignedInPerson,
    supervisor: SignedInPerson,
    desk: OpeningDesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check may have been stored before the disk failed: one sign-off would have opened two."""
    request = asked(officer)
    shared_force.desks.sign_offs.give(supervisor.verifies().session, request.id, True)

    def broken(_: int) -> None:
        raise LedgerUnavailable()

    with monkeypatch.context() as patched:
        patched.setattr(shared_force.instance.ledger, "publish", broken)
        with pytest.raises(LedgerUnavailable):
            desk.open(officer.verifies().session)
    assert desk.answers(officer.session) == dict(CHILD)
    again = desk.ask_sign_off(officer.session)
    assert (again.id != request.id, again.given) == (True, None)
    desk.end(officer.session, "mistake")


def test_a_child_whom_no_ground_allows_is_not_asked_about_further(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers({"age": "child", "tried_first": ["asked-again"]})
    with refused(shared_force, ChildNotAllowed, REFUSED):
        desk.answer(officer.session, "ground", [ANSWERS["ground"]])
