"""FPIR and FNIR at a threshold, from a published evaluation report (spec/evaluation-report.md, `at_thresholds`).

Rules:
* Between two thresholds of the report: FPIR of the lower, FNIR of the higher. Beyond them all probes count as errors.
* Rates are whole numbers in a million, `low` rounded down and `high` up, from the report's eight decimals.
* For a scope of more references than the report's galleries, FPIR is multiplied by how many times more they are.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from overt_verify.canonical import JsonValue
from overt_verify.errors import Code, VerificationError

_PARTS, _STEP, _ALL = 100_000_000, 100, 1_000_000


@dataclass(frozen=True)
class Report:
    """What is used of a report."""

    digest: str
    contract: str
    data: str
    notes: tuple[str, ...]
    references: int
    groups: tuple[Mapping[str, Any], ...]

    def at(self, threshold_millionths: int, references: int) -> list[JsonValue]:
        """Everybody and each group at a threshold, for a scope of so many references."""
        return [
            self._at(group, threshold_millionths * _STEP, max(references, self.references)) for group in self.groups
        ]

    def _at(self, group: Mapping[str, Any], threshold: int, size: int) -> JsonValue:
        below = [fpir for at, fpir in zip(group["thresholds"], group["fpir"], strict=True) if at <= threshold]
        above = [fnir for at, fnir in zip(group["thresholds"], group["fnir"], strict=True) if at >= threshold]
        fpir = below[-1] if below else _all(group["fpir"][0])
        fnir = above[0] if above else _all(group["fnir"][0])
        scaled = [min(_ALL, -(-part * size // (self.references * _STEP))) for part in (fpir[2], fpir[4])]
        return {
            "column": group["column"],
            "value": group["value"],
            "people": group["people"],
            "fpir": _in_a_million(fpir),
            "fpir_of_scope": [*scaled],
            "fnir": _in_a_million(fnir),
        }


_Rate = tuple[int, int, int, int, int]
"""n, k; estimate, low and high in parts of `_PARTS`."""


def read_report(data: bytes, digest: str) -> Report:
    """Read a report.

    Raises:
        VerificationError: `report_mismatch`: it is none.
    """
    try:
        return _report(json.loads(data), digest)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError):
        raise VerificationError(Code.REPORT_MISMATCH, "What is published as an evaluation report is none.") from None


def _report(values: Any, digest: str) -> Report:
    groups = tuple(_group(one) for one in values["at_thresholds"])
    references, described = values["identification"]["gallery_size"], values["data"]
    if not _whole(references) or references < 1 or not groups:
        raise ValueError("a report is of somebody")
    notes = tuple(_text(each) for each in described["notes"])
    return Report(digest, _text(values["contract"]["digest"]), _text(described["name"]), notes, references, groups)


def _group(values: Any) -> Mapping[str, Any]:
    thresholds = [_parts(each) for each in values["thresholds"]]
    fpir, fnir = ([_rate(each) for each in values[name]] for name in ("fpir", "fnir"))
    if not thresholds or sorted(thresholds) != thresholds or not len(thresholds) == len(fpir) == len(fnir):
        raise ValueError("a rate at each threshold")
    if not _whole(values["people"]):
        raise ValueError("people are counted")
    named = {name: values[name] if values[name] is None else _text(values[name]) for name in ("column", "value")}
    return {**named, "people": values["people"], "thresholds": thresholds, "fpir": fpir, "fnir": fnir}


def _rate(values: Any) -> _Rate:
    if not _whole(values["n"]) or not _whole(values["k"]):
        raise ValueError("probes are counted")
    return values["n"], values["k"], *(_parts(values[name]) for name in ("estimate", "low", "high"))


def _all(rate: _Rate) -> _Rate:
    return rate[0], rate[0], _PARTS, _PARTS, _PARTS


def _in_a_million(rate: _Rate) -> JsonValue:
    n, k, estimate, low, high = rate
    return {
        "n": n,
        "k": k,
        "estimate": (estimate + _STEP // 2) // _STEP,
        "low": low // _STEP,
        "high": -(-high // _STEP),
    }


def _parts(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a number")
    return round(_PARTS * value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text")
    return value
