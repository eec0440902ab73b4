"""The coded fields file (`FILE.toml`, spec/encounter-file.md): how a demonstration hands over a whole check at once.

Rules:
* Top-level keys are the coded fields, `end` and `followed`. Tables are optional; a table that is there is complete.
* The file is written before the answer is known, so its decision has two branches, and its times are relative.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from overt.encounter.encounter import Encounter
from overt.encounter.fields import CodedFields, read_fields
from overt.encounter.steps import Corroboration, Decision, Demographics, Outcome
from overt.errors import IncompleteEncounter, UsageError
from overt.identifiers import ReferenceId
from overt.policy import Policy
from overt.policy.codes import DecisionKind

_LONGEST_MINUTES = 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class CorroborationTable:
    """`minutes_before`: how long before the act; 0 is with it, and does not count."""

    code: str
    reference: str
    minutes_before: int


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """An outcome whose act is now."""

    code: str
    body_worn_video: str | None
    corroborations: tuple[CorroborationTable, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """What to decide when there are candidates, and when there are none."""

    with_candidates: str
    without_candidates: str


@dataclass(frozen=True, slots=True)
class EncounterFile:
    """A whole check as one file gives it."""

    fields: CodedFields
    end: str | None
    followed: str | None
    decision: DecisionTable | None
    outcome: OutcomeTable | None
    demographics: Demographics | None


def read_encounter_file(document: Mapping[str, object]) -> EncounterFile:
    """Read a parsed FILE.toml.

    Raises:
        UsageError: an unknown key, or a value of another type.
        IncompleteEncounter: a coded field, or a member of a table that is there, is not answered.
        UnknownCode: a text that cannot be a code.
    """
    rest = dict(document)
    decision = _table(rest, "decision", {"with_candidates", "without_candidates"})
    outcome = _table(rest, "outcome", {"code", "body_worn_video", "corroboration"})
    demographics = _table(rest, "demographics", {"ethnicity_self", "ethnicity_officer", "sex", "age_band"})
    end, followed = (_optional_text(rest, name) for name in ("end", "followed"))
    for name in ("end", "followed", "decision", "outcome", "demographics"):
        rest.pop(name, None)
    return EncounterFile(
        fields=read_fields(rest),
        end=end,
        followed=followed,
        decision=_decision(decision) if decision is not None else None,
        outcome=_outcome(outcome) if outcome is not None else None,
        demographics=_demographics(demographics) if demographics is not None else None,
    )


def decision_from_file(
    policy: Policy, table: DecisionTable, encounter: Encounter, strongest: ReferenceId | None
) -> Decision:
    """The decision of the branch that applies; a lead follows the strongest candidate.

    Args:
        policy: tells which codes are leads.
        table: as read.
        encounter: after the reveal.
        strongest: the candidate with the highest score; None when there is none.
    """
    code = table.with_candidates if encounter.candidates else table.without_candidates
    rule = policy.decisions.get(code)
    return Decision(code, strongest if rule is not None and rule.kind is DecisionKind.LEAD else None)


def outcome_from_file(table: OutcomeTable, act_at: datetime) -> Outcome:
    """The outcome with its relative times put in.

    Args:
        table: as read.
        act_at: when the act was; aware.
    """
    corroborations = (
        Corroboration(each.code, act_at - timedelta(minutes=each.minutes_before), each.reference)
        for each in table.corroborations
    )
    return Outcome(table.code, act_at, tuple(corroborations), table.body_worn_video)


def _decision(table: Mapping[str, object]) -> DecisionTable:
    return DecisionTable(_text(table, "with_candidates"), _text(table, "without_candidates"))


def _outcome(table: Mapping[str, object]) -> OutcomeTable:
    listed = table.get("corroboration", [])
    if not isinstance(listed, list):
        raise UsageError("outcome.corroboration is an array of tables.")
    corroborations = tuple(_corroboration(each) for each in listed)
    return OutcomeTable(_text(table, "code"), _optional_text(table, "body_worn_video"), corroborations)


def _corroboration(value: object) -> CorroborationTable:
    table = _table({"corroboration": value}, "corroboration", {"code", "reference", "minutes_before"}) or {}
    minutes = table.get("minutes_before")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= _LONGEST_MINUTES:
        raise UsageError("minutes_before is a whole number of minutes, 0 or more.")
    return CorroborationTable(_text(table, "code"), _text(table, "reference"), minutes)


def _demographics(table: Mapping[str, object]) -> Demographics:
    return Demographics(
        ethnicity_self=_text(table, "ethnicity_self"),
        ethnicity_officer=_text(table, "ethnicity_officer"),
        sex=_text(table, "sex"),
        age_band=_text(table, "age_band"),
    )


def _table(document: Mapping[str, object], name: str, known: set[str]) -> dict[str, object] | None:
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, dict) or not set(value) <= known:
        raise UsageError(f"The table {name} holds {', '.join(sorted(known))} and nothing else.")
    return value


def _text(table: Mapping[str, object], name: str) -> str:
    value = _optional_text(table, name)
    if not value:
        raise IncompleteEncounter(f"Not answered: {name}.")
    return value


def _optional_text(table: Mapping[str, object], name: str) -> str | None:
    value = table.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{name} is a text.")
    return value
