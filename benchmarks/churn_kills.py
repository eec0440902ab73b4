"""Nobody erased is found, and nobody enrolled is missed, after a process was killed in the middle of both.

Rules:
* Another process is given more orders than it can do, and is killed with SIGKILL after a random time. What it
  acknowledged counts; the order that it had not answered may have happened or not.
* It keeps the search index up to date after each order, so the index's files are cut off in the middle, too.
* Then the instance is opened again and everybody so far is looked for, by their own template.
"""

import json
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track

from churn_changes import other_process, pipes
from churn_checks import Counter, Search
from churn_hands import Hands, opened, order_of_enrolment
from churn_trials import references_of
from like_faces import People
from overt.search.contract import Vector
from overt.store.instance import Instance

ORDERS: Final = 60
"""Given to a process that is killed: more than it is allowed to answer."""
MOST_ACKNOWLEDGED: Final = 25
MOST_THERE: Final = 60
LONGEST_AFTER: Final = 0.05
"""Seconds from its last counted answer to its death."""
OWN: Final = 0.99


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
