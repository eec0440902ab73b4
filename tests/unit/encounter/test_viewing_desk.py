"""Who sees a candidate's picture, and the second judgement: blind, by another officer, one, over the real store."""

import io
from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

from overt.access import Role
from overt.encounter import CandidateAnswer, Comparison, Decision, Encounter, State, simulated_comparison
from overt.encounter.viewing_desk import LETTERS, ViewingDesk
from overt.errors import (
    AlreadyRevealed,
    AnswerMissing,
    AnswerOfAnotherSession,
    CheckEnded,
    ComparisonAlreadyRecorded,
    ComparisonMissing,
    ComparisonNotComplete,
    DeviceNotEnrolled,
    EncounterUnknown,
    NotYourEncounter,
    OfficerTrainingExpired,
    PermissionMissing,
    Refusal,
    SecondJudgementNotPossible,
    UnknownCode,
)
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.deeds import Deed
from simulators.camera import photograph
from simulators.force import OFFICER, Force
from simulators.signed_in import SignedInPerson, hired, refused, signed_in

STEP_REFUSED, FOLLOW_UP = Deed.ENCOUNTER_STEP_REFUSED.value, Deed.ENCOUNTER_FOLLOW_UP_RECORDED.value
NOBODY = EncounterId(UUID(int=4))
pytestmark = pytest.mark.usefixtures("next_hour")


@pytest.fixture(scope="module", autouse=True)
def people(shared_force: Force) -> None:
    shared_force.enrol(1, 2)
    hired(shared_force, "pc-2", Role.OFFICER)


@pytest.fixture
def desk(shared_force: Force) -> ViewingDesk:
    return shared_force.desks.viewing


@pytest.fixture
def second(shared_force: Force) -> SignedInPerson:
    return signed_in(shared_force, OfficerId("pc-2"))


def answered(officer: SignedInPerson, person: int = 1) -> Encounter:
    """A check that waits for its comparison."""
    force, session = officer.force, officer.session
    encounter, frame = force.noticed(), photograph(person, 99)
    signed = force.signed(encounter, frame)
    desk = force.desks.search
    return desk.capture(encounter, OFFICER, [frame], *signed, session.token_hash, session.device).encounter


def compared(officer: SignedInPerson, check: Encounter) -> None:
    comparison = simulated_comparison(officer.force.instance.policy, check)
    officer.force.desks.reveal.compare(check.id, OFFICER, comparison, officer.session.token_hash)


def revealed(officer: SignedInPerson, check: Encounter) -> None:
    compared(officer, check)
    officer.force.desks.reveal.reveal(check.id, OFFICER, officer.session.token_hash)


def judgement(check: Encounter, verdict: str = "same") -> Comparison:
    return Comparison(tuple(CandidateAnswer(each, {"nose": "similar"}, verdict, 9000) for each in check.candidates))


def looks(force: Force, check: Encounter) -> int:
    return force.instance.viewing.looks(check.id)


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_picture_is_shown_to_who_asked_marked_and_counted(
    shared_force: Force, officer: SignedInPerson, desk: ViewingDesk
) -> None:
    check = answered(officer)
    before = shared_force.deeds()
    for number in (1, 2):
        data = desk.image(check.id, officer.session, "A")
        assert looks(shared_force, check) == number
    image = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    assert image.std() > 5, "the picture of a simulated person is of one shade: what else is in it is the mark"
    assert shared_force.deeds() == before, "a look is counted, and is no entry"


@pytest.mark.parametrize("letter", [LETTERS[1], LETTERS[5]])
def test_there_is_no_other_picture(
    shared_force: Force, officer: SignedInPerson, desk: ViewingDesk, letter: str
) -> None:
    check = answered(officer)
    with refused(shared_force, AnswerMissing, FOLLOW_UP):
        desk.image(check.id, officer.session, letter)
    assert looks(shared_force, check) == 0


def test_another_session_sees_none_not_even_of_the_same_person(
    shared_force: Force, officer: SignedInPerson, desk: ViewingDesk
) -> None:
    check = answered(officer)
    for other in (signed_in(shared_force, OFFICER), signed_in(shared_force, OfficerId("pc-2"))):
        with refused(shared_force, AnswerOfAnotherSession, FOLLOW_UP):
            desk.image(check.id, other.session, "A")
    assert looks(shared_force, check) == 0


