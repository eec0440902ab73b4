"""The questions before a check is opened: their order, and when no answer to the rest could make it lawful.

Rules:
* The order lets most checks end early: who it is about and what was tried before, then power and ground, then place.
* Every code of the policy is offered, whatever was answered before, in the order of the alphabet; nothing is
  pre-selected, nothing steers. What does not go together is refused at the first answer that makes it so, and says why.
* Nothing is taken over from an earlier check.

Pure. `tests/property/test_encounter_questions.py` holds `early_refusal` to `rules.check_fields`: it refuses exactly
when no completion of the answers would pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from overt.errors import (
    AssemblyNotAllowed,
    ChildNotAllowed,
    DetailsNotForGround,
    EncounterRefusal,
    GroundNotAllowedHere,
    GroundOff,
    OffenceNotForGround,
    OffenceRequired,
    PowerNotForGround,
    UnknownCode,
)
from overt.policy import Policy
from overt.policy.codes import MAYBE_CHILD, NOT_REQUIRED, Ground, Place
from overt.policy.values import GroundRules

Answers = Mapping[str, str | list[str]]


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    SEVERAL = "several"
    TEXT = "text"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options`: code to label, empty for a text or a day; "no offence" has no label of the policy."""

    name: str
    kind: Kind
    options: Mapping[str, str]


ORDER = (
    "age",
    "tried_first",
    "power",
    "offence",
    "ground",
    "details",
    "place",
    "area",
    "without_this",
    "intelligence_reference",
    "intelligence_expires",
    "second_check_reason",
)
_EARLY = ("age", "power", "offence", "ground", "details", "place")
"""The answers that decide which grounds are left, in the order in which they are asked."""


def question(policy: Policy, name: str) -> Question:
    """One question as the policy has it.

    Raises:
        UnknownCode: there is no such question.
    """
    codes = policy.codes
    grounds = {code: rules.text for code, rules in policy.grounds.items() if rules.enabled}
    lists: Mapping[str, Mapping[str, str]] = {
        "age": codes.ages,
        "tried_first": codes.tried_first,
        "power": codes.powers,
        "offence": {**codes.offences, NOT_REQUIRED: ""},
        "ground": grounds,
        "details": codes.details,
        "place": codes.places,
        "area": codes.areas,
        "without_this": codes.without_this,
        "second_check_reason": codes.second_check_reasons,
    }
    if name not in ORDER:
        raise UnknownCode("There is no such question.")
    if name == "intelligence_reference":
        return Question(name, Kind.TEXT, MappingProxyType({}))
    if name == "intelligence_expires":
        return Question(name, Kind.DAY, MappingProxyType({}))
    options = dict(sorted(lists[name].items(), key=lambda option: (not option[1], option[1].casefold())))
    return Question(name, Kind.SEVERAL if name == "tried_first" else Kind.ONE, options)


def due(answers: Answers, *, second_in_stop: bool) -> tuple[str, ...]:
    """The questions that these answers call for, in order."""
    wanted = set(ORDER) - {"second_check_reason", "intelligence_reference", "intelligence_expires"}
    if second_in_stop:
        wanted.add("second_check_reason")
    if answers.get("ground") == Ground.INTELLIGENCE_OF_RISK:
        wanted |= {"intelligence_reference", "intelligence_expires"}
    return tuple(name for name in ORDER if name in wanted)


def next_question(answers: Answers, *, second_in_stop: bool) -> str | None:
    """The first question that is not answered; None when all are."""
    return next((name for name in due(answers, second_in_stop=second_in_stop) if name not in answers), None)


def needs_sign_off(policy: Policy, answers: Answers) -> bool:
    """Whether a supervisor's sign-off is needed with these answers."""
    rules = policy.grounds.get(str(answers.get("ground")))
    return answers.get("age") in MAYBE_CHILD or (rules is not None and rules.sign_off)


def early_refusal(policy: Policy, answers: Answers) -> EncounterRefusal | None:
    """Why no check can follow from these answers, whatever the others will be; None when one can.

    Args:
        policy: the policy in force.
        answers: some of the questions, each with a code of the policy.
    """
    left = {code: rules for code, rules in policy.grounds.items() if rules.enabled}
    given = {name: str(answers[name]) for name in _EARLY if name in answers}
    for at, (name, code) in enumerate(given.items()):
        kept = {each: rules for each, rules in left.items() if _goes_with(each, rules, name, code)}
        if not kept:
            before = dict(list(given.items())[: at + 1])
            return _why(policy, before, name)
        left = kept
    return None


def _goes_with(ground: str, rules: GroundRules, name: str, code: str) -> bool:
    match name:
        case "ground":
            return code == ground
        case "age":
            return code in rules.ages
        case "power":
            return code in rules.powers
        case "offence":
            return rules.offence == (code != NOT_REQUIRED)
        case "details":
            return code in rules.details
        case _:
            return code in rules.places


def _why(policy: Policy, given: Mapping[str, str], name: str) -> EncounterRefusal:
    """The refusal for the answer that left no ground; a child's age is named where an adult could have been checked."""
    adult = {each: code for each, code in given.items() if each != "age"}
    if given.get("age") in MAYBE_CHILD and early_refusal(policy, adult) is None:
        return ChildNotAllowed()
    match name:
        case "age":
            return ChildNotAllowed()
        case "power":
            return PowerNotForGround()
        case "offence":
            return OffenceRequired() if given[name] == NOT_REQUIRED else OffenceNotForGround()
        case "details":
            return DetailsNotForGround()
        case "place":
            return AssemblyNotAllowed() if given[name] == Place.ASSEMBLY else GroundNotAllowedHere()
        case _:
            return _why_ground(policy.grounds[given[name]], given)


def _why_ground(rules: GroundRules, given: Mapping[str, str]) -> EncounterRefusal:
    """Why the ground that was chosen does not go with what was answered before it."""
    if not rules.enabled:
        return GroundOff()
    if "power" in given and given["power"] not in rules.powers:
        return PowerNotForGround()
    if "offence" in given and given["offence"] == NOT_REQUIRED:
        return OffenceRequired()
    return OffenceNotForGround() if "offence" in given else ChildNotAllowed()
