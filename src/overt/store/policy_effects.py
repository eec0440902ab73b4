"""Effects of changes that were signed with them, and the evaluation reports they come from: checked, kept, published.

Rules:
* An effect is made again from the reports and the two policies before it is believed (`candidates/effect.py`).
* It and its reports are public, and kept, before the entry that names the policy.
* A model's report is one that was handed in, or the one that is shipped for its template contract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert as upsert

from overt.candidates.calibration import CalibrationTable
from overt.candidates.effect import Evidence, require_effect
from overt.candidates.report_rates import Report, read_report
from overt.candidates.table_json import from_json
from overt.errors import EffectInvalid, EffectMissing
from overt.identifiers import Digest
from overt.policy import Policy
from overt.policy.adoption import Proposal
from overt.policy.effect import effect_digest, touched
from overt.store import schema
from overt.store.ledger_files import LedgerFiles

EFFECTS, REPORTS = "effect", "report"


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect's text, and the reports (report.json) that are not the shipped ones."""

    text: bytes
    reports: Sequence[bytes] = ()


def evidence(reports: Sequence[bytes] = ()) -> Evidence:
    """What is shipped, and these reports in the place of the shipped ones.

    Raises:
        EffectInvalid: one is not a report.
    """
    return Evidence(_shipped_tables(), {one.contract: one for one in _reports(reports).values()})


def check_effect(in_force: Policy, proposal: Proposal, effect: Effect | None) -> Mapping[str, bytes]:
    """Refuse a change that touches who is found or searched for, unless its effect was signed with it.

    Returns:
        What becomes public with it: by its name beside the log, the bytes. Empty where no effect is needed.

    Raises:
        EffectMissing: none was signed, or it was not handed in.
        EffectInvalid: what was handed in is not the one that was signed, or not what comes out.
    """
    touches = touched(proposal.differences)
    if proposal.effect is None and not touches:
        return {}
    if proposal.effect is None or effect is None:
        raise EffectMissing(f"It touches {', '.join(touches)}." if proposal.effect is None else "It was not handed in.")
    if effect_digest(effect.text) != proposal.effect:
        raise EffectInvalid("It is not the one whose digest was signed.")
    reports = _reports(effect.reports)
    known = Evidence(_shipped_tables(), {one.contract: one for one in reports.values()})
    require_effect(effect.text, in_force, proposal.policy, known)
    used = {policy.model.contract for policy in (in_force, proposal.policy)}
    return {
        _name(EFFECTS, proposal.effect): effect.text,
        **{_name(REPORTS, one.digest): data for data, one in reports.items() if one.contract in used},
    }


def keep_and_publish(connection: Connection, files: LedgerFiles, public: Mapping[str, bytes]) -> None:
    """Keep what becomes public, and put it beside the log."""
    for name, data in public.items():
        connection.execute(upsert(schema.policy_effect).values(name=name, text=data).on_conflict_do_nothing())
        files.write(name, data)


def published_effects(engine: Engine) -> list[tuple[str, bytes]]:
    """Every effect and report that is public: its name beside the log, and its bytes."""
    table = schema.policy_effect
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.name, table.c.text).order_by(table.c.name))
        return [(row.name, bytes(row.text)) for row in rows]


def _reports(given: Sequence[bytes]) -> dict[bytes, Report]:
    """Bytes -> report: the shipped ones, but for those in whose place one was given."""
    found = {one.contract: (data, one) for data, one in _shipped_reports()}
    for data in given:
        report = read_report(data)
        found[report.contract] = (data, report)
    return dict(found.values())


def _name(folder: str, digest: Digest) -> str:
    return f"{folder}/{digest.removeprefix('sha256:')}"


@cache
def _shipped_tables() -> Mapping[Digest, CalibrationTable]:
    tables = (from_json(data) for data in _shipped("tables"))
    return {table.contract: table for table in tables}


@cache
def _shipped_reports() -> tuple[tuple[bytes, Report], ...]:
    return tuple((data, read_report(data)) for data in _shipped("reports"))


def _shipped(folder: str) -> list[bytes]:
    place = resources.files("overt.candidates") / folder
    return [each.read_bytes() for each in sorted(place.iterdir(), key=str) if each.name.endswith(".json")]
