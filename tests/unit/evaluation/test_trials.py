"""Probes against galleries, beside the slow way: one comparison at a time."""

import numpy as np
import pytest

from overt.errors import EvaluationTooSmall
from overt.evaluation import bootstrap
from overt.evaluation.protocol import ALL_IMAGES, ONE_IMAGE, Draw, Protocol, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Trials, cosine, run, score_blocks
from unit.evaluation.crowds import crowd, some_images

NOTHING = -np.inf


def slow_row(sample: Sample, draw: Draw, image: int, people: list[int] | None = None) -> tuple[float, float, int]:
    """Own score, highest other one, rank, among these people or all."""
    best: dict[int, float] = {}
    for reference in draw.references:
        who = int(sample.person[reference])
        if sample.made[image] and sample.made[reference] and (people is None or who in people):
            score = float(sample.vectors[image] @ sample.vectors[reference])
            best[who] = max(best.get(who, NOTHING), score)
    own = best.pop(int(sample.person[image]), NOTHING)
    others = list(best.values())
    return own, max(others, default=NOTHING), 1 + sum(other >= own for other in others)


@pytest.mark.parametrize("protocol", [ONE_IMAGE, ALL_IMAGES])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_each_row_is_what_single_comparisons_give(protocol: Protocol, missing: float) -> None:
    sample = crowd(some_images(45, 1), seed=2, missing=missing)
    draws = drawn(sample.person, protocol, np.random.default_rng(3))
    trials = run(sample, draws)
    rows = [(number, image) for number, draw in enumerate(draws) for image in draw.probes]
    assert [(int(d), int(i)) for d, i in zip(trials.draw, trials.image, strict=True)] == rows
    for row, (number, image) in enumerate(rows):
        own, other, rank = slow_row(sample, draws[number], image)
        assert trials.own[row] == pytest.approx(own, abs=1e-6)
        assert trials.other[row] == pytest.approx(other, abs=1e-6)
        assert trials.rank[row] == (rank if own > NOTHING else trials.enrolled[number] + 1)
        enrolled = sample.person[image] in sample.person[draws[number].references]
        assert trials.mated[row] == enrolled
        assert trials.acquired[row] == (sample.made[image] and (own > NOTHING or not enrolled))
    assert np.array_equal(trials.person, sample.person[trials.image])


def test_a_smaller_gallery_is_of_the_first_people_and_the_own_one() -> None:
    sample = crowd(some_images(90, 4), seed=5)
    draws = drawn(sample.person, ONE_IMAGE, np.random.default_rng(6))[:1]
    trials = run(sample, draws)
    order = [int(who) for who in sample.person[draws[0].references]]
    assert trials.sizes.tolist() == [len(order) // 2, len(order)]
    size = int(trials.sizes[0])
    for row, image in enumerate(draws[0].probes):
        who = int(sample.person[image])
        people = order[:size] if who in order[:size] or who not in order else [*order[: size - 1], who]
        assert len(people) == size
        assert trials.within[row, 0] == pytest.approx(slow_row(sample, draws[0], image, people)[1], abs=1e-6)
    assert np.array_equal(trials.within[:, -1], trials.other)


def by_hand(scores: list[list[float]]) -> Trials:
    """Ann, Bob, Cem with a reference each (images 0, 2, 4); probes of Ann (1), Bob (3) and of Dee (5), not enrolled."""
    sample = Sample(
        np.eye(6, dtype=np.float32), np.ones(6, bool), np.array([0, 0, 1, 1, 2, 3]), ("ann", "bob", "cem", "dee"), {}
    )
    draw = Draw(np.array([0, 2, 4]), np.array([1, 3]), np.array([5]))
    table = np.array(scores)
    rows = {1: 0, 3: 1, 5: 2}
    return run(sample, [draw], lambda probes, _: table[[rows[int(i)] for i in probes]])


def test_a_tie_goes_against_the_own_person() -> None:
    trials = by_hand([[0.5, 0.5, 0.1], [0.9, 0.2, 0.3], [0.4, 0.6, 0.6]])
    assert trials.rank.tolist() == [2, 3, 4]
    assert trials.own.tolist() == [0.5, 0.2, NOTHING]
    assert trials.other.tolist() == [0.5, 0.9, 0.6]


def test_whose_reference_comes_next_takes_the_last_place_in_a_smaller_gallery() -> None:
    """Forty people enrolled, half of them in the smaller gallery; the last of those is nearest to every probe."""
    sample = Sample(np.eye(80, dtype=np.float32), np.ones(80, bool), np.arange(80) // 2, tuple(map(str, range(40))), {})
    draw = Draw(np.arange(0, 80, 2), np.arange(1, 80, 2), np.array([], int))
    nearest = np.where(np.arange(40) == 19, 0.9, 0.1)
    trials = run(sample, [draw], lambda probes, _: np.tile(nearest, (len(probes), 1)))
    assert trials.sizes.tolist() == [20, 40]
    inside = [0.9] * 19 + [0.1]  # the last one's own reference is no stranger's
    assert trials.within[:, 0].tolist() == inside + [0.1] * 20
    assert trials.within[:, 1].tolist() == [0.9] * 19 + [0.1] + [0.9] * 20


def test_small_blocks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = crowd(some_images(40, 7), seed=8, missing=0.1)
    draws = drawn(sample.person, ALL_IMAGES, np.random.default_rng(9))
    whole = run(sample, draws)
    monkeypatch.setattr(bootstrap, "_CELLS", 100)
    parts = run(sample, draws)
    assert parts.own == pytest.approx(whole.own, abs=1e-6)
    assert np.array_equal(parts.rank, whole.rank)


def test_a_score_sees_whole_rows_with_templates_only() -> None:
    sample = crowd(some_images(40, 10), seed=11, missing=0.2)
    draws = drawn(sample.person, ONE_IMAGE, np.random.default_rng(12))
    asked: list[tuple[np.ndarray, np.ndarray]] = []

    def spying(probes: np.ndarray, references: np.ndarray) -> np.ndarray:
        asked.append((probes, references))
        return cosine(sample)(probes, references)

    trials = run(sample, draws, spying)
    assert {len(references) for _, references in asked} == set(trials.references.tolist())
    assert all(sample.made[probes].all() and sample.made[references].all() for probes, references in asked)


def test_score_blocks_hold_every_score_of_a_draw() -> None:
    sample = crowd(some_images(40, 13), seed=14, missing=0.1)
    (draw, *_) = draws = drawn(sample.person, ALL_IMAGES, np.random.default_rng(15))
    trials = run(sample, draws[:1])
    seen = {
        int(i): row
        for probes, _, scores in score_blocks(sample, draw, cosine(sample))
        for i, row in zip(probes, scores, strict=True)
    }
    assert set(seen) == {int(i) for i in draw.probes if sample.made[i]}
    for row in np.flatnonzero(np.isfinite(trials.other)):
        assert seen[int(trials.image[row])].max() == pytest.approx(max(trials.own[row], trials.other[row]), abs=1e-6)


def test_nothing_to_search_is_refused() -> None:
    sample = crowd([1, 2, 2, 1, 2, 1], seed=16, missing=1.0)
    draws = drawn(sample.person, ONE_IMAGE, np.random.default_rng(17))
    with pytest.raises(EvaluationTooSmall, match="no reference"):
        run(sample, draws)
    with pytest.raises(ValueError, match="no draw"):
        run(sample, [])
