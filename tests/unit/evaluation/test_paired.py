"""Two matchers on the same probes: what is hard for both does not widen their ratio."""

from dataclasses import replace

import numpy as np
import pytest

from overt.evaluation.figures import Ratio
from overt.evaluation.identification import FPIRS, identification
from overt.evaluation.paired import fnir_ratios
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import run
from unit.evaluation.crowds import crowd, some_images, weights_of


def blurred(sample: Sample, by: float, seed: int) -> Sample:
    """The same templates with noise."""
    noisy = sample.vectors + by * np.random.default_rng(seed).normal(size=sample.vectors.shape)
    return replace(sample, vectors=(noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32))


SHARP = crowd(some_images(300, 1), 2, spread=0.8, dimension=32)
DULL = blurred(SHARP, 0.08, 3)
DRAWS = drawn(SHARP.person, ONE_IMAGE, np.random.default_rng(4))
WEIGHTS = weights_of(SHARP, 5, 300)


def test_the_ratio_is_of_the_rates() -> None:
    sharp, dull = run(SHARP, DRAWS), run(DULL, DRAWS)
    found = fnir_ratios(sharp, dull, WEIGHTS)
    ones, others = (identification(one, WEIGHTS).fnir_at_fpir for one in (sharp, dull))
    for key in FPIRS:
        assert found[key].estimate == ones[key].estimate / others[key].estimate
        assert found[key].low <= found[key].estimate <= found[key].high
    assert found["0.1"].estimate < 0.9


def test_pairing_narrows_the_interval() -> None:
    sharp, dull = run(SHARP, DRAWS), run(DULL, DRAWS)
    one = fnir_ratios(sharp, dull, WEIGHTS)["0.1"]
    ours, theirs = (identification(each, WEIGHTS).fnir_at_fpir["0.1"] for each in (sharp, dull))
    assert one.high - one.low < 0.6 * (ours.high / theirs.low - ours.low / theirs.high)


def test_a_matcher_is_as_good_as_itself_without_doubt() -> None:
    sharp = run(SHARP, DRAWS)
    assert fnir_ratios(sharp, sharp, WEIGHTS) == dict.fromkeys(FPIRS, Ratio(1.0, 1.0, 1.0))


def test_other_draws_are_refused() -> None:
    others = drawn(SHARP.person, ONE_IMAGE, np.random.default_rng(6))
    with pytest.raises(ValueError, match="same draws"):
        fnir_ratios(run(SHARP, DRAWS), run(SHARP, others), WEIGHTS)
    with pytest.raises(ValueError, match="same draws"):
        fnir_ratios(run(SHARP, DRAWS), run(SHARP, DRAWS[:3]), WEIGHTS)


def test_failures_to_acquire_make_a_matcher_worse_and_keep_the_draws() -> None:
    random = np.random.default_rng(7)
    made = random.random(len(SHARP.made)) > 0.05
    failing = replace(SHARP, made=made, vectors=SHARP.vectors * made[:, np.newaxis])
    found = fnir_ratios(run(failing, DRAWS), run(SHARP, DRAWS), WEIGHTS)
    assert found["0.1"].low > 1
