"""Links of receipts as they are kept: counting under many hands, and an end with the openings."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from overt.encounter.receipt_desk import Given, PinTried, ReceiptDesk
from overt.encounter.receipt_secret import lookup_of, pin_hash
from overt.errors import PinWrong, ReceiptClosed, ReceiptLinkUnknown
from overt.identifiers import EncounterId
from overt.ledger.note import parse_vkey
from overt.ledger.receipt import check_receipt
from overt.store.receipt_links import ReceiptLinks
from simulators.force import OFFICER, Clock, Force, demonstration, reopened


@pytest.fixture
def ended(shared_force: Force) -> Iterator[EncounterId]:
    encounter = shared_force.noticed()
    shared_force.desks.check.end(encounter, OFFICER, "declined-photo")
    return encounter


@pytest.fixture
def given(shared_force: Force, ended: EncounterId) -> Given:
    return shared_force.desks.receipts.give(ended, OFFICER)


def wrong(pin: str, other: int = 1) -> str:
    return f"{(int(pin) + other) % 10**6:06}"


def rows(force: Force, table: str) -> int:
    with force.instance.engine.connect() as connection:
        count: int = connection.execute(text(f"select count(*) from {table}")).scalar_one()
        return count


def test_a_link_opens_the_receipt_that_the_ledger_holds(shared_force: Force, given: Given) -> None:
    desk = shared_force.desks.receipts
    receipt = check_receipt(desk.inside(given.secret, given.pin), parse_vkey(shared_force.instance.ledger.vkey))
    assert given.front == desk.front(given.secret)
    assert (receipt.reference, receipt.entry.hour) == (given.front.reference, given.front.hour)
    assert receipt.opened["receipt"] == {
        "encounter": receipt.opened["receipt"]["encounter"],  # type: ignore[index,call-overload]
        "reference": given.front.reference,
        "began": given.front.hour,
        "officer": "demo-officer",
        "ground": "identity-doubted",
        "policy": shared_force.instance.policy.digest,
        "policy_version": "demonstration-1",
        "outcome": "ended-early",
    }


def test_no_row_of_any_table_holds_the_secret_or_the_pin(shared_force: Force, given: Given) -> None:
    with shared_force.instance.engine.connect() as connection:
        found = connection.execute(text("select t::text from receipt_link t")).scalars().all()
    assert found
    assert lookup_of(given.secret).hex() in "".join(found), "the search finds what is there"
    for row in found:
        assert given.secret.hex() not in row


def test_many_hands_at_once_get_no_more_wrong_pins_than_one(shared_force: Force, given: Given) -> None:
    """What tells a wrong PIN from a right one is handed out `most` times in all, however many try together."""
    links = shared_force.instance.receipt_links
    lookup = lookup_of(given.secret)
    barrier, told, lock = threading.Barrier(16), list[PinTried | None](), threading.Lock()

    def guess(number: int) -> None:
        barrier.wait()
        tried = links.try_pin(lookup, number.to_bytes(32, "big"), 5)
        with lock:
            told.append(tried)

    hands = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(each.wrong for each in told if each) == [1, 2, 3, 4, 5]
    with pytest.raises(ReceiptClosed):
        shared_force.desks.receipts.inside(given.secret, given.pin)
    assert shared_force.desks.receipts.front(given.secret) == given.front


def test_a_right_pin_is_not_counted(shared_force: Force, given: Given) -> None:
    links, lookup = shared_force.instance.receipt_links, lookup_of(given.secret)
    link = links.find(lookup)
    assert link is not None
    hashed = pin_hash(given.secret, given.pin, link.salt)
    assert [links.try_pin(lookup, hashed, 5) for _ in range(7)] == [PinTried(True, 0)] * 7
    assert links.try_pin(lookup, b"x" * 32, 5) == PinTried(False, 1)
    assert links.try_pin(b"nobody" * 5, hashed, 5) is None


def test_wrong_pins_are_counted_for_each_link(shared_force: Force, ended: EncounterId, given: Given) -> None:
    desk: ReceiptDesk = shared_force.desks.receipts
    again = desk.again(ended, OFFICER)
    for other in range(1, 5):
        with pytest.raises(PinWrong):
            desk.inside(given.secret, wrong(given.pin, other))
    with pytest.raises(ReceiptClosed):
        desk.inside(given.secret, wrong(given.pin, 5))
    assert desk.inside(again.secret, again.pin)


def test_a_link_ends_with_the_openings_of_its_receipt(folder: Path) -> None:
    clock = Clock()
    with demonstration(folder, clock=clock) as force:
        encounter = force.noticed()
        force.desks.check.end(encounter, OFFICER, "mistake")
        given = force.desks.receipts.give(encounter, OFFICER)
        days = force.instance.policy.retention.openings_days
        clock.moment += timedelta(days=days)
        assert force.desks.receipts.front(given.secret) == given.front, "to the last day"
        clock.moment += timedelta(days=1)
        with pytest.raises(ReceiptLinkUnknown):
            force.desks.receipts.inside(given.secret, given.pin)
    with reopened(folder, clock=clock) as force:
        assert rows(force, "receipt_link") == 0
        with pytest.raises(ReceiptLinkUnknown):
            force.desks.receipts.front(given.secret)


def test_a_link_ends_also_where_the_encounter_is_kept_longer(folder: Path) -> None:
    clock = Clock()
    with demonstration(folder, clock=clock) as force:
        shorter = ReceiptLinks(force.instance.engine, timedelta(days=10), clock)
        force.instance.__dict__["receipt_links"] = shorter
        encounter = force.noticed()
        force.desks.check.end(encounter, OFFICER, "mistake")
        force.desks.receipts.give(encounter, OFFICER)
    clock.moment += timedelta(days=10)
    with reopened(folder, clock=clock) as force:
        assert rows(force, "receipt_link") == 1
    clock.moment += timedelta(days=1)
    with reopened(folder, clock=clock) as force:
        assert (rows(force, "receipt_link"), rows(force, "encounter")) == (0, 1)
