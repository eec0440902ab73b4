"""FNIR at FPIR and the rest, beside the slow way: counting probes, one by one, at every threshold that matters."""

from dataclasses import replace

import numpy as np
import pytest

from overt.errors import EvaluationTooSmall
from overt.evaluation.figures import Identification, Rate
from overt.evaluation.identification import FPIRS, fta, identification
from overt.evaluation.open_set import open_set
from overt.evaluation.protocol import ALL_IMAGES, ONE_IMAGE, Protocol, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Trials, cosine, run
from unit.evaluation.crowds import crowd, some_images, weights_of

ROWS = ("image", "person", "draw", "mated", "acquired", "own", "other", "rank", "within")


def tried(seed: int, missing: float = 0.0, protocol: Protocol = ONE_IMAGE, people: int = 90) -> tuple[Sample, Trials]:
    sample = crowd(some_images(people, seed), seed, spread=0.7, missing=missing)
    return sample, run(sample, drawn(sample.person, protocol, np.random.default_rng(seed)))


def found(sample: Sample, trials: Trials) -> Identification:
    return identification(trials, weights_of(sample, 0, 60))


def slow_fnir(trials: Trials, fpir: float) -> tuple[int, float]:
    """Misses, and the threshold, by trying thresholds from the highest down."""
    strangers = trials.other[~trials.mated]
    best = np.inf
    for threshold in sorted(set(strangers[np.isfinite(strangers)]), reverse=True):
        if np.count_nonzero(strangers >= threshold) > fpir * len(strangers):
            break
        best = threshold
    # Between this one and the next stranger's score any threshold lets as many strangers through: the lowest is meant.
    below = strangers[strangers < best].max(initial=-np.inf)
    misses = 0
    for own, other in zip(trials.own[trials.mated], trials.other[trials.mated], strict=True):
        misses += not (own > other and own > below)
    return misses, below


@pytest.mark.parametrize("protocol", [ONE_IMAGE, ALL_IMAGES])
@pytest.mark.parametrize(("seed", "missing"), [(1, 0.0), (2, 0.0), (3, 0.1)])
def test_fnir_is_counted_as_one_would_by_hand(protocol: Protocol, seed: int, missing: float) -> None:
    sample, trials = tried(seed, missing, protocol)
    figures = found(sample, trials)
    for key, fpir in FPIRS.items():
        misses, below = slow_fnir(trials, fpir)
        one = figures.fnir_at_fpir[key]
        assert (one.n, one.k) == (np.count_nonzero(trials.mated), misses)
        assert one.low <= one.estimate == misses / one.n <= one.high
        assert below < figures.threshold_at_fpir[key] == pytest.approx(below)
    assert 0 < figures.fnir_at_fpir["0.1"].estimate < figures.fnir_at_fpir["0.001"].estimate < 1


def test_a_tie_for_the_first_place_is_a_miss() -> None:
    """Scores in steps of a tenth: a person who shares the first place is not found, at any threshold."""
    sample = crowd(some_images(90, 1), 1, spread=0.7)
    draws = drawn(sample.person, ONE_IMAGE, np.random.default_rng(1))
    trials = run(sample, draws, lambda one, other: np.round(cosine(sample)(one, other).astype(float), 1))
    figures = found(sample, trials)
    assert np.count_nonzero(trials.mated & (trials.own == trials.other)) > 20
    for key, fpir in FPIRS.items():
        assert figures.fnir_at_fpir[key].k == slow_fnir(trials, fpir)[0]
    assert figures.det.y[-1] == pytest.approx(1 - figures.rank1.estimate)


def test_counts_and_ranks() -> None:
    sample, trials = tried(4)
    figures = found(sample, trials)
    ranks = trials.rank[trials.mated]
    assert (figures.mated, figures.non_mated) == (len(ranks), len(trials.rank) - len(ranks))
    assert (figures.draws, figures.gallery_size) == (6, 60)
    assert (figures.rank1.k, figures.rank6.k) == (np.count_nonzero(ranks == 1), np.count_nonzero(ranks <= 6))
    assert figures.cmc.x == tuple(range(1, 21))
    assert figures.cmc.y == tuple(pytest.approx(np.mean(ranks <= rank)) for rank in range(1, 21))
    assert figures.cmc.y[0] == figures.rank1.estimate < figures.cmc.y[-1]


def test_det_ends_at_all_and_passes_through_the_usual_points() -> None:
    sample, trials = tried(5)
    figures = found(sample, trials)
    assert figures.det.x[0] == 1 / figures.non_mated
    assert figures.det.x[-1] == 1.0
    # With every non-mated probe let through, only those with somebody else in front still miss.
    assert figures.det.y[-1] == pytest.approx(1 - figures.rank1.estimate)
    for fpir, y in zip(figures.det.x, figures.det.y, strict=True):
        assert y == pytest.approx(slow_fnir(trials, fpir)[0] / figures.mated)


