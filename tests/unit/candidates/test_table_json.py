"""The written form: it says everything, and nothing else is read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from overt.candidates.table_json import from_json, to_json
from overt.errors import CalibrationRefused
from unit.candidates.tables import TABLE

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "spec" / "calibration-table.schema.json").read_text())
SHIPPED = sorted((ROOT / "src" / "overt" / "candidates" / "tables").glob("*.json"))


def test_written_and_read_again_it_is_the_same() -> None:
    assert from_json(to_json(TABLE)) == TABLE
    assert to_json(from_json(to_json(TABLE))) == to_json(TABLE)


def test_the_schema_describes_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(to_json(TABLE)), SCHEMA)


def test_a_point_of_the_body_is_one_line() -> None:
    assert b"[0.2, 0.08]" in to_json(TABLE)


Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, Change] = {
    "a member more": lambda t: t.update(extra=1),
    "a member less": lambda t: t.pop("notes"),
    "another format": lambda t: t.update(v=1),
    "a boolean for a format": lambda t: t.update(v=True),
    "no digest": lambda t: t.update(contract="sha256:xyz"),
    "a whole number for a share": lambda t: t.update(confidence=1),
    "a text for a count": lambda t: t.update(people="1500"),
    "a group's member more": lambda t: t["groups"][0].update(threshold=0.5),
    "a tail's member less": lambda t: t["groups"][0]["upper"].pop("power"),
    "a tail that rises": lambda t: t["groups"][0]["upper"].update(power=-2.0),
    "a point of three": lambda t: t["groups"][0]["body"][1].append(0.1),
    "a point of texts": lambda t: t["groups"][0]["body"].insert(1, ["0.1", "0.1"]),
    "a number for a point": lambda t: t["groups"][0]["body"].insert(1, 0.1),
    "no groups": lambda t: t.update(groups=[]),
    "a negative count": lambda t: t["left_out"].update(dropped=-1),
    "a number for a note": lambda t: t.update(notes=[1]),
    "a number for a code": lambda t: t.update(not_for=[1]),
    "a list for a transfer": lambda t: t.update(transfers=[[]]),
    "a share that falls": lambda t: t["mated"][0].update(below=[[0.3, 0.2], [0.4, 0.1]]),
    "a share above 1": lambda t: t["mated"][0].update(below=[[0.3, 1.2]]),
    "no share": lambda t: t["mated"][0].update(below=[]),
    "a share of nobody": lambda t: t["mated"][0].update(people=0),
    "a number for the whole": lambda t: t["overall"].update(body=1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_anything_else_is_refused(change: Change) -> None:
    spelt = json.loads(to_json(TABLE))
    change(spelt)
    with pytest.raises(CalibrationRefused):
        from_json(json.dumps(spelt).encode())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(to_json(TABLE)[:-20], id="cut off"),
        pytest.param(to_json(TABLE).replace(b"0.95", b"NaN"), id="NaN"),
        pytest.param(to_json(TABLE).replace(b"0.95", b"Infinity"), id="infinite"),
        pytest.param(to_json(TABLE).replace(b"0.95", b"1e999"), id="too large a number"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b" " * 1_000_001, id="long"),
    ],
)
def test_hostile_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CalibrationRefused):
        from_json(data)


def test_tables_are_shipped() -> None:
    assert SHIPPED


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_table_is_sound(file: Path) -> None:
    data = file.read_bytes()
    table = from_json(data)
    jsonschema.validate(json.loads(data), SCHEMA)
    assert to_json(table) == data
    assert table.contract_id == file.stem
    assert {one.group for one in table.groups} == {"men", "women"}
    assert table.notes
    for one in (*table.groups, table.overall):  # the bound lies above the fit wherever it is used
        for share in (1e-3, 1e-5, 1e-7, 1e-9):
            assert one.upper.score(share) >= one.fitted.score(share)
    assert 0.5 < table.threshold(0.01, 100_000) < 0.7
