"""Law of a receipt's PIN: in whatever order right and wrong ones come, it opens for a right one while fewer than five
wrong ones were tried, and never again afterwards; and each link counts for itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from overt.encounter import State
from overt.encounter.receipt_desk import MOST_WRONG_PINS, Given
from overt.errors import PinWrong, ReceiptClosed
from unit.encounter.builders import at
from unit.encounter.test_receipt_desk import DOCUMENT, Paper, Street

TRY = st.tuples(st.integers(0, 1), st.booleans(), st.integers(1, 999_999))
"""Which link, whether the PIN is right, and how far off a wrong one is."""


def tried(street: Street, taken: Given, right: bool, off: int) -> str:
    pin = taken.pin if right else f"{(int(taken.pin) + off) % 10**6:06}"
    try:
        assert street.desk.inside(taken.secret, pin) == DOCUMENT
    except PinWrong:
        return "wrong"
    except ReceiptClosed:
        return "closed"
    return "open"


def expected(right: bool, wrong_so_far: int) -> str:
    if wrong_so_far >= MOST_WRONG_PINS:
        return "closed"
    if right:
        return "open"
    return "closed" if wrong_so_far + 1 == MOST_WRONG_PINS else "wrong"


@settings(max_examples=15)
@given(st.lists(TRY, max_size=16))
def test_a_link_opens_for_its_pin_until_the_fifth_wrong_one(tries: list[tuple[int, bool, int]]) -> None:
    street = Street(Paper(at(State.DEMOGRAPHICS_RECORDED)))
    links, wrong = (street.give(), street.again()), [0, 0]
    for link, right, off in tries:
        assert tried(street, links[link], right, off) == expected(right, wrong[link])
        wrong[link] += 0 if right else 1
