"""Nobody erased is found: tried many times, and with processes killed in the middle.

Rules:
* A trial: somebody is enrolled by an import and found by their own template, by both indices (the canary: without it
  "not found" says nothing). They are erased; once `erase` has returned, two other threads search with their template,
  one in the instance's index and one in that of a second instance over the same database, which shares nothing with the
  first but database and keys, as another process does. Both must not find them.
* Meanwhile one more thread searches the first index all the time, so that some catch up is always under way.
* Erasures are one by one; the product has none for several people. Enrolments come in imports of `TOGETHER`.
* A kill: another process is given more orders than it can do, and is killed with SIGKILL after a random time. What it
  acknowledged counts; the order that it had not answered may have happened or not. It keeps the index's files too.
"""

import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track
from sqlalchemy import select

from churn_changes import other_process, pipes
from churn_checks import Counter, Search
from churn_hands import Hands, opened, order_of_enrolment
from like_faces import People
from overt.search.contract import Vector
from overt.store import schema
from overt.store.instance import Instance

TOGETHER: Final = 100
"""In one import: a demonstration may hold 200 real references."""
ORDERS: Final = 60
"""Given to a process that is killed: more than it is allowed to answer."""
MOST_THERE: Final = 60
MOST_ACKNOWLEDGED: Final = 25
LONGEST_AFTER: Final = 0.05
"""Seconds from its last counted answer to its death."""
OWN: Final = 0.99
_PAUSE: Final = 0.001


