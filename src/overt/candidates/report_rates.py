"""FPIR and FNIR of each group at a threshold, read from an evaluation report (spec/evaluation-report.md).

Rules:
* Bytes in, report out, or one refusal: the file comes from outside. Only what is used of it is looked at.
* Between two thresholds of the report, FPIR is that of the lower and FNIR that of the higher: neither is said to be
  lower than it was. Beyond them nothing was measured, and all probes count as errors.
* Rates are whole numbers in a million: `low` is rounded down, `high` up. A report has at most eight decimals, so
  whoever computes them anew has the same.
"""

import json
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from overt.errors import EffectInvalid
from overt.identifiers import Digest

MOST_BYTES: Final = 8_000_000
MILLION: Final = 1_000_000
_PARTS: Final = 100_000_000
"""Of one: eight decimals."""
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` of `n`; the others in a million."""

    n: int
    k: int
    estimate: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _Measured:
    """A rate as a report has it, in parts of `_PARTS`."""

    n: int
    k: int
    estimate: int
    low: int
    high: int

    def in_a_million(self) -> Rate:
        step = _PARTS // MILLION
        return Rate(self.n, self.k, (self.estimate + step // 2) // step, self.low // step, -(-self.high // step))


@dataclass(frozen=True, slots=True)
class GroupAt:
    """A group, or everybody (None), at one threshold.

    Args:
        fpir: in a gallery as large as the report's.
        fpir_of_scope: estimate and upper bound in a million, at most, for a scope of another size: a larger one is as
            many galleries side by side, each of which may show somebody (union bound); a smaller one shows no more.
        fnir: in the report's gallery.
    """

    column: str | None
    value: str | None
    people: int
    fpir: Rate
    fpir_of_scope: tuple[int, int]
    fnir: Rate


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """A group of a report, or everybody (None), with rates at each threshold."""

    column: str | None
    value: str | None
    people: int
    thresholds: tuple[int, ...]
    fpir: tuple[_Measured, ...]
    fnir: tuple[_Measured, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is used of a report. `references`: in its galleries."""

    digest: Digest
    contract: Digest
    data: str
    notes: tuple[str, ...]
    references: int
    groups: tuple[ReportGroup, ...]

    def at(self, threshold_millionths: int, references: int) -> tuple[GroupAt, ...]:
        """Everybody and each group at a threshold, for a scope of so many references."""
        return tuple(self._at(group, threshold_millionths * (_PARTS // MILLION), references) for group in self.groups)

    def _at(self, group: ReportGroup, threshold: int, references: int) -> GroupAt:
        below, above = bisect_right(group.thresholds, threshold) - 1, bisect_left(group.thresholds, threshold)
        fpir = group.fpir[below] if below >= 0 else _nothing_known(group.fpir)
        fnir = group.fnir[above] if above < len(group.fnir) else _nothing_known(group.fnir)
        return GroupAt(
            group.column, group.value, group.people, fpir.in_a_million(), self._of_scope(fpir, references),
            fnir.in_a_million(),
        )  # fmt: skip

    def _of_scope(self, fpir: _Measured, references: int) -> tuple[int, int]:
        size = max(references, self.references)
        return _scaled(fpir.estimate, size, self.references), _scaled(fpir.high, size, self.references)


def read_report(data: bytes) -> Report:
    """Read a report.

    Raises:
        EffectInvalid: too long, or not the document that `overt evaluate` writes.
    """
    if len(data) > MOST_BYTES:
        raise EffectInvalid(f"The evaluation report is longer than {MOST_BYTES:,} bytes.")
    try:
        return _report(json.loads(data), Digest("sha256:" + sha256(data).hexdigest()))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError) as error:
        raise EffectInvalid("The file is not the report.json of an evaluation.") from error


def _report(values: Any, digest: Digest) -> Report:
    contract, references = values["contract"]["digest"], values["identification"]["gallery_size"]
    groups = tuple(_group(one) for one in values["at_thresholds"])
    if values["v"] != 1 or not _DIGEST.fullmatch(contract) or not _whole(references) or references < 1 or not groups:
        raise ValueError("not a report")
    notes = tuple(_text(one) for one in values["data"]["notes"])
    return Report(digest, Digest(contract), _text(values["data"]["name"]), notes, references, groups)


def _group(values: Any) -> ReportGroup:
    thresholds = tuple(round(_PARTS * _number(one)) for one in values["thresholds"])
    fpir, fnir = (tuple(_measured(one) for one in values[name]) for name in ("fpir", "fnir"))
    rising = all(a <= b for a, b in pairwise(thresholds))
    if not thresholds or not rising or not len(thresholds) == len(fpir) == len(fnir) or not _whole(values["people"]):
        raise ValueError("a group has a rate at each threshold")
    column, value = (None if values[name] is None else _text(values[name]) for name in ("column", "value"))
    return ReportGroup(column, value, values["people"], thresholds, fpir, fnir)


def _measured(values: Any) -> _Measured:
    n, k = values["n"], values["k"]
    if not (_whole(n) and _whole(k) and 0 <= k <= n):
        raise ValueError("a rate is of so many")
    estimate, low, high = (round(_PARTS * _number(values[name])) for name in ("estimate", "low", "high"))
    if not 0 <= low <= estimate <= high <= _PARTS:
        raise ValueError("a rate is a share within its bounds")
    return _Measured(n, k, estimate, low, high)


def _nothing_known(rates: Sequence[_Measured]) -> _Measured:
    n = rates[0].n
    return _Measured(n, n, _PARTS, _PARTS, _PARTS)


def _scaled(parts: int, size: int, of: int) -> int:
    """So many parts of `_PARTS`, times size over another, in a million; rounded up, never above all."""
    return min(MILLION, -(-parts * size // (of * (_PARTS // MILLION))))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000 or not value.isprintable():
        raise ValueError("not a text")
    return value
