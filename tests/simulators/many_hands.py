"""The same thing done by many at the same moment: what one atomic statement allows once."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def at_once(act: Callable[[int], T], hands: int = 12) -> list[T | Exception]:
    """What each of many threads got, or what it raised; they start together."""
    barrier, lock = threading.Barrier(hands), threading.Lock()
    got: list[T | Exception] = []

    def one(number: int) -> None:
        barrier.wait()
        try:
            result: T | Exception = act(number)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            result = error
        with lock:
            got.append(result)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
