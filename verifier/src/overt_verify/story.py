"""What the entries of a log tell together: the rules that no single entry can break.

Rules:
* The first entry, and no other, creates the ledger, under the name that signed the checkpoint.
* Hours never go back. What they tell of days and what is published beside them is in `days.py`.
* Where the published programs are known, every entry is of one of them.
* What the entries tell of the rules and their changes is in `power.py`.
* No once-tag occurs twice, so one encounter has one search.
* At no moment have there been more deeds of a step than `ORDER` allows. Encounters cannot be linked, so counts are
  what an outsider can check; they are checked after every entry, not at the end only.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from overt_verify import deeds as d
from overt_verify.activation import Activation
from overt_verify.days import Days
from overt_verify.entry import Entry
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.key_changes import KeyStory
from overt_verify.limits import Limits
from overt_verify.once import OnceTags, Use
from overt_verify.power import Power
from overt_verify.summary import Summary

UNCONSCIOUS = d.NOTICE + " unconscious"
"""A notice that could not be given; it is owed, and recorded again when it was."""
GIVEN = d.NOTICE + " otherwise"
"""Every other notice, the owed one included."""

ORDER: tuple[tuple[str, tuple[str, ...], Code], ...] = (
    (UNCONSCIOUS, (d.OPENED,), Code.DEED_OUT_OF_ORDER),
    (GIVEN, (d.OPENED,), Code.DEED_OUT_OF_ORDER),
    (d.SEARCHED, (d.OPENED,), Code.SEARCH_WITHOUT_CHECK),
    (d.SEARCHED, (d.NOTICE,), Code.SEARCH_WITHOUT_NOTICE),
    (d.COMPARED, (d.SEARCHED,), Code.DEED_OUT_OF_ORDER),
    (d.REVEALED, (d.COMPARED,), Code.DEED_OUT_OF_ORDER),
    (d.DECIDED, (d.REVEALED,), Code.DEED_OUT_OF_ORDER),
    (d.RECEIPT, (d.OPENED,), Code.DEED_OUT_OF_ORDER),
    (d.ENDED, (d.OPENED,), Code.DEED_OUT_OF_ORDER),
    (d.REVOKED, (d.AUTHORISED,), Code.DEED_OUT_OF_ORDER),
    (d.UNREGISTERED, (d.REGISTERED,), Code.DEED_OUT_OF_ORDER),
    (d.UNENROLLED, (d.ENROLLED,), Code.DEED_OUT_OF_ORDER),
)
"""(later step, earlier steps, code): never more of the later than of the earlier together."""
_BOUNDS = {later: [(e, c) for step, e, c in ORDER if step == later] for later, _, _ in ORDER}


class Silence(NamedTuple):
    """Hours without an entry, and minus the index of the entry that ended them: the earliest of equal ones is most."""

    hours: int
    minus_index: int


class Story:
    """Takes the entries of one log in order; memory grows with what the summary lists, not with the log."""

    def __init__(self, origin: str, published: frozenset[str] | None = None) -> None:
        self._published = published
        self._silence = Silence(0, 0)
        self._origin = origin
        self._deeds: Counter[str] = Counter()
        self._steps: Counter[str] = Counter()
        self._hours = ("", "")
        self._told = ""
        self._builds: Counter[str] = Counter()
        self._policies: Counter[str] = Counter()
        self.power = Power()
        self.days = Days()
        self.limits = Limits()
        self.activation = Activation()
        self.keys = KeyStory()
        self.continues = ""
        self._once = OnceTags()
        self._codes: Counter[tuple[str, str]] = Counter()
        self._numbers: Counter[str] = Counter()

    def take(self, index: int, entry: Entry) -> None:
        """Add the next entry.

        Raises:
            VerificationError: the entry contradicts those before it.
        """
        self._check_creation(index, entry)
        self._check_hour(index, entry)
        self._check_build(index, entry)
        self.power.take(index, entry)
        self.limits.take(index, entry)
        self.activation.take(index, entry)
        self.keys.take(index, entry)
        self._check_once(index, entry)
        self._check_order(index, entry)
        self.days.take(index, entry)
        self._count(entry)

    def end(self, fault: VerificationError | None) -> None:
        """Say what a long log shows only when all of it has been read, and let go of what that took.

        Args:
            fault: what `take` raised, or what made an entry unreadable, if anything; it was the last entry looked at.

        Raises:
            VerificationError: the fault of the earliest entry; `fault` itself, unless a tag was repeated before it.
        """
        try:
            use = self._once.repetition()
        finally:
            self._once.close()
        # Tags are compared before the order of deeds is: at one entry, the repetition comes first.
        if use is not None and (fault is None or fault.index is None or use[1] <= fault.index):
            raise _repeated(use)
        if fault is not None:
            raise fault

    def close(self) -> None:
        """Let go of a log that was not read to its end."""
        self._once.close()

    def summary(self) -> Summary:
        """Counts over the entries taken so far."""
        return Summary(
            entries=sum(self._deeds.values()),
            deeds=dict(sorted(self._deeds.items())),
            first_hour=self._hours[0],
            last_hour=self._hours[1],
            builds=dict(self._builds),
            policies=dict(self._policies),
            refusals={code: count for (name, code), count in sorted(self._codes.items()) if name == "refusal"},
            early_ends={code: count for (name, code), count in sorted(self._codes.items()) if name == "end"},
            simulated=self._numbers["simulated"],
            demonstration=self._numbers["demonstration"] > 0,
            references_imported=self._numbers["imported"],
            references_erased=self._numbers["erased"],
            silence_hours=self._silence.hours,
            days_closed=len(self.days.closed),
            days_open=self.days.open_days(),
            silence_before=-self._silence.minus_index if self._silence.hours else None,
        )

    def _check_creation(self, index: int, entry: Entry) -> None:
        if index > 0 and entry.deed == d.CREATED:
            raise VerificationError(Code.CREATED_TWICE, f"Entry {index} creates the ledger again.", index=index)
        if index == 0 and entry.deed != d.CREATED:
            raise VerificationError(Code.NOT_CREATED_FIRST, "Entry 0 does not create the ledger.", index=index)
        if index == 0 and entry.fields["origin"] != self._origin:
            found = shown(str(entry.fields["origin"]))
            message = f"Entry 0 creates {found}, but the checkpoint is of {shown(self._origin)}."
            raise VerificationError(Code.WRONG_ORIGIN, message, index=index)
        if index == 0:
            self.continues = str(entry.fields["continues"])

    def _check_hour(self, index: int, entry: Entry) -> None:
        if entry.hour < self._hours[1]:
            message = f"Entry {index} says {entry.hour}, the one before it {self._hours[1]}."
            raise VerificationError(Code.HOUR_WENT_BACK, message, index=index)
        if entry.deed not in d.HOURLESS:
            if self._told:
                self._silence = max(self._silence, Silence(hours_between(self._told, entry.hour), -index))
            self._told = entry.hour
        self._hours = (self._hours[0] or entry.hour, entry.hour)

    def _check_build(self, index: int, entry: Entry) -> None:
        if self._published is not None and entry.build not in self._published:
            message = f"Entry {index} is of the program {entry.build}, which is not among the published ones."
            raise VerificationError(Code.BUILD_NOT_PUBLISHED, message, index=index)

    def _check_once(self, index: int, entry: Entry) -> None:
        if entry.once is None:
            return
        tag = bytes.fromhex(entry.once)
        if not self._once.add(tag, index, entry.deed):
            raise _repeated((tag, index, entry.deed))

    def _check_order(self, index: int, entry: Entry) -> None:
        for step in _steps(entry):
            self._steps[step] += 1
            for earlier, code in _BOUNDS.get(step, ()):
                allowed = sum(self._steps[each] for each in earlier)
                if self._steps[step] > allowed:
                    message = (
                        f"Up to entry {index}: {self._steps[step]} of {step}, {allowed} of {' and '.join(earlier)}."
                    )
                    raise VerificationError(code, message, index=index)

    def _count(self, entry: Entry) -> None:
        self._deeds[entry.deed] += 1
        self._builds[entry.build] += 1
        self._policies[entry.policy] += 1
        self._numbers["simulated"] += entry.fields.get("simulated") == "yes"
        self._numbers["demonstration"] += entry.fields.get("demonstration") == "yes"
        self._numbers["imported"] += _number(entry, "count")
        self._numbers["erased"] += _number(entry, "references")
        for name in ("refusal", "end"):
            if name in entry.fields:
                self._codes[name, str(entry.fields[name])] += 1


def hours_between(earlier: str, later: str) -> int:
    """Between two hours of entries, `YYYY-MM-DDTHHZ`."""
    one, other = (datetime.strptime(each, "%Y-%m-%dT%H%z") for each in (earlier, later))
    return int((other - one).total_seconds()) // 3600


def _repeated(use: Use) -> VerificationError:
    tag, index, deed = use
    code = Code.SEARCH_REPEATED if deed == d.SEARCHED else Code.ONCE_TAG_REPEATED
    message = f"Entry {index} ({deed}) repeats the once-tag {tag.hex()} of an earlier entry."
    return VerificationError(code, message, index=index)


def _steps(entry: Entry) -> tuple[str, ...]:
    """What an entry counts as: its deed, and for a notice which of the two kinds."""
    if entry.deed != d.NOTICE:
        return (entry.deed,)
    return (d.NOTICE, UNCONSCIOUS if entry.fields["notice"] == "unconscious" else GIVEN)


def _number(entry: Entry, name: str) -> int:
    value = entry.fields.get(name, 0)
    return value if isinstance(value, int) else 0
