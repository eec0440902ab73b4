"""Questions that arrive together share one scan.

Rules:
* Who comes while nothing runs starts at once and waits for nobody.
* Who comes while a scan runs is answered by the next one, together with all who came meanwhile: a scan over many
  probes reads the gallery once. So nobody waits longer than the scan that is running, and there is no clock in it.
* A question that fails, or is given up, fails alone.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST: Final = 32
"""Questions in one scan: more than fill the time that the memory takes to deliver would only wait for each other."""


class Shared(Generic[Question, Answer]):
    """Calls `answer` with those who came together; it gives for each an answer or an exception, in their order."""

    def __init__(self, answer: Callable[[Sequence[Question]], Sequence[Answer | Exception]]) -> None:
        self._answer = answer
        self._turn = threading.Lock()
        self._waiting: list[_Asked[Question, Answer]] = []
        self._running = False

    def ask(self, question: Question) -> Answer:
        """The answer to one question.

        Raises:
            Exception: what `answer` gave, or raised, for it.
        """
        mine: _Asked[Question, Answer] = _Asked(question)
        with self._turn:
            if self._running:
                self._waiting.append(mine)
            else:
                self._running = True
                mine.lead([mine])
        mine.ready.wait()
        if mine.group:
            self._run(mine.group)
        return mine.outcome()

    def _run(self, group: "Sequence[_Asked[Question, Answer]]") -> None:
        try:
            answers = self._answer([one.question for one in group])
            for one, answer in zip(group, answers, strict=True):
                one.answer = answer
        except Exception as error:  # noqa: BLE001  raised again, in the thread of each who asked
            for one in group:
                one.answer = error
        finally:
            self._hand_over()
            for one in group:
                one.ready.set()

    def _hand_over(self) -> None:
        with self._turn:
            following, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            self._running = bool(following)
            if following:
                following[0].lead(following)


class _Asked(Generic[Question, Answer]):
    """One who asked. `group`: those whom it answers for, itself included; empty for who is answered by another."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answer: Answer | Exception = RuntimeError("the scan ended without an answer")
        self.group: Sequence[_Asked[Question, Answer]] = ()
        self.ready = threading.Event()

    def lead(self, group: "Sequence[_Asked[Question, Answer]]") -> None:
        """Answer for these, as soon as its own thread runs."""
        self.group = group
        self.ready.set()

    def outcome(self) -> Answer:
        """Its own answer.

        Raises:
            Exception: why there is none.
        """
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer
