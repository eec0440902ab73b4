"""Galleries of different people: those of the draw, higher where a group is alike, silent where there are too few."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from overt.evaluation.bootstrap import FEW
from overt.evaluation.composition import KINDS, LEAST, compositions
from overt.evaluation.figures import Composition
from overt.evaluation.identification import FPIRS
from overt.evaluation.open_set import open_set
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import cosine, run, score_blocks
from unit.evaluation.crowds import crowd, some_images, weights_of

PEOPLE = 240
SEX = ["F", "M", "M", ""] * (PEOPLE // 4)
RARE = ["x" if at < 24 else "y" for at in range(PEOPLE)]
SAMPLE = crowd(
    some_images(PEOPLE, 1), 2, spread=0.7, missing=0.05, labels={"sex": SEX, "rare": RARE, "none": [""] * 240}
)
DRAWS = drawn(SAMPLE.person, ONE_IMAGE, np.random.default_rng(3))
TRIALS = run(SAMPLE, DRAWS)
WEIGHTS = weights_of(SAMPLE, 4, 60)


@cache
def met(number: int) -> dict[tuple[int, int], float]:
    """Every score of a draw by probe and reference."""
    return {
        (int(probe), int(reference)): float(score)
        for probes, references, scores in score_blocks(SAMPLE, DRAWS[number], cosine(SAMPLE))
        for probe, row in zip(probes, scores, strict=True)
        for reference, score in zip(references, row, strict=True)
    }


def found_in(sample: Sample, column: str) -> dict[str, Composition]:
    return {one.value: one for one in compositions(sample, DRAWS, run(sample, DRAWS), column, WEIGHTS)}


def test_the_three_galleries_are_the_first_of_their_kind() -> None:
    table, labels = open_set(TRIALS), np.array(SEX)
    for value, one in found_in(SAMPLE, "sex").items():
        galleries = [[int(at) for at in draw.references if SAMPLE.made[at]] for draw in DRAWS]
        of = [[str(labels[SAMPLE.person[at]]) for at in gallery] for gallery in galleries]
        size = min(min(each.count("F"), each.count("M")) for each in of)
        assert (one.column, one.references, one.reason) == ("sex", size, "")
        for kind in KINDS:
            wanted = {"only": {value}, "others": {"F", "M"} - {value}, "mixture": {"F", "M", ""}}[kind]
            seen = []
            for number, (draw, gallery, values) in enumerate(zip(DRAWS, galleries, of, strict=True)):
                there = [at for at, label in zip(gallery, values, strict=True) if label in wanted][:size]
                for probe in draw.non_mated:
                    if labels[SAMPLE.person[probe]] == value:
                        scores = [met(number)[int(probe), at] for at in there if SAMPLE.made[probe]]
                        seen.append(max(scores, default=-np.inf))
            for key, share in FPIRS.items():
                rate = getattr(one, kind)[key]
                threshold = table.order.threshold(share)
                assert (rate.k, rate.n) == (sum(each >= threshold for each in seen), len(seen))
                assert rate.low <= rate.estimate <= rate.high > rate.low


def test_a_group_that_is_alike_is_taken_for_its_own() -> None:
    random = np.random.default_rng(5)
    vectors = SAMPLE.vectors + 0.15 * random.normal(size=16) * (np.array(SEX)[SAMPLE.person] == "F")[:, np.newaxis]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    alike = replace(SAMPLE, vectors=(vectors * SAMPLE.made[:, np.newaxis]).astype(np.float32))
    found = found_in(alike, "sex")["F"]
    assert found.only["0.1"].estimate > found.mixture["0.1"].estimate > found.others["0.1"].estimate
    ratio = found.only_to_others["0.1"]
    assert ratio.estimate == pytest.approx(found.only["0.1"].estimate / found.others["0.1"].estimate)
    assert 1 < ratio.low <= ratio.estimate <= ratio.high


def test_where_too_few_are_enrolled_it_says_so_and_nothing_else() -> None:
    for one in found_in(SAMPLE, "rare").values():
        assert one.reason.startswith("A draw has only ")
        assert str(LEAST) in one.reason
        assert (one.references, one.only, one.others, one.mixture, one.only_to_others) == (0, {}, {}, {}, {})


def test_where_too_few_are_not_enrolled_it_says_so() -> None:
    outside = sorted(set(SAMPLE.person[DRAWS[0].non_mated].tolist()))[FEW - 1 :]
    some = ["x" if at not in outside and at % 2 else "y" for at in range(PEOPLE)]
    left = len({at for at in SAMPLE.person[DRAWS[0].non_mated].tolist() if some[at] == "x"})
    sample = replace(SAMPLE, labels={"some": tuple(some)})
    found = {one.value: one for one in compositions(sample, DRAWS[:1], run(sample, DRAWS[:1]), "some", WEIGHTS)}
    assert found["x"].reason == f"Only {left} people of the group are not enrolled; {FEW} are needed."


def test_another_score_may_be_given_and_a_column_may_be_empty() -> None:
    turned = compositions(SAMPLE, DRAWS, TRIALS, "sex", WEIGHTS, lambda probes, there: -cosine(SAMPLE)(probes, there))
    assert [one.only for one in turned] != [one.only for one in found_in(SAMPLE, "sex").values()]
    assert compositions(SAMPLE, DRAWS, TRIALS, "none", WEIGHTS) == ()
