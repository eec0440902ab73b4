"""What the process as a whole must not do, and how it is ended.

Rules:
* A crash must not write memory to disk, since a probe may be in it (architecture, rule 4).
* Being told to end is like Ctrl-C: everything is closed in order, the embedded server too.
"""

import resource
import signal
from types import FrameType


def harden() -> None:
    """Switch core dumps off for this process and its children."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_in_order() -> None:
    """Treat the signals that ask a process to end as Ctrl-C. To be called in the main thread."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
