"""The tail of strangers' scores."""

import math

import pytest

from overt.candidates.power_tail import PowerTail

TAIL = PowerTail(start=0.35, rate=0.003, power=20.0)


def test_share_and_score_are_inverse() -> None:
    for share in (0.003, 1e-4, 1e-7, 1e-12):
        assert TAIL.share(TAIL.score(share)) == pytest.approx(share, rel=1e-9)


def test_worked_by_hand() -> None:
    assert TAIL.share(0.35) == 0.003
    assert TAIL.share(0.675) == pytest.approx(0.003 / 2**20)
    assert TAIL.share(0.2) == 0.003
    assert TAIL.share(1.0) == 0.0
    assert TAIL.share(1.0000001) == 0.0


@pytest.mark.parametrize(
    ("start", "rate", "power"),
    [
        (1.0, 0.1, 2.0),
        (-1.0, 0.1, 2.0),
        (0.3, 0.0, 2.0),
        (0.3, 1.1, 2.0),
        (0.3, 0.1, 0.0),
        (0.3, 0.1, math.inf),
        (math.nan, 0.1, 2.0),
        (0.3, math.nan, 2.0),
        (0.3, 0.1, math.nan),
    ],
)
def test_values_out_of_range_are_errors(start: float, rate: float, power: float) -> None:
    with pytest.raises(ValueError, match="tail"):
        PowerTail(start, rate, power)
