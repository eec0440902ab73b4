"""An order that says nothing: every order is equally likely, given uniform bytes.

Rule: a byte that would favour one place is thrown away (rejection sampling), never folded in by a remainder.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")

RANDOMNESS: Final = 32
"""Bytes that suffice for six items but for one shuffle in more than 10**40."""


def shuffled(items: Sequence[Item], randomness: bytes) -> tuple[Item, ...]:
    """The items in a uniformly random order (Fisher and Yates).

    Args:
        items: at most 256.
        randomness: uniform and used for nothing else; `RANDOMNESS` bytes for up to six items.

    Raises:
        ValueError: too many items, or the bytes ran out.
    """
    if len(items) > 256:
        raise ValueError("one byte chooses among 256 at most")
    supply = iter(randomness)
    order = list(items)
    for last in range(len(order) - 1, 0, -1):
        chosen = _below(last + 1, supply)
        order[last], order[chosen] = order[chosen], order[last]
    return tuple(order)


def _below(bound: int, supply: Iterator[int]) -> int:
    fair = 256 - 256 % bound
    for byte in supply:
        if byte < fair:
            return byte % bound
    raise ValueError("the randomness ran out")
