"""A threshold that rests on few people is in doubt, and the errors at it with it."""

from math import inf, nextafter

import numpy as np

from overt.evaluation.doubt import Threshold, missed, threshold_for
from overt.evaluation.exact import clopper_pearson
from overt.evaluation.operating import LOWEST, ordered

STRANGERS = np.arange(1000, 0, -1.0)  # one person each: 1000, 999, ... 1
ORDER = ordered(np.zeros(0), STRANGERS)


def people_from(score: float) -> int:
    return int(np.count_nonzero(score <= STRANGERS))


def asked(share: float) -> Threshold:
    return threshold_for(ORDER, share, 1000, people_from)


def test_with_people_enough_there_is_one_threshold() -> None:
    just_above = nextafter(990.0, inf)
    assert asked(0.01) == Threshold(just_above, just_above, just_above)


def test_few_people_leave_it_in_doubt_as_far_as_the_exact_interval_goes() -> None:
    found = asked(0.006)
    assert found.value == nextafter(994.0, inf)
    counts = {end: people_from(end) for end in (found.lax, found.strict)}
    plausible = [
        count for count in range(40) if clopper_pearson(count, 1000)[0] <= 0.006 <= clopper_pearson(count, 1000)[1]
    ]
    assert sorted(counts.values()) == [min(plausible), max(plausible)]
    assert min(plausible) > 0


def test_what_the_data_cannot_show_is_not_bounded() -> None:
    found = asked(0.001)
    assert clopper_pearson(0, 1000)[1] > 0.001
    assert found.strict == inf
    assert found.lax < found.value < 1000


def test_many_probes_of_few_people_are_few() -> None:
    """The same scores, of twenty people: fifty probes above the threshold are of one."""
    found = threshold_for(ORDER, 0.05, 20, lambda score: -(-people_from(score) // 50))
    assert found.strict == inf
    assert people_from(found.lax) == max(c for c in range(1001) if clopper_pearson(c / 50, 20)[0] <= 0.05)
    assert people_from(found.value) == 50


def test_the_highest_of_many_leave_the_same_doubt() -> None:
    top = ordered(np.zeros(0), STRANGERS[:100])
    for share in (0.001, 0.006, 0.01):
        assert threshold_for(top, share, 1000, people_from, of=1000) == asked(share)


def test_scores_that_nobody_has_bound_nothing() -> None:
    order = ordered(np.zeros(0), np.array([3.0, 2.0, -inf, -inf]))
    found = threshold_for(order, 0.5, 4, lambda _: 2)
    assert found.lax == LOWEST
    assert found.strict == inf


def test_errors_follow_the_doubt() -> None:
    reach, person = np.array([1.0, 2.0, 3.0, 4.0, *[5.0] * 36, -inf]), np.arange(41)
    drawn = np.full(9, 3 / 41)
    sure, doubtful = Threshold(2.5, 2.5, 2.5), Threshold(2.5, 1.5, 4.5)
    one, other = missed(reach, person, sure, drawn), missed(reach, person, doubtful, drawn)
    assert (one.n, one.k) == (other.n, other.k) == (41, 3)
    assert other.low == min(one.low, 2 / 41)
    assert other.high == max(one.high, 5 / 41)
    unbounded = missed(reach, person, Threshold(2.5, LOWEST, inf), drawn)
    assert (unbounded.low, unbounded.high) == (min(one.low, 1 / 41), 1.0)  # what has no score always misses
    assert missed(np.zeros(0), np.zeros(0, int), doubtful, drawn).n == 0
