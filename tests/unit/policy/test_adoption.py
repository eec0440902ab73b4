"""Who has to sign, and how long a loosening is public before it holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from overt.errors import (
    NoticePeriodRuns,
    PolicyInvalid,
    PolicyNotAnnounced,
    PolicySignaturesMissing,
    PolicyTooLoose,
)
from overt.ledger.note import add_signature, sign_note
from overt.policy import Policy, parse_policy
from overt.policy.adoption import earliest, read_proposal, require_notice, require_signatures
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from simulators.production import production_policy
from simulators.signatories import FORCE_SIGNERS, NAMES, demonstration_changed, proposal
from unit.encounter.builders import POLICY

TODAY = date(2026, 11, 23)
STRICTER = demonstration_changed(POLICY, ("cap = 3", "cap = 2"))
LOOSER = demonstration_changed(POLICY, ("cap = 3", "cap = 4"))
FORCE = parse_policy(production_policy(TODAY))


def signed(in_force: Policy, policy: Policy, *who: str) -> None:
    require_signatures(in_force, read_proposal(in_force, proposal(policy, who)))


@pytest.mark.parametrize("who", NAMES)
def test_one_signatory_is_enough_for_what_is_stricter(who: str) -> None:
    signed(POLICY, STRICTER, who)


def test_a_loosening_needs_two_people_and_the_oversight_body() -> None:
    signed(POLICY, LOOSER, *NAMES)
    for who, missing in (
        (NAMES[:2], "of the oversight body"),
        (NAMES[1:], "of 1 more of the force's people"),
        (NAMES[2:], "of 2 more of the force's people"),
        (NAMES[:1], "of 1 more of the force's people and of the oversight body"),
    ):
        with pytest.raises(PolicySignaturesMissing, match=missing):
            signed(POLICY, LOOSER, *who)


def test_a_signature_twice_is_once() -> None:
    note = proposal(LOOSER, ("force-one", "oversight"))
    assert add_signature(note, DEMONSTRATION_SIGNERS["force-one"]) == note
    line = note.splitlines(keepends=True)[2]
    with pytest.raises(PolicySignaturesMissing, match="1 more"):
        require_signatures(POLICY, read_proposal(POLICY, note + line))


def test_nobody_gets_in_by_naming_themselves() -> None:
    """The new policy names other people; they sign it, and count for nothing."""
    texts = {name: (DEMONSTRATION_SIGNERS[name].key.encode(), FORCE_SIGNERS[name].key.encode()) for name in NAMES}
    other = demonstration_changed(POLICY, *texts.values())
    with pytest.raises(PolicySignaturesMissing):
        read_proposal(POLICY, sign_note(f"{other.canonical}\n", list(FORCE_SIGNERS.values())))
    signed(POLICY, other, *NAMES)


def test_a_signature_of_another_text_spoils_all() -> None:
    note, other = proposal(LOOSER), proposal(STRICTER)
    mixed = note.rpartition(b"\n\n")[0] + b"\n\n" + other.rpartition(b"\n\n")[2]
    with pytest.raises(PolicySignaturesMissing, match="does not verify"):
        read_proposal(POLICY, mixed)


@pytest.mark.parametrize("note", [b"", b"text", b"text\n\n", proposal(LOOSER)[:-1], b"\xff\n\n\xe2\x80\x94 a b\n"])
def test_what_is_no_note_is_no_proposal(note: bytes) -> None:
    with pytest.raises(PolicyInvalid):
        read_proposal(POLICY, note)


def test_a_signed_text_still_has_to_be_a_policy() -> None:
    everybody = list(DEMONSTRATION_SIGNERS.values())
    with pytest.raises(PolicyInvalid):
        read_proposal(POLICY, sign_note("{}\n", everybody))
    looser = POLICY.canonical.replace('"places":["street","vehicle","public-building"]', '"places":["home"]', 1)
    assert looser != POLICY.canonical
    with pytest.raises(PolicyTooLoose):
        read_proposal(POLICY, sign_note(f"{looser}\n", everybody))


def test_the_policy_in_force_and_its_name_are_taken() -> None:
    with pytest.raises(PolicyInvalid, match="in force"):
        read_proposal(POLICY, proposal(POLICY))
    with pytest.raises(PolicyInvalid, match="in force"):
        read_proposal(replace(POLICY, version=STRICTER.version), proposal(STRICTER))


def test_a_demonstration_never_becomes_a_force_nor_the_reverse() -> None:
    with pytest.raises(PolicyInvalid, match="demonstration"):
        read_proposal(POLICY, sign_note(f"{FORCE.canonical}\n", list(DEMONSTRATION_SIGNERS.values())))
    with pytest.raises(PolicyInvalid, match="demonstration"):
        read_proposal(FORCE, sign_note(f"{STRICTER.canonical}\n", list(FORCE_SIGNERS.values())))


def test_a_loosening_waits_for_its_notice_period() -> None:
    text = production_policy(TODAY).replace("demonstration-1", "force-2").replace("cap = 3", "cap = 4")
    looser = parse_policy(text)
    found = read_proposal(FORCE, sign_note(f"{looser.canonical}\n", list(FORCE_SIGNERS.values())))
    require_signatures(FORCE, found)
    assert earliest(FORCE, found, TODAY) == TODAY + timedelta(days=14)
    with pytest.raises(PolicyNotAnnounced):
        require_notice(FORCE, found, None, TODAY)
    with pytest.raises(NoticePeriodRuns, match="2026-12-07"):
        require_notice(FORCE, found, TODAY, TODAY + timedelta(days=13))
    require_notice(FORCE, found, TODAY, TODAY + timedelta(days=14))


def test_what_is_stricter_waits_for_nothing() -> None:
    found = read_proposal(POLICY, proposal(STRICTER))
    require_notice(POLICY, found, None, TODAY)
    assert earliest(POLICY, found, TODAY) == TODAY


def test_in_a_demonstration_a_loosening_is_announced_and_waits_no_day() -> None:
    found = read_proposal(POLICY, proposal(LOOSER))
    with pytest.raises(PolicyNotAnnounced):
        require_notice(POLICY, found, None, TODAY)
    require_notice(POLICY, found, TODAY, TODAY)
