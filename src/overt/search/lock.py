"""Many readers or one writer.

Rules:
* A reader never runs beside a writer, so a search never sees half a change.
* A waiting writer goes first: a stream of searches cannot hold up an erasure.
* Not reentrant: who holds it must not ask again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """For threads of one process."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._readers = 0
        self._writers_waiting = 0
        self._writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold with other readers."""
        with self._turn:
            self._turn.wait_for(lambda: not self._writing and not self._writers_waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold alone."""
        with self._turn:
            self._writers_waiting += 1
            try:
                self._turn.wait_for(lambda: not self._writing and not self._readers)
                self._writing = True
            finally:
                self._writers_waiting -= 1
                self._turn.notify_all()
        try:
            yield
        finally:
            with self._turn:
                self._writing = False
                self._turn.notify_all()