def test_none_is_shown_before_there_is_an_answer_or_when_the_check_is_over(
    shared_force: Force, officer: SignedInPerson, desk: ViewingDesk
) -> None:
    early = shared_force.noticed()
    with refused(shared_force, AnswerMissing, STEP_REFUSED):
        desk.image(early, officer.session, "A")
    check = answered(officer)
    shared_force.desks.check.end(check.id, OFFICER, "not-completed")
    with refused(shared_force, CheckEnded, FOLLOW_UP):
        desk.image(check.id, officer.session, "A")
    with refused(shared_force, EncounterUnknown):
        desk.image(NOBODY, officer.session, "A")
    assert looks(shared_force, check) == 0


def test_the_officer_sees_them_until_the_check_is_over(
    shared_force: Force, officer: SignedInPerson, desk: ViewingDesk
) -> None:
    check = answered(officer)
    revealed(officer, check)
    shared_force.desks.reveal.decide(check.id, OFFICER, Decision("follow-lead", check.candidates[0]))
    assert desk.image(check.id, officer.session, "A")


# --- joining ---------------------------------------------------------------------------------------------------------


def test_another_officer_joins_and_judges_blind_and_the_reveal_commits_to_it(
    shared_force: Force, officer: SignedInPerson, second: SignedInPerson, desk: ViewingDesk
) -> None:
    check = answered(officer)
    assert desk.may_invite(check.id, OFFICER).id == check.id
    before = shared_force.deeds()
    desk.join(check.id, second.session)
    assert desk.image(check.id, second.session, "A")
    assert desk.has_second(check.id) == (True, False)
    desk.judge(check.id, second.session, judgement(check))
    assert desk.has_second(check.id) == (True, True)
    assert shared_force.deeds() == before, "an entry of its own would say that there were candidates"
    with refused(shared_force, ComparisonMissing, FOLLOW_UP):
        desk.second(check.id)
    revealed(officer, check)
    found = desk.second(check.id)
    assert found is not None
    assert (found.officer, found.comparison) == ("pc-2", judgement(check))
    leaves = shared_force.instance.book.leaves_of(check.id)
    (leaf,) = [at for at, deed in leaves if deed == Deed.ENCOUNTER_CANDIDATES_REVEALED]
    _, openings = shared_force.instance.book.entry_with_openings(leaf)
    committed = openings["reveal"][1]["second"]
    assert (committed["officer"], committed["answers"][0]["verdict"]) == ("pc-2", "same")


def test_one_officer_joins_and_judges_once(
    shared_force: Force, officer: SignedInPerson, second: SignedInPerson, desk: ViewingDesk
) -> None:
    check = answered(officer)
    third = signed_in(shared_force, hired(shared_force, "pc-3", Role.OFFICER))
    desk.join(check.id, second.session)
    for other in (third, second):
        with refused(shared_force, SecondJudgementNotPossible, FOLLOW_UP):
            desk.join(check.id, other.session)
    with refused(shared_force, SecondJudgementNotPossible, FOLLOW_UP):
        desk.may_invite(check.id, OFFICER)
    with refused(shared_force, AnswerOfAnotherSession, FOLLOW_UP):
        desk.judge(check.id, third.session, judgement(check))
    with refused(shared_force, AnswerOfAnotherSession, FOLLOW_UP):
        desk.joined(check.id, signed_in(shared_force, OfficerId("pc-2")).session)
    desk.judge(check.id, second.session, judgement(check))
    for attempt in (
        lambda: desk.judge(check.id, second.session, judgement(check, "different")),
        lambda: desk.joined(check.id, second.session),
        lambda: desk.image(check.id, second.session, "A"),
    ):
        with refused(shared_force, ComparisonAlreadyRecorded, FOLLOW_UP):
            attempt()
    compared(officer, check)
    assert desk.second(check.id) == shared_force.instance.viewing.judgement(check.id)


def test_nobody_judges_their_own_check(shared_force: Force, officer: SignedInPerson, desk: ViewingDesk) -> None:
    check = answered(officer)
    with refused(shared_force, SecondJudgementNotPossible, FOLLOW_UP):
        desk.join(check.id, officer.session)
    with refused(shared_force, SecondJudgementNotPossible, FOLLOW_UP):
        desk.join(check.id, signed_in(shared_force, OFFICER).session)


