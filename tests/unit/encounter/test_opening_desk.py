"""From the first question to an open check: what each attempt leaves, over the real store and ledger."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from overt.access import Role
from overt.encounter import State
from overt.encounter.opening_desk import OpeningDesk
from overt.errors import (
    ChildNotAllowed,
    DeclinedPhoto,
    IncompleteEncounter,
    LedgerUnavailable,
    NotYourEncounter,
    OffenceRequired,
    OfficerNotAuthorised,
    PermissionMissing,
    SecondCheckReasonRequired,
    SignOffNotValid,
    SignOffRequired,
    UnknownCode,
    VerificationMissing,
)
from overt.identifiers import OfficerId
from overt.ledger.deeds import Deed
from simulators.force import OFFICER, STREET, Force
from simulators.signed_in import ANSWERS, CHILD, MISSING, SignedInPerson, hired, refused, signed_in

SUPERVISOR = OfficerId("demo-supervisor")
OPENED, REFUSED = Deed.ENCOUNTER_CHECK_OPENED.value, Deed.ENCOUNTER_CHECK_REFUSED.value


@pytest.fixture
def officer(shared_force: Force) -> SignedInPerson:
    return signed_in(shared_force, OFFICER)


@pytest.fixture
def supervisor(shared_force: Force) -> SignedInPerson:
    return signed_in(shared_force, SUPERVISOR)


@pytest.fixture
def desk(shared_force: Force) -> OpeningDesk:
    return shared_force.desks.opening


@pytest.fixture(autouse=True)
def next_hour(shared_force: Force) -> Iterator[None]:
    """Checks in an area are counted by the hour; each test has an hour of its own."""
    yield
    shared_force.clock.forward(hours=1)


def strangers(force: Force, name: str) -> int:
    with force.instance.engine.connect() as connection:
        query = text("select coalesce(sum(count), 0) from counter where name = :name")
        found: int = connection.execute(query, {"name": name}).scalar_one()
        return found


# --- asking ----------------------------------------------------------------------------------------------------------


def test_a_check_is_opened_on_what_was_answered(
    officer: SignedInPerson, desk: OpeningDesk, shared_force: Force
) -> None:
    officer.answers()
    assert desk.next(officer.session) is None
    before = shared_force.deeds()
    opened = desk.open(officer.verifies().session)
    assert shared_force.deeds()[len(before) :] == [OPENED]
    assert (opened.state, opened.fields.officer, opened.fields.operator) == (State.OPENED, OFFICER, OFFICER)
    assert opened.fields.place == "street"
    assert desk.answers(officer.session) == {}, "nothing is taken over into the next check"


def test_another_officer_decides_while_this_one_holds_the_phone(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    decides = hired(shared_force, "pc-decides", Role.OFFICER)
    officer.answers(decides=decides)
    opened = desk.open(officer.verifies().session)
    assert (opened.fields.officer, opened.fields.operator) == (decides, OFFICER)


def test_beginning_forgets_what_was_answered(officer: SignedInPerson, desk: OpeningDesk) -> None:
    officer.answers()
    desk.begin(officer.session, decides="", second_in_stop=True)
    assert desk.answers(officer.session) == {}
    assert desk.next(officer.session) == "age"


@pytest.mark.parametrize("values", [[], [""], ["asked-again", ""]])
def test_what_is_missing_is_asked_for_again_and_is_no_entry(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, values: list[str]
) -> None:
    officer.answers({"age": "adult"})
    with refused(shared_force, IncompleteEncounter):
        desk.answer(officer.session, "tried_first", values)
    assert desk.answers(officer.session) == {"age": "adult"}


@pytest.mark.parametrize(
    ("name", "value"), [("age", "any"), ("place", "STREET"), ("sign_off", "x"), ("ground", "intelligence-of-risk")]
)
def test_a_code_that_is_none_is_an_entry_and_the_answers_stay(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, name: str, value: str
) -> None:
    officer.answers({"age": "adult"})
    with refused(shared_force, UnknownCode, REFUSED):
        desk.answer(officer.session, name, [value])
    assert desk.answers(officer.session) == {"age": "adult"}


def test_an_answer_that_leaves_no_lawful_check_ends_the_asking_with_an_entry(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers({"age": "adult", "power": "common-law-crime"})
    with refused(shared_force, OffenceRequired, REFUSED):
        desk.answer(officer.session, "offence", ["not-required"])
    assert desk.answers(officer.session) == {}
    with refused(shared_force, IncompleteEncounter):
        desk.next(officer.session)


def test_an_end_before_a_check_is_counted_like_any_other(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers({"age": "adult"})
    before = shared_force.deeds()
    desk.end(officer.session, "declined-photo")
    assert shared_force.deeds()[len(before) :] == [REFUSED]
    body = shared_force.instance.ledger.published_bodies(len(before), 1)[0]
    assert DeclinedPhoto.code.encode() in body
    assert desk.answers(officer.session) == {}


def test_an_end_that_is_none_is_an_entry_and_ends_nothing(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers({"age": "adult"})
    with refused(shared_force, UnknownCode, REFUSED):
        desk.end(officer.session, "bored")
    assert desk.answers(officer.session) == {"age": "adult"}


def test_where_nothing_was_begun_there_is_nothing_to_refuse(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    for attempt in (
        lambda: desk.next(officer.session),
        lambda: desk.answer(officer.session, "age", ["adult"]),
        lambda: desk.end(officer.session, "mistake"),
        lambda: desk.ask_sign_off(officer.session),
        lambda: desk.open(officer.session),
    ):
        with refused(shared_force, IncompleteEncounter):
            attempt()


def test_answers_are_one_sessions_own(shared_force: Force, officer: SignedInPerson, desk: OpeningDesk) -> None:
    officer.answers()
    other = signed_in(shared_force, OFFICER)
    with refused(shared_force, IncompleteEncounter):
        desk.open(other.verifies().session)


# --- verifying -------------------------------------------------------------------------------------------------------


def test_without_a_verification_nothing_opens_and_a_stranger_is_counted(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers()
    before = strangers(shared_force, "not-verified")
    with refused(shared_force, VerificationMissing):
        desk.open(officer.session)
    assert strangers(shared_force, "not-verified") == before + 1
    assert desk.open(officer.verifies().session).state is State.OPENED, "the answers stayed"


@pytest.mark.parametrize(("seconds", "opens"), [(120, True), (121, False)])
def test_a_verification_is_good_for_two_minutes(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, seconds: int, opens: bool
) -> None:
    officer.verifies().answers()
    shared_force.clock.forward(seconds=seconds)
    if opens:
        desk.open(officer.session)
    else:
        with refused(shared_force, VerificationMissing):
            desk.open(officer.session)


def test_a_verification_opens_one_check(shared_force: Force, officer: SignedInPerson, desk: OpeningDesk) -> None:
    """Also for a request that was under way before the first one used it up: the database decides."""
    officer.verifies().answers()
    desk.open(officer.session)
    officer.answers()
    with refused(shared_force, VerificationMissing):
        desk.open(officer.session)
    with refused(shared_force, VerificationMissing):
        desk.open_at_once(officer.session, STREET, second_in_stop=False)


def test_a_simulated_session_has_nobody_to_verify_and_says_so_in_its_checks(
    shared_force: Force, desk: OpeningDesk
) -> None:
    player = signed_in(shared_force, OFFICER, simulated=True)
    player.answers()
    assert desk.open(player.session).simulated


# --- opening ---------------------------------------------------------------------------------------------------------


def test_an_opening_that_is_not_lawful_is_one_entry_and_forgets_the_answers(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers(second=True)
    with refused(shared_force, SecondCheckReasonRequired, REFUSED):
        desk.open(officer.verifies().session)
    assert desk.answers(officer.session) == {}


def test_opening_with_a_question_open_is_one_entry(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    officer.answers({"age": "adult"})
    with refused(shared_force, IncompleteEncounter, REFUSED):
        desk.open(officer.verifies().session)


@pytest.mark.parametrize(
    ("decides", "refusal"), [("demo-supervisor", OfficerNotAuthorised), ("nobody", OfficerNotAuthorised)]
)
def test_nobody_decides_who_may_not(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, decides: str, refusal: type[OfficerNotAuthorised]
) -> None:
    officer.answers(decides=decides)
    with refused(shared_force, refusal, REFUSED):
        desk.open(officer.verifies().session)


def test_a_check_that_is_another_officers_is_not_opened_at_once(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk
) -> None:
    other = hired(shared_force, "pc-other", Role.OFFICER)
    with refused(shared_force, NotYourEncounter, REFUSED):
        desk.open_at_once(officer.verifies().session, {**STREET, "officer": other}, second_in_stop=False)


def test_where_the_ledger_cannot_be_written_the_answers_stay(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer.answers({"age": "adult", "power": "common-law-crime"})

    def broken(_: int) -> None:
        raise LedgerUnavailable()

    with monkeypatch.context() as patched:
        patched.setattr(shared_force.instance.ledger, "publish", broken)
        for attempt in (
            lambda: desk.answer(officer.session, "offence", ["not-required"]),
            lambda: desk.end(officer.session, "mistake"),
            lambda: desk.open(officer.verifies().session),
        ):
            with pytest.raises(LedgerUnavailable):
                attempt()
            assert desk.answers(officer.session) == {"age": "adult", "power": "common-law-crime"}
    desk.end(officer.session, "mistake")


# --- a sign-off ------------------------------------------------------------------------------------------------------


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
