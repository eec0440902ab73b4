"""At most so many copies, each in one pair of hands."""

import threading
import time

import pytest

from overt.models.pool import Pool


def test_a_returned_copy_is_used_again() -> None:
    made: list[object] = []
    pool = Pool(lambda: made.append(object()) or made[-1], 3)
    for _ in range(5):
        with pool.borrow() as item:
            assert item is made[0]
    assert len(made) == 1


def test_as_many_copies_as_are_needed_at_once() -> None:
    made: list[object] = []
    pool = Pool(lambda: made.append(object()) or made[-1], 3)
    with pool.borrow() as a, pool.borrow() as b, pool.borrow() as c:
        assert len({id(a), id(b), id(c)}) == 3
    assert len(made) == 3


def test_no_more_than_the_limit() -> None:
    pool = Pool(object, 2)
    inside, most, lock = [0], [0], threading.Lock()

    def work() -> None:
        for _ in range(20):
            with pool.borrow():
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most[0] == 2


def test_a_copy_that_failed_is_not_used_again_and_frees_its_place() -> None:
    made: list[object] = []
    pool = Pool(lambda: made.append(object()) or made[-1], 1)
    with pytest.raises(RuntimeError), pool.borrow():
        raise RuntimeError
    with pool.borrow() as item:
        assert item is made[1]
