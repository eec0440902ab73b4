"""Every order is equally likely, exactly."""

from collections import Counter
from itertools import permutations, product

import pytest

from overt.candidates.shuffle import RANDOMNESS, shuffled


@pytest.mark.parametrize("count", [2, 3])
def test_over_all_bytes_every_order_comes_equally_often(count: int) -> None:
    seen: Counter[tuple[int, ...]] = Counter()
    refused = 0
    for randomness in product(range(256), repeat=count - 1):
        try:
            seen[shuffled(range(count), bytes(randomness))] += 1
        except ValueError:
            refused += 1  # a byte that would have favoured one place
    assert set(seen) == set(permutations(range(count)))
    assert len(set(seen.values())) == 1
    assert refused == (0 if count == 2 else 256)


def test_a_byte_that_would_favour_one_place_is_passed_over() -> None:
    assert shuffled("abc", bytes([255, 0, 1])) == shuffled("abc", bytes([0, 1]))


def test_nobody_is_lost_and_few_items_need_few_bytes() -> None:
    assert shuffled([], b"") == ()
    assert shuffled("a", b"") == ("a",)
    assert sorted(shuffled("abcdef", bytes(range(RANDOMNESS)))) == list("abcdef")


def test_too_few_bytes_are_an_error() -> None:
    with pytest.raises(ValueError, match="ran out"):
        shuffled("abc", b"\x01")
    with pytest.raises(ValueError, match="ran out"):
        shuffled("abc", b"\xff" * 50)
    with pytest.raises(ValueError, match="256"):
        shuffled(range(257), bytes(1000))
