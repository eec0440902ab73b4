"""Scores among images, counted by pairs of people."""

import numpy as np
import pytest

from overt.evaluation.pairs import PeoplePairs, people_pairs

# Angles in degrees on a circle: the score of two images is the cosine of their difference.
ANGLES = {"ann": [0, 10], "bob": [60], "cem_x": [90, 100, 110], "dee_x": [100]}


def made() -> PeoplePairs:
    pairs = [(name, angle) for name, angles in ANGLES.items() for angle in angles]
    pairs = [pairs[i] for i in (5, 0, 3, 2, 6, 1, 4)]  # in no order
    radians = np.radians([angle for _, angle in pairs])
    vectors = np.stack([np.cos(radians), np.sin(radians)], 1).astype(np.float32)
    names = [name for name, _ in pairs]
    return people_pairs(vectors, names, [name.rsplit("_", 1)[-1] for name in names])


def test_people_are_apart_unless_they_are_one_or_of_one_family() -> None:
    pairs = made()
    assert pairs.people == 4
    assert pairs.pairs == 5
    apart = [[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    assert pairs.apart.tolist() == [[bool(one) for one in row] for row in apart]


def test_a_family_is_known_from_any_image() -> None:
    vectors = np.eye(3, dtype=np.float32)
    pairs = people_pairs(vectors, ["ann", "ann", "bob"], ["left", "right", "right"])
    assert pairs.pairs == 0


def test_a_pair_of_people_counts_by_the_share_of_its_images() -> None:
    share = made().share(np.cos(np.radians(45)))
    ann, bob, cem, dee = range(4)
    assert share[bob, cem] == pytest.approx(2 / 3)  # 30 and 40 degrees of 30, 40, 50
    assert share[bob, dee] == 1.0
    assert share[ann, bob] == 0.0
    assert share[cem, dee] == share[cem, cem] == 0.0  # near, but not strangers
    assert np.array_equal(share, share.T)
    assert made().share(-1.0).sum() == 10  # everybody, each pair twice


def test_depth_is_the_mean_distance_into_the_tail() -> None:
    start = np.cos(np.radians(45))
    depth = made().depth(start)
    ann, bob, cem, dee = range(4)
    beyond = [np.log((1 - start) / (1 - np.cos(np.radians(angle)))) for angle in (30, 40)]
    assert depth[bob, cem] == pytest.approx(sum(beyond) / 3, rel=1e-5)
    assert depth[ann, dee] == 0.0
    assert depth[cem, dee] == 0.0
