"""The answers to the questions before a check, in words: as the officer and the supervisor read them back."""

from overt.encounter.questions import ORDER, Answers, question
from overt.policy import Policy
from overt.service.pages.catalogue import Catalogue


def in_words(policy: Policy, texts: Catalogue, answers: Answers) -> list[tuple[str, str]]:
    """Each answered question's name and its answer by the policy's labels, in the order of asking."""
    return [(name, _label(policy, texts, name, answers[name])) for name in ORDER if name in answers]


def _label(policy: Policy, texts: Catalogue, name: str, value: str | list[str]) -> str:
    options = question(policy, name).options
    values = value if isinstance(value, list) else [value]
    return ", ".join(options.get(each, each) or texts.text("question.offence.none") for each in values)
