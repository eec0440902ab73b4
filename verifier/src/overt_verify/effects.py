"""The effects that were signed with changes of a policy: that each is there, and is what its reports and policies give.

Rules (spec/policy-effect.md):
* A change of threshold, model, ground, place, source or cap has an effect, whose digest was signed with the policy.
* Everything in it but the numbers of references and the thresholds is computed anew from the two policies and the
  published reports. A threshold is held against those of the searches (`limits.py`).
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from overt_verify.canonical import JsonValue, parse, serialise
from overt_verify.errors import Code, VerificationError
from overt_verify.report_rates import Report, read_report
from overt_verify.stricter import differing
from overt_verify.tiles import LedgerFolder

Document = Mapping[str, JsonValue]
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TOUCHES = (
    ("threshold.*", "threshold"),
    ("model.*", "model"),
    ("codes.places.*", "place"),
    ("grounds.*.places", "place"),
    ("grounds.*.galleries", "source"),
    ("gallery.*", "source"),
    ("grounds.*", "ground"),
    ("pilot.officer_cap", "cap"),
    ("pilot.checks_per_area_hour", "cap"),
    ("candidates.*", "cap"),
)


def touches(before: Document, after: Document) -> list[str]:
    """What a change touches, in the order of the words."""
    found = (_touched(".".join(path)) for path in differing(before, after))
    return sorted({each for each in found if each is not None})


def check_effect(
    folder: LedgerFolder, digest: str, before: tuple[str, Document], after: tuple[str, Document]
) -> int | None:
    """Check a published effect.

    Args:
        digest: that was signed.
        before, after: digest and document of the two policies.

    Returns:
        The threshold, in millionths, of scopes that are no larger than the later policy is set for; None where it has
        no such scope.

    Raises:
        VerificationError: `effect_mismatch`, or `report_mismatch`.
    """
    text = folder.effect(digest)
    if text is None or "sha256:" + hashlib.sha256(text).hexdigest() != digest:
        raise _fault("The effect that was signed is not published, or is another")
    try:
        document = parse(text, literals=True)
        if not isinstance(document, dict):
            raise _fault("The effect is not an object")
        made: dict[str, JsonValue] = {"format": 1, "touches": [*touches(before[1], after[1])]}
        for side, (policy, rules) in (("now", before), ("then", after)):
            made[side] = _side(folder, policy, rules, document.get(side))
    except ValueError as error:
        raise _fault(f"The effect is not canonical JSON: {error}") from None
    if serialise(made) != text:
        raise _fault("The effect is not what its reports and the two policies give")
    return _threshold(after[1], document["then"])


def _touched(member: str) -> str | None:
    return next((what for pattern, what in _TOUCHES if fnmatchcase(member, pattern)), None)


def _side(folder: LedgerFolder, policy: str, rules: Document, said: JsonValue) -> JsonValue:
    """One side of the effect, made again but for what only the force knows."""
    found = said if isinstance(said, dict) else {}
    report = report_of(folder, rules)
    contract = report.contract
    listed = found.get("scopes")
    numbers = {_galleries(one): one for one in listed if isinstance(one, dict)} if isinstance(listed, list) else {}
    scopes: list[JsonValue] = []
    for galleries, grounds in _scopes(rules):
        one = numbers.get(galleries, {})
        references, threshold = one.get("references"), one.get("threshold_millionths")
        if not _whole(references) or not isinstance(threshold, int):
            raise _fault("The effect does not say how many references are searched, or from which score on")
        assert isinstance(references, int)
        scopes.append({
            "galleries": [*galleries],
            "grounds": grounds,
            "references": references,
            "threshold_millionths": threshold,
            "groups": report.at(threshold, references),
        })  # fmt: skip
    return {
        "policy": policy,
        "contract": contract,
        "report": report.digest,
        "data": report.data,
        "notes": [*report.notes],
        "report_references": report.references,
        "candidates": _member(rules, "candidates", "cap"),
        "officers": _member(rules, "pilot", "officer_cap"),
        "checks_per_area_hour": _member(rules, "pilot", "checks_per_area_hour"),
        "scopes": scopes,
    }


def report_of(folder: LedgerFolder, rules: Document) -> Report:
    """The published evaluation report that a policy names for its model.

    Raises:
        VerificationError: `report_mismatch`: it is not there, is another, is none, or is of another model.
    """
    digest = str(_member(rules, "model", "report"))
    data = folder.report(digest) if _DIGEST.fullmatch(digest) else None
    if data is None or "sha256:" + hashlib.sha256(data).hexdigest() != digest:
        raise VerificationError(Code.REPORT_MISMATCH, "The report of a policy's model is not published, or is another.")
    report = read_report(data, digest)
    if report.contract != _member(rules, "model", "contract"):
        raise VerificationError(Code.REPORT_MISMATCH, "The report that a policy names is of another model.")
    return report


def _scopes(rules: Document) -> Iterator[tuple[tuple[str, ...], dict[str, JsonValue]]]:
    """The galleries that grounds open together, in order; for each its grounds with their places."""
    found: dict[tuple[str, ...], dict[str, JsonValue]] = {}
    grounds = rules.get("grounds")
    for code, ground in grounds.items() if isinstance(grounds, dict) else ():
        if isinstance(ground, dict) and ground.get("enabled") is True:
            places = ground.get("places")
            named = sorted(str(each) for each in places) if isinstance(places, list) else []
            found.setdefault(_galleries(ground), {})[code] = [*named]
    return iter(sorted(found.items()))


def _galleries(one: Mapping[str, JsonValue]) -> tuple[str, ...]:
    listed = one.get("galleries")
    return tuple(str(each) for each in listed) if isinstance(listed, list) else ()


def _threshold(rules: Document, then: JsonValue) -> int | None:
    set_for, scopes = _member(rules, "threshold", "set_for"), then.get("scopes") if isinstance(then, dict) else None
    for one in scopes if isinstance(scopes, list) else []:
        if isinstance(one, dict):
            references, threshold = one.get("references"), one.get("threshold_millionths")
            if isinstance(references, int) and isinstance(set_for, int) and references <= set_for:
                return threshold if isinstance(threshold, int) else None
    return None


def _member(rules: Document, table: str, name: str) -> JsonValue:
    found = rules.get(table)
    return found.get(name) if isinstance(found, dict) else None


def _whole(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _fault(what: str) -> VerificationError:
    return VerificationError(Code.EFFECT_MISMATCH, f"{what}.")
