"""Templates of many images: made once, by one process or several, and never lost by being stopped."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from overt.cli.evaluate.sources import images_of_two_people
from overt.errors import EvaluationImagesUnusable, EvaluationStopped
from overt.evaluation.cache import TemplateCache
from overt.evaluation.folder import read_people
from overt.evaluation.making import SHARD, Made, make_templates
from overt.evaluation.matcher import NoTemplate
from simulators.matcher import CONTRACT, Making, SimulatedMatcher, write_people

TESTS = Path(__file__).resolve().parents[2]


class Desk:
    """A folder of people, a cache, and what a matcher was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache, self.log = folder / "images", folder / "cache", folder / "log"

    def make(self, processes: int = 1, stop_after: int | None = None, **matcher: object) -> Made:
        def progress(done: int, _total: int) -> None:
            if stop_after is not None and done >= stop_after:
                raise KeyboardInterrupt

        making = Making(SimulatedMatcher(log=self.log, **matcher))  # type: ignore[arg-type]
        images = read_people(self.folder).images
        return make_templates(images, making, TemplateCache(self.cache, CONTRACT), processes, progress)

    def asked(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    write_people(tmp_path / "images", {f"p{number:03}": 3 for number in range(50)})
    (tmp_path / "images" / "p007" / "0.jpg").write_bytes(b"none 1")
    return Desk(tmp_path)


def test_each_image_is_made_once_and_then_taken(desk: Desk) -> None:
    first = desk.make()
    assert (len(first.answers), first.from_cache, first.stale) == (150, 0, False)
    assert len(desk.asked()) == 150
    assert first.answers[21] == NoTemplate("no_face")
    second = desk.make()
    assert second.from_cache == 150
    assert len(desk.asked()) <= 15  # tried again, as a sample
    assert all(np.array_equal(one, other) for one, other in zip(first.answers, second.answers, strict=True))  # type: ignore[arg-type]


def test_equal_images_are_made_once(desk: Desk) -> None:
    for name in ("p001", "p002"):
        (desk.folder / name / "0.jpg").write_bytes(b"twin 1")
    made = desk.make()
    assert len(desk.asked()) == 149
    assert images_of_two_people(read_people(desk.folder), made) == 1


def test_an_image_that_changes_is_made_anew_alone(desk: Desk) -> None:
    desk.make()
    (desk.folder / "p001" / "0.jpg").write_bytes(b"p001 new")
    assert desk.make().from_cache == 149


def test_an_interrupted_run_goes_on_where_it_was(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt):
        desk.make(stop_after=100)
    done = len(desk.asked())
    assert 100 <= done < 110
    assert desk.make().from_cache == done


def test_templates_of_other_code_under_the_same_contract_are_not_believed(desk: Desk) -> None:
    before = desk.make()
    after = desk.make(turned=True)
    assert after.stale
    assert after.from_cache == 0
    assert not np.allclose(before.answers[0], after.answers[0])  # type: ignore[arg-type]
    assert not desk.make(turned=True).stale


def test_several_processes_give_the_same(desk: Desk) -> None:
    by_two = desk.make(processes=2)
    assert len(desk.asked()) == 150
    TemplateCache(desk.cache, CONTRACT).clear()
    alone = desk.make()
    assert all(np.array_equal(one, other) for one, other in zip(by_two.answers, alone.answers, strict=True))  # type: ignore[arg-type]


def test_several_processes_may_be_interrupted(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt):
        desk.make(processes=2, stop_after=40)
    kept = len(TemplateCache(desk.cache, CONTRACT).load())
    assert kept >= 40
    assert desk.make(processes=2).from_cache == kept


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from overt.evaluation.cache import TemplateCache
from overt.evaluation.folder import read_people
from overt.evaluation.making import make_templates
from simulators.matcher import CONTRACT, Making, SimulatedMatcher
if __name__ == "__main__":
    folder = Path({folder!r})
    making = Making(SimulatedMatcher(seconds=0.01, log=folder / "log"))
    images = read_people(folder / "images").images
    make_templates(images, making, TemplateCache(folder / "cache", CONTRACT), {processes}, lambda done, total: None)
"""


@pytest.mark.parametrize("processes", [1, 2])
def test_a_run_that_is_killed_goes_on_where_it_was(desk: Desk, tmp_path: Path, processes: int) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(tests=str(TESTS), folder=str(tmp_path), processes=processes))
    running = subprocess.Popen([sys.executable, str(program)])
    while not list(desk.cache.rglob("*.npz")):
        assert running.poll() is None
        time.sleep(0.01)
    workers = psutil.Process(running.pid).children(recursive=True)
    assert len(workers) >= processes - 1
    running.send_signal(signal.SIGKILL)
    running.wait()
    _, left = psutil.wait_procs(workers, timeout=20)
    assert left == [], "a worker outlives its parent"
    asked = len(desk.asked())
    kept = len(TemplateCache(desk.cache, CONTRACT).load())
    assert kept >= SHARD
    assert kept >= asked - 2 * SHARD
    assert desk.make().from_cache == kept


@pytest.mark.parametrize("processes", [1, 2])
def test_an_image_that_cannot_be_opened_is_a_refusal(desk: Desk, processes: int) -> None:
    images = read_people(desk.folder).images
    images[5].unlink()
    with pytest.raises(EvaluationImagesUnusable):
        make_templates(images, Making(), TemplateCache(desk.cache, CONTRACT), processes, lambda done, total: None)


class Killed(SimulatedMatcher):
    """Ends its process, as the kernel does when memory runs out."""

    def template(self, image: bytes) -> NoTemplate:
        signal.raise_signal(signal.SIGKILL)
        raise AssertionError


def test_a_worker_that_is_killed_is_a_refusal(desk: Desk) -> None:
    images = read_people(desk.folder).images
    with pytest.raises(EvaluationStopped):
        make_templates(images, Making(Killed()), TemplateCache(desk.cache, CONTRACT), 2, lambda done, total: None)
