"""The questions with the answers of one instance."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from overt.scorecard.facts import FACTS, Answer
from overt.scorecard.questions import Question, questions
from overt.store.instance import Instance


@dataclass(frozen=True, slots=True)
class Answered:
    """One question, its answer, and what the instance says to it."""

    question: Question
    answer: Answer
    says: str | None

    def lines(self) -> Iterator[str]:
        """The evidence, and what is left to people."""
        if self.says is not None:
            yield self.says
        if self.question.shown_by:
            yield f"Shown by: {'; '.join(self.question.shown_by)}"
        yield f"For people: {self.question.people}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        asked = self.question
        return {
            "id": asked.id,
            "theme": asked.theme,
            "sources": list(asked.sources),
            "asks": asked.asks,
            "answer": self.answer.value,
            "says": self.says,
            "shown_by": list(asked.shown_by),
            "people": asked.people,
        }


def assess(instance: Instance) -> tuple[Answered, ...]:
    """Every question, in order."""
    return tuple(_answered(instance, each) for each in questions())


def _answered(instance: Instance, asked: Question) -> Answered:
    if asked.fact is None:
        return Answered(asked, Answer.OPEN, None)
    answer, says = FACTS[asked.fact](instance)
    return Answered(asked, answer, says)
