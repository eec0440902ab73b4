"""Being told to end: between two steps of long work, never inside one."""

import os
import signal
from collections.abc import Iterator

import pytest

from overt.cli.process import asked_to_end, end_in_order, ended_between_steps, handed_on


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What these tests tell the process is not what the next test's command is to hear."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    end_in_order()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    assert not asked_to_end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_waits_for_the_step_at_hand(number: signal.Signals) -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt), ended_between_steps() as step_done:  # noqa: PT012 - the order is what counts
        os.kill(os.getpid(), number)
        done.append("the step was finished")
        step_done()
        done.append("another step")
    assert done == ["the step was finished"]


def test_work_that_was_finished_all_the_same_is_not_answered_as_if_nobody_had_asked() -> None:
    with pytest.raises(KeyboardInterrupt), ended_between_steps():
        os.kill(os.getpid(), signal.SIGTERM)


def test_asked_a_second_time_it_ends_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), ended_between_steps():  # noqa: PT012
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        pytest.fail("it went on")


def test_an_error_of_the_work_is_what_is_told() -> None:
    with pytest.raises(ValueError, match="broken"), ended_between_steps():  # noqa: PT012
        os.kill(os.getpid(), signal.SIGTERM)
        raise ValueError("broken")


def test_the_handlers_from_before_come_back() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with ended_between_steps() as step_done:
        step_done()
    assert {number: signal.getsignal(number) for number in before} == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_server_is_told_and_nothing_is_interrupted(number: signal.Signals) -> None:
    before, told = signal.getsignal(number), []
    with handed_on(lambda signalled, _: told.append(signalled)):
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
    assert told == [number, number]
    assert signal.getsignal(number) == before
