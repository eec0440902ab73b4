"""From the first question to an open check: what each attempt leaves, over the real store and ledger."""

import pytest
from sqlalchemy import text

from overt.access import Role
from overt.encounter import State
from overt.encounter.opening_desk import OpeningDesk
from overt.errors import (
    DeclinedPhoto,
    IncompleteEncounter,
    LedgerUnavailable,
    NotYourEncounter,
    OffenceRequired,
    OfficerNotAuthorised,
    SecondCheckReasonRequired,
    UnknownCode,
    VerificationMissing,
)
from overt.ledger.deeds import Deed
from simulators.force import OFFICER, STREET, Force
from simulators.signed_in import SignedInPerson, hired, refused, signed_in

pytestmark = pytest.mark.usefixtures("next_hour")

OPENED, REFUSED = Deed.ENCOUNTER_CHECK_OPENED.value, Deed.ENCOUNTER_CHECK_REFUSED.value


@pytest.fixture
def desk(shared_force: Force) -> OpeningDesk:
    return shared_force.desks.opening


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
    ("name", "value"),
    [
        ("intelligence_reference", "AB 1"),
        ("intelligence_reference", "9" * 65),
        ("intelligence_expires", "2027-02-29"),
        ("intelligence_expires", "soon"),
    ],
)
def test_what_no_check_could_hold_is_asked_for_again_at_once(
    shared_force: Force, officer: SignedInPerson, desk: OpeningDesk, name: str, value: str
) -> None:
    officer.answers({"age": "adult", "intelligence_reference": "IR-2026/114", "intelligence_expires": "2027-02-28"})
    before = desk.answers(officer.session)
    with refused(shared_force, IncompleteEncounter):
        desk.answer(officer.session, name, [value])
    assert desk.answers(officer.session) == before


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
