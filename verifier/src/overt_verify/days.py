"""The days of a log: that each is closed before the next begins, filled up, and counted as published.

Rules (spec/ledger-entry.md, "A day"):
* What tells no hour of its own carries the hour of the entry before it, or the first of its day.
* No entry of a later day comes before the day is closed; a closed day gets no entry any more.
* Before each receipt and each end of a day there are full rounds of follow-ups, one at least, since the one before.
* The digest of a day's counts is that of the counts that its entries give.
"""

import hashlib
from collections import Counter
from datetime import date

from overt_verify import deeds as d
from overt_verify.canonical import JsonValue, serialise
from overt_verify.entry import Entry
from overt_verify.errors import Code, VerificationError

ROUND = 8
_PASSED_OVER = frozenset({d.FOLLOW_UP, d.DAY_CLOSED})
Numbers = dict[str, JsonValue]
"""`{"count": n, field: {code: n}}` of one deed."""


class DayCounts:
    """Counts over the entries of one day."""

    def __init__(self) -> None:
        self._deeds: Counter[str] = Counter()
        self._codes: dict[tuple[str, str], Counter[str]] = {}

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        if entry.deed in _PASSED_OVER:
            return
        self._deeds[entry.deed] += 1
        for name, value in entry.fields.items():
            told = value if isinstance(value, list) else [value]
            codes = [each for each in told if isinstance(each, str) and d.is_code(each)]
            if len(codes) == len(told):
                self._codes.setdefault((entry.deed, name), Counter()).update(codes)

    def document(self, day: str) -> bytes:
        """The published form."""
        deeds: dict[str, Numbers] = {deed: {"count": count} for deed, count in self._deeds.items()}
        for (deed, name), numbers in self._codes.items():
            deeds[deed][name] = dict(numbers)
        return serialise({"day": day, "deeds": dict(deeds)})


class Days:
    """Takes the entries of one log in order; `closed` holds the counts of each closed day, by day."""

    def __init__(self) -> None:
        self.closed: dict[str, bytes] = {}
        self._hour = ""
        self._follow_ups = 0
        self._counts = DayCounts()

    def take(self, index: int, entry: Entry) -> None:
        """Add the next entry.

        Raises:
            VerificationError: a day was not closed or not filled up, tells another hour than it may, or its counts
                are not those that were published.
        """
        day = entry.hour[:10]
        if entry.deed in d.HOURLESS and entry.hour not in (self._hour, f"{day}T00Z"):
            raise _fault(Code.HOUR_TOLD, index, f"({entry.deed}) tells the hour {entry.hour}, which it must not")
        before = self._hour[:10]
        if before and before not in self.closed and day != before:
            raise _fault(Code.DAY_ORDER, index, f"is of {day}, but {before} was not closed")
        if day in self.closed:
            raise _fault(Code.DAY_ORDER, index, f"is of {day}, which was closed before")
        self._hour = entry.hour
        self._follow_ups += entry.deed == d.FOLLOW_UP
        self._counts.add(entry)
        if entry.deed in (d.RECEIPT, d.DAY_CLOSED):
            self._check_round(index, entry)
        if entry.deed == d.DAY_CLOSED:
            self._close(index, entry, day)

    def open_days(self) -> int:
        """Days between the first and the last closed one that were not closed."""
        if not self.closed:
            return 0
        first, last = (date.fromisoformat(each) for each in (min(self.closed), max(self.closed)))
        return (last - first).days + 1 - len(self.closed)

    def _close(self, index: int, entry: Entry, day: str) -> None:
        if entry.fields["day"] != day:
            raise _fault(Code.DAY_ORDER, index, f"closes {entry.fields['day']} on {day}")
        counted = self._counts.document(day)
        if entry.fields["counts"] != "sha256:" + hashlib.sha256(counted).hexdigest():
            raise _fault(Code.COUNTS_DIFFER, index, f"publishes other counts for {day} than its entries give")
        self.closed[day] = counted
        self._counts = DayCounts()

    def _check_round(self, index: int, entry: Entry) -> None:
        if not self._follow_ups or self._follow_ups % ROUND:
            raise _fault(Code.NOT_PADDED, index, f"({entry.deed}) comes after {self._follow_ups} follow-ups")
        self._follow_ups = 0


def _fault(code: Code, index: int, what: str) -> VerificationError:
    return VerificationError(code, f"Entry {index} {what}.", index=index)
