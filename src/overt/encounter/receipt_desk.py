"""The person's receipt: given or declined by the officer, opened again by whoever has its link.

Rules:
* For whoever has the link's secret: the front, which says nothing about the reason, the place, the officer or the
  result. For whoever has the PIN too: the whole receipt.
* Secret and PIN are told once, when they are drawn, and are kept as hashes only: nobody can tell them again.
* Five wrong PINs close the inside of a link for good; its front stays. A right PIN takes back none of them.
* An unknown secret costs the same work as a wrong PIN.
* A receipt is issued once. A link that did not arrive (a lost signal, a page that was closed) can be made again while
  the person still stands there: within `AGAIN_FOR` of the first, `MOST_LINKS` in all. The earlier ones stay good, so
  nobody can shut a person out of a receipt that they hold.
* Having a receipt is no proof of who one is, and nothing is done here for whoever has one but show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from overt.encounter.desk import Desk
from overt.encounter.encounter import Encounter
from overt.encounter.receipt_secret import SALT_BYTES, SECRET_BYTES, draw_pin, lookup_of, pin_hash
from overt.errors import (
    EncounterUnknown,
    PinWrong,
    ReceiptClosed,
    ReceiptLinkGone,
    ReceiptLinkUnknown,
    ReceiptMissing,
)
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.canonical import parse_canonical
from overt.ledger.receipt import MAX_BYTES

HOLDER = "whoever holds the receipt and its PIN"
MOST_WRONG_PINS = 5
AGAIN_FOR = timedelta(minutes=30)
MOST_LINKS = 3


@dataclass(frozen=True, slots=True)
class ReceiptLink:
    """A link as it is kept."""

    lookup: bytes = field(repr=False)
    encounter: EncounterId
    salt: bytes = field(repr=False)
    pin_hash: bytes = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PinTried:
    """A PIN that was tried: whether it was right, and how many wrong ones there have been by then."""

    right: bool
    wrong: int


@dataclass(frozen=True, slots=True)
class Front:
    """What may be seen by whoever finds a receipt (spec/receipt.md). `hour`: `YYYY-MM-DDTHHZ`."""

    reference: str
    hour: str
    complaint: str


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt with a new link. `secret` and `pin` are shown once and are in no repr."""

    front: Front
    secret: bytes = field(repr=False)
    pin: str = field(repr=False)


class Receipts(Protocol):
    """Issues a check's receipt, and hands out its bytes."""

    def issue(self, encounter: EncounterId, actor: OfficerId, *, declined: bool) -> bytes | None: ...
    def receipt(self, encounter: EncounterId) -> bytes: ...


class Links(Protocol):
    """Links as they are kept."""

    def keep(self, link: ReceiptLink) -> None: ...
    def made_for(self, encounter: EncounterId) -> Sequence[datetime]: ...
    def find(self, lookup: bytes) -> ReceiptLink | None: ...

    def try_pin(self, lookup: bytes, given: bytes, most: int) -> PinTried | None:
        """Compare and count in one statement; None where `most` wrong ones were tried, or there is no such link."""


class ReceiptDesk:
    """What an officer and a person do with a receipt."""

    def __init__(self, desk: Desk, receipts: Receipts, links: Links) -> None:
        self._desk, self._receipts, self._links = desk, receipts, links

    def decline(self, encounter: EncounterId, actor: OfficerId) -> None:
        """Record that the person did not want one.

        Raises:
            ReceiptAlreadyIssued, StepRefusal: not now.
        """
        self._receipts.issue(encounter, actor, declined=True)

    def give(self, encounter: EncounterId, actor: OfficerId) -> Given:
        """Issue the receipt and make its link.

        Raises:
            ReceiptAlreadyIssued, StepRefusal: not now.
        """
        self._receipts.issue(encounter, actor, declined=False)
        return self._linked(encounter)

    def again(self, encounter: EncounterId, actor: OfficerId) -> Given:
        """Make another link of a receipt whose link did not arrive.

        Raises:
            ReceiptMissing: none was issued, or it was declined.
            ReceiptLinkGone: too late, or too many.
        """
        stored = self._desk.owned(encounter, actor)
        with self._desk.recording(encounter):
            if not self.may_again(stored):
                raise ReceiptLinkGone()
        return self._linked(encounter)

    def may_again(self, encounter: Encounter) -> bool:
        """Whether another link may be made. One that was never kept did not arrive, however late it is."""
        if encounter.receipt is None or encounter.receipt.reference is None:
            return False
        made = self._links.made_for(encounter.id)
        return not made or (len(made) < MOST_LINKS and self._desk.around.now() <= min(made) + AGAIN_FOR)

    def front(self, secret: bytes) -> Front:
        """The front of a receipt.

        Raises:
            ReceiptLinkUnknown: no link has this secret, or the receipt is past its time.
        """
        return _front(self._opened(self._links.find(lookup_of(secret))))

    def inside(self, secret: bytes, pin: str) -> bytes:
        """The whole receipt, for whoever has the PIN as well.

        Raises:
            ReceiptLinkUnknown: as for the front.
            PinWrong, ReceiptClosed: says how many tries are left, or that none is.
        """
        lookup = lookup_of(secret)
        link = self._links.find(lookup)
        salt = link.salt if link else lookup[:SALT_BYTES]
        tried = self._links.try_pin(lookup, pin_hash(secret, pin, salt), MOST_WRONG_PINS)
        if link is None:
            raise ReceiptLinkUnknown()
        _demand_right(tried)
        opened = self._opened(link)
        self._desk.book.looked_at(link.encounter, HOLDER, "receipt, opened with its PIN", HOLDER)
        return opened

    def _linked(self, encounter: EncounterId) -> Given:
        receipt = self._receipts.receipt(encounter)
        draw = self._desk.around.draw
        secret, salt, pin = draw(SECRET_BYTES), draw(SALT_BYTES), draw_pin(draw)
        hashed = pin_hash(secret, pin, salt)
        self._links.keep(ReceiptLink(lookup_of(secret), encounter, salt, hashed, self._desk.around.now()))
        return Given(_front(receipt), secret, pin)

    def _opened(self, link: ReceiptLink | None) -> bytes:
        if link is None:
            raise ReceiptLinkUnknown()
        try:
            return self._receipts.receipt(link.encounter)
        except (EncounterUnknown, ReceiptMissing):
            raise ReceiptLinkUnknown() from None


def _demand_right(tried: PinTried | None) -> None:
    if tried is None or tried.wrong >= MOST_WRONG_PINS:
        raise ReceiptClosed()
    if not tried.right:
        left = MOST_WRONG_PINS - tried.wrong
        raise PinWrong(f"The PIN is wrong. {left} {'try is' if left == 1 else 'tries are'} left.")


def _front(receipt: bytes) -> Front:
    members = cast(dict[str, Any], parse_canonical(receipt, MAX_BYTES))
    return Front(**members["front"])
