"""The order of the parts: the same seed gives the same figures, what is too small is refused, and draws differ."""

from dataclasses import replace

import numpy as np
import pytest

from overt.errors import EvaluationTooSmall
from overt.evaluation.evaluate import STEPS, evaluate, material, sample_of
from overt.evaluation.matcher import NoTemplate
from overt.evaluation.report.document import document, written
from simulators.evaluations import ABOUT, simulated, simulated_people
from simulators.matcher import DIMENSION, SimulatedMatcher


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    first = written(document(simulated().evaluation))
    simulated.cache_clear()
    assert written(document(simulated().evaluation)) == first
    assert document(simulated(2).evaluation)["identification"] != document(simulated().evaluation)["identification"]


def test_people_and_answers_become_a_sample() -> None:
    people, images = simulated_people()
    answers = [SimulatedMatcher().template(image) for image in images]
    sample = sample_of(people, answers, DIMENSION)
    assert np.count_nonzero(~sample.made) == 3
    assert not sample.vectors[~sample.made].any()
    assert np.allclose(np.linalg.norm(sample.vectors[sample.made], axis=1), 1)
    named = material(people, "x", ("a note",))
    assert (named.people, named.images, named.several, named.notes) == (60, 150, 45, ("a note",))


def test_every_step_is_told() -> None:
    people, images = simulated_people()
    answers = [SimulatedMatcher().template(image) for image in images]
    told: list[tuple[int, int]] = []
    evaluate(people, answers, material(people, "x"), ABOUT, 2, lambda done, total: told.append((done, total)))
    assert told == [(done, STEPS) for done in range(STEPS + 1)]


@pytest.mark.parametrize("kind", ["no template", "one person", "one image each", "one template"])
def test_what_is_too_small_is_refused(kind: str) -> None:
    people, images = simulated_people(1 if kind == "one person" else 20, 0)
    answers = [SimulatedMatcher().template(image) for image in images]
    if kind == "no template":
        answers = [NoTemplate("no_face") for _ in images]
    if kind == "one template":
        answers = [*answers[:1], *(NoTemplate("no_face") for _ in images[1:])]
    if kind == "one image each":
        first = [people.person.index(index) for index in range(20)]
        people = replace(people, images=tuple(people.images[at] for at in first), person=tuple(range(20)))
        answers = [answers[at] for at in first]
    with pytest.raises(EvaluationTooSmall):
        evaluate(people, answers, material(people, "x"), ABOUT, 2, lambda done, total: None)


def test_a_fault_of_the_maths_is_not_called_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr("overt.evaluation.evaluate.identification", broken)
    people, images = simulated_people()
    answers = [SimulatedMatcher().template(image) for image in images]
    with pytest.raises(ValueError, match="broadcast"):
        evaluate(people, answers, material(people, "x"), ABOUT, 2, lambda done, total: None)
