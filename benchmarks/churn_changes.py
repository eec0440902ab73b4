"""A gallery that changes: enrolments and erasures at random moments, in this process and from another one.

Rules:
* Half of the changes are enrolments of one person, half erasures: in turn of somebody of the gallery as it was made and
  of the one enrolled longest ago. They are handed to the hands in turn.
* Each is a `Change` from the moment that it began to its acknowledgement. One that is due while its hand is busy begins
  late; `late` says by how much.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from sqlalchemy import select

from churn_hands import Hands, order_of_enrolment
from like_faces import People
from overt.identifiers import PersonId
from overt.search.contract import Vector
from overt.store import schema
from overt.store.instance import Instance

SCRIPT = Path(__file__).with_name("churn_hands.py")


@dataclass(frozen=True, slots=True)
class Change:
    """One enrolment or erasure; moments of `time.perf_counter`."""

    kind: str
    where: str
    began: float
    acknowledged: float
    late: float


class Changer(Protocol):
    """One hand."""

    where: str

    def enrol(self, label: str, vector: Vector) -> None: ...

    def erase(self, label: str) -> None: ...

    def erase_person(self, person: PersonId) -> None: ...


class Here:
    """In this process."""

    where = "here"

    def __init__(self, instance: Instance, folder: Path) -> None:
        self._hands = Hands(instance, folder)

    def enrol(self, label: str, vector: Vector) -> None:
        self._hands.enrol({label: vector})

    def erase(self, label: str) -> None:
        self._hands.erase(label)

    def erase_person(self, person: PersonId) -> None:
        self._hands.erase_person(person)


class Elsewhere:
    """In another process, as `overt gallery` is."""

    where = "another process"

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def enrol(self, label: str, vector: Vector) -> None:
        self._ask(order_of_enrolment({label: vector}))

    def erase(self, label: str) -> None:
        self._ask(json.dumps({"erase": label}))

    def erase_person(self, person: PersonId) -> None:
        self._ask(json.dumps({"erase_person": str(person)}))

    def _ask(self, order: str) -> None:
        asked, answers = pipes(self._process)
        asked.write(order + "\n")
        asked.flush()
        if not answers.readline():
            raise RuntimeError("the other process has ended")


def pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    """What it reads, and what it says."""
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


@contextmanager
def other_process(instance: Path, folder: Path, *further: str) -> Iterator["subprocess.Popen[str]"]:
    """Hands in a process of their own, ready; ended at the end."""
    command = [sys.executable, str(SCRIPT), str(instance), str(folder), *further]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, answers = pipes(process)
        if not answers.readline():
            raise RuntimeError("the other process did not open the instance")
        try:
            yield process
        finally:
            if process.poll() is None:
                asked.close()


class Churn:
    """Changes one instance's gallery by some hands, each in a thread of its own."""

    def __init__(self, instance: Instance, hands: Sequence[Changer], people: People, seed: int) -> None:
        self._hands, self._people = hands, people
        self._random = random.Random(seed)
        with instance.engine.connect() as connection:
            everybody = list(connection.execute(select(schema.person.c.id).order_by(schema.person.c.id)).scalars())
        self._there = [PersonId(one) for one in self._random.sample(everybody, min(len(everybody), 10_000))]
        self._enrolled: deque[str] = deque()
        self._number = 0
        self._turn = threading.Lock()

    def run(self, per_second: float, seconds: float) -> list[Change]:
        """As many enrolments as erasures, each at `per_second`, for so long."""
        due = start = time.perf_counter()
        changes = list[Future[Change]]()
        pools = [ThreadPoolExecutor(1) for _ in self._hands]
        while (due := due + self._random.expovariate(2 * per_second)) < start + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            at = len(changes)
            # Two hands, two kinds: the kind changes at half the pace, so each hand has both.
            hand, kind = at % len(self._hands), ("enrolment", "erasure")[at // len(self._hands) % 2]
            changes.append(pools[hand].submit(self._change, self._hands[hand], kind, due))
        for pool in pools:
            pool.shutdown()
        return [each.result() for each in changes]

    def _change(self, hand: Changer, kind: str, due: float) -> Change:
        began = time.perf_counter()
        if kind == "enrolment":
            self._enrol(hand)
        else:
            self._erase(hand)
        return Change(kind, hand.where, began, time.perf_counter(), began - due)

    def _enrol(self, hand: Changer) -> None:
        with self._turn:
            self._number += 1
            label, vector = f"churn-{self._number}", self._people.draw(1).references[0]
        hand.enrol(label, vector)
        with self._turn:
            self._enrolled.append(label)

    def _erase(self, hand: Changer) -> None:
        with self._turn:
            label = self._enrolled.popleft() if self._enrolled and self._random.random() < 0.5 else None
            person = None if label else self._there.pop()
        if label:
            hand.erase(label)
        elif person:
            hand.erase_person(person)


def summary(changes: Sequence[Change]) -> dict[str, Any]:
    """How many of each kind and place, and how long they took to be acknowledged."""
    told = {}
    for kind in ("enrolment", "erasure"):
        for where in (Here.where, Elsewhere.where):
            those = sorted(
                each.acknowledged - each.began for each in changes if (each.kind, each.where) == (kind, where)
            )
            if those:
                told[f"{kind}, {where}"] = {
                    "number": len(those),
                    "median_ms": round(those[len(those) // 2] * 1000, 1),
                    "longest_ms": round(those[-1] * 1000, 1),
                }
    return told
