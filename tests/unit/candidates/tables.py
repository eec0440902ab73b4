"""A made-up calibration table for tests. Its numbers are round and mean nothing."""

from dataclasses import replace

from overt.candidates.calibration import CalibrationTable, GroupRates, MatedShares, Transfer
from overt.candidates.power_tail import PowerTail
from overt.identifiers import Digest

CONTRACT = Digest("sha256:" + "a" * 64)


def group(name: str, rate: float, power: float) -> GroupRates:
    upper = PowerTail(0.35, rate, power)
    return GroupRates(
        group=name,
        people=700,
        images=1200,
        pairs=240_000,
        body=((-1.0, 1.0), (0.0, 0.5), (0.2, 0.08), (0.3, 0.02), (0.35, rate)),
        fitted=PowerTail(0.35, rate * 0.9, power + 1),
        upper=upper,
    )


TABLE = CalibrationTable(
    contract=CONTRACT,
    contract_id="made-up-1",
    data="nobody",
    people=1500,
    images=2500,
    left_out=(("dropped", 2), ("no_face", 1)),
    confidence=0.95,
    groups=(group("men", 0.003, 24.0), group("women", 0.004, 20.0)),
    overall=group("all", 0.003, 23.0),
    mated=(MatedShares("men", 500, ((0.3, 0.02), (0.5, 0.1), (0.6, 0.4))),),
    lookalike_margin=0.06,
    not_for=frozenset({"deceased", "unconscious"}),
    transfers=(Transfer("elsewhere", 54, 1431, 0.4, 3.5, 2),),
    notes=("Made up.",),
)


def with_worse_men() -> CalibrationTable:
    """The same, with the two groups' figures exchanged: the worst group is the other one."""
    men, women = TABLE.groups
    return replace(TABLE, groups=(replace(women, group="men"), replace(men, group="women")))