@pytest.mark.parametrize(
    ("roles", "trained", "phone", "refusal"),
    [
        ([Role.SUPERVISOR], date(2999, 1, 1), True, PermissionMissing),
        ([Role.OFFICER], date(2020, 1, 1), True, OfficerTrainingExpired),
        ([Role.OFFICER], date(2999, 1, 1), False, DeviceNotEnrolled),
    ],
)
def test_nobody_joins_who_does_no_checks(
    shared_force: Force,
    officer: SignedInPerson,
    desk: ViewingDesk,
    roles: list[Role],
    trained: date,
    phone: bool,
    refusal: type[Refusal],
) -> None:
    check = answered(officer)
    account = hired(shared_force, "somebody", *roles, trained_until=trained)
    with refused(shared_force, refusal, FOLLOW_UP):
        desk.join(check.id, signed_in(shared_force, account, phone=phone).session)
    shared_force.instance.accounts.revoke(account)
    with refused(shared_force, PermissionMissing, FOLLOW_UP):
        desk.join(check.id, signed_in(shared_force, account, phone=phone).session)


def test_nobody_joins_before_there_are_candidates_where_there_are_none_or_after_the_strength_was_told(
    shared_force: Force, officer: SignedInPerson, second: SignedInPerson, desk: ViewingDesk
) -> None:
    none, told = answered(officer, person=77), answered(officer)
    assert not none.candidates
    revealed(officer, told)
    early = shared_force.noticed()
    for check, entry in ((early, STEP_REFUSED), (none.id, FOLLOW_UP), (told.id, FOLLOW_UP)):
        with refused(shared_force, SecondJudgementNotPossible, entry):
            desk.may_invite(check, OFFICER)
        with refused(shared_force, SecondJudgementNotPossible, entry):
            desk.join(check, second.session)
    with refused(shared_force, EncounterUnknown):
        desk.join(NOBODY, second.session)


def test_only_whose_check_it_is_invites(shared_force: Force, officer: SignedInPerson, desk: ViewingDesk) -> None:
    check = answered(officer)
    with refused(shared_force, NotYourEncounter, FOLLOW_UP):
        desk.may_invite(check.id, OfficerId("pc-2"))


def test_who_has_joined_judges_nothing_once_the_strength_was_told_or_the_check_has_ended(
    shared_force: Force, officer: SignedInPerson, second: SignedInPerson, desk: ViewingDesk
) -> None:
    for after, refusal in ((revealed, AlreadyRevealed), (_ended, CheckEnded)):
        check = answered(officer)
        desk.join(check.id, second.session)
        after(officer, check)
        for attempt in (
            lambda check=check: desk.judge(check.id, second.session, judgement(check)),
            lambda check=check: desk.image(check.id, second.session, "A"),
        ):
            with refused(shared_force, refusal, FOLLOW_UP):
                attempt()
        assert desk.has_second(check.id) == (True, False)


def _ended(officer: SignedInPerson, check: Encounter) -> None:
    officer.force.desks.check.end(check.id, OFFICER, "mistake")


def test_a_second_judgement_is_whole_and_in_codes_of_the_policy(
    shared_force: Force, officer: SignedInPerson, second: SignedInPerson, desk: ViewingDesk
) -> None:
    check = answered(officer)
    desk.join(check.id, second.session)
    one = judgement(check).answers[0]
    for comparison, refusal in (
        (Comparison(), ComparisonNotComplete),
        (Comparison((one, one)), ComparisonNotComplete),
        (Comparison((replace(one, features={}),)), ComparisonNotComplete),
        (Comparison((replace(one, verdict="certain"),)), UnknownCode),
    ):
        with refused(shared_force, refusal, FOLLOW_UP):
            desk.judge(check.id, second.session, comparison)
    assert desk.has_second(check.id) == (True, False)
    desk.judge(check.id, second.session, judgement(check))


def test_after_the_answer_no_entry_says_why_a_step_was_refused(
    shared_force: Force, officer: SignedInPerson, desk: ViewingDesk
) -> None:
    check, stranger = answered(officer), signed_in(shared_force, OfficerId("pc-2"))
    at = len(shared_force.deeds())
    with pytest.raises(AnswerOfAnotherSession):
        desk.image(check.id, stranger.session, "A")
    (entry,) = shared_force.instance.ledger.published_bodies(at, 1)
    assert b'"fields":{}' in entry
    assert AnswerOfAnotherSession.code.encode() not in entry
    assert shared_force.instance.book.load(check.id).step_refusals[-1] == AnswerOfAnotherSession.code
    assert shared_force.instance.book.load(check.id).state is State.ANSWERED
