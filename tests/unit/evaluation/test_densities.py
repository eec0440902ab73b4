"""Densities enclose an area of 1, and count what they say."""

import numpy as np
import pytest

from overt.evaluation.densities import COSINES, densities
from overt.evaluation.figures import Curve
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import cosine, run
from simulators.evaluations import simulated

STEP = COSINES.step


def share_from(curve: Curve, at_least: float) -> float:
    return sum(y for x, y in zip(curve.x, curve.y, strict=True) if x > at_least) * STEP


@pytest.mark.parametrize("name", ["mated", "strangers", "nearest"])
def test_a_density_encloses_an_area_of_one(name: str) -> None:
    curve: Curve = getattr(simulated().evaluation.densities, name)
    assert sum(curve.y) * STEP == pytest.approx(1, abs=1e-4)
    assert list(curve.x) == sorted(curve.x)


def test_strangers_are_counted_as_a_slow_look_does() -> None:
    evaluated = simulated()
    sample, scores = evaluated.sample, []
    for draw in evaluated.draws:
        for probe in draw.probes[sample.made[draw.probes]]:
            for reference in draw.references[sample.made[draw.references]]:
                if sample.person[probe] != sample.person[reference]:
                    scores.append(float(sample.vectors[probe] @ sample.vectors[reference]))
    counted = np.array(scores)
    for at_least in (-0.2, 0.0, 0.2, 0.4):
        found = share_from(evaluated.evaluation.densities.strangers, at_least)
        assert found == pytest.approx(np.mean(counted >= at_least), abs=2e-3)


def test_own_scores_lie_above_those_of_strangers() -> None:
    found = simulated(spread=0.2).evaluation.densities
    assert share_from(found.mated, 0.8) > 0.9
    assert share_from(found.strangers, 0.8) < 0.05


def test_equal_images_count_at_the_end() -> None:
    vectors = np.repeat(np.eye(6, dtype=np.float32), 2, axis=0)
    sample = Sample(vectors, np.ones(12, np.bool_), np.repeat(np.arange(6), 2), tuple("abcdef"), {})
    draws = drawn(sample.person, ONE_IMAGE, np.random.default_rng(1))
    found = densities(sample, draws, run(sample, draws), cosine(sample))
    assert max(zip(found.mated.y, found.mated.x, strict=True))[1] == pytest.approx(1 - STEP / 2)
