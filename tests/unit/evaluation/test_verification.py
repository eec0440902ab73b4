"""TMR at FMR, beside counting and beside scikit-learn; groups among their own."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import det_curve

from overt.errors import EvaluationTooSmall
from overt.evaluation.all_pairs import all_pairs
from overt.evaluation.between import Between
from overt.evaluation.group_pairs import fmrs_between
from overt.evaluation.operating import ordered
from overt.evaluation.verification import FMRS, resampled_pairs, verification
from unit.evaluation.crowds import crowd, some_images, weights_of

SAMPLE = crowd(some_images(150, 1), 2, spread=0.8)
WEIGHTS = weights_of(SAMPLE, 3, 100)
PAIRS = all_pairs(SAMPLE)


def among(people: np.ndarray) -> Between:
    """Strangers in one group."""
    return Between(people, people)


@pytest.mark.parametrize("kept", [10**6, 500])
def test_tmr_at_fmr_is_counted(kept: int) -> None:
    figures = verification(all_pairs(SAMPLE, kept=kept), WEIGHTS)
    strangers = np.sort(PAIRS.top)[::-1]
    assert (figures.mated, figures.non_mated) == (len(PAIRS.mated), len(strangers))
    for key, fmr in FMRS.items():
        below = strangers[int(fmr * len(strangers))]  # the highest that may no longer count
        one = figures.tmr_at_fmr[key]
        assert below < figures.threshold_at_fmr[key] == pytest.approx(below)
        assert (one.n, one.k) == (len(PAIRS.mated), np.count_nonzero(PAIRS.mated > below))
        assert one.low <= one.estimate == pytest.approx(one.k / one.n)
        assert one.estimate <= one.high
    assert figures.tmr_at_fmr["0.0001"].estimate < figures.tmr_at_fmr["0.001"].estimate < 1


def test_det_is_scikit_learns() -> None:
    figures = verification(PAIRS, WEIGHTS)
    truth = np.repeat([1, 0], [len(PAIRS.mated), len(PAIRS.top)])
    fmr, fnmr, _ = det_curve(truth, np.concatenate([PAIRS.mated, PAIRS.top]))
    for x, y, low, high in zip(*(getattr(figures.det, name) for name in ("x", "y", "low", "high")), strict=True):
        assert y == pytest.approx(fnmr[fmr <= x + 1e-12].min() if x < 1 else 0)
        assert low <= y <= high
    assert figures.det.x[0] == 1 / len(PAIRS.top)
    assert figures.det.x[-1] == 1


def test_det_ends_where_the_kept_scores_end() -> None:
    whole, part = verification(PAIRS, WEIGHTS).det, verification(all_pairs(SAMPLE, kept=500), WEIGHTS).det
    assert part.x[-1] == 500 / PAIRS.non_mated
    assert all(one >= other for one, other in pairwise(part.y))
    at_most = [y for x, y in zip(whole.x, whole.y, strict=True) if x <= part.x[-1]]
    assert part.y[-1] <= at_most[-1]


def test_a_resample_is_people_written_out() -> None:
    """The slow way: as many copies of a person as were drawn; copies of one person are no strangers."""
    weights = np.array([[2.0, 0.0, 1.0, 1.0, 3.0] * 30])
    copies = np.repeat(np.arange(150), weights[0].astype(int))
    images = [np.flatnonzero(SAMPLE.person == who) for who in copies]
    mated = [float(SAMPLE.vectors[a] @ SAMPLE.vectors[b]) for own in images for i, a in enumerate(own) for b in own[:i]]
    owner = np.concatenate([[who] * len(own) for who, own in zip(copies, images, strict=True)])
    rows = np.concatenate(images)
    scores = SAMPLE.vectors[rows] @ SAMPLE.vectors[rows].T
    strangers = np.sort(scores[np.triu(owner[:, np.newaxis] != owner, 1)])[::-1]
    expected = {key: np.mean(np.array(mated) > strangers[int(fmr * len(strangers))]) for key, fmr in FMRS.items()}
    for kept in (10**6, 500):
        pairs = all_pairs(SAMPLE, kept=kept)
        fnmr, _ = resampled_pairs(pairs, ordered(pairs.mated, pairs.top), weights, list(FMRS.values()))
        assert fnmr[0] == pytest.approx([1 - expected[key] for key in FMRS])


def test_a_group_is_among_its_own_people() -> None:
    inside = np.arange(150) % 3 == 0
    (women, nobody), drawn = fmrs_between(PAIRS, [among(inside), among(np.zeros(150, bool))], WEIGHTS)
    both = inside[PAIRS.first] & inside[PAIRS.second]
    for i, (key, threshold) in enumerate(verification(PAIRS, WEIGHTS).threshold_at_fmr.items()):
        one = women[key]
        assert (one.n, one.k) == (np.count_nonzero(both), np.count_nonzero(PAIRS.top[both] >= threshold))
        assert one.low <= one.estimate <= one.high
        assert (nobody[key].n, nobody[key].low, nobody[key].high) == (0, 0.0, 1.0)
        assert np.isnan(drawn[1, :, i]).all()
    assert drawn.shape == (2, 100, 2)
    assert women["0.001"].k > 0


def test_a_resample_of_a_group_is_its_pairs_written_out() -> None:
    inside = np.arange(150) % 3 > 0
    _, drawn = fmrs_between(PAIRS, [among(inside)], WEIGHTS)
    falling = np.argsort(-PAIRS.top)
    both = (inside[PAIRS.first] & inside[PAIRS.second])[falling]
    for resample, line in enumerate(WEIGHTS[:5].astype(int)):
        often = (line[PAIRS.first] * line[PAIRS.second])[falling]
        place = np.repeat(np.arange(len(falling)), often)
        for i, fmr in enumerate(FMRS.values()):
            counting = place[place < place[int(fmr * len(place))]]  # copies of one pair count together or not
            expected = np.count_nonzero(both[counting]) / np.count_nonzero(both[place])
            assert drawn[0, resample, i] == pytest.approx(expected)


def test_everybody_as_a_group_is_at_the_bound_itself() -> None:
    (everybody,), drawn = fmrs_between(PAIRS, [among(np.ones(150, bool))], WEIGHTS)
    assert everybody["0.001"].k == int(0.001 * PAIRS.non_mated)
    assert (drawn[0] <= np.array(list(FMRS.values())) + 1e-9).all()
    assert drawn[0, :, 0].mean() > 0.0009


def test_a_group_that_is_alike_errs_more() -> None:
    random = np.random.default_rng(4)
    sample = crowd([2] * 200, 5, spread=0.5, dimension=64)
    vectors = sample.vectors.copy()
    vectors[:120] += 0.5 * random.normal(size=64) / 8  # sixty people around one face
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    sample = type(sample)(vectors.astype(np.float32), sample.made, sample.person, sample.people, {})
    alike = np.arange(200) < 60
    (ours, theirs), _ = fmrs_between(all_pairs(sample), [among(alike), among(~alike)], weights_of(sample, 6, 200))
    assert ours["0.001"].low > theirs["0.001"].high


def test_too_little_is_refused() -> None:
    for images in ([1, 1, 1], [3]):
        sample = crowd(images, 7)
        with pytest.raises(EvaluationTooSmall):
            verification(all_pairs(sample), weights_of(sample, 8, 5))
