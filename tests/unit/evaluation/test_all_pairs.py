"""All pairs of images, beside two loops."""

import numpy as np
import pytest

from overt.evaluation import bootstrap
from overt.evaluation.all_pairs import Pairs, all_pairs, pairs_of
from overt.evaluation.sample import Sample
from unit.evaluation.crowds import crowd, some_images, weights_of

SAMPLE = crowd(some_images(30, 1), 2, missing=0.15)


def slow(sample: Sample) -> tuple[list[float], list[tuple[float, int, int]]]:
    """Mated scores, and non-mated ones with their people."""
    own, others = [], []
    images = np.flatnonzero(sample.made)
    for place, one in enumerate(images):
        for other in images[place + 1 :]:
            score = float(sample.vectors[one] @ sample.vectors[other])
            who, whom = int(sample.person[one]), int(sample.person[other])
            if who == whom:
                own.append(score)
            else:
                others.append((score, who, whom))
    return sorted(own), sorted(others, reverse=True)


def rows(pairs: Pairs) -> list[tuple[float, int, int]]:
    return sorted(zip(pairs.top.tolist(), pairs.first.tolist(), pairs.second.tolist(), strict=True), reverse=True)


@pytest.mark.parametrize("cells", [2_000_000, 150])
def test_every_pair_is_there_once(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_CELLS", cells)
    pairs, (own, others) = all_pairs(SAMPLE), slow(SAMPLE)
    assert pairs.complete
    assert pairs.non_mated == len(others)
    assert sorted(pairs.mated) == pytest.approx(own, abs=1e-6)
    assert [row[0] for row in rows(pairs)] == pytest.approx([row[0] for row in others], abs=1e-6)
    assert sorted(row[1:] for row in rows(pairs)) == sorted(row[1:] for row in others)


@pytest.mark.parametrize("cells", [2_000_000, 150])
def test_only_the_highest_are_kept(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_CELLS", cells)
    pairs, (own, others) = all_pairs(SAMPLE, kept=40), slow(SAMPLE)
    assert (len(pairs.top), len(pairs.mated), pairs.non_mated) == (40, len(own), len(others))
    assert not pairs.complete
    assert [row[0] for row in rows(pairs)] == pytest.approx([row[0] for row in others[:40]], abs=1e-6)
    assert [row[1:] for row in rows(pairs)] == [row[1:] for row in others[:40]]
    assert rows(all_pairs(SAMPLE).highest(40)) == rows(pairs)
    assert pairs.highest(100) is pairs


def test_the_mated_know_whose_they_are() -> None:
    pairs = all_pairs(SAMPLE)
    many = np.bincount(SAMPLE.person[SAMPLE.made], minlength=len(SAMPLE.people))
    assert np.bincount(pairs.whose, minlength=len(many)).tolist() == (many * (many - 1) // 2).tolist()
    assert pairs.images.tolist() == many.tolist()


def test_the_weight_of_all_pairs_is_that_of_each() -> None:
    pairs, weights = all_pairs(SAMPLE), weights_of(SAMPLE, 3, 20)
    each = (weights[:, pairs.first] * weights[:, pairs.second]).sum(axis=1)
    assert pairs_of(pairs.images, weights) == pytest.approx(each)
    assert pairs_of(pairs.images, np.ones((1, len(SAMPLE.people))))[0] == pairs.non_mated


def test_the_score_is_handed_in() -> None:
    far = all_pairs(SAMPLE, lambda one, other: -np.abs(one[:, np.newaxis] - other).astype(float))
    assert far.top.max() == -1


def test_without_templates_there_are_no_pairs() -> None:
    pairs = all_pairs(crowd([2, 2], 4, missing=1.0))
    assert (len(pairs.mated), len(pairs.top), pairs.non_mated) == (0, 0, 0)
