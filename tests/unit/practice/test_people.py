"""Who may train, and what of practice is used once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from overt.access import CaptureNonce, DeviceKey, Officer, Permission
from overt.encounter import CandidateAnswer, Comparison
from overt.encounter.sign_off_desk import SignOff
from overt.errors import (
    ComparisonAlreadyRecorded,
    InvitationInvalid,
    SecondJudgementNotPossible,
    SignOffNotValid,
    UsageError,
    VerificationMissing,
)
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.practice.drafts import PracticeDrafts
from overt.practice.people import SUPERVISOR, PracticePeople, PracticeSignOffs
from overt.practice.scenes import Scenario
from overt.practice.seconds import PracticeLinks, PracticeSeconds
from simulators.force import Clock, random_bytes
from unit.encounter.builders import NOW, OFFICER

COLLEAGUE = OfficerId("colleague")
CHECK = EncounterId(UUID(int=1))
PHONE = DeviceKey(uuid4(), b"key")


class Known:
    """A force of one officer and one phone."""

    def __init__(self, officer: Officer) -> None:
        self._officer = officer

    def officer(self, officer: OfficerId) -> Officer | None:
        return self._officer if officer == self._officer.id else None

    def device(self, device: UUID) -> DeviceKey | None:
        return PHONE if device == PHONE.id else None


def people(officer: Officer = OFFICER) -> PracticePeople:
    return PracticePeople(Known(officer), Clock(NOW))


def test_whoever_is_out_of_training_may_train() -> None:
    untrained = replace(OFFICER, trained_until=date(1999, 1, 1))
    found = people(untrained).officer(OFFICER.id)
    assert found is not None
    assert found.trained(NOW)
    assert found.roles == OFFICER.roles


@pytest.mark.parametrize("change", [{"revoked": True}, {"authorised": False}, {"roles": frozenset()}])
def test_whoever_may_do_no_checks_may_not_train(change: dict[str, object]) -> None:
    found = people(replace(OFFICER, **change)).officer(OFFICER.id)  # type: ignore[arg-type]
    assert found is not None
    assert not found.may(Permission.CHECK_DO)


def test_a_stranger_is_nobody() -> None:
    assert people().officer(OfficerId("nobody")) is None
    assert people().device(uuid4()) is None


def test_a_nonce_is_known_once_given_out_and_remembers_its_first_use() -> None:
    force = people()
    assert force.use_nonce(b"n" * 32) is None
    nonce = CaptureNonce(b"n" * 32, CHECK, PHONE.id, NOW)
    force.issue_nonce(nonce)
    assert force.use_nonce(nonce.value) == (nonce, False)
    assert force.use_nonce(nonce.value) == (nonce, True)


def test_of_many_hands_one_uses_a_nonce_first() -> None:
    force = people()
    force.issue_nonce(CaptureNonce(b"n" * 32, CHECK, PHONE.id, NOW))
    with ThreadPoolExecutor(8) as hands:
        used = list(hands.map(lambda _: force.use_nonce(b"n" * 32), range(100)))
    assert [each[1] for each in used if each].count(False) == 1


def test_the_invented_supervisor_signs_off_at_once_and_once() -> None:
    book = PracticeSignOffs(Clock(NOW))
    asked = SignOff(uuid4(), OFFICER.id, {"age": "child"}, NOW)
    book.ask(asked)
    found = book.find(asked.id)
    assert found is not None
    assert (found.given, found.supervisor) == (True, SUPERVISOR.id)
    assert people().officer(SUPERVISOR.id) == SUPERVISOR
    assert book.use(asked.id)
    assert not book.use(asked.id)
    assert not book.use(uuid4())
    with pytest.raises(SignOffNotValid):
        book.answer(asked.id, COLLEAGUE, given=False)


def test_one_officer_joins_and_judges_once() -> None:
    seconds = PracticeSeconds(Clock(NOW))
    comparison = Comparison((CandidateAnswer(ReferenceId(1), {"eyes": "similar"}, "same", 9000),))
    with pytest.raises(ComparisonAlreadyRecorded):
        seconds.enter(CHECK, comparison)
    assert (seconds.judgement(CHECK), seconds.session(CHECK)) == (None, None)
    seconds.join(CHECK, COLLEAGUE, b"session")
    with pytest.raises(SecondJudgementNotPossible):
        seconds.join(CHECK, OfficerId("third"), b"other")
    assert seconds.session(CHECK) == b"session"
    seconds.enter(CHECK, comparison)
    found = seconds.judgement(CHECK)
    assert found is not None
    assert (found.officer, found.comparison) == (COLLEAGUE, comparison)
    with pytest.raises(ComparisonAlreadyRecorded):
        seconds.enter(CHECK, Comparison())


def test_a_link_works_once_and_for_ten_minutes() -> None:
    clock = Clock(NOW)
    links = PracticeLinks(random_bytes, clock)
    token = links.second_link(OFFICER.id, Scenario.ALIKE, CHECK)
    assert links.second_invitation(token) == (Scenario.ALIKE, CHECK)
    links.use_second(token)
    with pytest.raises(InvitationInvalid):
        links.use_second(token)
    with pytest.raises(InvitationInvalid):
        links.second_invitation(token)
    late = links.second_link(OFFICER.id, Scenario.ALIKE, CHECK)
    clock.forward(minutes=11)
    with pytest.raises(InvitationInvalid):
        links.second_invitation(late)


class Verified:
    """A session that was verified once."""

    left = 1

    def use_verification(self, token_hash: bytes) -> None:
        if not self.left:
            raise VerificationMissing()
        self.left -= 1


def test_drafts_are_ones_own_and_nobody_holds_a_part_of_one() -> None:
    drafts = PracticeDrafts(Verified(), Clock(NOW))
    body = {"answers": {"age": "adult"}}
    drafts.keep_draft(b"me", "opening", body)
    body["answers"]["age"] = "child"
    drafts.draft(b"me", "opening")["answers"].clear()
    assert drafts.draft(b"me", "opening") == {"answers": {"age": "adult"}}
    assert drafts.draft(b"you", "opening") == {}
    drafts.drop_draft(b"me", "opening")
    assert drafts.draft(b"me", "opening") == {}


def test_a_draft_is_no_place_to_store_much() -> None:
    drafts = PracticeDrafts(Verified(), Clock(NOW))
    with pytest.raises(UsageError):
        drafts.keep_draft(b"me", "opening", {"text": "x" * 20_000})


def test_the_phones_verification_is_used_up() -> None:
    drafts = PracticeDrafts(Verified(), Clock(NOW))
    drafts.use_verification(b"me")
    with pytest.raises(VerificationMissing):
        drafts.use_verification(b"me")
