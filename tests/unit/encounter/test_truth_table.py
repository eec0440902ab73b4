"""Every ground x place x age x notice, against a table written from rules.md by hand, not from the policy's data."""

from itertools import product

import pytest

from overt.encounter import CodedFields
from overt.encounter.rules import check_fields
from overt.errors import (
    AssemblyNotAllowed,
    ChildNotAllowed,
    EncounterRefusal,
    GroundNotAllowedHere,
    GroundOff,
    NoticeNotAllowed,
    SignOffRequired,
)
from unit.encounter.builders import NOW, POLICY, RISK, STREET_STOP, fields

ORDINARY = ("identity-doubted", "wanted")
RISKS = ("missing", "imminent-serious-harm", "unconscious", "deceased")
GROUNDS = (*ORDINARY, *RISKS, "intelligence-of-risk")
OPEN_PLACES = ("street", "vehicle", "public-building")
PRIVATE = ("home", "school", "medical", "worship")
PLACES = (*OPEN_PLACES, *PRIVATE, "assembly")
AGES = ("adult", "child", "unsure")
NOTICES = ("given", "not-understood", "unconscious", "deceased")
SIGNED = (None, "demo-supervisor")

NOTICES_OF = {
    "identity-doubted": {"given"},  # not-understood ends ordinary grounds
    "wanted": {"given"},
    "missing": {"given", "not-understood"},
    "imminent-serious-harm": {"given", "not-understood"},
    "unconscious": {"unconscious"},  # nobody is told while unconscious or dead
    "deceased": {"deceased"},
}


def expected(ground: str, place: str, age: str, notice: str, sign_off: str | None) -> set[type[EncounterRefusal]]:
    """Every refusal that rules.md calls for; empty when the combination is lawful."""
    refusals: set[type[EncounterRefusal]] = set()
    if ground == "intelligence-of-risk":
        return {GroundOff}
    if place == "assembly":
        refusals.add(AssemblyNotAllowed)
    if place in PRIVATE and ground not in RISKS:
        refusals.add(GroundNotAllowedHere)
    if age != "adult" and ground not in RISKS:
        refusals.add(ChildNotAllowed)
    if age != "adult" and ground in RISKS and sign_off is None:
        refusals.add(SignOffRequired)
    if notice not in NOTICES_OF[ground]:
        refusals.add(NoticeNotAllowed)
    return refusals


def coded(ground: str, place: str, age: str, notice: str, sign_off: str | None) -> CodedFields:
    base = STREET_STOP if ground in ORDINARY else RISK
    intelligence = {"intelligence_reference": "IR-1", "intelligence_expires": "2027-01-01"}
    extra = intelligence if ground == "intelligence-of-risk" else {}
    return fields(base, ground=ground, place=place, age=age, notice=notice, sign_off=sign_off, **extra)


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_whole_table(ground: str) -> None:
    tried = 0
    for place, age, notice, sign_off in product(PLACES, AGES, NOTICES, SIGNED):
        due = expected(ground, place, age, notice, sign_off)
        case = (ground, place, age, notice, sign_off)
        refused: type[Exception] | None = None
        try:
            check_fields(POLICY, coded(*case), NOW)
        except EncounterRefusal as refusal:
            refused = type(refusal)
        assert (refused in due) if due else (refused is None), (case, refused)
        tried += 1
    assert tried == 8 * 3 * 4 * 2


def test_the_table_says_yes_and_no_often_enough_to_mean_something() -> None:
    cases = list(product(GROUNDS, PLACES, AGES, NOTICES, SIGNED))
    lawful = [case for case in cases if not expected(*case)]
    # 2 ordinary grounds x 3 places x adult x given x signed or not; 4 risk grounds x 7 places x (adult x 2 + 2 signed)
    # x (2 + 2 + 1 + 1) notices over the four grounds
    assert len(lawful) == 2 * 3 * 2 + 7 * (2 + 2) * (2 + 2 + 1 + 1)
    assert len(cases) == 7 * 8 * 3 * 4 * 2
