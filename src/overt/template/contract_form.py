"""A template contract out of a parsed TOML or JSON table, strictly: a member more or less is an error."""

from collections.abc import Mapping
from typing import Any, cast

from overt.identifiers import Digest
from overt.template.contract import VERSION, Detection, Input, Look, TemplateContract

_TOP = {
    "v": int, "id": str, "detection": dict, "looks": list, "alignment": str, "input": dict, "mirror": str,
    "embedder": str, "centre": str, "dimension": int, "files": dict,
}  # fmt: skip
_DETECTION = {"detector": str, "file": str, "longest_side": int, "least_score": int, "most_overlap": int}
_LOOK = {"side": int, "crop_percent": int, "view": str}
_INPUT = {"side": int, "colour": str, "mean": list, "divisor": list}


def contract_from(table: Mapping[str, object]) -> TemplateContract:
    """The contract that `table` spells out, in the form of `TemplateContract.to_json`.

    Raises:
        ValueError: a member is missing, unknown, of another type or out of its range.
    """
    top = members(table, _TOP, "contract")
    if top["v"] != VERSION:
        raise ValueError("template contract: only format 2 is known")
    fed = members(top["input"], _INPUT, "input")
    return TemplateContract(
        id=top["id"],
        detection=Detection(**members(top["detection"], _DETECTION, "detection")),
        looks=tuple(Look(**members(look, _LOOK, "look")) for look in top["looks"]),
        alignment=top["alignment"],
        input=Input(fed["side"], fed["colour"], _triple(fed["mean"]), _triple(fed["divisor"])),
        mirror=top["mirror"],
        embedder=top["embedder"],
        centre=top["centre"],
        dimension=top["dimension"],
        files={str(name): Digest(_text(digest)) for name, digest in top["files"].items()},
    )


def members(table: object, types: Mapping[str, type], where: str) -> dict[str, Any]:
    """The table itself, when it has exactly these members with these types (a boolean is not an integer).

    Raises:
        ValueError: otherwise.
    """
    if not isinstance(table, dict) or set(table) != set(types):
        raise ValueError(f"{where}: the members are {', '.join(types)}")
    for name, kind in types.items():
        if type(table[name]) is not kind:
            raise ValueError(f"{where}: {name} has another type")
    return cast(dict[str, Any], table)


def _triple(values: list[object]) -> tuple[str, str, str]:
    if len(values) != 3:
        raise ValueError("input: mean and divisor have three values")
    red, green, blue = (_text(value) for value in values)
    return red, green, blue


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a digest or a decimal is written as text")  # noqa: TRY004 - one kind of error for a form
    return value
