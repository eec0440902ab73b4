"""How long an officer's way through the pages takes, beside the same check over the bare interface.

    python benchmarks/officers_way.py --n 7

A script plays the officer on a phone in a real browser: it answers each question as soon as the page is there, presses
the shutter as soon as the camera says that the face is good, and judges at once. So the seconds are what the pages and
the service cost, and the taps are what the officer has to do; thinking, speaking and looking come on top. The peer is
the same check up to the strength, made by the same use cases in the same run without any page, with one frame instead
of a burst.

Printed: median seconds of each stage, its taps, and the ratio of the whole to the peer; `--json` for one object.
Needs what the tests need (`make dev browser`).
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from chromium import HOME, Finder  # noqa: E402 - stands beside this folder
from overt.cli.demo.photographs import load_photographs  # noqa: E402
from overt.store.place import utc_now  # noqa: E402
from simulators.browser import Phones  # noqa: E402
from simulators.force import OFFICER, STREET, Force  # noqa: E402
from simulators.officer import Person, Station, gives_the_receipt  # noqa: E402
from simulators.portrait import portrait  # noqa: E402
from simulators.real_force import real_force  # noqa: E402
from simulators.serving import serving  # noqa: E402
from simulators.video import person  # noqa: E402

STAGES = ("questions", "opening", "notice", "photograph to candidates", "comparison", "decision to receipt")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=7, help="checks")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with served() as (force, address, photographs):
        by_page, taps = by_the_pages(force, address, photographs, arguments.n)
        by_program = by_the_interface(force, photographs["person-1-fourth"], arguments.n)
    whole = statistics.median(sum(times) for times in zip(*by_page.values(), strict=True))
    peer = statistics.median(by_program)
    document = {
        "checks": arguments.n,
        "seconds": {stage: round(statistics.median(by_page[stage]), 2) for stage in STAGES},
        "taps": taps,
        "whole_seconds": round(whole, 2),
        "interface_seconds": round(peer, 2),
        "ratio": round(whole / peer, 1),
    }
    print(json.dumps(document, indent=2)) if arguments.json else show(document)
    return 0


@contextmanager
def served() -> Iterator[tuple[Force, str, dict[str, bytes]]]:
    """A demonstration with real models and one person in its gallery, over real HTTP."""
    photographs = load_photographs(ROOT / ".venv" / "share" / "overt" / "sdists")
    with real_force({"person-1": photographs["person-1-enrolled"]}, utc_now) as force, serving(force) as address:
        yield force, address, photographs


def by_the_pages(
    force: Force, address: str, photographs: dict[str, bytes], count: int
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Seconds of each stage, one for each check; and how often the officer taps in each stage of the last."""
    chromium = Finder(HOME, {}, root=False).look()
    if chromium is None:
        sys.exit("There is no Chromium: `make browser` brings one.")
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    taps: dict[str, int] = {}
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as artefacts:
        phones = Phones(driver, chromium, Path(artefacts))
        officer = Station(force, address, phones).officer(film=person(portrait(photographs["person-1-fourth"])))
        for _ in range(count):
            seconds, taps = one_check(officer)
            for stage in STAGES:
                times[stage].append(seconds[stage])
        phones.put_away()
    return times, taps


def one_check(officer: Person) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds and taps of each stage of one whole check."""
    marks = [(time.perf_counter(), officer.taps)]

    def mark() -> None:
        marks.append((time.perf_counter(), officer.taps))

    officer.begin()
    mark()
    officer.open()
    mark()
    officer.press("Said and shown, and understood")
    officer.sees("Take the photograph")
    mark()
    officer.takes_the_photograph()
    officer.sees("Compare candidate A")
    mark()
    officer.judges("A", "The same person")
    officer.sees("What the comparison means")
    mark()
    officer.decides("Follow one candidate as a lead: A")
    officer.lets_go()
    officer.asks_about_the_person()
    gives_the_receipt(officer)
    mark()
    spans = list(zip(STAGES, marks[:-1], marks[1:], strict=True))
    seconds = {stage: after[0] - before[0] for stage, before, after in spans}
    return seconds, {stage: after[1] - before[1] for stage, before, after in spans}


def by_the_interface(force: Force, photograph: bytes, count: int) -> list[float]:
    """Seconds of whole checks up to the strength, made by the same use cases without any page."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        encounter = force.desks.check.open({**STREET}, OFFICER)
        force.desks.check.notice(encounter.id, OFFICER, "given")
        answered = force.capture(encounter.id, photograph)
        force.reveal(answered.encounter)
        times.append(time.perf_counter() - start)
    return times


def show(document: dict[str, object]) -> None:
    """Print for people."""
    seconds, taps = document["seconds"], document["taps"]
    assert isinstance(seconds, dict)
    assert isinstance(taps, dict)
    table = Table("stage", "median seconds", "taps")
    for stage in STAGES:
        table.add_row(stage, f"{seconds[stage]:.2f}", str(taps[stage]))
    table.add_row("whole", f"{document['whole_seconds']:.2f}", str(sum(taps.values())))
    Console().print(table)
    print(f"{document['ratio']} times the same check without pages ({document['interface_seconds']} s).")


if __name__ == "__main__":
    sys.exit(main())
