"""Counts of a verified log, by month and in all, and whether those that the force published are these.

Rules:
* Only a log that the audit took is counted, and only its closed days: the entries say themselves when a day is whole.
* A published file that says something else is a fault. One that is not there is named, and no fault of the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from overt_verify.audit import AuditReport
from overt_verify.canonical import JsonValue, parse
from overt_verify.errors import Code, VerificationError
from overt_verify.tiles import LedgerFolder

Counts = dict[str, dict[str, JsonValue]]
"""Deed -> `{"count": n, field: {code: n}}`."""
ALL = "all"


@dataclass(frozen=True)
class Stats:
    """Counts by period (`YYYY-MM` or `all`), how many published files agree, and the days that have none."""

    report: AuditReport
    periods: Mapping[str, Counts]
    compared: int
    not_published: tuple[str, ...]


def stats(folder: LedgerFolder, report: AuditReport) -> Stats:
    """Count the closed days of an audited log.

    Raises:
        VerificationError: no day is closed yet, or a published file differs.
    """
    if not report.days:
        raise VerificationError(Code.NOTHING_TO_VERIFY, "No day of this log is closed yet.")
    periods: dict[str, Counts] = {}
    missing = []
    for day, counted in sorted(report.days.items()):
        published = folder.counts(day)
        if published is None:
            missing.append(day)
        elif published != counted:
            raise VerificationError(Code.COUNTS_DIFFER, f"The published counts of {day} are not those of its entries.")
        document = cast(dict[str, Counts], parse(counted, literals=False))
        for period in (day[:7], ALL):
            _add(periods.setdefault(period, {}), document["deeds"])
    return Stats(report, periods, len(report.days) - len(missing), tuple(missing))


def _add(total: Counts, more: Counts) -> None:
    for deed, numbers in more.items():
        into = total.setdefault(deed, {})
        for name, value in numbers.items():
            into[name] = _sum(into.get(name), value)


def _sum(one: JsonValue, other: JsonValue) -> JsonValue:
    if isinstance(other, int):
        return (one if isinstance(one, int) else 0) + other
    assert isinstance(other, dict)
    before = one if isinstance(one, dict) else {}
    return {code: _sum(before.get(code, 0), other.get(code, 0)) for code in sorted(before.keys() | other.keys())}
