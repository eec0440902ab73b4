"""Policies that follow one another, and suspensions, with PostgreSQL and the ledger behind them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from overt.errors import (
    LedgerContradiction,
    NoticePeriodRuns,
    OrderInvalid,
    OrderRepeated,
    PolicyChanged,
    PolicyInvalid,
    PolicyNotAnnounced,
    PolicyNotSigned,
    PolicyReplaced,
    PolicySignaturesMissing,
    Suspended,
)
from overt.ledger.entry import parse
from overt.ledger.note import open_note
from overt.policy import parse_policy
from overt.policy.suspension import Act, Reach
from overt.store import schema
from overt.store.creation import create
from overt.store.instance import open_instance
from overt_verify.audit import audit
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Clock, Force, demonstration, reopened
from simulators.production import production_policy
from simulators.signatories import FORCE_SIGNERS, demonstration_changed, effect_of, order, proposal, proposed, signed_by

STRICTER, LOOSER = ("cap = 3", "cap = 2"), ("cap = 3", "cap = 4")


@pytest.fixture
def other(folder: Path, force: Force) -> Iterator[Force]:
    """The same instance in another process, that has read the policy already."""
    with reopened(folder, clock=force.clock) as second:
        assert second.instance.policy.digest == force.instance.policy.digest
        yield second


def verified(force: Force) -> dict[str, int]:
    """What an outsider finds, from the public folder alone."""
    report = audit(LedgerFolder(force.instance.place.ledger), VerifierKey.parse(force.instance.ledger.vkey))
    return report.summary.deeds


def last(force: Force) -> dict[str, object]:
    size = force.instance.ledger.head().size
    entry = parse(force.instance.ledger.published_bodies(size - 1, 1)[0])
    return {"deed": entry.deed.value, "policy": entry.policy, **entry.fields}


def test_a_tightening_holds_at_once_and_for_every_process(force: Force, other: Force) -> None:
    opened = other.noticed()
    new = demonstration_changed(force.instance.policy, STRICTER)
    done = force.instance.changes.adopt(*proposed(force.instance, new, ["force-two"]))
    assert last(force) == {
        "deed": "policy:version:adopted",
        "policy": new.digest,
        "change": "tightened",
        "demonstration": "yes",
        "version": "demonstration-2",
    }
    assert (done.index, done.proposal.loosens) == (force.instance.ledger.head().size - 1, False)

    with pytest.raises(PolicyReplaced) as caught:
        other.desks.check.open(STREET, OFFICER)
    assert caught.value.recorded_at is None, "nothing was decided"
    with pytest.raises(PolicyReplaced):
        other.desks.check.end(opened, OFFICER, "mistake")
    with pytest.raises(PolicyReplaced):
        other.enrol(1)

    assert other.instance.renew()
    assert not other.instance.renew()
    assert other.instance.policy.candidates_cap == 2
    del other.desks
    with pytest.raises(PolicyChanged):
        other.signed(opened, photograph(1, 1))
    assert other.desks.check.end(opened, OFFICER, "mistake").end == "mistake"
    assert other.found(1) == []
    assert verified(other)["policy:version:adopted"] == 2


def test_a_loosening_is_announced_and_signed_by_all(force: Force) -> None:
    changes, new = force.instance.changes, demonstration_changed(force.instance.policy, LOOSER)
    with pytest.raises(PolicyInvalid, match="without an announcement"):
        changes.announce(*proposed(force.instance, demonstration_changed(force.instance.policy, STRICTER)))
    with pytest.raises(PolicySignaturesMissing):
        changes.announce(*proposed(force.instance, new, ["force-one", "oversight"]))
    with pytest.raises(PolicyNotAnnounced):
        changes.adopt(*proposed(force.instance, new))
    size = force.instance.ledger.head().size
    announced = changes.announce(*proposed(force.instance, new))
    assert changes.announce(*proposed(force.instance, new)).index == announced.index == size
    assert (announced.earliest, force.instance.ledger.head().size) == (force.clock().date(), size + 1)
    with pytest.raises(PolicySignaturesMissing):
        changes.adopt(*proposed(force.instance, new, ["force-one", "force-two"]))
    changes.adopt(*proposed(force.instance, new))
    assert last(force)["change"] == "loosened"
    assert force.instance.renew()
    assert verified(force)["policy:loosening:announced"] == 1


def test_an_earlier_policy_does_not_come_back_under_its_own_name(force: Force) -> None:
    first, changes = force.instance.policy, force.instance.changes
    changes.adopt(*proposed(force.instance, demonstration_changed(first, STRICTER)))
    force.instance.renew()
    text = force.instance.ledger.files.policy(first.digest)
    for change in (changes.announce, changes.adopt):
        with pytest.raises(PolicyInvalid, match="in force before"):
            change(*proposed(force.instance, first))
    assert force.instance.ledger.files.policy(first.digest) == text, "with the signatures of its time"


def test_a_lost_or_changed_text_is_found_and_made_again(force: Force) -> None:
    ledger, digest = force.instance.ledger, force.instance.policy.digest
    new = demonstration_changed(force.instance.policy, LOOSER)
    force.instance.changes.announce(*proposed(force.instance, new))
    ledger.verify()
    for which in (digest, new.digest):
        path = ledger.files.folder / "policy" / which.removeprefix("sha256:")
        whole = path.read_bytes()
        for damaged in (whole[:-1], None):
            if damaged is None:
                path.unlink()
            else:
                path.write_bytes(damaged)
            with pytest.raises(LedgerContradiction, match="text of a policy"):
                ledger.verify()
            ledger.rebuild()
            assert path.read_bytes() == whole
            ledger.verify()


def test_who_may_sign_changes_with_the_policy(force: Force) -> None:
    before = force.instance.policy
    swapped = [
        (key.encode(), FORCE_SIGNERS[name].key.encode())
        for name, key in zip(("force-one", "force-two", "oversight"), before.signatories.everybody, strict=True)
    ]
    new = demonstration_changed(before, *swapped)
    force.instance.changes.announce(*proposed(force.instance, new))
    force.instance.changes.adopt(*proposed(force.instance, new))
    force.instance.renew()
    again = demonstration_changed(before, *swapped, STRICTER, ("demonstration-2", "demonstration-3"))
    with pytest.raises(PolicySignaturesMissing):
        force.instance.changes.adopt(*proposed(force.instance, again))
    effect = effect_of(force.instance, again)
    force.instance.changes.adopt(signed_by([FORCE_SIGNERS["force-two"]], again, effect), effect)
    assert verified(force)["policy:version:adopted"] == 3


def test_a_policy_that_this_instance_did_not_sign_is_not_taken_over(force: Force, other: Force) -> None:
    """Somebody with the database puts a row in."""
    new = demonstration_changed(force.instance.policy, LOOSER)
    row = {"digest": new.digest, "note": proposal(new).decode(), "adopted_at": force.clock(), "adopted_leaf": 999}
    with force.instance.engine.begin() as connection:
        connection.execute(insert(schema.policy).values(row))
    with pytest.raises(PolicyNotSigned):
        other.instance.renew()
    assert other.instance.policy.candidates_cap == 3
    with pytest.raises(PolicyReplaced):
        other.noticed()


def test_every_text_is_public_with_its_signatures(force: Force) -> None:
    before = force.instance.policy
    first = (force.instance.place.ledger / "policy" / before.digest.removeprefix("sha256:")).read_bytes()
    assert before.canonical == first.decode().partition("\n")[0]
    new = demonstration_changed(before, STRICTER)
    force.instance.changes.adopt(*proposed(force.instance, new, ["oversight"]))
    note = (force.instance.place.ledger / "policy" / new.digest.removeprefix("sha256:")).read_bytes()
    opened = open_note(note, before.signatories.everybody)
    assert [key.name for key in opened.signed_by] == [before.signatories.oversight.name]
    assert [each.name for each in opened.unknown] == [f"{force.instance.about.origin}/policy"]


def test_fourteen_days_pass_before_a_force_loosens(folder: Path) -> None:
    clock = Clock(datetime(2026, 11, 23, 10, tzinfo=UTC))
    text = production_policy(clock().date())
    create(folder / "force", text, clock)
    looser = text.replace("demonstration-1", "force-2").replace("cap = 3", "cap = 4")
    with open_instance(folder / "force", clock) as instance:
        policy = parse_policy(looser)
        effect = effect_of(instance, policy)
        note = signed_by(list(FORCE_SIGNERS.values()), policy, effect)
        assert instance.changes.announce(note, effect).earliest.isoformat() == "2026-12-07"
        clock.forward(days=13, hours=13)
        with pytest.raises(NoticePeriodRuns):
            instance.changes.adopt(note)
        clock.forward(hours=1)
        assert instance.changes.adopt(note).proposal.loosens


# Suspensions.


ABOUT_THIS_CHECK = [
    (Reach.EVERYTHING, "all"),
    (Reach.PLACE, "street"),
    (Reach.GROUND, "identity-doubted"),
    (Reach.OFFICER, "demo-officer"),
]


def test_a_suspension_holds_at_once_until_it_is_lifted(force: Force, other: Force) -> None:
    origin, frames = force.instance.about.origin, (photograph(1, 1),)
    for number, (reach, code) in enumerate(ABOUT_THIS_CHECK, 1):
        noticed = other.noticed()
        signed = other.signed(noticed, *frames)
        found, index = force.instance.changes.obey(order(origin, number, reach, code))
        assert (found.reach, found.code, force.instance.ledger.head().size) == (reach, code, index + 1)
        with pytest.raises(Suspended) as caught:
            other.desks.check.open(STREET, OFFICER)
        assert caught.value.recorded_at is not None
        with pytest.raises(Suspended):
            other.desks.search.capture(noticed, OFFICER, frames, *signed)
        with pytest.raises(Suspended):
            other.desks.check.nonce(noticed, OFFICER, None)
        assert other.stored(noticed).answered_at is None
        other.desks.check.end(noticed, OFFICER, "mistake")
        force.instance.changes.obey(order(origin, number, reach, code, Act.LIFT))
        assert other.found(1) == []
    deeds = verified(other)
    assert (deeds["policy:suspension:ordered"], deeds["policy:suspension:lifted"]) == (4, 4)


def test_what_is_not_suspended_goes_on(force: Force) -> None:
    origin = force.instance.about.origin
    for number, (reach, code) in enumerate(
        [(Reach.PLACE, "school"), (Reach.GROUND, "wanted"), (Reach.OFFICER, "demo-colleague")], 1
    ):
        force.instance.changes.obey(order(origin, number, reach, code))
    assert last(force)["suspended"] == "one", "who it is, is not public"
    assert b"demo-colleague" not in force.instance.ledger.published_bodies(force.instance.ledger.head().size - 1, 1)[0]
    assert force.found(1) == []
    assert [each.number for each in force.instance.changes.suspensions()] == [1, 2, 3]
    verified(force)


def test_an_order_is_not_repeated_and_an_old_one_is_no_new_one(force: Force) -> None:
    changes, origin = force.instance.changes, force.instance.about.origin
    changes.obey(order(origin, 1, Reach.PLACE, "street"))
    for repeated in (order(origin, 1, Reach.PLACE, "street"), order(origin, 1, Reach.PLACE, "home")):
        with pytest.raises(OrderRepeated):
            changes.obey(repeated)
    for lift in (
        order(origin, 2, Reach.PLACE, "street", Act.LIFT),
        order(origin, 1, Reach.PLACE, "home", Act.LIFT),
        order(origin, 1, Reach.GROUND, "wanted", Act.LIFT),
    ):
        with pytest.raises(OrderRepeated):
            changes.obey(lift)
    changes.obey(order(origin, 1, Reach.PLACE, "street", Act.LIFT))
    for late in (order(origin, 1, Reach.PLACE, "street", Act.LIFT), order(origin, 1, Reach.PLACE, "street")):
        with pytest.raises(OrderRepeated):
            changes.obey(late)
    assert changes.suspensions() == ()
    verified(force)


def test_nobody_else_suspends_or_lifts(force: Force) -> None:
    changes, origin = force.instance.changes, force.instance.about.origin
    changes.obey(order(origin, 1, Reach.EVERYTHING))
    for note in (
        order(origin, 2, Reach.PLACE, "street", by="force-one"),
        order(origin, 1, Reach.EVERYTHING, act=Act.LIFT, by="force-two"),
        order("other.example/log", 1, Reach.EVERYTHING, act=Act.LIFT),
    ):
        with pytest.raises(OrderInvalid):
            changes.obey(note)
    assert [each.number for each in changes.suspensions()] == [1]


def test_a_suspension_outlives_a_restart_and_its_oversight_body(folder: Path) -> None:
    with demonstration(folder) as force:
        force.instance.changes.obey(order(force.instance.about.origin, 1, Reach.EVERYTHING))
    with reopened(folder, clock=force.clock) as again, pytest.raises(Suspended):
        again.noticed()


def test_two_adoptions_at_once_are_one_after_the_other(force: Force, other: Force) -> None:
    """Both were decided under the first policy; the second to come is refused."""
    new = demonstration_changed(force.instance.policy, STRICTER)
    also = demonstration_changed(force.instance.policy, ("officer_cap = 10", "officer_cap = 9"))
    force.instance.changes.adopt(*proposed(force.instance, new))
    with pytest.raises(PolicyReplaced):
        other.instance.changes.adopt(*proposed(other.instance, also))
    verified(force)
