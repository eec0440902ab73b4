"""The fast engine gives exactly the slow engine's answers (issue 2, must hold 3): ties, scopes, changes included."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from numpy.typing import NDArray

from overt.identifiers import ReferenceId
from overt.scope import Label, LawfulBasis, Outcome, Scope, Source
from overt.search.columns import eligible, label_columns
from overt.search.contract import Row, Scored
from overt.search.exact_engine import ExactEngine
from overt.search.kernel import reaching
from overt.search.nibbles import Coarse, Coded, coded
from overt.search.reference_engine import ReferenceEngine
from unit.search.galleries import CONTRACT, Template, some_vectors, unit

DIM = 6
START = date(2026, 1, 1)
DAYS = st.integers(-40, 40).map(lambda days: START + timedelta(days=days))
FEW_VECTORS = some_vectors(5, DIM)

LABELS = st.builds(
    Label,
    source=st.sampled_from(Source),
    lawful_basis=st.sampled_from(LawfulBasis),
    outcome=st.sampled_from(Outcome),
    captured_on=DAYS,
    review_on=DAYS,
    decided_on=DAYS,
    under_18=st.booleans(),
)
SCOPES = st.builds(
    Scope,
    outcomes=st.dictionaries(st.sampled_from(Source), st.frozensets(st.sampled_from(Outcome))),
    include_under_18=st.booleans(),
    review_interval_days=st.integers(0, 100),
    contract=st.just(CONTRACT),
)
MOMENTS = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, hour, tzinfo=UTC), DAYS, st.integers(0, 23)
)


def _near(parts: tuple[int, list[int]]) -> NDArray[np.float32]:
    """One of a few vectors, moved by a few float32 steps: near-ties that the int8 codes cannot tell apart."""
    vector = FEW_VECTORS[parts[0]].copy()
    for place in parts[1]:
        vector[place] = np.nextafter(vector[place], np.float32(2))
    return vector


@pytest.fixture(autouse=True, scope="module")
def _scanned() -> Iterator[None]:
    """A few rows would be compared without a scan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("overt.search.nibbles.FEW", 0)
        yield


VECTORS = st.one_of(
    st.sampled_from(list(FEW_VECTORS)),
    st.tuples(st.integers(0, 4), st.lists(st.integers(0, DIM - 1), max_size=3)).map(_near),
    st.lists(st.integers(-3, 3), min_size=DIM, max_size=DIM).filter(any).map(unit),
)


class Engines(RuleBasedStateMachine):
    """The same imports, erasures, reviews and searches for both engines."""

    known = Bundle("known")
    scores = Bundle("scores")

    def __init__(self) -> None:
        super().__init__()
        self.slow, self.fast = ReferenceEngine(CONTRACT, DIM), ExactEngine(CONTRACT, DIM)
        self.next = 1
        self.count = 0

    @rule(target=known, new=st.lists(st.tuples(VECTORS, LABELS), max_size=6), columns=st.booleans(), data=st.data())
    def enrol(self, new: list[tuple[NDArray[np.float32], Label]], columns: bool, data: st.DataObject) -> object:
        numbers = data.draw(st.permutations(range(self.next, self.next + len(new))))
        self.next += len(new)
        self.count += len(new)
        rows = [Row(ReferenceId(number), label, vector) for number, (vector, label) in zip(numbers, new, strict=True)]
        self.slow.insert(rows)
        if columns and rows:
            stacked = np.stack([row.vector for row in rows])
            self.fast.insert_columns(np.array(numbers, np.int64), stacked, [row.label for row in rows])
        else:
            self.fast.insert(rows)
        return multiple(*numbers)

    @rule(gone=st.lists(consumes(known), max_size=3))
    def erase(self, gone: list[ReferenceId]) -> None:
        assert self.slow.remove(gone) == self.fast.remove(gone) == len(set(gone))
        self.count -= len(set(gone))

    @rule(reference=known, label=LABELS)
    def review(self, reference: ReferenceId, label: Label) -> None:
        self.slow.relabel(reference, label)
        self.fast.relabel(reference, label)

    @rule(target=scores, vector=VECTORS, scope=SCOPES, as_of=MOMENTS, threshold=st.floats(-1.1, 1.1))
    def search(self, vector: NDArray[np.float32], scope: Scope, as_of: datetime, threshold: float) -> object:
        found = self._both(vector, scope, threshold, as_of)
        return multiple(*((vector, one.score) for one in found[:3]))

    @rule(known_score=scores, scope=SCOPES, as_of=MOMENTS, step=st.sampled_from([-1, 0, 1]))
    def search_at_an_exact_score(
        self, known_score: tuple[NDArray[np.float32], float], scope: Scope, as_of: datetime, step: int
    ) -> None:
        vector, score = known_score
        threshold = score if step == 0 else float(np.nextafter(score, 2.0 * step))
        self._both(vector, scope, threshold, as_of)

    @rule(vector=VECTORS, scope=SCOPES, as_of=MOMENTS, count=st.integers(0, 8))
    def best(self, vector: NDArray[np.float32], scope: Scope, as_of: datetime, count: int) -> None:
        probe = Template(vector)
        assert self.fast.best(probe, scope, count, as_of) == self.slow.best(probe, scope, count, as_of)

    @rule(scope=SCOPES, as_of=MOMENTS)
    def count_scope(self, scope: Scope, as_of: datetime) -> None:
        assert self.fast.scope_size(scope, as_of) == self.slow.scope_size(scope, as_of)

    @invariant()
    def as_many_rows_as_were_kept(self) -> None:
        assert len(self.fast) == self.count

    def _both(self, vector: NDArray[np.float32], scope: Scope, threshold: float, as_of: datetime) -> list[Scored]:
        fast = self.fast.search(Template(vector), scope, threshold, as_of)
        assert fast == self.slow.search(Template(vector), scope, threshold, as_of)
        return fast


