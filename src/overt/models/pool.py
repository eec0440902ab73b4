"""A few copies of something that only one thread at a time may use, such as an OpenCV network.

One copy for each thread would be simpler, but a web server has dozens of threads and a network has tens of megabytes.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Pool(Generic[T]):
    """Makes a copy when all are in use, up to `most`; further borrowers wait.

    Args:
        make: makes one copy; called as copies are first needed.
        most: at least 1.
    """

    def __init__(self, make: Callable[[], T], most: int) -> None:
        self._make = make
        self._idle: list[T] = []
        self._free_places = threading.BoundedSemaphore(most)

    @contextmanager
    def borrow(self) -> Iterator[T]:
        """A copy for this thread alone, until the `with` block ends.

        A copy in use when an exception passed is dropped: what state it is in is anybody's guess.
        """
        with self._free_places:
            try:
                item = self._idle.pop()  # atomic
            except IndexError:
                item = self._make()
            yield item
            self._idle.append(item)
