"""Practice is put together from a clock, a policy, accounts, a pipeline and the sessions' verifications alone."""

import hashlib
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import DeviceKey, Officer, Shutter, capture_message
from overt.encounter import CandidateAnswer, Comparison, Decision, Outcome, State
from overt.encounter.search_desk import Answered
from overt.identifiers import EncounterId, OfficerId
from overt.practice.desk import SPECIMEN
from overt.practice.scenes import Scenario
from overt.store.practice_desks import Practice, practices_of
from simulators.camera import SimulatedTemplates, photograph
from simulators.force import OFFICER, STREET, Clock
from unit.encounter.builders import NOT_STATED, NOW, POLICY
from unit.encounter.builders import OFFICER as ACCOUNT

KEY = generate_private_key(SECP256R1())
PHONE = DeviceKey(uuid4(), KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
SESSION = b"session"


class Accounts:
    """One officer, one phone; nothing can be changed."""

    def officer(self, officer: OfficerId) -> Officer | None:
        return ACCOUNT if officer == ACCOUNT.id else None

    def device(self, device: UUID) -> DeviceKey | None:
        return PHONE if device == PHONE.id else None


@pytest.fixture
def practices() -> Any:
    """Of an instance that has no database, no ledger, no gallery and no keys: asking for any of them fails."""
    parts = SimpleNamespace(
        clock=Clock(NOW), policy=POLICY, accounts=Accounts(), pipeline=SimulatedTemplates(), sessions=SimpleNamespace()
    )
    return practices_of(parts)  # type: ignore[arg-type]


def capture(practice: Practice, check: EncounterId) -> Answered:
    photo = photograph(1)
    nonce = practice.desks.check.nonce(check, OFFICER, PHONE.id)
    message = capture_message(nonce.value, check, Shutter.GUIDED, [hashlib.sha256(photo).digest()])
    r, s = decode_dss_signature(KEY.sign(message, ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    signed = (nonce.value, signature, Shutter.GUIDED)
    return practice.desks.search.capture(check, OFFICER, [photo], *signed, SESSION, PHONE.id)


@pytest.mark.parametrize("scenario", Scenario)
def test_a_whole_check_needs_nothing_else_of_an_instance(practices: Any, scenario: Scenario) -> None:
    practice: Practice = practices.of[scenario]
    desks = practice.desks
    check = desks.check.open(STREET, OFFICER).id
    desks.check.notice(check, OFFICER, "given")
    shown = capture(practice, check).candidates
    judged = (CandidateAnswer(each, {"eyes": "similar"}, "cannot-tell", 9000) for each in shown)
    desks.reveal.compare(check, OFFICER, Comparison(tuple(judged)), SESSION)
    told = desks.reveal.reveal(check, OFFICER, SESSION)
    assert [each.names.display_name[:8] for each in told.candidates if each.names] == ["Invented"] * len(shown)
    desks.reveal.decide(check, OFFICER, Decision("cannot-tell" if shown else "no-candidate"))
    desks.reveal.outcome(check, OFFICER, Outcome("let-go", NOW))
    assert practice.lessons(desks.check.owned(check, OFFICER)) is None, "not before the end"
    desks.reveal.demographics(check, OFFICER, NOT_STATED)
    assert desks.receipts.give(check, OFFICER).front.reference == SPECIMEN
    stored = desks.check.owned(check, OFFICER)
    assert stored.state is State.COMPLETED
    assert practice.lessons(stored) is not None
    assert practice.open_ones(OFFICER) == []


def test_scenarios_do_not_share_their_checks(practices: Any) -> None:
    first, second, third = (practices.of[scenario] for scenario in Scenario)
    check = first.desks.check.open(STREET, OFFICER).id
    assert [each.id for each in first.open_ones(OFFICER)] == [check]
    assert second.open_ones(OFFICER) == third.open_ones(OFFICER) == []