def trials(folder: Path, count: int, references: int, seed: int) -> dict[str, Any]:
    """`count` trials in a gallery of so many other references."""
    people, start = People(seed), time.perf_counter()
    with opened(folder) as first, opened(folder) as second, tempfile.TemporaryDirectory() as own:
        first.add_filler(references)
        hands = Hands(first, Path(own) / "trials")
        searches = [Search(Counter(instance)) for instance in (first, second)]
        tally = Tally()
        with (
            searching(searches[0], list(people.draw(TOGETHER).references)) as asked,
            ThreadPoolExecutor(2) as others,
        ):
            batches = range(0, count, TOGETHER)
            for done in track(batches, "Trials", console=Console(stderr=True), transient=True):
                vectors = people.draw(min(TOGETHER, count - done)).references
                enrolled = {f"trial-{done + at}": vector for at, vector in enumerate(vectors)}
                one_batch(first, hands, searches, enrolled, others, tally)
    seconds = time.perf_counter() - start
    return {
        "trials": tally.trials,
        "references": references,
        "not_found_before": tally.not_before,
        "found_after_erasure": tally.after,
        "searches_meanwhile": asked[0],
        "erasure_median_ms": round(sorted(tally.erasures)[len(tally.erasures) // 2] * 1000, 1) if count else None,
        "seconds": round(seconds, 1),
    }


@dataclass
class Tally:
    """What came of the trials so far."""

    trials: int = 0
    not_before: int = 0
    after: int = 0
    erasures: list[float] = field(default_factory=list)


def one_batch(
    instance: Instance,
    hands: Hands,
    searches: Sequence[Search],
    people: dict[str, Vector],
    others: ThreadPoolExecutor,
    tally: Tally,
) -> None:
    """Enrol all, find all, erase one by one and look for each."""
    hands.enrol(people)
    references = {label: references_of(instance, label) for label in people}
    for label, vector in people.items():
        found = list(others.map(lambda search, asked=vector: finds(search, asked), searches))
        tally.not_before += sum(not references[label] <= each or not references[label] for each in found)
    for label, vector in people.items():
        start = time.perf_counter()
        hands.erase(label)
        tally.erasures.append(time.perf_counter() - start)
        found = list(others.map(lambda search, asked=vector: finds(search, asked), searches))
        tally.after += sum(bool(references[label] & each) for each in found)
        tally.trials += 1


def finds(search: Search, vector: Vector) -> frozenset[int]:
    """The references that a check with this template would find."""
    return frozenset(int(one.reference) for one in search.found(vector))


def references_of(instance: Instance, label: str) -> frozenset[int]:
    """The references of whom the force calls so, as the database has them; none when they are not there."""
    query = (
        select(schema.reference.c.id)
        .join(schema.person, schema.person.c.id == schema.reference.c.person)
        .where(schema.person.c.label_tag == instance.tagger.person(label))
    )
    with instance.engine.connect() as connection:
        return frozenset(int(one) for one in connection.execute(query).scalars())


@contextmanager
def searching(search: Search, probes: Sequence[Vector]) -> Iterator[list[int]]:
    """While inside, a thread searches all the time; the first value is how often it has."""
    ended, asked = threading.Event(), [0]

    def without_end() -> None:
        while not ended.wait(_PAUSE):
            search.found(probes[asked[0] % len(probes)])
            asked[0] += 1

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(without_end)
        try:
            yield asked
        finally:
            ended.set()
        running.result()


@dataclass
class Expected:
    """Who has to be found after a kill, who must not be, and the template of each."""

    vectors: dict[str, Vector] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)

    def acknowledged(self, order: dict[str, Any]) -> None:
        """An order was done."""
        if "enrol" in order:
            self.there |= set(order["enrol"])
        else:
            self.there.discard(order["erase"])
            self.gone.add(order["erase"])

    def unanswered(self, order: dict[str, Any]) -> None:
        """An order may have been done."""
        labels = set(order["enrol"]) if "enrol" in order else {order["erase"]}
        self.there -= labels
        self.open |= labels


def kills(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """`count` kills, one after the other, of processes over one instance; what was kept and lost."""
    chance, people, expected = random.Random(seed), People(seed + 1), Expected()
    told = {"kills": 0, "acknowledged_orders": 0, "left_open": 0, "erased_but_found": 0, "enrolled_but_missed": 0}
    for turn in track(range(count), "Kills", console=Console(stderr=True), transient=True):
        orders = drawn_orders(turn, chance, people, expected)
        told["acknowledged_orders"] += killed(folder, orders, chance, expected)
        told["kills"] += 1
        told["left_open"] += len(expected.open)
        with opened(folder) as instance, tempfile.TemporaryDirectory() as own:
            search = Search(Counter(instance))
            told["erased_but_found"] += sum(present(search, expected.vectors[label]) for label in expected.gone)
            told["enrolled_but_missed"] += sum(not present(search, expected.vectors[label]) for label in expected.there)
            clear(instance, Hands(instance, Path(own) / "hands"), expected)
    return {**told, "erased": len(expected.gone), "enrolled_at_the_end": len(expected.there)}


def drawn_orders(
    turn: int, chance: random.Random, people: People, expected: Expected
) -> list[tuple[str, dict[str, Any]]]:
    """Lines for the other process, and what each says: enrolments of a few, and erasures of who will be there."""
    planned, orders = sorted(expected.there), []
    for number in range(ORDERS):
        if len(planned) < MOST_THERE and (not planned or chance.random() < 0.5):
            size = chance.randint(1, 3)
            drawn = {f"kill-{turn}-{number}-{at}": vector for at, vector in enumerate(people.draw(size).references)}
            expected.vectors |= drawn
            planned += drawn
            line = order_of_enrolment(drawn)
        else:
            line = json.dumps({"erase": planned.pop(chance.randrange(len(planned)))})
        orders.append((line, json.loads(line)))
    return orders


def killed(folder: Path, orders: list[tuple[str, dict[str, Any]]], chance: random.Random, expected: Expected) -> int:
    """Give the orders to another process and kill it in the middle; how many it had acknowledged."""
    with tempfile.TemporaryDirectory() as own, other_process(folder, Path(own) / "hands", "--index") as process:
        asked, answers = pipes(process)
        asked.write("".join(f"{line}\n" for line, _ in orders))
        asked.flush()
        wanted = chance.randint(0, MOST_ACKNOWLEDGED)
        acknowledged = sum(bool(answers.readline()) for _ in range(wanted))
        if acknowledged < wanted:
            raise RuntimeError("the other process ended before it was killed")
        time.sleep(chance.uniform(0, LONGEST_AFTER))
        process.kill()
        acknowledged += sum(line.endswith("\n") for line in answers)
        asked.close()
    for _, order in orders[:acknowledged]:
        expected.acknowledged(order)
    for _, order in orders[acknowledged : acknowledged + 1]:
        expected.unanswered(order)
    return acknowledged


def present(search: Search, vector: Vector) -> bool:
    """Whether somebody is found by their own template; a stranger's score is far from 1."""
    return any(one.score > OWN for one in search.found(vector))


def clear(instance: Instance, hands: Hands, expected: Expected) -> None:
    """Erase whom the unanswered order left, if it did: it has to be possible, and is an acknowledged erasure."""
    for label in sorted(expected.open):
        if references_of(instance, label):
            hands.erase(label)
            expected.gone.add(label)
        else:
            expected.vectors.pop(label)
    expected.open.clear()
