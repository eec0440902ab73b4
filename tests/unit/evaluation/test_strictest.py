"""The threshold that holds for every group: found slowly beside it, and never below everybody's where groups differ."""

import numpy as np
import pytest

from overt.evaluation.all_pairs import all_pairs
from overt.evaluation.strictest import strictest
from overt.evaluation.verification import FMRS, verification
from unit.evaluation.crowds import crowd, some_images, weights_of

SAMPLE = crowd(some_images(150, 1), 2, spread=0.8, missing=0.05)
WEIGHTS = weights_of(SAMPLE, 3, 60)
PAIRS = all_pairs(SAMPLE)
GROUPS = {name: np.arange(150) % 3 == at for at, name in enumerate("abc")}


@pytest.mark.parametrize("kept", [10**6, 5000])
def test_it_is_the_highest_of_the_groups_own(kept: int) -> None:
    found = strictest(all_pairs(SAMPLE, kept=kept), "letter", GROUPS, WEIGHTS)
    assert [(one.column, one.fmr) for one in found] == [("letter", key) for key in FMRS]
    for one in found:
        own = {}
        for name, inside in GROUPS.items():
            scores = np.sort(PAIRS.top[inside[PAIRS.first] & inside[PAIRS.second]])[::-1]
            own[name] = scores[int(FMRS[one.fmr] * len(scores))]  # the highest that may no longer count
        assert one.worst == max(own, key=lambda name: own[name])
        assert own[one.worst] < one.threshold == pytest.approx(own[one.worst])
        assert (one.tmr.n, one.tmr.k) == (len(PAIRS.mated), np.count_nonzero(PAIRS.mated >= one.threshold))
        assert one.tmr.low <= one.tmr.estimate <= one.tmr.high > one.tmr.low


def test_everybody_as_one_group_has_everybodys() -> None:
    everybody = verification(PAIRS, WEIGHTS)
    for one in strictest(PAIRS, "all", {"x": np.ones(150, np.bool_)}, WEIGHTS):
        assert one.threshold == everybody.threshold_at_fmr[one.fmr]
        assert one.tmr == everybody.tmr_at_fmr[one.fmr]


def test_a_group_that_is_alike_needs_more_than_everybody() -> None:
    vectors = (
        SAMPLE.vectors + 0.2 * np.random.default_rng(5).normal(size=16) * GROUPS["b"][SAMPLE.person][:, np.newaxis]
    )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = (vectors / np.maximum(lengths, 1e-9) * SAMPLE.made[:, np.newaxis]).astype(np.float32)
    pairs = all_pairs(type(SAMPLE)(vectors, SAMPLE.made, SAMPLE.person, SAMPLE.people, {}))
    one = strictest(pairs, "letter", GROUPS, WEIGHTS)[0]
    everybody = verification(pairs, WEIGHTS)
    assert one.worst == "b"
    assert one.threshold > everybody.threshold_at_fmr["0.001"]
    assert one.tmr.estimate < everybody.tmr_at_fmr["0.001"].estimate


def test_without_strangers_in_a_group_there_is_none() -> None:
    assert strictest(PAIRS, "none", {}, WEIGHTS) == ()
    assert strictest(PAIRS, "alone", {"x": np.arange(150) == 0}, WEIGHTS) == ()
