"""Receipts given, declined and opened by their link, over links in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, cast

import pytest

from overt import errors
from overt.encounter import Encounter, Move, State, end
from overt.encounter.desk import Desk, Surroundings
from overt.encounter.receipt_desk import AGAIN_FOR, MOST_LINKS, Front, Given, PinTried, ReceiptDesk, ReceiptLink
from overt.encounter.steps import Receipt
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.canonical import canonical
from unit.encounter.builders import NOW, POLICY, at

OFFICER = OfficerId("demo-officer")
FRONT = {"reference": "AB12-CD34", "hour": "2026-11-23T14Z", "complaint": "Write to us."}
DOCUMENT = canonical({"v": 1, "front": FRONT, "inside": {"entry": "..."}})


class Paper:
    """Links, a check and its receipt, in memory."""

    def __init__(self, encounter: Encounter) -> None:
        self.encounter, self.missing = encounter, False
        self.links: dict[bytes, list[Any]] = {}
        self.tried: list[bytes] = []
        self.looks: list[tuple[str, str | None]] = []

    # A book and the receipts of one check.

    def load(self, _: EncounterId) -> Encounter:
        return self.encounter

    def advance(
        self, _: EncounterId, transition: Callable[[Encounter], Move], actor: OfficerId | None = None
    ) -> "Paper":
        self.encounter = transition(self.encounter).encounter
        return self

    def looked_at(self, _: EncounterId, actor: str, why: str, recipient: str | None = None) -> None:
        assert why
        self.looks.append((actor, recipient))

    @property
    def index(self) -> int:
        return self.encounter.version - 1

    def settle(self, index: int) -> None:
        assert index == self.index

    def issue(self, encounter: EncounterId, actor: OfficerId, *, declined: bool) -> bytes | None:
        if self.encounter.receipt is not None:
            raise errors.ReceiptAlreadyIssued()
        self.encounter = replace(self.encounter, receipt=Receipt(None if declined else "AB12-CD34"))
        return None if declined else DOCUMENT

    def receipt(self, encounter: EncounterId) -> bytes:
        if self.missing or self.encounter.receipt is None:
            raise errors.ReceiptMissing()
        return DOCUMENT

    # Links.

    def keep(self, link: ReceiptLink) -> None:
        self.links[link.lookup] = [link, 0]

    def made_for(self, encounter: EncounterId) -> list[datetime]:
        return [link.made_at for link, _ in self.links.values()]

    def find(self, lookup: bytes) -> ReceiptLink | None:
        return cast(ReceiptLink, self.links[lookup][0]) if lookup in self.links else None

    def try_pin(self, lookup: bytes, given: bytes, most: int) -> PinTried | None:
        self.tried.append(given)
        kept = self.links.get(lookup)
        if kept is None or kept[1] >= most:
            return None
        right = kept[0].pin_hash == given
        kept[1] += 0 if right else 1
        return PinTried(right, kept[1])


@dataclass
class Street:
    """An officer, a person, a desk between them."""

    paper: Paper
    now: datetime = NOW
    desk: ReceiptDesk = field(init=False)
    drawn: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        around = Surroundings(self.draw, lambda: self.now, lambda: 0.0)
        self.desk = ReceiptDesk(Desk(POLICY, cast(Any, self.paper), cast(Any, None), around), self.paper, self.paper)

    def draw(self, size: int) -> bytes:
        return sha256(b"%d" % next(self.drawn)).digest()[:size]

    def give(self) -> Given:
        return self.desk.give(self.paper.encounter.id, OFFICER)

    def again(self) -> Given:
        return self.desk.again(self.paper.encounter.id, OFFICER)


@pytest.fixture
def street() -> Street:
    return Street(Paper(at(State.DEMOGRAPHICS_RECORDED)))


def wrong(pin: str, other: int = 1) -> str:
    return f"{(int(pin) + other) % 10**6:06}"


def test_the_secret_shows_the_front_and_the_pin_the_rest(street: Street) -> None:
    given = street.give()
    assert given.front == street.desk.front(given.secret) == Front(**FRONT)
    assert street.desk.inside(given.secret, given.pin) == DOCUMENT
    assert (len(given.secret), len(given.pin)) == (32, 6)


def test_it_is_kept_in_no_repr_and_no_row(street: Street) -> None:
    given = street.give()
    ((link, _),) = street.paper.links.values()
    for text in (repr(given), repr(link)):
        assert given.pin not in text
        assert repr(given.secret) not in text
    for kept in (link.lookup, link.salt, link.pin_hash):
        assert given.secret not in kept
        assert given.pin.encode() not in kept


def test_every_receipt_has_its_own_secret_pin_and_salt(street: Street) -> None:
    first, second = street.give(), street.again()
    assert first.secret != second.secret
    one, two = (link for link, _ in street.paper.links.values())
    assert one.salt != two.salt
    assert street.desk.inside(first.secret, first.pin) == street.desk.inside(second.secret, second.pin)
    with pytest.raises(errors.PinWrong):
        street.desk.inside(first.secret, second.pin)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "abcdef", "\U0001f600", "' or 1=1 --"])
def test_whatever_is_entered_is_a_pin_or_a_wrong_one(street: Street, pin: str) -> None:
    given = street.give()
    with pytest.raises(errors.PinWrong, match="4 tries are left"):
        street.desk.inside(given.secret, pin)


def test_five_wrong_pins_close_the_inside_for_good_and_leave_the_front(street: Street) -> None:
    given = street.give()
    for left in (4, 3, 2):
        with pytest.raises(errors.PinWrong, match=f"{left} tries are left"):
            street.desk.inside(given.secret, wrong(given.pin, left))
    assert street.desk.inside(given.secret, given.pin), "and a right one between them takes none of them back"
    with pytest.raises(errors.PinWrong, match="1 try is left"):
        street.desk.inside(given.secret, wrong(given.pin))
    for pin in (wrong(given.pin), given.pin, given.pin):
        with pytest.raises(errors.ReceiptClosed):
            street.desk.inside(given.secret, pin)
    assert street.desk.front(given.secret) == Front(**FRONT)


def test_a_right_pin_opens_as_often_as_it_is_entered(street: Street) -> None:
    given = street.give()
    assert [street.desk.inside(given.secret, given.pin) for _ in range(20)] == [DOCUMENT] * 20


def test_an_unknown_secret_costs_the_work_of_a_wrong_pin(street: Street) -> None:
    street.give()
    with pytest.raises(errors.ReceiptLinkUnknown):
        street.desk.front(b"u" * 32)
    with pytest.raises(errors.ReceiptLinkUnknown):
        street.desk.inside(b"u" * 32, "123456")
    assert len(street.paper.tried) == 1, "it was hashed and looked for like any other"


def test_past_its_time_a_link_leads_nowhere(street: Street) -> None:
    given = street.give()
    street.paper.missing = True
    for ask in (lambda: street.desk.front(given.secret), lambda: street.desk.inside(given.secret, given.pin)):
        with pytest.raises(errors.ReceiptLinkUnknown):
            ask()


def test_declined_is_recorded_and_makes_no_link(street: Street) -> None:
    street.desk.decline(street.paper.encounter.id, OFFICER)
    assert street.paper.links == {}
    assert street.paper.encounter.receipt == Receipt(None)
    assert not street.desk.may_again(street.paper.encounter)
    for give in (street.give, street.again):
        with pytest.raises((errors.ReceiptAlreadyIssued, errors.ReceiptLinkGone)):
            give()


def test_who_declined_the_photograph_gets_one_too() -> None:
    street = Street(Paper(end(POLICY, at(State.NOTICED), "declined-photo").encounter))
    assert street.desk.front(street.give().secret) == Front(**FRONT)


def test_a_link_that_did_not_arrive_is_made_again_while_the_person_is_there(street: Street) -> None:
    given = street.give()
    street.now += AGAIN_FOR
    again = street.again()
    assert street.desk.inside(given.secret, given.pin) == street.desk.inside(again.secret, again.pin) == DOCUMENT
    street.now += timedelta(seconds=1)
    with pytest.raises(errors.ReceiptLinkGone) as refused:
        street.again()
    assert refused.value.recorded_at == street.paper.index
    assert street.paper.encounter.step_refusals == (errors.ReceiptLinkGone.code,)


def test_a_receipt_has_so_many_links_and_no_more(street: Street) -> None:
    street.give()
    for _ in range(MOST_LINKS - 1):
        street.again()
    with pytest.raises(errors.ReceiptLinkGone):
        street.again()


def test_a_receipt_whose_link_was_never_kept_gets_one_however_late(street: Street) -> None:
    street.paper.issue(street.paper.encounter.id, OFFICER, declined=False)  # and then the process was killed
    street.now += timedelta(days=2)
    assert street.desk.front(street.again().secret) == Front(**FRONT)


def test_no_link_of_a_receipt_that_was_not_given(street: Street) -> None:
    with pytest.raises(errors.ReceiptLinkGone):
        street.again()
