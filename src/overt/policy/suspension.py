"""Orders of the oversight body: what is suspended at once, and what only it lifts (rules.md, "Power to change").

Rules:
* An order is a C2SP signed note over canonical JSON, signed by the oversight key that the policy in force names.
* It names the instance's ledger and a number that no suspension of it had before, so an old order is no new one.
* A suspension reaches everything, a place, a ground or an officer, from the moment it is recorded; checks that are open
  are searched no more. Nobody but the oversight body lifts it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, cast

from overt.errors import LedgerFormatError, LedgerProofInvalid, OrderInvalid, Suspended
from overt.identifiers import JsonValue
from overt.ledger.canonical import canonical, parse_canonical
from overt.ledger.note import Signer, VerifierKey, open_note, sign_note, split_note
from overt.policy.codes import Ground, Place

FORMAT = 1
MOST_BYTES = 4096
LARGEST = 2**31 - 1
EVERYTHING_CODE = "all"
_MEMBERS = frozenset({"format", "origin", "order", "number", "reach", "code"})


class Act(StrEnum):
    """What is ordered."""

    SUSPEND = "suspend"
    LIFT = "lift"


class Reach(StrEnum):
    """What an order is about."""

    EVERYTHING = "everything"
    PLACE = "place"
    GROUND = "ground"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `code`: a place, a ground or an account's name; `all` for everything.

    A lift repeats the number, reach and code of what it lifts.

    Raises:
        OrderInvalid: a number outside 1 to 2^31 - 1, or a code that is none of its kind.
    """

    origin: str
    act: Act
    number: int
    reach: Reach
    code: str

    def __post_init__(self) -> None:
        known = {
            Reach.EVERYTHING: self.code == EVERYTHING_CODE,
            Reach.PLACE: self.code in set(Place),
            Reach.GROUND: self.code in set(Ground),
            Reach.OFFICER: 0 < len(self.code) <= 64,
        }[self.reach]
        if not known or not 1 <= self.number <= LARGEST:
            raise OrderInvalid("The order's number, or what it is about, is not one that there can be.")

    @property
    def text(self) -> str:
        """The note's text."""
        document: dict[str, JsonValue] = {
            "format": FORMAT,
            "origin": self.origin,
            "order": self.act.value,
            "number": self.number,
            "reach": self.reach.value,
            "code": self.code,
        }
        return canonical(document).decode() + "\n"

    @property
    def public_code(self) -> str:
        """What may be public of it: an officer's account is not."""
        return "one" if self.reach is Reach.OFFICER else self.code


class About(Protocol):
    """The fields of a check that an order may be about."""

    @property
    def officer(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def ground(self) -> str: ...
    @property
    def place(self) -> str: ...


def sign_order(order: Order, signer: Signer) -> bytes:
    """The signed note of an order."""
    return sign_note(order.text, [signer])


def read_order(note: bytes, origin: str, oversight: VerifierKey) -> Order:
    """Read an order that the oversight body has signed for this ledger.

    Raises:
        OrderInvalid: not an order in its one form, of another ledger, or not signed by this key.
    """
    try:
        text = open_note(note, [oversight]).text
        order = _order(parse_canonical(text.removesuffix("\n").encode(), MOST_BYTES))
    except LedgerProofInvalid as error:
        raise OrderInvalid(f"The oversight body has not signed this: {error}") from None
    except (LedgerFormatError, ValueError, KeyError, TypeError):
        raise OrderInvalid("This is not an order in its written form.") from None
    if order.text != text:
        raise OrderInvalid("This is not an order in its written form.")
    if order.origin != origin:
        raise OrderInvalid("The order is for another ledger.")
    return order


def order_of_note(note: bytes) -> Order:
    """Read back an order whose signature was checked when it was recorded."""
    text, _ = split_note(note)
    return _order(parse_canonical(text.removesuffix("\n").encode(), MOST_BYTES))


def _order(value: JsonValue) -> Order:
    if not isinstance(value, dict) or set(value) != _MEMBERS or value["format"] != FORMAT:
        raise ValueError("members")
    number = value["number"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("number")
    words = {name: cast(str, value[name]) for name in ("origin", "order", "reach", "code")}
    return Order(words["origin"], Act(words["order"]), number, Reach(words["reach"]), words["code"])


def reaches(order: Order, check: About) -> bool:
    """Whether a suspension is about this check."""
    match order.reach:
        case Reach.EVERYTHING:
            return True
        case Reach.PLACE:
            return check.place == order.code
        case Reach.GROUND:
            return check.ground == order.code
        case Reach.OFFICER:
            return order.code in (check.officer, check.operator)


def require_not_suspended(orders: Iterable[Order], check: About) -> None:
    """Raises:
    Suspended: one of the suspensions in force is about this check; the detail names the first.
    """
    for order in orders:
        if reaches(order, check):
            raise Suspended(f"The oversight body has suspended {order.reach} {order.code} (order {order.number}).")


def as_json(order: Order) -> dict[str, JsonValue]:
    """For the ledger's commitment, and for programs."""
    return cast(dict[str, JsonValue], json.loads(order.text))
