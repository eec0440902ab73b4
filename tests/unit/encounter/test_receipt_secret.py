"""Secret and PIN of a receipt's link."""

import hashlib
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.encounter.receipt_secret import draw_pin, lookup_of, pin_hash

SECRET, SALT = bytes(range(32)), bytes(16)


def drawn(*numbers: int) -> str:
    """The PIN that these numbers give, one after the other."""
    left = iter(numbers)
    return draw_pin(lambda count: next(left).to_bytes(count, "big"))


def test_a_pin_is_six_digits_and_no_number_is_likelier_than_another() -> None:
    assert drawn(0) == "000000"
    assert drawn(7_654_321) == "654321"
    assert drawn(4_293_999_999) == "999999", "the last of 4294 whole rounds"
    assert drawn(4_294_000_000, 4_294_967_295, 42) == "000042", "what lies above them is drawn again"


@given(st.integers(0, 4_293_999_999))
def test_each_round_gives_each_pin_once(number: int) -> None:
    assert int(drawn(number)) == number % 1_000_000
    assert len(drawn(number)) == 6


def test_what_is_kept_tells_neither() -> None:
    kept = lookup_of(SECRET) + pin_hash(SECRET, "123456", SALT)
    assert SECRET not in kept
    assert lookup_of(SECRET) != hashlib.sha256(SECRET).digest(), "nobody else's hash of the same bytes finds the row"


def test_secret_pin_and_salt_all_count() -> None:
    variants = itertools.product((SECRET, SECRET[::-1]), ("123456", "123457"), (SALT, b"1" * 16))
    hashes = [pin_hash(*each) for each in variants]
    assert len(set(hashes)) == len(hashes) == 8
    assert pin_hash(SECRET, "123456", SALT) == hashes[0]


@pytest.mark.parametrize("least_ms", [10])
def test_trying_pins_is_slow(least_ms: int) -> None:
    """A million PINs, by somebody who has the paper and a copy of the table, then take hours at the least."""
    began = time.perf_counter()
    pin_hash(SECRET, "123456", SALT)
    assert (time.perf_counter() - began) * 1000 > least_ms
