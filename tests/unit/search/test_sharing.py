"""Who comes while a scan runs shares the next; who comes alone waits for nobody."""

import threading
from collections.abc import Sequence

import pytest

from overt.errors import SearchCancelled
from overt.search.sharing import MOST, Shared


class Scans:
    """Answers with the number of the scan; the first one lasts until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, questions: Sequence[int]) -> list[int | Exception]:
        self.groups.append(list(questions))
        self.begun.set()
        assert self.go_on.wait(10)
        return [SearchCancelled() if one < 0 else 10 * one for one in questions]


def asking(shared: Shared[int, int], questions: Sequence[int]) -> tuple[list[threading.Thread], dict[int, object]]:
    answers: dict[int, object] = {}

    def ask(question: int) -> None:
        try:
            answers[question] = shared.ask(question)
        except SearchCancelled as error:
            answers[question] = error

    threads = [threading.Thread(target=ask, args=(one,)) for one in questions]
    for thread in threads:
        thread.start()
    return threads, answers


def waiting(shared: Shared[int, int], count: int) -> None:
    while len(shared._waiting) < count:
        threading.Event().wait(0.001)


@pytest.mark.parametrize("many", [1, 5, MOST, MOST + 3])
def test_those_who_come_while_one_runs_share_the_next(many: int) -> None:
    scans = Scans()
    shared = Shared(scans)
    first, its = asking(shared, [1])
    assert scans.begun.wait(10)
    others, theirs = asking(shared, range(2, 2 + many))
    waiting(shared, many)
    scans.go_on.set()
    for thread in (*first, *others):
        thread.join(10)
    assert its == {1: 10}
    assert theirs == {one: 10 * one for one in range(2, 2 + many)}
    assert [len(group) for group in scans.groups] == [1, min(many, MOST), *([many - MOST] if many > MOST else [])]
    assert not shared._running


def test_one_who_gives_up_fails_alone() -> None:
    scans = Scans()
    shared = Shared(scans)
    first, _ = asking(shared, [1])
    assert scans.begun.wait(10)
    others, theirs = asking(shared, [2, -3])
    waiting(shared, 2)
    scans.go_on.set()
    for thread in (*first, *others):
        thread.join(10)
    assert theirs[2] == 20
    assert isinstance(theirs[-3], SearchCancelled)


def test_a_scan_that_breaks_fails_for_those_who_shared_it_and_the_next_goes_on() -> None:
    broken = True

    def answer(questions: Sequence[int]) -> list[int | Exception]:
        if broken:
            raise OSError("the disk is gone")
        return list(questions)

    shared: Shared[int, int] = Shared(answer)
    with pytest.raises(OSError, match="gone"):
        shared.ask(1)
    broken = False
    assert shared.ask(2) == 2
