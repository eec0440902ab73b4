"""The conformance suite: each engine against the rules of `search.contract`. Every engine runs every test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

from overt.errors import (
    ContractMismatch,
    ReferenceAlreadyThere,
    ReferenceNotThere,
    ThresholdRefused,
    VectorRefused,
)
from overt.identifiers import ReferenceId
from overt.scope import Outcome, Source
from overt.search.contract import Scored, SearchEngine
from overt.search.exact_engine import ExactEngine
from overt.search.reference_engine import ReferenceEngine
from overt.search.score import exact_score
from unit.search.galleries import (
    CONTRACT,
    EVERYONE,
    LABEL,
    OTHER_CONTRACT,
    TODAY,
    Template,
    row,
    some_vectors,
    unit,
)

DIM = 16
MakeEngine = Callable[[], SearchEngine]


@pytest.fixture(params=[ReferenceEngine, ExactEngine], ids=["reference", "exact"])
def engine(request: pytest.FixtureRequest) -> SearchEngine:
    made: SearchEngine = request.param(CONTRACT, DIM)
    return made


def ids(scored: list[Scored]) -> list[int]:
    return [one.reference for one in scored]


def filled(engine: SearchEngine, count: int = 30) -> np.ndarray:
    vectors = some_vectors(count, DIM)
    engine.insert([row(i + 1, vector) for i, vector in enumerate(vectors)])
    return vectors


def test_an_empty_engine_finds_nobody(engine: SearchEngine) -> None:
    probe = Template(some_vectors(1, DIM)[0])
    assert engine.search(probe, EVERYONE, -2.0, TODAY) == []
    assert engine.best(probe, EVERYONE, 5, TODAY) == []
    assert engine.scope_size(EVERYONE, TODAY) == 0
    engine.insert([])
    assert engine.remove([]) == 0


def test_scores_are_the_defined_ones_in_order(engine: SearchEngine) -> None:
    vectors = filled(engine)
    probe = some_vectors(1, DIM, 99)[0]
    expected = sorted(((-exact_score(probe, vector), i + 1) for i, vector in enumerate(vectors)))
    found = engine.search(Template(probe), EVERYONE, -2.0, TODAY)
    assert [(-one.score, one.reference) for one in found] == expected
    assert engine.best(Template(probe), EVERYONE, 4, TODAY) == found[:4]
    assert engine.best(Template(probe), EVERYONE, 1000, TODAY) == found
    assert engine.best(Template(probe), EVERYONE, 0, TODAY) == []


def test_a_score_equal_to_the_threshold_is_found_and_the_next_number_above_is_not(engine: SearchEngine) -> None:
    filled(engine)
    probe = Template(some_vectors(1, DIM, 99)[0])
    for place, one in enumerate(engine.search(probe, EVERYONE, -2.0, TODAY)):
        assert len(engine.search(probe, EVERYONE, one.score, TODAY)) == place + 1
        assert len(engine.search(probe, EVERYONE, float(np.nextafter(one.score, 2)), TODAY)) == place


def test_ties_are_ordered_by_reference(engine: SearchEngine) -> None:
    vector = some_vectors(1, DIM)[0]
    engine.insert([row(i, vector) for i in (9, 3, 7, 2**63 - 1, 1)])
    assert ids(engine.search(Template(vector), EVERYONE, 0.5, TODAY)) == [1, 3, 7, 9, 2**63 - 1]
    assert ids(engine.best(Template(vector), EVERYONE, 2, TODAY)) == [1, 3]


def test_the_scope_decides_who_is_found(engine: SearchEngine) -> None:
    vector = some_vectors(1, DIM)[0]
    labels = {
        1: LABEL,
        2: replace(LABEL, outcome=Outcome.ACQUITTED),
        3: replace(LABEL, source=Source.MISSING, outcome=Outcome.NOT_APPLICABLE),
        4: replace(LABEL, under_18=True),
        5: replace(LABEL, review_on=date(2026, 11, 22)),
        6: replace(LABEL, decided_on=date(2019, 1, 1)),
        7: replace(LABEL, captured_on=date(2026, 11, 24)),
        8: replace(LABEL, review_on=date(2026, 11, 23)),
    }
    engine.insert([row(i, vector, label) for i, label in labels.items()])
    scope = replace(
        EVERYONE,
        outcomes={Source.CUSTODY: frozenset({Outcome.CONVICTED})},
        include_under_18=False,
        review_interval_days=2190,
    )
    assert ids(engine.search(Template(vector), scope, 0.9, TODAY)) == [1, 8]
    assert ids(engine.best(Template(vector), scope, 8, TODAY)) == [1, 8]
    assert engine.scope_size(scope, TODAY) == 2
    assert engine.scope_size(replace(scope, include_under_18=True), TODAY) == 3
    assert engine.scope_size(replace(scope, outcomes={}), TODAY) == 0


def test_a_review_date_passes_without_an_event(engine: SearchEngine) -> None:
    vector = some_vectors(1, DIM)[0]
    engine.insert([row(1, vector, replace(LABEL, review_on=date(2026, 11, 23)))])
    assert engine.scope_size(EVERYONE, datetime(2026, 11, 23, 23, 59, tzinfo=UTC)) == 1
    assert engine.scope_size(EVERYONE, datetime(2026, 11, 24, 0, 0, tzinfo=UTC)) == 0
    west = timezone(-timedelta(hours=5))
    assert engine.search(Template(vector), EVERYONE, 0.9, datetime(2026, 11, 23, 20, tzinfo=west)) == []


def test_a_moment_without_a_time_zone_is_an_error(engine: SearchEngine) -> None:
    vectors = filled(engine)
    with pytest.raises(ValueError, match="time zone"):
        engine.search(Template(vectors[0]), EVERYONE, -2.0, datetime(2026, 11, 23))  # noqa: DTZ001


def test_templates_of_different_contracts_never_meet(engine: SearchEngine) -> None:
    vectors = filled(engine)
    for template, scope in (
        (Template(vectors[0], OTHER_CONTRACT), EVERYONE),
        (Template(vectors[0]), replace(EVERYONE, contract=OTHER_CONTRACT)),
        (Template(vectors[0], OTHER_CONTRACT), replace(EVERYONE, contract=OTHER_CONTRACT)),
    ):
        with pytest.raises(ContractMismatch):
            engine.search(template, scope, 0.5, TODAY)
        with pytest.raises(ContractMismatch):
            engine.best(template, scope, 3, TODAY)
    with pytest.raises(ContractMismatch):
        engine.scope_size(replace(EVERYONE, contract=OTHER_CONTRACT), TODAY)
    assert engine.contract == CONTRACT


def test_what_cannot_be_scored_is_refused(engine: SearchEngine) -> None:
    vectors = filled(engine)
    with pytest.raises(ThresholdRefused):
        engine.search(Template(vectors[0]), EVERYONE, float("nan"), TODAY)
    for vector in (vectors[0] * np.float32(1.01), vectors[0][:-1], vectors[0].astype(np.float64)):
        with pytest.raises(VectorRefused):
            engine.search(Template(vector), EVERYONE, 0.5, TODAY)
        with pytest.raises(VectorRefused):
            engine.insert([row(99, vector)])


@pytest.mark.parametrize("numbers", [[100, 5], [100, 100], [100, 0], [100, -1], [100, 2**63]])
def test_a_refused_batch_changes_nothing(engine: SearchEngine, numbers: list[int]) -> None:
    vectors = filled(engine)
    with pytest.raises(ReferenceAlreadyThere):
        engine.insert([row(number, vectors[0]) for number in numbers])
    with pytest.raises(VectorRefused):
        engine.insert([row(100, vectors[0]), row(101, np.zeros(DIM, np.float32))])
    assert engine.scope_size(EVERYONE, TODAY) == 30
    assert 100 not in ids(engine.search(Template(vectors[0]), EVERYONE, -2.0, TODAY))


def test_the_removed_are_not_found_and_may_be_removed_again(engine: SearchEngine) -> None:
    vectors = filled(engine)
    gone = [ReferenceId(i) for i in (1, 2, 15, 30, 30, 77)]
    assert engine.remove(gone) == 4
    assert engine.remove(gone) == 0
    found = engine.search(Template(vectors[0]), EVERYONE, -2.0, TODAY)
    assert sorted(ids(found)) == [i for i in range(1, 31) if i not in gone]
    engine.insert([row(1, vectors[0])])
    assert engine.best(Template(vectors[0]), EVERYONE, 1, TODAY)[0].reference == 1
    assert engine.remove(ReferenceId(i) for i in range(1, 31)) == 27
    assert engine.scope_size(EVERYONE, TODAY) == 0


def test_a_new_label_counts_at_once(engine: SearchEngine) -> None:
    vectors = filled(engine)
    engine.relabel(ReferenceId(3), replace(LABEL, outcome=Outcome.ACQUITTED))
    convicted = replace(EVERYONE, outcomes={Source.CUSTODY: frozenset({Outcome.CONVICTED})})
    assert engine.scope_size(convicted, TODAY) == 29
    assert 3 not in ids(engine.search(Template(vectors[2]), convicted, -2.0, TODAY))
    assert engine.best(Template(vectors[2]), EVERYONE, 1, TODAY)[0].reference == 3
    with pytest.raises(ReferenceNotThere):
        engine.relabel(ReferenceId(31), LABEL)


def test_the_caller_may_reuse_its_array(engine: SearchEngine) -> None:
    vectors = some_vectors(3, DIM)
    kept = vectors.copy()
    engine.insert([row(i + 1, vector) for i, vector in enumerate(vectors)])
    vectors[:] = unit(np.ones((3, DIM)))
    assert engine.best(Template(kept[1]), EVERYONE, 1, TODAY)[0].reference == 2
