"""Laws of an evaluation's figures, whatever the people, the failures and the galleries."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from overt.evaluation.all_pairs import all_pairs
from overt.evaluation.figures import Curve
from overt.evaluation.identification import fta, identification
from overt.evaluation.paired import fnir_ratios
from overt.evaluation.protocol import ALL_IMAGES, ONE_IMAGE, Draw, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Trials, cosine, run
from overt.evaluation.verification import verification
from unit.evaluation.crowds import crowd, weights_of

pytestmark = pytest.mark.slow

RESAMPLES = 12
RISING: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "shifted": lambda scores: scores + 7,
    "stretched": lambda scores: 3 * scores - 1,
    "logistic": lambda scores: 1 / (1 + np.exp(-8 * scores)),
    "cubed": lambda scores: scores**3,
}


@dataclass(frozen=True)
class Case:
    """A sample, its draws, and a score whose steps make ties."""

    sample: Sample
    draws: tuple[Draw, ...]
    score: Score

    def trials(self, transform: Callable[[np.ndarray], np.ndarray] = lambda scores: scores) -> Trials:
        return run(self.sample, self.draws, lambda one, other: transform(self.score(one, other)))

    @property
    def weights(self) -> np.ndarray:
        return weights_of(self.sample, 1, RESAMPLES)


def stepped(sample: Sample, digits: int) -> Score:
    """Cosines in steps; out of one table, since blocks of other shapes would differ in the last bit."""
    everything = np.arange(len(sample.person))
    table = np.round(cosine(sample)(everything, everything).astype(float), digits)
    return lambda one, other: table[np.ix_(one, other)]


@st.composite
def cases(draw: DrawFn) -> Case:
    """Twelve to thirty people, with or without failures to acquire."""
    images = [2, 3, 3, 1, 1, 1, *draw(st.lists(st.integers(1, 7), min_size=6, max_size=24))]
    seed = draw(st.integers(0, 2**20))
    sample = crowd(images, seed, draw(st.sampled_from([0.3, 0.8, 1.5])))
    made = np.random.default_rng(seed).random(len(sample.person)) >= draw(st.sampled_from([0.0, 0.1, 0.3]))
    made |= np.array(images)[sample.person] == 1  # so that no gallery is without a template
    sample = replace(sample, made=made, vectors=sample.vectors * made[:, np.newaxis])
    draws = drawn(sample.person, draw(st.sampled_from([ONE_IMAGE, ALL_IMAGES])), np.random.default_rng(seed))
    return Case(sample, draws, stepped(sample, draw(st.sampled_from([1, 2, 6]))))


def in_bounds(curve: Curve) -> bool:
    lines = zip(curve.low, curve.y, curve.high, strict=True)
    return all(0 <= low <= y <= high <= 1 for low, y, high in lines) and list(curve.x) == sorted(set(curve.x))


def falling(values: tuple[float, ...]) -> bool:
    return all(one >= other for one, other in pairwise(values))


@settings(max_examples=60)
@given(cases())
def test_curves_run_one_way_and_rates_lie_in_their_intervals(case: Case) -> None:
    found = identification(case.trials(), case.weights)
    assert falling(found.det.y)
    assert falling(found.cmc.y[::-1])
    assert falling(found.by_size.y[::-1])  # in a larger gallery not fewer are missed
    assert found.rank1.k <= found.rank6.k
    assert found.fnir_at_fpir["0.1"].k <= found.fnir_at_fpir["0.01"].k <= found.fnir_at_fpir["0.001"].k
    assert found.fnir_at_fpir["0.1"].k >= found.rank1.n - found.rank1.k
    # With every stranger let through, only those with somebody else in front are missed.
    assert found.det.y[-1] * found.rank1.n == pytest.approx(found.rank1.n - found.rank1.k)
    assert in_bounds(found.det)
    assert in_bounds(found.cmc)
    assert in_bounds(found.by_size)
    for one in (found.rank1, found.rank6, *found.fnir_at_fpir.values()):
        assert 0 <= one.low <= one.estimate == one.k / one.n <= one.high <= 1


@settings(max_examples=40)
@given(cases(), st.sampled_from(list(RISING)))
def test_only_the_order_of_scores_matters(case: Case, name: str) -> None:
    """Also for intervals: nothing but thresholds and their curve's names changes."""
    before, after = (identification(case.trials(*how), case.weights) for how in ((), (RISING[name],)))
    assert replace(after, threshold_at_fpir=before.threshold_at_fpir) == before
    first, second = (case.trials(*how) for how in ((), (RISING[name],)))
    assert fta(case.sample, first, case.weights) == fta(case.sample, second, case.weights)
    assert fnir_ratios(first, second, case.weights) == fnir_ratios(first, first, case.weights)