def test_a_smaller_gallery_has_its_own_threshold() -> None:
    sample, trials = tried(6, people=200)
    figures = found(sample, trials)
    assert figures.by_size.x[-1] == figures.gallery_size
    assert figures.by_size.y[-1] == figures.fnir_at_fpir["0.01"].estimate
    for column, size in enumerate(trials.sizes):
        small = replace(trials, other=trials.within[:, column])
        assert figures.by_size.x[column] == size
        assert figures.by_size.y[column] == pytest.approx(slow_fnir(small, 0.01)[0] / figures.mated)
    assert figures.by_size.y[0] < figures.by_size.y[-1]


def test_a_gallery_of_all_images_is_counted_in_references() -> None:
    sample, trials = tried(7, protocol=ALL_IMAGES, people=200)
    figures = found(sample, trials)
    assert figures.gallery_size == round(trials.references.mean()) > trials.enrolled.mean()
    assert figures.by_size.x[-1] == pytest.approx(trials.references.mean(), rel=0.01)


def test_failures_to_acquire_are_misses_and_can_be_left_out() -> None:
    sample, trials = tried(8, missing=0.1)
    weights = weights_of(sample, 0, 60)
    acquired, figures = fta(sample, trials, weights), identification(trials, weights)
    assert (acquired.images.n, acquired.images.k) == (len(sample.made), np.count_nonzero(~sample.made))
    assert acquired.counted == figures.fnir_at_fpir["0.01"]
    failed = np.count_nonzero(trials.mated & ~trials.acquired)
    assert failed > 0
    assert acquired.left_out.n == acquired.counted.n - failed
    assert acquired.left_out.k == acquired.counted.k - failed
    assert 0 < acquired.left_out.low <= acquired.left_out.estimate < acquired.counted.estimate


def test_a_failure_to_enrol_is_a_miss_of_its_probes() -> None:
    """A person whose reference has no template is in no candidate list; the other people stay as they are."""
    sample = crowd([2] * 30, 9, spread=0.1)
    draws = drawn(sample.person, ONE_IMAGE, np.random.default_rng(0))[:1]
    lost = int(draws[0].references[0])
    made = sample.made.copy()
    made[lost] = False
    without = replace(sample, made=made, vectors=sample.vectors * made[:, np.newaxis])
    before, after = (run(one, draws) for one in (sample, without))
    theirs = before.person == sample.person[lost]
    assert (before.own[theirs] > before.other[theirs]).all()
    assert (after.own[theirs] == -np.inf).all()
    assert not after.acquired[theirs].any()
    assert after.references.tolist() == [before.references[0] - 1]
    assert np.array_equal(after.own[~theirs], before.own[~theirs])


def test_the_threshold_moves_with_the_people_it_rests_on() -> None:
    """A look-alike with many probes decides FPIR 1 %: with and without them FNIR differs, and the interval says so."""
    sample, trials = tried(10, people=150)
    wolf = int(np.bincount(trials.person[~trials.mated]).argmax())
    of_wolf = ~trials.mated & (trials.person == wolf)
    high = np.quantile(trials.own[trials.mated], 0.6)
    worse = replace(trials, other=np.where(of_wolf, high, np.minimum(trials.other, high - 0.2)))
    one = identification(worse, weights_of(sample, 0, 400)).fnir_at_fpir["0.01"]
    assert one.estimate > 0.55
    assert one.low < 0.4  # without the wolf, as in a third of all resamples


def test_probes_of_one_kind_only_are_refused() -> None:
    _, trials = tried(11)
    for kept in (trials.mated, ~trials.mated):
        some = replace(trials, **{name: getattr(trials, name)[kept] for name in ROWS})
        with pytest.raises(EvaluationTooSmall, match="mated probe"):
            open_set(some)


def test_nobody_missed_is_not_never() -> None:
    sample = crowd([3] * 40, 12, spread=0.01)
    trials = run(sample, drawn(sample.person, ONE_IMAGE, np.random.default_rng(0)))
    one = found(sample, trials).fnir_at_fpir["0.1"]
    people = len(np.unique(trials.person[trials.mated]))
    assert one == Rate(one.n, 0, 0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / people)))


def test_what_so_few_people_cannot_show_has_no_upper_bound() -> None:
    """FPIR 0.1 % of some forty people: nobody knows how high the threshold would have to be."""
    sample = crowd([3] * 40, 12, spread=0.01)
    trials = run(sample, drawn(sample.person, ONE_IMAGE, np.random.default_rng(0)))
    one = found(sample, trials).fnir_at_fpir["0.001"]
    assert (one.k, one.low, one.high) == (0, 0.0, 1.0)
