"""The self-assessment: every question has evidence or is left to people, and answers follow the instance."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer import Typer

from overt.cli.main import app
from overt.ledger.deeds import Deed
from overt.scorecard.assess import Answered, assess
from overt.scorecard.facts import FACTS, Answer
from overt.scorecard.questions import questions
from overt.store.instance import open_instance
from simulators.force import Clock, Force
from simulators.production import create_in_time, register_documents
from simulators.signatories import demonstration_changed, proposed

ROOT = Path(__file__).parents[3]


def by_id(answered: tuple[Answered, ...]) -> dict[str, Answered]:
    return {one.question.id: one for one in answered}


def commands(within: Typer, before: str = "overt") -> Iterator[str]:
    for command in within.registered_commands:
        yield f"{before} {command.name or command.callback.__name__.replace('_', '-')}"  # type: ignore[union-attr]
    for group in within.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{before} {group.name}")


def test_every_question_says_what_shows_it_and_what_is_for_people() -> None:
    assert len({each.id for each in questions()}) == len(questions()) > 20
    for each in questions():
        assert each.asks.endswith("?")
        assert each.people.endswith(".")
        assert set(each.sources) <= {"minderoo", "unicri"}
        assert each.sources
        assert each.fact is None or each.fact in FACTS
        assert each.shown_by or each.fact is None
    assert {each.fact for each in questions()} - {None} == set(FACTS), "a fact that nobody asks for"


@pytest.mark.parametrize("shown", sorted({each for asked in questions() for each in asked.shown_by}))
def test_what_shows_it_exists(shown: str) -> None:
    if entry := re.match(r"entry ([a-z:-]+)", shown):
        assert entry[1] in set(Deed)
    elif shown.startswith("docs/"):
        assert (ROOT / shown).is_file()
    elif shown.startswith("overt "):
        assert any(shown.startswith(each) for each in commands(app)), shown
    else:
        assert shown.startswith(("overt-verify ", "policy/"))


def test_a_demonstration_does_not_pass_for_a_force(force: Force) -> None:
    found = by_id(assess(force.instance))
    for name in ("legal-basis", "witnesses", "who-may-loosen", "stop"):
        assert found[name].answer is Answer.NO, name
    assert found["consultation"].answer is Answer.OPEN
    assert found["consultation"].says is None
    assert found["private-places"].answer is Answer.YES
    assert found["outside-record"].says is not None
    assert force.instance.ledger.vkey in found["outside-record"].says


def test_answers_follow_the_policy(force: Force) -> None:
    places = ('places = ["street", "vehicle", "public-building"]', 'places = ["street", "assembly"]')
    new = demonstration_changed(force.instance.policy, places)
    force.instance.changes.announce(*proposed(force.instance, new))
    force.instance.changes.adopt(*proposed(force.instance, new))
    force.instance.renew()
    found = by_id(assess(force.instance))["private-places"]
    assert (found.answer, found.says) == (Answer.NO, "Open to ordinary grounds: identity-doubted.")


def test_a_force_with_its_papers_and_a_witness(folder: Path) -> None:
    clock = Clock()
    create_in_time(folder / "force", clock)
    with open_instance(folder / "force", clock) as instance:
        assert by_id(assess(instance))["legal-basis"].answer is Answer.NO, "its papers are not public yet"
        register_documents(instance)
        found = by_id(assess(instance))
    for name in ("legal-basis", "witnesses", "who-may-loosen", "stop", "children", "narrow-grounds", "lead-not-proof"):
        assert found[name].answer is Answer.YES, name
    assert found["witnesses"].says is not None
    assert "gazette.example/witness" in found["witnesses"].says
    assert {one.answer for one in found.values()} == {Answer.YES, Answer.BUILT_IN, Answer.OPEN}
