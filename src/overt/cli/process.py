"""What the process as a whole must not do, and how it is ended.

Rules:
* A crash must not write memory to disk, since a probe may be in it (architecture, rule 4).
* Being told to end is like Ctrl-C: everything is closed in order, the embedded server too.
* A server is told through its own handler and interrupts nothing: threads run beside it, and an exception out of a
  signal in the middle of an import would leave them waiting for the interpreter's lock for ever.
* Long work is ended between two of its steps, never inside one: an exception out of a signal, raised in the middle of a
  database driver's own call, comes out as an error of the driver. Asked a second time, it ends where it is.
"""

import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_asked = threading.Event()


def harden() -> None:
    """Switch core dumps off for this process and its children."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_in_order() -> None:
    """Treat the signals that ask a process to end as Ctrl-C, from now on. To be called in the main thread."""
    _asked.clear()
    for number in ENDING:
        signal.signal(number, _interrupt)


def asked_to_end() -> bool:
    """Whether this process was told to end, so that an error may be no more than the way it did."""
    return _asked.is_set()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt


@contextmanager
def ended_between_steps() -> Iterator[Callable[[], None]]:
    """While inside, being told to end waits for the step at hand.

    Yields `step_done()`, which raises KeyboardInterrupt when the process was told to end; leaving the block does too.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # signals reach the main thread only
        return
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            _interrupt(number, frame)
        asked = True

    def step_done() -> None:
        if asked:
            _asked.set()
            raise KeyboardInterrupt

    before = {number: signal.signal(number, ask) for number in ENDING}
    try:
        yield step_done
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    step_done()


@contextmanager
def handed_on(tell: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """While inside, being told to end is handed to `tell`, which returns. To be used in the main thread."""

    def hand_on(number: int, frame: FrameType | None) -> None:
        _asked.set()
        tell(number, frame)

    before = {number: signal.signal(number, hand_on) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
