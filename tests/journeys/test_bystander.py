"""Somebody who watched one stop has every public byte, and learns nothing of its result (ADR 0014).

The same stop, at the same hour and in the same kind of place, goes four ways. What is public is compared byte by byte,
each day until long after: nothing but what is drawn at random may differ. To show that the comparison sees something at
all, it is also made of what is not public, and of a copy that was not filled up.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from overt.encounter import Corroboration, Decision, Demographics, Encounter, Identity, Outcome, correct
from overt.errors import Refusal
from overt.publication.daily import daily
from overt.store import leaf_writer
from simulators.force import OFFICER, Clock, Force, demonstration

pytestmark = pytest.mark.slow
NOT_STATED = Demographics("not-stated", "not-stated", "not-stated", "not-stated")
STRANGER, ENROLLED = 777, 1
DAYS = (1, 1, 1, 30, 400)
DRAWN = (
    (re.compile(rb"overt\.invalid/demonstration/[0-9a-f]{12}"), b"ORIGIN"),
    (re.compile(rb"[0-9a-f]{64}"), b"HEX"),
    (re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}"), b"BASE64"),
)
Course = Callable[[Force], None]
Seen = dict[str, bytes]


def decided(force: Force, person: int) -> Encounter:
    """A check up to its decision, all within an hour."""
    encounter = force.check(person).encounter
    shown = encounter.candidates
    code = "follow-lead" if shown else "no-candidate"
    return force.desks.reveal.decide(encounter.id, OFFICER, Decision(code, shown[0] if shown else None))


def finish(force: Force, check: Encounter, outcome: Outcome) -> None:
    force.desks.reveal.outcome(check.id, OFFICER, outcome)
    force.desks.reveal.demographics(check.id, OFFICER, NOT_STATED)
    force.desks.reveal.issue(check.id, OFFICER, declined=False)


def let_go(force: Force) -> None:
    """Nobody like them; they go on their way, and nothing more is ever recorded."""
    finish(force, decided(force, STRANGER), Outcome("let-go", force.clock()))


def arrested(force: Force) -> None:
    """A candidate, an arrest that was recorded only hours later, and fingerprints the day after."""
    check, reveal = decided(force, ENROLLED), force.desks.reveal
    with suppress(Refusal):
        reveal.outcome(check.id, OFFICER, Outcome("arrested", force.clock()))
    before = force.clock()
    force.clock.forward(hours=3)
    proof = Corroboration("fingerprint", before, "F 1")
    finish(force, check, Outcome("arrested", before + timedelta(minutes=1), (proof,), "no-video"))
    force.clock.forward(days=1)
    reveal.identity(check.id, OFFICER, Identity("fingerprint", "candidate-shown", check.candidates[0]))
    force.clock.forward(days=-1)


def mistaken(force: Force) -> None:
    """A candidate who was not the person; the officer corrects what was decided."""
    check, book, now = decided(force, ENROLLED), force.instance.book, force.clock()
    policy = force.instance.policy
    value = Decision("none-of-them")
    book.settle(book.advance(check.id, lambda each: correct(policy, each, value, now)).index)
    finish(force, check, Outcome("advice", force.clock()))
    force.desks.reveal.identity(check.id, OFFICER, Identity("document", "not-enrolled"))


def left_lying(force: Force) -> None:
    """A candidate, and an officer who records nothing that day."""
    check = decided(force, ENROLLED)
    force.desks.reveal.outcome(check.id, OFFICER, Outcome("let-go", force.clock()))
    force.desks.reveal.demographics(check.id, OFFICER, NOT_STATED)
    force.desks.reveal.issue(check.id, OFFICER, declined=False)


COURSES: Mapping[str, Course] = {
    "let go": let_go,
    "arrested": arrested,
    "mistaken": mistaken,
    "left lying": left_lying,
}


def seen(folder: Path) -> Seen:
    """Every file, and of each what was not drawn at random, with its length."""
    found = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.name != ".lock"):
        name, data = str(path.relative_to(folder)), path.read_bytes()
        hashes = name.startswith("tile/") and not name.startswith("tile/entries")
        length = b"%d " % len(data)
        for pattern, mark in DRAWN:
            data = pattern.sub(mark, data)
        # Bundles hold lengths as two bytes before each entry; hash tiles are random altogether.
        found[name] = length + (b"" if hashes else data)
    return {re.sub(r"[0-9a-f]{64}", "HEX", name): data for name, data in found.items()}


def stop(folder: Path, name: str) -> Iterator[tuple[str, Seen]]:
    """One stop, and what is public after each beat; first of all what is not public, on the evening of the day."""
    clock = Clock()
    with demonstration(folder, name.replace(" ", "-"), clock) as force:
        force.enrol(ENROLLED, 2, 3)
        clock.forward(hours=1)
        day = clock.moment
        COURSES[name](force)
        yield "the log itself", seen(force.instance.place.ledger)
        clock.moment = day
        for days in DAYS:
            clock.forward(days=days)
            daily(force.instance)
            yield f"{clock.moment:%Y-%m-%d}", seen(force.instance.place.public)


def worlds(folder: Path) -> dict[str, dict[str, Seen]]:
    return {name: dict(stop(folder, name)) for name in COURSES}


def test_nothing_public_tells_how_a_stop_ended(folder: Path) -> None:
    found = worlds(folder)
    first, *others = found.values()
    for other in others:
        assert first.keys() == other.keys()
        for day in list(first)[1:]:
            assert first[day] == other[day], day
    live = [world["the log itself"] for world in found.values()]
    assert live[0] != live[1] != live[2], "the comparison sees what is not public"
    assert len(first[list(first)[-1]]) > 6, "there is a whole log to look at"


def test_a_copy_that_is_not_filled_up_tells(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaf_writer, "padding", lambda _real: 0)
    views = [list(dict(stop(folder, name)).values())[1] for name in ("let go", "arrested")]
    assert views[0] != views[1]
