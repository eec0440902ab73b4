"""A kill -9 before one single file operation of some work."""

import os
import signal
from collections.abc import Callable

OPERATIONS = ("open", "write", "pwrite", "fsync", "replace", "unlink", "ftruncate")


class KilledAt:
    """Counts this process's file operations and kills it before the one with the number `fatal`."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal

    def wrap(self, function: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **named: object) -> object:
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
            return function(*args, **named)

        return counted


def killed_at(fatal: int, work: Callable[[], object]) -> bool:
    """Run `work` in a child that is killed before its operation number `fatal`; false when it ended before that."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            point = KilledAt(fatal)
            for name in OPERATIONS:
                setattr(os, name, point.wrap(getattr(os, name)))
            work()
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0
