"""Fixtures of the verifier's tests; the simulators beside this file are importable as `verify_simulators`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from verify_simulators.lying_ledger import LyingLedger


@pytest.fixture
def ledger() -> LyingLedger:
    """An honest log: three checks, a refusal, an early end, filler to 300 entries; tiles are full and partial."""
    log = LyingLedger().begin()
    for _ in range(3):
        log.check()
    log.refuse().end_early()
    log.fill(300)
    return log


@pytest.fixture
def folder(ledger: LyingLedger, tmp_path: Path) -> Path:
    """That log, published."""
    return ledger.publish(tmp_path / "ledger")
