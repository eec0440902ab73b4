"""A table of practice: bounded in number and age, and nobody comes between a reading and its writing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from overt.practice.kept import Bounds, Kept
from simulators.force import Clock

BOUNDS = Bounds(most=5, most_each=2, longest=timedelta(hours=1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> Kept[str, int]:
    return Kept(clock, BOUNDS)


def test_what_was_put_is_got_and_dropped_once(kept: Kept[str, int]) -> None:
    kept.put("a", 1, "me")
    assert kept.get("a") == 1
    assert kept.drop("a")
    assert not kept.drop("a")
    assert kept.get("a") is None


def test_ones_own_oldest_makes_room_before_anybody_elses(kept: Kept[str, int]) -> None:
    kept.put("other", 0, "other")
    for number in range(10):
        kept.put(f"mine {number}", number, "me")
    assert kept.all() == [9, 8, 0]


def test_a_full_table_drops_its_oldest(kept: Kept[str, int]) -> None:
    for number in range(8):
        kept.put(str(number), number, number)
    assert kept.all() == [7, 6, 5, 4, 3]


def test_nothing_is_older_than_the_limit(kept: Kept[str, int], clock: Clock) -> None:
    kept.put("a", 1, "me")
    clock.forward(hours=1)
    assert kept.get("a") == 1
    clock.forward(seconds=1)
    assert kept.get("a") is None
    assert kept.change("a", lambda value: value) is None
    assert kept.all() == []
    assert not kept.drop("a")


def test_a_clock_that_was_set_back_revives_nothing(kept: Kept[str, int], clock: Clock) -> None:
    kept.put("a", 1, "me")
    clock.forward(seconds=-1)
    assert kept.get("a") is None


def test_a_change_does_not_make_it_younger(kept: Kept[str, int], clock: Clock) -> None:
    kept.put("a", 1, "me")
    clock.forward(minutes=59)
    assert kept.change("a", lambda value: value + 1) == 2
    clock.forward(minutes=2)
    assert kept.get("a") is None


def test_what_is_out_of_time_is_let_go_of(kept: Kept[str, int], clock: Clock) -> None:
    kept.put("a", 1, "me")
    clock.forward(hours=2)
    kept.put("b", 2, "you")
    assert len(kept) == 1


def test_a_change_that_is_refused_changes_nothing(kept: Kept[str, int]) -> None:
    kept.put("a", 1, "me")
    with pytest.raises(ZeroDivisionError):
        kept.change("a", lambda value: value // 0)
    assert kept.get("a") == 1


def test_only_the_first_puts_a_new_value(kept: Kept[str, int], clock: Clock) -> None:
    assert kept.put_new("a", 1, "me")
    assert not kept.put_new("a", 2, "you")
    assert kept.get("a") == 1
    clock.forward(hours=2)
    assert kept.put_new("a", 3, "you"), "the old one is out of time"


def test_no_change_is_lost_among_many_hands(kept: Kept[str, int]) -> None:
    kept.put("a", 0, "me")
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda _: kept.change("a", lambda value: value + 1), range(2000)))
    assert kept.get("a") == 2000
