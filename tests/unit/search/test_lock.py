"""Many readers or one writer, and a waiting writer goes first."""

import threading
import time

import pytest

from overt.search.lock import ReadWriteLock

SOON, LONG = 0.05, 10.0


class Holder:
    """A thread that takes the lock in one way and keeps it until told."""

    def __init__(self, lock: ReadWriteLock, *, write: bool) -> None:
        self.has, self.release = threading.Event(), threading.Event()
        self._hold = lock.writing if write else lock.reading
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with self._hold():
            self.has.set()
            self.release.wait(LONG)

    def end(self) -> None:
        self.release.set()
        self._thread.join(LONG)


def test_readers_share() -> None:
    lock = ReadWriteLock()
    first, second = Holder(lock, write=False), Holder(lock, write=False)
    assert first.has.wait(LONG)
    assert second.has.wait(LONG)
    first.end()
    second.end()


@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True)])
def test_a_writer_is_alone(first: bool, second: bool) -> None:
    lock = ReadWriteLock()
    holder = Holder(lock, write=first)
    assert holder.has.wait(LONG)
    waiting = Holder(lock, write=second)
    assert not waiting.has.wait(SOON)
    holder.end()
    assert waiting.has.wait(LONG)
    waiting.end()


def test_a_waiting_writer_goes_before_a_new_reader() -> None:
    lock = ReadWriteLock()
    reader = Holder(lock, write=False)
    assert reader.has.wait(LONG)
    writer = Holder(lock, write=True)
    time.sleep(SOON)
    late = Holder(lock, write=False)
    assert not late.has.wait(SOON)
    reader.end()
    assert writer.has.wait(LONG)
    assert not late.has.is_set()
    writer.end()
    assert late.has.wait(LONG)
    late.end()


def test_an_error_inside_gives_the_lock_back() -> None:
    lock = ReadWriteLock()
    for hold in (lock.writing, lock.reading):
        with pytest.raises(ZeroDivisionError), hold():
            raise ZeroDivisionError
    with lock.writing():
        pass
