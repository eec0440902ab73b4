"""Pairs of groups as people read them: a square of all where groups are few, else the pairs that err most.

Rule: a square has each pair twice, so that a row can be read along. That a cell is of strangers in one group does not
rest on its colour: its row and its column have the same name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from overt.evaluation.figures import GroupPair, Rate

MOST_GROUPS: Final = 6
"""More of them do not fit beside each other."""
_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One group's row: its rates with each group, of which the one at `own` (from 1 on) is within the group."""

    name: str
    rates: tuple[Rate, ...]
    own: int


@dataclass(frozen=True, slots=True)
class InPairs:
    """The pairs of one column, in squares by FMR of everybody or listed, the other being empty; and how many."""

    matrices: Mapping[str, tuple[Row, ...]]
    listed: tuple[GroupPair, ...]
    count: int


def in_pairs(pairs: Sequence[GroupPair], groups: Sequence[str]) -> InPairs:
    """The pairs of a column.

    Args:
        groups: in the order of the rows.
    """
    if len(groups) > MOST_GROUPS:
        return InPairs({}, highest(pairs, _LISTED), len(pairs))
    found = {frozenset((pair.one, pair.other)): pair.fmr for pair in pairs}
    return InPairs(
        {
            key: tuple(
                Row(one, tuple(found[frozenset((one, other))][key] for other in groups), at)
                for at, one in enumerate(groups, 1)
            )
            for key in (pairs[0].fmr if pairs else ())
        },
        (),
        len(pairs),
    )


def highest(pairs: Sequence[GroupPair], most: int) -> tuple[GroupPair, ...]:
    """The pairs with the highest FMR where everybody's is 0.1 %; those of which nothing was measured come last."""
    return tuple(sorted(pairs, key=lambda each: (not each.fmr["0.001"].n, -each.fmr["0.001"].estimate))[:most])
