"""What only the fast engine must show: erased bytes, columns, threads, time."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numba
import numpy as np
import pytest

from overt.errors import ReferenceAlreadyThere, SearchCancelled, VectorRefused
from overt.identifiers import ReferenceId
from overt.scope import Outcome, Source
from overt.search import kernel
from overt.search.exact_engine import ExactEngine
from overt.search.kernel import reaching
from overt.search.nibbles import ALWAYS, STEP, Coarse, coded
from overt.search.reference_engine import ReferenceEngine
from overt.search.vectors import MemoryVectors
from unit.search.galleries import CONTRACT, EVERYONE, LABEL, TODAY, Template, row, some_vectors, unit


def columns_of(count: int, dim: int = 128) -> ExactEngine:
    engine = ExactEngine(CONTRACT, dim)
    engine.insert_columns(np.arange(1, count + 1), some_vectors(count, dim), [LABEL] * count)
    return engine


def arrays_of(engine: ExactEngine) -> list[np.ndarray]:
    """Everything that the engine keeps of its rows."""
    kept = []
    for tile in engine._tiles:
        assert isinstance(tile.vectors, MemoryVectors)
        kept += [*tile._columns.values(), tile.vectors._rows]
    return kept


@pytest.mark.parametrize("dimension", [128, 256, 512, 1024])
def test_the_products_are_exact_integers_at_their_largest_too(dimension: int) -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 256, (300, dimension // 2), dtype=np.uint8)
    codes[0], codes[1] = 255, 0
    levels = 2 * np.concatenate([codes & 15, codes >> 4], axis=1).astype(np.int64) - 15
    ones, everybody = np.ones(300, np.float32), np.empty(301, np.int32)
    for numbers in (np.full(dimension, 127), np.full(dimension, -127), rng.integers(-127, 128, dimension)):
        offset = int(15 * numbers.sum())
        for wanted in levels[:20] @ numbers:
            limits = np.full(256, wanted, np.float32)
            angles = np.zeros(300, np.uint8)
            filled, following = reaching(
                codes, ones, angles, numbers.astype(np.int8), offset, limits, 0, 300, everybody
            )
            assert following == 300
            assert np.array_equal(everybody[:filled], np.flatnonzero(levels @ numbers >= wanted))


def test_a_processor_without_avx2_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, coarse = coded(some_vectors(3000, 512)), Coarse.of(some_vectors(1, 512, 5)[0])
    passed = []
    for has_avx2 in (kernel._HAS_AVX2, False):
        monkeypatch.setattr(kernel, "_HAS_AVX2", has_avx2)
        scan = numba.njit(kernel.reaching.py_func)  # compiled anew
        places = np.empty(3001, np.int32)
        for threshold in (0.0, 0.1):
            filled, _ = scan(
                codes.codes,
                codes.lengths,
                codes.angles,
                coarse.numbers,
                coarse.offset,
                coarse.limits(threshold),
                0,
                3000,
                places,
            )
            passed.append(places[:filled].tolist())
    assert passed[:2] == passed[2:]
    assert 0 < len(passed[1]) < len(passed[0]) < 3000


def test_codes_are_near_enough_to_be_of_use() -> None:
    codes = coded(some_vectors(5000, 128))
    assert codes.codes.shape == (5000, 64)
    assert codes.angles.mean() * STEP < 0.105
    assert codes.angles.max() < ALWAYS
    assert Coarse.of(some_vectors(1, 128, 5)[0]).angle < 0.01


def test_a_full_place_for_what_passes_goes_on_where_it_stopped() -> None:
    engine = columns_of(10_000)
    probe = Template(some_vectors(1, 128, 3)[0])
    assert len(engine.search(probe, EVERYONE, -2.0, TODAY)) == 10_000


def test_removal_leaves_no_byte_of_the_vector() -> None:
    engine = columns_of(2000)
    vector = some_vectors(2000, 128)[700]
    codes = coded(vector[np.newaxis]).codes[0]
    arrays = arrays_of(engine)
    assert any(vector.tobytes() in array.tobytes() for array in arrays)  # the canary: it is found while it is there
    assert any(codes.tobytes() in array.tobytes() for array in arrays)
    engine.remove([ReferenceId(701)])
    assert not any(vector.tobytes() in array.tobytes() for array in arrays)
    assert not any(codes.tobytes() in array.tobytes() for array in arrays)
    assert not any(array[700].any() for array in arrays)


def test_holes_are_filled_before_a_tile_grows() -> None:
    engine = columns_of(2000)
    engine.remove([ReferenceId(5), ReferenceId(2000), ReferenceId(77)])
    assert (len(engine), engine._tiles[0].used) == (1997, 2000)
    engine.insert([row(3000 + place, vector) for place, vector in enumerate(some_vectors(4, 128, 9))])
    assert (len(engine), engine._tiles[0].used) == (2001, 2001)


def test_arrays_that_are_outgrown_are_zeroed() -> None:
    engine = columns_of(1000)
    old = arrays_of(engine)
    engine.insert_columns(np.arange(2001, 2501), some_vectors(500, 128, 4), [LABEL] * 500)
    assert not any(array.any() for array in old)
    assert len(engine) == 1500
    assert engine.best(Template(some_vectors(1000, 128)[3]), EVERYONE, 1, TODAY)[0].reference == 4


def test_more_than_a_tile_is_searched_by_every_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overt.search.tile.ROWS", 700)
    engine, slow = columns_of(3000, 32), ReferenceEngine(CONTRACT, 32)
    assert [len(tile) for tile in engine._tiles] == [700, 700, 700, 700, 200]
    slow.insert([row(place, vector) for place, vector in enumerate(some_vectors(3000, 32), 1)])
    probe = Template(some_vectors(1, 32, 3)[0])
    for _ in range(3):
        assert engine.search(probe, EVERYONE, 0.3, TODAY) == slow.search(probe, EVERYONE, 0.3, TODAY)
        assert engine.best(probe, EVERYONE, 20, TODAY) == slow.best(probe, EVERYONE, 20, TODAY)
        for one in (engine, slow):
            assert one.remove([ReferenceId(each) for each in (1, 2, 699, 700, 701, 2999, 5000)]) in (0, 6)
        assert engine.scope_size(EVERYONE, TODAY) == slow.scope_size(EVERYONE, TODAY)


def test_a_search_can_be_given_up() -> None:
    engine, probe = columns_of(2000), Template(some_vectors(1, 128, 3)[0])
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(SearchCancelled):
        engine.best(probe, EVERYONE, 3, TODAY, cancelled)
    assert engine.search(probe, EVERYONE, 0.2, TODAY)


def test_columns_of_unequal_length_or_known_references_are_refused() -> None:
    engine = columns_of(10)
    for references, vectors, labels in ((3, 2, 3), (2, 3, 3), (3, 3, 2)):
        with pytest.raises(VectorRefused):
            engine.insert_columns(np.arange(20, 20 + references), some_vectors(vectors, 128), [LABEL] * labels)
    with pytest.raises(ReferenceAlreadyThere):
        engine.insert_columns(np.array([11, 10]), some_vectors(2, 128), [LABEL] * 2)
    assert engine.scope_size(EVERYONE, TODAY) == 10


def test_the_best_are_right_where_one_byte_cannot_tell_them_apart() -> None:
    rng = np.random.default_rng(11)
    middle = some_vectors(1, 32)[0]
    vectors = unit(middle + 0.02 * rng.standard_normal((400, 32)))
    fast, slow = ExactEngine(CONTRACT, 32), ReferenceEngine(CONTRACT, 32)
    rows = [row(i + 1, vector) for i, vector in enumerate(vectors)]
    fast.insert(rows)
    slow.insert(rows)
    for query in unit(middle + 0.02 * rng.standard_normal((30, 32))):
        for count in (1, 3, 10):
            found = fast.best(Template(query), EVERYONE, count, TODAY)
            assert found == slow.best(Template(query), EVERYONE, count, TODAY)


@pytest.fixture
def _hurried_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_hurried_threads")
def test_a_search_never_sees_half_a_change() -> None:
    """A pair of equal vectors goes in and out together; a reader must never see one of them alone."""
    engine = columns_of(3000)
    vector = some_vectors(1, 128, 42)[0]
    pair = [row(100_001, vector), row(100_002, vector)]
    stop = threading.Event()
    wrong: list[str] = []

    def read() -> None:
        while not stop.is_set():
            try:
                found = engine.search(Template(vector), EVERYONE, 0.99, TODAY)
            except (ValueError, IndexError) as error:  # arrays of two lengths: half a change
                wrong.append(repr(error))
                return
            if len(found) not in (0, 2):
                wrong.append(f"{len(found)} of 2")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(150):
        engine.insert(pair)
        engine.remove([one.reference for one in pair])
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


@pytest.mark.slow
def test_a_hundred_thousand_references_in_the_time_allowed() -> None:
    vectors = some_vectors(100_000, 128)
    labels = [LABEL, replace(LABEL, review_on=date(2027, 1, 1))] * 50_000
    engine = ExactEngine(CONTRACT, 128)
    start = time.process_time()
    engine.insert_columns(np.arange(1, 100_001), vectors, labels)
    assert time.process_time() - start < 2.0
    scope = replace(EVERYONE, outcomes={Source.CUSTODY: frozenset({Outcome.CONVICTED})})
    spent = []
    for query in some_vectors(30, 128, 2):
        start = time.process_time()
        engine.search(Template(query), scope, 0.5, TODAY)
        spent.append(time.process_time() - start)
    assert sorted(spent)[15] < 0.03
