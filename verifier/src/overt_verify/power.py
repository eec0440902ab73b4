"""Who changed the rules, and whether they were obeyed: what the entries tell of policies and suspensions.

Rules (spec/ledger-entry.md, "Order"):
* Every entry after the creation names the policy that is in force at its place.
* A loosening was announced before, under the same digest, and is not adopted before the day that was announced.
* No check is opened, and none searched, while everything is suspended; none is opened in a suspended place, or on a
  suspended ground. A ground that is written merged accuses nobody by itself, and officers are not public.
"""

from dataclasses import dataclass
from types import MappingProxyType

from overt_verify import deeds as d
from overt_verify.entry import Entry
from overt_verify.errors import Code, VerificationError, shown

FIRST, TIGHTENED, LOOSENED = "first", "tightened", "loosened"
_MERGED = MappingProxyType({"missing-or-deceased": frozenset({"missing", "deceased"})})
Suspended = tuple[str, str]
"""Reach and code."""


@dataclass(frozen=True)
class Change:
    """A policy that an entry adopted (`change`: first, tightened, loosened) or announced (None)."""

    index: int
    digest: str
    change: str | None
    day: str


class Power:
    """Takes the entries of one log in order."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._in_force = ""
        self._adopted: set[str] = set()
        self._earliest: dict[str, str] = {}
        self._suspended: dict[int, Suspended] = {}
        self._numbers: set[int] = set()

    def take(self, index: int, entry: Entry) -> None:
        """Add the next entry.

        Raises:
            VerificationError: the entry is not under the rules in force, or changes them as they must not be changed.
        """
        if entry.deed == d.ADOPTED:
            self._adopt(index, entry)
        elif entry.deed != d.CREATED:
            self._check_policy(index, entry)
        if entry.deed == d.ANNOUNCED:
            self._announce(index, entry)
        elif entry.deed == d.SUSPENDED:
            self._suspend(index, entry)
        elif entry.deed == d.LIFTED:
            self._lift(index, entry)
        elif entry.deed in (d.OPENED, d.SEARCHED) and self._suspended:
            self._check_suspensions(index, entry)

    def _adopt(self, index: int, entry: Entry) -> None:
        change = str(entry.fields["change"])
        known = (FIRST,) if not self._adopted else (TIGHTENED, LOOSENED)
        if entry.policy in self._adopted or change not in known:
            raise _fault(Code.POLICY_CHANGE, index, f"adopts a policy as {shown(change)}, which it cannot be here")
        if change == LOOSENED:
            earliest = self._earliest.get(entry.policy)
            if earliest is None:
                raise _fault(Code.LOOSENING_NOT_ANNOUNCED, index, "adopts a looser policy that no entry announced")
            if entry.hour[:10] < earliest:
                raise _fault(Code.LOOSENING_TOO_EARLY, index, f"adopts a policy that was announced for {earliest}")
        self._in_force = entry.policy
        self._adopted.add(entry.policy)
        self.changes.append(Change(index, entry.policy, change, entry.hour[:10]))

    def _check_policy(self, index: int, entry: Entry) -> None:
        if entry.policy == self._in_force:
            return
        if entry.policy in self._adopted:
            raise _fault(Code.POLICY_SUPERSEDED, index, f"names {entry.policy}, but {self._in_force} is in force")
        raise _fault(
            Code.POLICY_NOT_ADOPTED, index, f"names the policy {entry.policy}, which no entry before it adopted"
        )

    def _announce(self, index: int, entry: Entry) -> None:
        digest, earliest = str(entry.fields["proposed"]), str(entry.fields["earliest"])
        if earliest < entry.hour[:10]:
            raise _fault(Code.LOOSENING_TOO_EARLY, index, f"announces a policy for {earliest}, which is past")
        self._earliest.setdefault(digest, earliest)
        self.changes.append(Change(index, digest, None, entry.hour[:10]))

    def _suspend(self, index: int, entry: Entry) -> None:
        number = _number(entry)
        if number in self._numbers:
            raise _fault(Code.SUSPENSION_ORDER, index, f"orders the suspension {number} a second time")
        self._numbers.add(number)
        self._suspended[number] = _what(entry)

    def _lift(self, index: int, entry: Entry) -> None:
        number = _number(entry)
        if self._suspended.pop(number, None) != _what(entry):
            raise _fault(Code.SUSPENSION_ORDER, index, f"lifts the suspension {number}, which there is not")

    def _check_suspensions(self, index: int, entry: Entry) -> None:
        now = set(self._suspended.values())
        if ("everything", "all") in now:
            raise _fault(Code.SUSPENSION_IGNORED, index, f"({entry.deed}) comes while everything is suspended")
        if entry.deed != d.OPENED:
            return
        ground, place = str(entry.fields["ground"]), str(entry.fields["place"])
        grounds = _MERGED.get(ground, frozenset({ground}))
        if ("place", place) in now or all(("ground", each) in now for each in grounds):
            raise _fault(Code.SUSPENSION_IGNORED, index, "opens a check of a kind that is suspended")


def _what(entry: Entry) -> Suspended:
    return str(entry.fields["reach"]), str(entry.fields["suspended"])


def _number(entry: Entry) -> int:
    number = entry.fields["number"]
    assert isinstance(number, int)
    return number


def _fault(code: Code, index: int, what: str) -> VerificationError:
    return VerificationError(code, f"Entry {index} {what}.", index=index)
