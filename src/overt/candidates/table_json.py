"""The written form of a calibration table: spec/calibration-table.md, format 2.

Rules:
* Bytes in, table out, or one refusal: a member more or less, another type, NaN, or rates that rise are all refused.
* `to_json` writes what `from_json` reads; the same table gives the same bytes.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from overt.candidates.calibration import CalibrationTable, GroupRates, MatedShares, Transfer
from overt.candidates.power_tail import PowerTail
from overt.errors import CalibrationRefused
from overt.identifiers import Digest

VERSION: Final = 2
_LIMIT: Final = 1_000_000
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_Form = Mapping[str, type]

_TABLE: Final[_Form] = {
    "v": int,
    "contract": str,
    "contract_id": str,
    "data": str,
    "people": int,
    "images": int,
    "left_out": dict,
    "confidence": float,
    "lookalike_margin": float,
    "groups": list,
    "overall": dict,
    "mated": list,
    "not_for": list,
    "transfers": list,
    "notes": list,
}
_GROUP: Final[_Form] = {
    "group": str,
    "people": int,
    "images": int,
    "pairs": int,
    "body": list,
    "fitted": dict,
    "upper": dict,
}
_TAIL: Final[_Form] = {"start": float, "rate": float, "power": float}
_MATED: Final[_Form] = {"group": str, "people": int, "below": list}
_TRANSFER: Final[_Form] = {
    "data": str,
    "people": int,
    "pairs": int,
    "score": float,
    "expected": float,
    "observed": int,
}


def from_json(data: bytes) -> CalibrationTable:
    """The table that these bytes spell out.

    Raises:
        CalibrationRefused: they are not exactly such a table.
    """
    if len(data) > _LIMIT:
        raise CalibrationRefused("A calibration table is smaller than a megabyte.")
    try:
        return _table(json.loads(data, parse_constant=_no_constant))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise CalibrationRefused("The calibration table is not in the expected form.") from error


def to_json(table: CalibrationTable) -> bytes:
    """The written form: UTF-8, two spaces of indent, one point of a body a line, a final new line."""
    spelt = {
        "v": VERSION,
        "contract": table.contract,
        "contract_id": table.contract_id,
        "data": table.data,
        "people": table.people,
        "images": table.images,
        "left_out": dict(table.left_out),
        "confidence": table.confidence,
        "lookalike_margin": table.lookalike_margin,
        "groups": [_spelt_group(group) for group in table.groups],
        "overall": _spelt_group(table.overall),
        "mated": [
            {"group": one.group, "people": one.people, "below": [list(point) for point in one.below]}
            for one in table.mated
        ],
        "not_for": sorted(table.not_for),
        "transfers": [{name: getattr(one, name) for name in _TRANSFER} for one in table.transfers],
        "notes": list(table.notes),
    }
    text = json.dumps(spelt, indent=2, ensure_ascii=False, allow_nan=False)
    return (re.sub(r"\[\s+([-\d.e]+),\s+([-\d.e]+)\s+\]", r"[\1, \2]", text) + "\n").encode()


def _table(spelt: object) -> CalibrationTable:
    top = _members(spelt, _TABLE)
    if top["v"] != VERSION or not _DIGEST.fullmatch(top["contract"]):
        raise ValueError("another format, or no digest")
    return CalibrationTable(
        contract=Digest(top["contract"]),
        contract_id=top["contract_id"],
        data=top["data"],
        people=top["people"],
        images=top["images"],
        left_out=tuple((str(name), _whole(count)) for name, count in top["left_out"].items()),
        confidence=top["confidence"],
        groups=tuple(_group(one) for one in top["groups"]),
        overall=_group(top["overall"]),
        mated=tuple(_mated(one) for one in top["mated"]),
        lookalike_margin=top["lookalike_margin"],
        not_for=frozenset(_text(code) for code in top["not_for"]),
        transfers=tuple(Transfer(**_members(one, _TRANSFER)) for one in top["transfers"]),
        notes=tuple(_text(note) for note in top["notes"]),
    )


def _group(spelt: object) -> GroupRates:
    group = _members(spelt, _GROUP)
    body = _points(group["body"])
    tails = {name: PowerTail(**_members(group[name], _TAIL)) for name in ("fitted", "upper")}
    return GroupRates(**{**group, "body": body, **tails})


def _mated(spelt: object) -> MatedShares:
    mated = _members(spelt, _MATED)
    return MatedShares(mated["group"], mated["people"], _points(mated["below"]))


def _points(spelt: list[Any]) -> tuple[tuple[float, float], ...]:
    return tuple((_number(score), _number(share)) for score, share in spelt)


def _spelt_group(group: GroupRates) -> dict[str, object]:
    plain = {name: getattr(group, name) for name in ("group", "people", "images", "pairs")}
    tails = {name: {part: getattr(getattr(group, name), part) for part in _TAIL} for name in ("fitted", "upper")}
    return {**plain, "body": [list(point) for point in group.body], **tails}


def _members(spelt: object, form: _Form) -> dict[str, Any]:
    if not isinstance(spelt, dict) or set(spelt) != set(form):
        raise ValueError("a member more or less")
    for name, kind in form.items():
        if type(spelt[name]) is not kind:
            raise ValueError(f"{name} has another type")
    return spelt


def _number(value: object) -> float:
    if type(value) is not float:
        raise ValueError("not a number with a point")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a count")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - one kind of error for a form
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
