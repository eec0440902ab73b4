"""Numbers of the policy that the entries let anybody count: places under the cap, and the threshold.

Rules (spec/ledger-entry.md, "Limits"):
* No more accounts ever take a place (`seat`: `new`) than the cap of the policy in force allows.
* While a policy is in force, every search of a scope that it was set for has one threshold for each contract; a scope
  that has outgrown it has that one or a stricter one.
* Every search uses the template contract that the policy names, of which the policy names a published evaluation.
* Under a policy whose target is no looser and whose scope is no smaller, the threshold of a contract is no lower.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from overt_verify import deeds as d
from overt_verify.canonical import JsonValue
from overt_verify.effects import report_of
from overt_verify.entry import Entry
from overt_verify.errors import Code, VerificationError
from overt_verify.tiles import LedgerFolder

Document = Mapping[str, JsonValue]
NEW = "new"


@dataclass(frozen=True)
class At:
    """A number, and the entry that gave it."""

    value: int
    index: int


@dataclass
class Seen:
    """What was seen under one policy. `thresholds`: (contract, band of the scope) -> the lowest and the highest."""

    seats: At | None = None
    thresholds: dict[tuple[str, int], tuple[At, At]] = field(default_factory=dict)


class Limits:
    """Takes the entries of one log in order; what they mean is known once the policies' texts are."""

    def __init__(self) -> None:
        self._seats = 0
        self._seen: dict[str, Seen] = {}

    def take(self, index: int, entry: Entry) -> None:
        """Add the next entry."""
        if entry.deed == d.AUTHORISED and entry.fields["seat"] == NEW:
            self._seats += 1
            self._under(entry).seats = At(self._seats, index)
        elif entry.deed == d.SEARCHED:
            key = str(entry.fields["contract"]), _number(entry.fields["scope_size_band"])
            at = At(_number(entry.fields["threshold_millionths"]), index)
            low, high = self._under(entry).thresholds.get(key, (at, at))
            self._under(entry).thresholds[key] = (
                at if at.value < low.value else low,
                at if at.value > high.value else high,
            )

    def check(self, texts: Mapping[str, Document], told: Mapping[str, int], folder: LedgerFolder) -> None:
        """Hold what was seen against the texts of the policies, by digest.

        Args:
            told: the threshold that the effect of a policy told, in millionths.
            folder: the published log, with the evaluation reports of models beside it.

        Raises:
            VerificationError: a cap was passed, or a threshold moved without a policy that moves it.
        """
        bases: dict[str, list[tuple[Document, At]]] = {}
        for digest, seen in self._seen.items():
            document = texts[digest]
            _check_model(document, seen, folder)
            if seen.seats is not None and seen.seats.value > _member(document, "pilot", "officer_cap"):
                raise _fault(Code.CAP_PASSED, seen.seats.index, "gives a place to more people than the policy allows")
            for contract, base in _bases(document, seen).items():
                for earlier, before in bases.get(contract, []):
                    if _no_looser(document, earlier) and base.value < before.value:
                        raise _fault(Code.THRESHOLD_MOVED, base.index, "searches with a threshold that nobody lowered")
                bases.setdefault(contract, []).append((document, base))
                if base.value != told.get(digest, base.value):
                    what = "searches with another threshold than the effect told that was signed with its policy"
                    raise _fault(Code.EFFECT_MISMATCH, base.index, what)

    def _under(self, entry: Entry) -> Seen:
        return self._seen.setdefault(entry.policy, Seen())


def _bases(document: Document, seen: Seen) -> dict[str, At]:
    """By contract, the threshold of the scopes that a policy was set for."""
    set_for, bases = _member(document, "threshold", "set_for"), dict[str, At]()
    for (contract, band), (low, high) in seen.thresholds.items():
        if band <= set_for:
            for one in (low, high):
                if bases.setdefault(contract, one).value != one.value:
                    raise _fault(Code.THRESHOLD_MOVED, one.index, "searches with another threshold than those before")
    for (contract, band), (low, _) in seen.thresholds.items():
        if band > set_for and contract in bases and low.value < bases[contract].value:
            raise _fault(Code.THRESHOLD_MOVED, low.index, "searches a larger scope with a lower threshold")
    return bases


def _check_model(document: Document, seen: Seen, folder: LedgerFolder) -> None:
    model = document.get("model")
    named = model.get("contract") if isinstance(model, dict) else None
    for (contract, _), (at, _) in seen.thresholds.items():
        if contract != named:
            raise _fault(Code.MODEL_NOT_IN_POLICY, at.index, f"searches with the model {contract}, not the policy's")
    if seen.thresholds:
        report_of(folder, document)


def _no_looser(later: Document, earlier: Document) -> bool:
    target = [_member(each, "threshold", "target_fpir_per_million") for each in (later, earlier)]
    size = [_member(each, "threshold", "set_for") for each in (later, earlier)]
    return target[0] <= target[1] and size[0] >= size[1]


def _member(document: Document, table: str, name: str) -> int:
    """A number of a policy.

    Raises:
        VerificationError: the text does not have it.
    """
    found = document.get(table)
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise VerificationError(Code.POLICY_TEXT_MISMATCH, f"A policy's text has no number {table}.{name}.")
    return value


def _number(value: JsonValue) -> int:
    assert isinstance(value, int)
    return value


def _fault(code: Code, index: int, what: str) -> VerificationError:
    return VerificationError(code, f"Entry {index} {what}.", index=index)
