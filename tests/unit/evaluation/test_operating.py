"""Errors at a bound, beside the slow way and beside the curves of scikit-learn and pyeer."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyeer.eer_stats import calculate_roc, get_eer_values
from sklearn.metrics import det_curve, roc_curve

from overt.evaluation.operating import counting, missing, ordered, places

SCORES = st.lists(st.integers(-8, 8), min_size=1, max_size=30)


def slow(mated: Sequence[float], non_mated: Sequence[float], share: float) -> tuple[float, float]:
    """FNMR and FMR at the lowest threshold with at most this FMR, trying each threshold that makes a difference."""
    for threshold in sorted({*non_mated, *mated, np.inf}):
        counts = np.mean([score >= threshold and score > -np.inf for score in non_mated])
        if counts <= share + 1e-12:
            return float(np.mean([not (score >= threshold and score > -np.inf) for score in mated])), float(counts)
    raise AssertionError("an infinite threshold lets nothing through")


def fast(
    mated: Sequence[float], non_mated: Sequence[float], shares: Sequence[float]
) -> tuple[list[float], list[float]]:
    own, other = np.array(mated, float), np.array(non_mated, float)
    order = ordered(own, other)
    ones = np.ones((1, len(other)))
    at = places(order, ones, shares)
    return missing(order, np.ones((1, len(own))), at)[0].tolist(), counting(order, ones, at)[0].tolist()


@given(SCORES, SCORES, st.floats(0, 1))
def test_it_is_what_trying_every_threshold_gives(mated: list[int], non_mated: list[int], share: float) -> None:
    (fnmr,), (fmr,) = fast(mated, non_mated, [share])
    assert (fnmr, fmr) == pytest.approx(slow(mated, non_mated, share))


@given(SCORES, SCORES, st.floats(0, 0.99))
def test_what_has_no_score_never_counts(mated: list[int], non_mated: list[int], share: float) -> None:
    own, other = [*mated, -np.inf], [*non_mated, -np.inf]
    (fnmr,), (fmr,) = fast(own, other, [share])
    assert (fnmr, fmr) == pytest.approx(slow(own, other, share))
    assert fmr < 1 and fnmr > 0  # noqa: PT018


@given(SCORES, SCORES, st.integers(0, 2**32))
def test_weights_are_as_good_as_repeating(mated: list[int], non_mated: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    often = random.integers(0, 4, len(mated)), random.integers(0, 4, len(non_mated))
    often[0][0] = often[1][0] = 1
    order = ordered(np.array(mated, float), np.array(non_mated, float))
    weights = often[1][np.newaxis, order.non_mated].astype(float)
    at = places(order, weights, [0.1, 0.5])
    repeated = [np.repeat(scores, times).tolist() for scores, times in zip((mated, non_mated), often, strict=True)]
    for i, share in enumerate((0.1, 0.5)):
        expected = slow(*repeated, share)
        assert missing(order, often[0][np.newaxis, order.mated].astype(float), at)[0, i] == pytest.approx(expected[0])
        assert counting(order, weights, at)[0, i] == pytest.approx(expected[1])


@given(SCORES, SCORES, st.floats(0, 1))
def test_the_threshold_gives_its_rates(mated: list[int], non_mated: list[int], share: float) -> None:
    order = ordered(np.array(mated, float), np.array(non_mated, float))
    threshold = order.threshold(share)
    (fnmr,), (fmr,) = fast(mated, non_mated, [share])
    assert np.mean(np.array(non_mated) >= threshold) == fmr
    assert np.mean(np.array(mated) < threshold) == fnmr


def test_the_highest_of_many_give_the_same_as_all() -> None:
    random = np.random.default_rng(0)
    mated, non_mated = random.normal(2, 1, 300), random.normal(0, 1, 5000)
    whole, top = ordered(mated, non_mated), ordered(mated, np.sort(non_mated)[-600:])
    totals = np.array([5000.0])
    ones = np.ones((1, 300))
    shares = [0.0, 0.001, 0.01, 0.1]
    everything = missing(whole, ones, places(whole, np.ones((1, 5000)), shares))
    at = places(top, np.ones((1, 600)), shares, totals)
    assert missing(top, ones, at) == pytest.approx(everything)
    assert counting(top, np.ones((1, 600)), at, totals)[0] == pytest.approx(shares)
    assert top.threshold(0.01, 5000) == whole.threshold(0.01)
    beyond = places(top, np.ones((1, 600)), [0.5], totals)  # not known: the lowest that is
    assert counting(top, np.ones((1, 600)), beyond, totals)[0, 0] == pytest.approx(599 / 5000)


def random_scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """With ties."""
    random = np.random.default_rng(seed)
    return random.normal(1.5, 1, 400).round(1 + seed % 3), random.normal(0, 1, 900).round(1 + seed % 3)


@pytest.mark.parametrize("seed", range(6))
def test_scikit_learn_draws_the_same_curves(seed: int) -> None:
    mated, non_mated = random_scores(seed)
    truth, scores = np.repeat([1, 0], [400, 900]), np.concatenate([mated, non_mated])
    fmr, fnmr, _ = det_curve(truth, scores)
    assert fast(mated, non_mated, fmr)[1] == pytest.approx(fmr)
    lowest = {share: min(fnmr[fmr == share]) for share in fmr}
    assert fast(mated, non_mated, fmr)[0] == pytest.approx([lowest[share] for share in fmr])
    false, true, _ = roc_curve(truth, scores, drop_intermediate=False)
    highest = [max(true[false == share]) for share in false if share < 1]
    assert [1 - miss for miss in fast(mated, non_mated, false[false < 1])[0]] == pytest.approx(highest)


@pytest.mark.parametrize("seed", range(6))
def test_pyeer_finds_the_same_rates_and_equal_error(seed: int) -> None:
    mated, non_mated = random_scores(seed)
    thresholds, fmr, fnmr = calculate_roc(mated, non_mated)
    ours = fast(mated, non_mated, fmr[fmr < 1])
    assert ours[1] == pytest.approx(fmr[fmr < 1])
    lowest = [min(fnmr[fmr == share]) for share in fmr[fmr < 1]]
    assert ours[0] == pytest.approx(lowest)
    order = ordered(mated, non_mated)
    for share in (0.001, 0.01, 0.1):
        first = np.flatnonzero(fmr <= share)[0]  # pyeer's thresholds are scores that were seen
        assert thresholds[first - 1] < order.threshold(share) <= thresholds[first]
    steps = np.arange(len(non_mated), -1, -1) / len(non_mated)
    own_fnmr, own_fmr = (np.array(each) for each in fast(mated, non_mated, steps))
    # One of our points for each FMR, while theirs has one for each score: they cross within a step of each other.
    equal = get_eer_values(own_fmr, own_fnmr)[3]
    assert equal == pytest.approx(get_eer_values(fmr, fnmr)[3], abs=1 / len(mated) + 1 / len(non_mated))
