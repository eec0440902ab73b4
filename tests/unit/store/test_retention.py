"""What is past its date is destroyed when the instance is opened, and the public ledger stays whole."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from overt.errors import EncounterUnknown, ReceiptMissing
from simulators.force import OFFICER, Clock, demonstration, reopened


def counted(instance: object) -> dict[str, int]:
    with instance.engine.connect() as connection:  # type: ignore[attr-defined]
        query = "select count(*) from {}"
        searches = "select number from leaf where encounter is not null or deed like '%search%'"
        of_checks = f"opening where leaf in ({searches})"
        tables = (of_checks, "answer", "encounter", "leaf where encounter is not null")
        return {table: connection.execute(text(query.format(table))).scalar_one() for table in tables}


def test_nothing_outlives_its_date(folder: Path) -> None:
    clock = Clock()
    with demonstration(folder, clock=clock) as force:
        force.enrol(1)
        encounter = force.check(1).encounter.id
        size = force.instance.ledger.head().size
        retention = force.instance.policy.retention
        assert all(counted(force.instance).values())
    clock.forward(days=retention.answers_days + 1)
    with reopened(folder, clock=clock) as force:
        left = counted(force.instance)
        assert left["answer"] == 0
        assert left["encounter"] == 1
    clock.forward(days=retention.encounters_days + retention.openings_days)
    with reopened(folder, clock=clock) as force:
        assert set(counted(force.instance).values()) == {0}, "no opening, no record, no link between entries"
        assert force.instance.ledger.verify() > size, "and the record that outsiders hold is whole"
        destroyed = [json.loads(body) for body in force.bodies() if b"records:destroyed" in body]
        assert destroyed[0]["fields"]["destroyed"] == ["answers"]
        assert {"encounters", "openings"} <= set(destroyed[-1]["fields"]["destroyed"])
        with pytest.raises(EncounterUnknown):
            force.desks.check.owned(encounter, OFFICER)
        with pytest.raises((ReceiptMissing, EncounterUnknown)):
            force.desks.reveal.receipt(encounter)
