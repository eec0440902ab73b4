"""Must hold: many officers at once against 100,000 references, at 70 % of saturation: no error, under 2 GB.

The figures that are published come from the whole run of `benchmarks/officers.py`; this is the same, shorter.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.alone
def test_many_officers_at_seventy_per_cent_of_saturation() -> None:
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "officers.py"),
        "--n",
        "100000",
        "--seconds",
        "15",
        "--officers",
        "40",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert result["errors"] == []
    assert result["references"] == 100_000
    assert result["load_per_minute"] == pytest.approx(0.7 * result["saturation_per_minute"], rel=0.01)
    assert min(result["checks"].values()) >= 5
    assert 0 < result["seconds"]["whole check"]["median"] <= result["seconds"]["whole check"]["p95"]
    assert 0 < result["peak_bytes"] < 2e9
