"""The expected effect of a change of the policy on FPIR and FNIR by group: a text that is signed with it.

Rules (spec/policy-effect.md; rules.md, "Power to change and to stop"):
* Bytes out of two policies, calibration tables and evaluation reports, and of numbers of references as they stand: the
  same four give the same bytes. So whoever is shown one, or adopts it, makes it again and compares.
* For each scope that a policy opens: the threshold that its checks use, and FPIR and FNIR of everybody and of each
  group of the report at that threshold.
* A report speaks for its own model, data and people only; its data's name and notes stand in the text.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from overt.candidates.calibration import MILLION, CalibrationTable
from overt.candidates.report_rates import Report
from overt.errors import EffectInvalid, LedgerFormatError, ReportMissing
from overt.identifiers import Digest, JsonValue
from overt.ledger.canonical import canonical, parse_canonical
from overt.policy import Policy
from overt.policy.change import differences
from overt.policy.effect import touched
from overt.scope import Source

FORMAT = 1
MOST_BYTES = 1_000_000
Galleries = tuple[Source, ...]
Sizes = Mapping[Galleries, int]
"""References that a check may reach, by the galleries that its ground opens, for an adult."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What effects are computed from: tables by the digest of a template contract, reports by their own."""

    tables: Mapping[Digest, CalibrationTable]
    reports: Mapping[Digest, Report]

    def report_of(self, policy: Policy) -> Report:
        """The report that a policy names for its model.

        Raises:
            ReportMissing: it is not among these.
            EffectInvalid: it is of another model.
        """
        report = self.reports.get(policy.model.report)
        if report is None:
            raise ReportMissing(f"{policy.model.report} is not here.")
        if report.contract != policy.model.contract:
            raise EffectInvalid("The evaluation report that the policy names is of another model.")
        return report


@dataclass(frozen=True, slots=True)
class Change:
    """Two policies, and what each would search today."""

    before: Policy
    after: Policy
    now: Sizes
    then: Sizes


def scopes_of(policy: Policy) -> dict[Galleries, dict[str, list[str]]]:
    """The galleries that grounds open together, in the order of their names; for each its grounds with their places."""
    found: dict[Galleries, dict[str, list[str]]] = {}
    for code, rules in policy.grounds.items():
        if rules.enabled:
            found.setdefault(rules.galleries, {})[code] = sorted(rules.places)
    return dict(sorted(found.items()))


def effect_text(change: Change, evidence: Evidence) -> bytes:
    """The text of a change's effect (RFC 8785).

    Raises:
        EffectInvalid: there is no calibration table for the model of one of the policies, or its report is of another.
        ReportMissing: the report that one of them names is not among the evidence.
        CalibrationRefused: a target that the table cannot promise.
    """
    document: dict[str, JsonValue] = {
        "format": FORMAT,
        "touches": [each.value for each in touched(differences(change.before, change.after))],
        "now": _side(change.before, change.now, evidence),
        "then": _side(change.after, change.then, evidence),
    }
    return canonical(document)


def require_effect(text: bytes, before: Policy, after: Policy, evidence: Evidence) -> None:
    """Refuse a text that is not the effect of a change: it is made again from the numbers of references that it has.

    Raises:
        EffectInvalid: as it says.
    """
    document = read_effect(text)
    change = Change(before, after, _sizes(document, "now"), _sizes(document, "then"))
    if scopes_of(before).keys() != change.now.keys() or scopes_of(after).keys() != change.then.keys():
        raise EffectInvalid("It does not have the scopes that the two policies open.")
    if effect_text(change, evidence) != text:
        raise EffectInvalid("Computed anew from the report and the two policies, it comes out otherwise.")


def read_effect(text: bytes) -> dict[str, JsonValue]:
    """The document of a text, for showing it; only `require_effect` says that it is one.

    Raises:
        EffectInvalid: not a canonical JSON object.
    """
    try:
        document = parse_canonical(text, MOST_BYTES)
    except LedgerFormatError as error:
        raise EffectInvalid(f"The effect is not canonical JSON: {error}") from None
    if not isinstance(document, dict):
        raise EffectInvalid("The effect is not an object.")
    return document


def _side(policy: Policy, sizes: Sizes, evidence: Evidence) -> JsonValue:
    contract = policy.model.contract
    table, report = evidence.tables.get(contract), evidence.report_of(policy)
    if table is None:
        raise EffectInvalid(f"There is no calibration table for the model {contract}.")
    scopes: list[JsonValue] = [
        _scope(policy, galleries, sizes.get(galleries, 0), table, report) for galleries in scopes_of(policy)
    ]
    return {
        "policy": policy.digest,
        "contract": contract,
        "report": report.digest,
        "data": report.data,
        "notes": [*report.notes],
        "report_references": report.references,
        "candidates": policy.candidates_cap,
        "officers": policy.pilot.officer_cap,
        "checks_per_area_hour": policy.pilot.checks_per_area_hour,
        "scopes": scopes,
    }


def _scope(policy: Policy, galleries: Galleries, references: int, table: CalibrationTable, report: Report) -> JsonValue:
    rules = policy.threshold
    threshold = table.threshold(rules.target_fpir_per_million / MILLION, max(rules.set_for, references))
    millionths = round(threshold * MILLION)
    grounds: dict[str, JsonValue] = {code: [*places] for code, places in scopes_of(policy)[galleries].items()}
    return {
        "galleries": [each.value for each in galleries],
        "grounds": grounds,
        "references": references,
        "threshold_millionths": millionths,
        "groups": [{**asdict(one), "fpir_of_scope": [*one.fpir_of_scope]} for one in report.at(millionths, references)],
    }


def _sizes(document: Mapping[str, JsonValue], side: str) -> Sizes:
    found = document.get(side)
    scopes = found.get("scopes") if isinstance(found, dict) else None
    if not isinstance(scopes, list):
        raise EffectInvalid("The effect does not say what is searched.")
    return dict(_size(scope) for scope in scopes)


def _size(scope: JsonValue) -> tuple[Galleries, int]:
    galleries, size = (scope.get("galleries"), scope.get("references")) if isinstance(scope, dict) else (None, None)
    known = {each.value: each for each in Source}
    if not isinstance(galleries, list) or not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise EffectInvalid("The effect does not say how many references are searched.")
    if not all(isinstance(each, str) and each in known for each in galleries):
        raise EffectInvalid("The effect names a gallery that there is not.")
    return tuple(known[str(each)] for each in galleries), size
