"""What a trainer would say after a practice check: what went well, what to look at again.

Rules:
* Everything is computed from the check itself and from who stood in it; nothing is kept, counted or sent to anybody.
* What is said concerns the way of working: time, care, order, corroboration. That somebody recognised a drawing says
  nothing about faces, and is told without praise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from overt.encounter import Encounter
from overt.encounter.steps import Comparison, SecondJudgement
from overt.encounter.viewing_desk import LETTERS
from overt.errors import CorroborationRequired
from overt.identifiers import ReferenceId
from overt.policy import Policy
from overt.policy.codes import NOT_STATED, End
from overt.practice.scenes import Scene, drawn_of

_NO_OTHER_MEANS = ("not-available",)
_SAME, _DIFFERENT, _CANNOT_TELL = "same", "different", "cannot-tell"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark. `code` names its text (`practice.remark.CODE`); `letters` and `count` go into it."""

    code: str
    well: bool
    letters: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is told at the end. `compared`: whether there was an answer that was compared.

    `letters`: under which the person before the camera was shown, empty when they were not; `well`, `look_at`: the
    remarks, in the order of the steps.
    """

    compared: bool
    letters: str
    well: tuple[Remark, ...]
    look_at: tuple[Remark, ...]


def lessons_of(policy: Policy, encounter: Encounter, scene: Scene, second: SecondJudgement | None) -> Lessons:
    """The lessons of a practice check that is over.

    Args:
        policy: that of practice.
        encounter: as it stands.
        scene: who stood before the camera.
        second: another officer's judgement, if there was one.
    """
    remarks = (
        *_on_fields(encounter),
        *_on_end(encounter),
        *_on_comparison(encounter, scene),
        *_on_second(second),
        *_on_decision(encounter, scene),
        *_on_outcome(policy, encounter),
        *_on_person(encounter),
    )
    person = [each for each in encounter.candidates if drawn_of(each) == scene.person]
    return Lessons(
        encounter.comparison is not None,
        _letters(encounter, person),
        tuple(each for each in remarks if each.well),
        tuple(each for each in remarks if not each.well),
    )


def _on_fields(encounter: Encounter) -> Iterator[Remark]:
    if encounter.fields.tried_first == _NO_OTHER_MEANS:
        yield Remark("no-other-means", well=False)
    if encounter.capture_refusals:
        yield Remark("retaken", well=False, count=encounter.capture_refusals)


def _on_end(encounter: Encounter) -> Iterator[Remark]:
    if encounter.end in (End.DECLINED_PHOTO, End.COVERED):
        yield Remark(str(encounter.end), well=True)


def _on_comparison(encounter: Encounter, scene: Scene) -> Iterator[Remark]:
    comparison = encounter.comparison
    if comparison is None or not comparison.answers:
        return
    hurried = [each.reference for each in comparison.answers if each.hurried]
    if hurried:
        yield Remark("hurried", well=False, letters=_letters(encounter, hurried))
    else:
        yield Remark("took-time", well=True)
    if comparison.identical:
        yield Remark("identical", well=False)
    yield from _on_verdicts(encounter, comparison, scene)


def _on_verdicts(encounter: Encounter, comparison: Comparison, scene: Scene) -> Iterator[Remark]:
    def said(verdict: str, of_the_person: bool) -> str:
        given = (each.reference for each in comparison.answers if each.verdict == verdict)
        return _letters(encounter, [each for each in given if (drawn_of(each) == scene.person) == of_the_person])

    if letters := said(_SAME, of_the_person=False):
        yield Remark("called-same", well=False, letters=letters)
    if letters := said(_DIFFERENT, of_the_person=True):
        yield Remark("called-different", well=False, letters=letters)
    if any(each.verdict == _CANNOT_TELL for each in comparison.answers):
        yield Remark("cannot-tell", well=True)


def _on_second(second: SecondJudgement | None) -> Iterator[Remark]:
    if second is not None:
        yield Remark("second", well=True) if second.comparison else Remark("second-not-awaited", well=False)


def _on_decision(encounter: Encounter, scene: Scene) -> Iterator[Remark]:
    if encounter.decision is None or not encounter.candidates:
        return
    yield (
        Remark("judgement-changed", well=False) if encounter.judgement_changed else Remark("judgement-kept", well=True)
    )
    lead = encounter.decision.reference
    if lead is not None and drawn_of(lead) != scene.person:
        yield Remark("lead-elsewhere", well=False, letters=_letters(encounter, [lead]))


def _on_outcome(policy: Policy, encounter: Encounter) -> Iterator[Remark]:
    refused = encounter.step_refusals
    if CorroborationRequired.code in refused:
        yield Remark("uncorroborated", well=False)
    others = [code for code in refused if code != CorroborationRequired.code]
    if others:
        yield Remark("refused-steps", well=False, count=len(others))
    outcome = encounter.outcome
    if outcome is None:
        return
    before = [outcome.is_before(each) for each in outcome.corroborations]
    if not all(before):
        yield Remark("corroboration-after", well=False, count=before.count(False))
    rule = policy.outcomes.get(outcome.code)
    if rule is not None and rule.adverse:
        yield Remark("corroborated", well=True)


def _on_person(encounter: Encounter) -> Iterator[Remark]:
    said = encounter.demographics
    if said is None:
        return
    if said.ethnicity_self == NOT_STATED != said.ethnicity_officer:
        yield Remark("ask-first", well=False)
    elif {said.ethnicity_self, said.ethnicity_officer, said.sex, said.age_band} == {NOT_STATED}:
        yield Remark("nothing-stated", well=False)


def _letters(encounter: Encounter, references: list[ReferenceId]) -> str:
    """`A` or `A, C`: under which letters references were shown."""
    return ", ".join(
        letter for letter, shown in zip(LETTERS, encounter.candidates, strict=False) if shown in references
    )
