"""2,000 hostile files through the shipped pipeline: a clear refusal or a result each, no crash, memory below 1 GB.

They run in a process of their own: a crash of a decoder is a failed test, not the end of the tests, and the memory is
theirs alone. Budget: 2 minutes on one core.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from overt.errors import CaptureRefusal
from overt.models.shipped import load_shipped_pipeline
from unit.capture.hostile import hostile_files, sources
from unit.template.sdists import photos_from_sdists

COUNT = 2000
SEED = 20_261_123
TESTS = Path(__file__).parents[1]
REFUSALS = {
    "unreadable_image", "image_too_large", "animated_image", "no_face", "several_faces", "face_too_small",
}  # fmt: skip


def run() -> dict[str, object]:
    """Every file to its end, in this process. An exception that is no refusal goes through, with the file's label."""
    pipeline = load_shipped_pipeline()
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    for label, photo in hostile_files(SEED, COUNT, sources(list(photos_from_sdists().values())[3:7]), large=True):
        print(label, file=sys.stderr, flush=True)  # the last line names the file of a crash
        started = time.perf_counter()
        try:
            pipeline.make(photo)
            outcomes["template"] += 1
        except CaptureRefusal as refusal:
            outcomes[refusal.code] += 1
        slowest = max(slowest, (time.perf_counter() - started, label))
    return {"outcomes": outcomes, "peak_bytes": peak_bytes(), "slowest_s": slowest[0], "slowest": slowest[1]}


def peak_bytes() -> int:
    """The most memory this process ever held. (On Linux `getrusage` also counts what its parent held.)"""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@pytest.mark.long
def test_two_thousand_hostile_files() -> None:
    program = "import json; from journeys.test_hostile_files import run; print(json.dumps(run()))"
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    print(result)
    outcomes = result["outcomes"]
    assert sum(outcomes.values()) == COUNT
    assert set(outcomes) <= REFUSALS | {"template"}
    assert min(outcomes.get(code, 0) for code in (*REFUSALS - {"face_too_small"}, "template")) >= 2, outcomes
    assert result["peak_bytes"] < 1_000_000_000
    assert result["slowest_s"] < 20