def rearranged(case: Case, seed: int) -> tuple[Case, np.ndarray]:
    """The same people in another order, each one's images in another order; and the new place of each person."""
    random = np.random.default_rng(seed)
    sample = case.sample
    place = random.permutation(len(sample.people))
    order = np.lexsort((random.random(len(sample.person)), place[sample.person]))
    moved = np.empty_like(order)
    moved[order] = np.arange(len(order))
    names = [sample.people[i] for i in np.argsort(place)]
    other = Sample(sample.vectors[order], sample.made[order], place[sample.person[order]], tuple(names), sample.labels)
    draws = tuple(
        Draw(*(moved[getattr(one, name)] for name in ("references", "mated", "non_mated"))) for one in case.draws
    )
    return Case(other, draws, lambda one, other: case.score(order[one], order[other])), place


@settings(max_examples=40)
@given(cases(), st.integers(0, 2**20))
def test_the_order_of_people_and_images_does_not_matter(case: Case, seed: int) -> None:
    other, place = rearranged(case, seed)
    weights = np.empty_like(case.weights)
    weights[:, place] = case.weights
    assert identification(other.trials(), weights) == identification(case.trials(), case.weights)
    ours, theirs = (fta(one.sample, one.trials(), w) for one, w in ((case, case.weights), (other, weights)))
    assert ours == theirs
    before = verification(all_pairs(case.sample, case.score), case.weights)
    after = verification(all_pairs(other.sample, other.score), weights)
    assert after == before


@settings(max_examples=40)
@given(cases())
def test_failures_cost_what_they_are(case: Case) -> None:
    trials = case.trials()
    found = fta(case.sample, trials, case.weights)
    failed = int(np.count_nonzero(trials.mated & ~trials.acquired))
    assert found.counted.k - found.left_out.k == found.counted.n - found.left_out.n == failed
    assert found.counted.estimate >= found.left_out.estimate
    assert found.images.k == len(case.sample.made) - np.count_nonzero(case.sample.made)


@settings(max_examples=40)
@given(cases(), st.sampled_from([5, 50, 500_000]))
def test_one_to_one_runs_one_way_however_many_scores_are_kept(case: Case, kept: int) -> None:
    whole = verification(all_pairs(case.sample, case.score), case.weights)
    found = verification(all_pairs(case.sample, case.score, kept), case.weights)
    assert falling(found.det.y)
    assert in_bounds(found.det)
    assert found.tmr_at_fmr["0.0001"].k <= found.tmr_at_fmr["0.001"].k
    assert found.threshold_at_fmr["0.0001"] >= found.threshold_at_fmr["0.001"]
    assert (found.mated, found.non_mated) == (whole.mated, whole.non_mated)
    assert found.tmr_at_fmr["0.0001"].k == whole.tmr_at_fmr["0.0001"].k


@settings(max_examples=40)
@given(cases())
def test_a_draw_fits_every_matcher(case: Case) -> None:
    """Draws do not ask for templates: with all of them made, the same rows come, and not more misses than before."""
    sample = replace(case.sample, made=np.ones_like(case.sample.made))
    full = run(sample, case.draws, case.score)
    some = case.trials()
    for field in fields(Trials):
        if field.name in ("image", "person", "draw", "mated"):
            assert np.array_equal(getattr(full, field.name), getattr(some, field.name))
    assert (full.own >= some.own).all()
    assert (full.other >= some.other).all()