Engines.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestEngines = Engines.TestCase


@given(labels=st.lists(LABELS, min_size=1, max_size=20), scope=SCOPES, as_of=MOMENTS)
def test_the_mask_is_scope_covers(labels: list[Label], scope: Scope, as_of: datetime) -> None:
    assert eligible(label_columns(labels), scope, as_of).tolist() == [scope.covers(one, as_of) for one in labels]


@given(
    label=LABELS,
    scope=SCOPES,
    day=st.sampled_from(["captured_on", "review_on", "interval"]),
    off=st.integers(-1, 1),
)
def test_the_mask_agrees_on_the_very_day(label: Label, scope: Scope, day: str, off: int) -> None:
    last = label.decided_on + timedelta(days=scope.review_interval_days)
    at = {"captured_on": label.captured_on, "review_on": label.review_on, "interval": last}[day] + timedelta(days=off)
    as_of = datetime(at.year, at.month, at.day, tzinfo=UTC)
    wide = replace(scope, outcomes={source: frozenset(Outcome) for source in Source}, include_under_18=True)
    for one in (scope, wide):
        assert eligible(label_columns([label]), one, as_of)[0] == one.covers(label, as_of)


@given(
    seed=st.integers(0, 2**32 - 1),
    dimension=st.sampled_from([2, 3, 17, 128, 512]),
    power=st.sampled_from([1, 3, 9]),
)
def test_the_bound_is_never_broken(seed: int, dimension: int, power: int) -> None:
    """`power` makes vectors with a few large and many tiny numbers. Each row is looked for at its own score."""
    vectors = unit(np.random.default_rng(seed).standard_normal((40, dimension)) ** power)
    for probe in vectors[:3]:
        coarse, codes = Coarse.of(probe), coded(vectors)
        for place, score in enumerate(vectors.astype(np.float64) @ probe.astype(np.float64)):
            assert place in passing(codes, coarse, float(score))


def passing(codes: Coded, coarse: Coarse, threshold: float) -> set[int]:
    """The rows that the scan lets pass."""
    places = np.empty(len(codes.codes) + 1, np.int32)
    filled, _ = reaching(
        codes.codes,
        codes.lengths,
        codes.angles,
        coarse.numbers,
        coarse.offset,
        coarse.limits(threshold),
        0,
        len(codes.codes),
        places,
    )
    return set(places[:filled].tolist())


@given(seed=st.integers(0, 2**32 - 1), dimension=st.sampled_from([2, 17, 128, 512]), power=st.sampled_from([1, 3]))
def test_few_rows_are_coded_as_well_as_many(seed: int, dimension: int, power: int) -> None:
    """The coding without a compiler: every row passes at its own score, and the angles are as small."""
    vectors = unit(np.random.default_rng(seed).standard_normal((40, dimension)) ** power)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("overt.search.nibbles.FEW", 40)
        few = coded(vectors)
    assert np.abs(few.angles.astype(int) - coded(vectors).angles.astype(int)).max() <= 1
    coarse = Coarse.of(vectors[0])
    for place, score in enumerate(vectors.astype(np.float64) @ vectors[0].astype(np.float64)):
        assert place in passing(few, coarse, float(score))
