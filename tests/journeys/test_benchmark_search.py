"""The comparison of engines runs, its own checks hold, and a gallery kept on disk is found again by a new process.

Times of a small gallery say nothing; what is tested is that answers are the defined ones and that everything is told.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def result(*arguments: str, status: int = 0) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks" / "search.py"), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    (only,) = json.loads(done.stdout)
    return dict(only)


@pytest.mark.slow
def test_ours_and_numpy_find_the_same_people(tmp_path: Path) -> None:
    picture = tmp_path / "search.png"
    compared = result("--n", "5000", "--only", "numpy", "--seconds", "0.05", "--plot", str(picture))
    assert compared["exact"]
    assert compared["missed"] == []
    assert [(one["kind"], one["threads"], one["batch"]) for one in compared["cases"]] == [
        (kind, threads, batch) for kind in ("best", "all") for threads in (1, 2) for batch in (1, 32)
    ]
    for case in compared["cases"]:
        assert case["engines"].keys() == {"overt", "numpy"}
        for one in case["engines"].values():
            assert one["recall"] > 0.99, "numpy's rounding may exchange two rows"
            assert 0 < one["median_ms"] <= one["p99_ms"]
    assert picture.stat().st_size > 0


@pytest.mark.slow
@pytest.mark.long
def test_a_peer_that_is_not_there_is_told(tmp_path: Path) -> None:
    """An environment that is made, but holds nothing."""
    peers = tmp_path / "peers"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", peers], check=True)
    (peers / "made").write_bytes((ROOT / "requirements" / "search-peers.txt").read_bytes())
    arguments = ("--n", "2000", "--seconds", "0.01", "--peers", str(peers), "--only", "usearch exact")
    compared = result(*arguments)
    assert compared["missing"].keys() == {"usearch exact"}
    assert compared["exact"]


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_twenty_million_on_one_machine(tmp_path: Path) -> None:
    """Budget: 20 minutes, 12 GB of disk, 6 GB of memory for the process that searches; most of it is the building."""
    large = result("--n", "20000000", "--folder", str(tmp_path))
    assert large["exact"]
    assert large["opening_s"] < 2
    assert large["peak_gb"] < 6
