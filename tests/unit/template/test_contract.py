"""The contract: its digest, its form, and what it refuses."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from overt.template.contract import Input, Look, TemplateContract
from overt.template.contract_form import contract_from
from unit.template.simulated import CONTRACT

SPEC = Path(__file__).parents[3] / "spec"


def leaves(table: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every member that is not itself a table of members."""
    inner = [
        leaves(value, (*path, name)) if isinstance(value, dict) else [(*path, name)] for name, value in table.items()
    ]
    return [path for paths in inner for path in paths]


def changed(path: tuple[str, ...], value: object) -> dict[str, Any]:
    table = json.loads(CONTRACT.canonical())
    inner = table
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return dict(table)


def test_the_digest_is_over_canonical_json() -> None:
    compact = json.dumps(CONTRACT.to_json(), sort_keys=True, separators=(",", ":")).encode()
    assert CONTRACT.canonical() == compact
    assert CONTRACT.digest == "sha256:" + hashlib.sha256(compact).hexdigest()


def test_form_and_back() -> None:
    assert contract_from(CONTRACT.to_json()) == CONTRACT
    assert contract_from(CONTRACT.to_json()).digest == CONTRACT.digest


def test_the_published_contract_is_the_shipped_one() -> None:
    from overt.models.manifest import shipped_manifest

    published = contract_from(json.loads((SPEC / "template-contract.json").read_text()))
    assert published == shipped_manifest().contract
    assert published.digest in (SPEC / "template-contract.md").read_text()


@pytest.mark.parametrize(
    "other",
    [
        {"id": "other-1"},
        {"mirror": "none"},
        {"dimension": 47},
        {"detection": replace(CONTRACT.detection, least_score=601)},
        {"looks": ()},
        {"looks": (Look(191, 200, "as-is"),)},
        {"looks": (Look(192, 200, "mirrored"),)},
        {"centre": "centre.npy", "files": {**CONTRACT.files, "centre.npy": "sha256:" + "4" * 64}},
        {"input": replace(CONTRACT.input, colour="bgr")},
        {"input": Input(112, "rgb", ("0", "0", "0.5"), ("1", "1", "1"))},
        {"files": {**CONTRACT.files, "embedder.onnx": "sha256:" + "2" * 64}},
    ],
)
def test_every_change_is_another_contract(other: dict[str, Any]) -> None:
    assert replace(CONTRACT, **other).digest != CONTRACT.digest


@pytest.mark.parametrize("path", leaves(json.loads(CONTRACT.canonical())), ids=".".join)
def test_every_member_is_needed_and_typed(path: tuple[str, ...]) -> None:
    nothing: list[Any] = [] if path != ("looks",) else [{}]  # no further look is a contract, too
    for wrong in (None, True, 1.5, nothing, {}, -1, "UPPER CASE"):
        with pytest.raises(ValueError, match=r"."):
            contract_from(changed(path, wrong))
    table = changed(path, "x")
    inner = table
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    with pytest.raises(ValueError, match=r"."):
        contract_from(table)


@pytest.mark.parametrize("where", [(), ("detection",), ("input",), ("files",)])
def test_an_unknown_member_is_refused(where: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"members|the models and the centre"):
        contract_from(changed((*where, "extra"), "sha256:" + "3" * 64))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("v",), 1),
        (("v",), 3),
        (("dimension",), 0),
        (("looks",), [{"side": 63, "crop_percent": 200, "view": "as-is"}]),
        (("looks",), [{"side": 192, "crop_percent": 99, "view": "as-is"}]),
        (("looks",), [{"side": 192, "crop_percent": 200, "view": "upside-down"}]),
        (("looks",), [{"side": 192, "crop_percent": 200}]),
        (("looks",), [{"side": 192, "crop_percent": 200, "view": "as-is"}] * 9),
        (("centre",), "centre.npy"),
        (("detection", "longest_side"), 1_000_000),
        (("input", "divisor"), ["1", "0", "1"]),
        (("input", "mean"), ["1e3", "0", "0"]),
        (("input", "mean"), ["0", "0"]),
        (("alignment",), "arcface-similarity-2"),
        (("embedder",), "another.onnx"),
        (("files",), {"detector.onnx": "sha256:" + "0" * 64}),
    ],
)
def test_values_out_of_range_are_refused(path: tuple[str, ...], value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        contract_from(changed(path, value))


def test_it_is_a_value() -> None:
    assert isinstance(CONTRACT, TemplateContract)
    assert replace(CONTRACT) == CONTRACT
    with pytest.raises(AttributeError):
        CONTRACT.dimension = 1  # type: ignore[misc]
