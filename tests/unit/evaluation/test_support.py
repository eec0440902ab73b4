"""The sentences beside the figures."""

from dataclasses import replace

import numpy as np

from overt.evaluation.figures import Group, Rate
from overt.evaluation.identification import fta, identification
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.support import cautions, many, percent, rule_of_three
from overt.evaluation.trials import run
from unit.evaluation.crowds import crowd, some_images, weights_of

SAMPLE = crowd(some_images(240, 1), 2, spread=0.7)
TRIALS = run(SAMPLE, drawn(SAMPLE.person, ONE_IMAGE, np.random.default_rng(3)))
WEIGHTS = weights_of(SAMPLE, 4, 50)
FOUND, ACQUIRED = identification(TRIALS, WEIGHTS), fta(SAMPLE, TRIALS, WEIGHTS)
NOBODY = Rate(0, 0, 0.0, 0.0, 1.0)


def group(people: int) -> Group:
    return Group("sex", "F", people, 4 * people, {}, {}, NOBODY, {}, {}, {})


def test_the_rule_of_three() -> None:
    assert rule_of_three(300) == 0.01
    assert rule_of_three(2) == 1.0


def test_a_threshold_that_rests_on_few_people_is_named_with_them() -> None:
    said = cautions(SAMPLE, TRIALS, FOUND, ACQUIRED, ())
    above = ~TRIALS.mated & (TRIALS.other >= FOUND.threshold_at_fpir["0.01"])
    probes, people = len(set(TRIALS.image[above])), len(set(TRIALS.person[above]))
    assert 1 < people < 10
    (sentence,) = [one for one in said if one.startswith("At FPIR 1 %")]
    assert f"the threshold rests on {probes} probes of {people} people:" in sentence
    assert sentence.endswith("100 %.") == (FOUND.fnir_at_fpir["0.01"].high == 1.0)
    assert not any("At FPIR 10 %" in one for one in said)


def test_a_threshold_that_rests_on_nobody_is_the_highest_score() -> None:
    (sentence,) = [one for one in cautions(SAMPLE, TRIALS, FOUND, ACQUIRED, ()) if one.startswith("At FPIR 0.1 %")]
    assert f"rests on the single highest of {FOUND.non_mated:,} non-mated scores: other people" in sentence
    assert sentence.endswith("So few cannot show so low a rate: the interval of FNIR there ends at 100 %.")
    assert FOUND.fnir_at_fpir["0.001"].high == 1.0


def test_one_probe_is_not_several() -> None:
    assert [many(1, "probe"), many(2, "probe"), many(1, "person", "people"), many(1200, "person", "people")] == [
        "1 probe",
        "2 probes",
        "1 person",
        "1,200 people",
    ]


def test_an_error_that_nobody_had_is_bounded() -> None:
    said = cautions(SAMPLE, TRIALS, FOUND, ACQUIRED, ())
    images = len(SAMPLE.person)
    assert f"FTA: none of {images} images of 240 people. The rate may still be as high as 1.2 %" in said[-1]
    none = replace(FOUND, fnir_at_fpir={"0.1": Rate(50, 0, 0.0, 0.0, 0.1)})
    mated = len(set(TRIALS.person[TRIALS.mated]))
    sentence = f"FNIR at FPIR 10 %: none of 50 mated probes of {mated} people. "
    assert any(
        one.startswith(sentence + f"The rate may still be as high as {percent(3 / mated)}")
        for one in cautions(SAMPLE, TRIALS, none, ACQUIRED, ())
    )


def test_an_interval_without_an_end_is_not_given_one() -> None:
    none = replace(FOUND, fnir_at_fpir={"0.001": Rate(50, 0, 0.0, 0.0, 1.0)})
    assert not any(one.startswith("FNIR") for one in cautions(SAMPLE, TRIALS, none, ACQUIRED, ()))


def test_what_was_seen_needs_no_such_sentence() -> None:
    some = replace(ACQUIRED, images=Rate(100, 1, 0.01, 0.0, 0.03))
    assert not any(one.startswith(("FTA", "FNIR")) for one in cautions(SAMPLE, TRIALS, FOUND, some, ()))


def test_small_groups_are_named() -> None:
    said = cautions(SAMPLE, TRIALS, FOUND, ACQUIRED, [group(60), group(100)])
    assert [one for one in said if one.startswith("sex")] == [
        "sex F: 60 people only. An error that none of them had may still come up in 5 % of others."
    ]


def test_shares_as_people_read_them() -> None:
    assert [percent(one) for one in (0.1, 0.01, 0.001, 0.0123, 0.999, 1.0)] == [
        "10 %",
        "1 %",
        "0.1 %",
        "1.2 %",
        "100 %",
        "100 %",
    ]
