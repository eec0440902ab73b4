"""Nobody erased is found, tried many times.

Rules:
* A trial: somebody is enrolled by an import and found by their own template, by both indices (the canary: without it
  "not found" says nothing). They are erased; once `erase` has returned, two other threads search with their template,
  one in the instance's index and one in that of a second instance over the same database, which shares nothing with the
  first but database and keys, as another process does. Both must not find them.
* Meanwhile one more thread searches the first index all the time, so that some catch up is always under way.
* Erasures are one by one; the product has none for several people. Enrolments come in imports of `TOGETHER`.
"""

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

from churn_checks import Counter, Search
from churn_hands import Hands, opened
from like_faces import People
from overt.search.contract import Vector
from overt.store import schema
from overt.store.instance import Instance

TOGETHER: Final = 100
"""In one import: a demonstration may hold 200 real references."""
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
