"""Who is enrolled in a draw, and with which images."""

from collections import Counter

import numpy as np
import pytest

from overt.errors import EvaluationTooSmall
from overt.evaluation.protocol import ALL_IMAGES, ONE_IMAGE, Draw, Protocol, drawn

IMAGES = [1] * 30 + [2] * 15 + [8] * 15
PERSON = np.repeat(np.arange(60), IMAGES)


def draws(protocol: Protocol, seed: int = 0) -> tuple[Draw, ...]:
    return drawn(PERSON, protocol, np.random.default_rng(seed))


@pytest.mark.parametrize("protocol", [ONE_IMAGE, ALL_IMAGES])
def test_two_thirds_of_each_kind_of_people_are_enrolled(protocol: Protocol) -> None:
    for one in draws(protocol):
        enrolled, others = set(PERSON[one.references]), set(PERSON[one.non_mated])
        assert sum(IMAGES[who] == 1 for who in enrolled) == 20
        assert sum(IMAGES[who] > 1 for who in enrolled) == 20
        assert not enrolled & others
        assert enrolled | others == set(range(60))
        assert set(PERSON[one.mated]) == {who for who in enrolled if IMAGES[who] > 1}


@pytest.mark.parametrize("protocol", [ONE_IMAGE, ALL_IMAGES])
def test_no_image_is_used_twice_in_a_draw(protocol: Protocol) -> None:
    for one in draws(protocol):
        used = np.concatenate([one.references, one.mated, one.non_mated])
        assert len(set(used)) == len(used)
        assert np.array_equal(one.probes, used[len(one.references) :])


def test_one_image_a_person_and_at_most_five_probes() -> None:
    for one in draws(ONE_IMAGE):
        assert set(Counter(PERSON[one.references]).values()) == {1}
        assert Counter(PERSON[one.mated]) == {who: min(5, IMAGES[who] - 1) for who in set(PERSON[one.mated])}
        assert Counter(PERSON[one.non_mated]) == {who: min(5, IMAGES[who]) for who in set(PERSON[one.non_mated])}


def test_all_images_but_one_probe_a_person() -> None:
    for one in draws(ALL_IMAGES):
        assert Counter(PERSON[one.references]) == {who: max(1, IMAGES[who] - 1) for who in set(PERSON[one.references])}
        assert set(Counter(PERSON[one.mated]).values()) == {1}


def test_references_of_a_person_lie_together_and_people_in_no_order() -> None:
    for one in draws(ALL_IMAGES):
        people = PERSON[one.references]
        in_turn = people[np.flatnonzero(np.diff(people, prepend=-1))]
        assert len(set(in_turn)) == len(in_turn)
        assert sorted(in_turn) != list(in_turn)


def test_draws_differ_and_the_same_seed_gives_the_same() -> None:
    first, again, other = (draws(ONE_IMAGE, seed) for seed in (1, 1, 2))
    assert len(first) == 6
    assert all(np.array_equal(a.references, b.references) for a, b in zip(first, again, strict=True))
    assert all(np.array_equal(a.probes, b.probes) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0].references, other[0].references)
    assert len({tuple(sorted(one.references)) for one in first}) == 6


@pytest.mark.parametrize("part", ["references", "non_mated"])
def test_any_image_may_be_drawn(part: str) -> None:
    seen = {int(image) for seed in range(40) for one in draws(ONE_IMAGE, seed) for image in getattr(one, part)}
    assert seen == set(range(len(PERSON)))


@pytest.mark.parametrize("images", [[1] * 20, [3], [2, 1], []])
def test_too_few_people_are_refused(images: list[int]) -> None:
    with pytest.raises(EvaluationTooSmall):
        drawn(np.repeat(np.arange(len(images)), images), ONE_IMAGE, np.random.default_rng(0))
