"""What only the fast engine must show: erased bytes, columns, threads, time."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numkong
import numpy as np
import pytest

from overt.errors import ReferenceAlreadyThere, VectorRefused
from overt.identifiers import ReferenceId
from overt.scope import Outcome, Source
from overt.search.exact_engine import ExactEngine
from overt.search.quantise import Query, quantise
from overt.search.reference_engine import ReferenceEngine
from overt.search.rows import Rows
from unit.search.galleries import CONTRACT, EVERYONE, LABEL, TODAY, Template, row, some_vectors, unit


def columns_of(count: int, dim: int = 128) -> ExactEngine:
    engine = ExactEngine(CONTRACT, dim)
    engine.insert_columns(np.arange(1, count + 1), some_vectors(count, dim), [LABEL] * count)
    return engine


def test_the_int8_products_are_exact_integers() -> None:
    codes = np.random.default_rng(1).integers(-127, 128, (4000, 512), dtype=np.int8)
    codes[0] = 127
    codes[1] = -127
    for query in (codes[:1], codes[1:2], codes[2:3]):
        products = np.asarray(numkong.dots_packed(codes, numkong.dots_pack(query)))
        assert products.dtype == np.int32
        assert np.array_equal(products[:, 0], codes.astype(np.int32) @ query[0].astype(np.int32))


def test_the_bound_holds_and_is_tight_enough_to_be_of_use() -> None:
    vectors, query = some_vectors(5000, 128), some_vectors(1, 128, 5)[0]
    coded = quantise(vectors)
    wide = Query.of(query)
    products = coded.codes.astype(np.int32) @ wide.codes[0].astype(np.int32)
    middle, error = wide.bounds(products, coded.scales, coded.residuals)
    true = vectors.astype(np.float64) @ query.astype(np.float64)
    assert np.all(np.abs(true - middle) <= error)
    assert error.max() < 0.03


def test_removal_leaves_no_byte_of_the_vector() -> None:
    engine = columns_of(2000)
    vector = some_vectors(2000, 128)[700]
    codes = quantise(vector[np.newaxis]).codes[0]
    arrays = list(engine._rows._columns.values())
    assert any(vector.tobytes() in array.tobytes() for array in arrays)  # the canary: it is found while it is there
    assert any(codes.tobytes() in array.tobytes() for array in arrays)
    engine.remove([ReferenceId(701)])
    assert not any(vector.tobytes() in array.tobytes() for array in arrays)
    assert not any(codes.tobytes() in array.tobytes() for array in arrays)


def test_the_place_a_moved_row_came_from_is_zeroed() -> None:
    engine = columns_of(2000)
    arrays = list(engine._rows._columns.values())
    engine.remove([ReferenceId(5), ReferenceId(2000), ReferenceId(77)])
    assert engine._rows.count == 1997
    assert not any(array[1997:].any() for array in arrays)
    assert all(engine._rows[name].any() for name in ("reference", "codes", "vectors"))


def test_arrays_that_are_outgrown_are_zeroed() -> None:
    rows = Rows({"a": (np.float32, (4,)), "b": (np.int64, ())})
    rows.append({"a": some_vectors(1000, 4), "b": np.arange(1000)})
    old = list(rows._columns.values())
    rows.append({"a": some_vectors(500, 4), "b": np.arange(500)})
    assert not any(array.any() for array in old)
    assert rows.count == 1500
    assert rows.capacity >= 1500
    assert np.array_equal(rows["a"][:1000], some_vectors(1000, 4))


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


def test_many_low_scores_are_all_found() -> None:
    engine = columns_of(10_000)
    probe = Template(some_vectors(1, 128, 3)[0])
    assert len(engine.search(probe, EVERYONE, -2.0, TODAY)) == 10_000


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
