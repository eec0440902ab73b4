"""Effects of changes that were signed with them, and the evaluation reports they come from: checked, kept, published.

Rules:
* An effect is made again from the reports and the two policies before it is believed (`candidates/effect.py`).
* A policy names the evaluation report of its model: one that was handed in, or the one that is shipped.
* Report and effect are public, and kept, before the entry that names the policy.
"""

from collections.abc import Iterable, Mapping, Sequence
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
class HandedIn:
    """What comes with a proposal: its effect, where it has one, and reports (report.json) that are not shipped."""

    effect: bytes | None = None
    reports: Sequence[bytes] = ()


NOTHING = HandedIn()


def evidence(reports: Iterable[bytes] = ()) -> Evidence:
    """What is shipped, and these reports.

    Raises:
        EffectInvalid: one is not a report.
    """
    return Evidence(_shipped_tables(), {one.digest: one for one in _known(reports).values()})


def public_report(policy: Policy, reports: Iterable[bytes] = ()) -> Mapping[str, bytes]:
    """The report that a policy names, as it becomes public: by its name beside the log, the bytes.

    Raises:
        ReportMissing: neither handed in nor shipped.
        EffectInvalid: what was handed in is no report, or it is of another model than the policy's.
    """
    known = _known(reports)
    wanted = Evidence({}, {one.digest: one for one in known.values()}).report_of(policy)
    return {_name(REPORTS, wanted.digest): data for data, one in known.items() if one.digest == wanted.digest}


def public_with(engine: Engine, in_force: Policy, proposal: Proposal, given: HandedIn) -> Mapping[str, bytes]:
    """What becomes public with a change: the report of its model and, where it has one, its effect.

    A change that touches who is found or searched for is refused, unless its effect was signed with it.

    Raises:
        EffectMissing: none was signed, or it was not handed in.
        EffectInvalid: what was handed in is not the one that was signed, or not what comes out.
        ReportMissing: the report that one of the two policies names is nowhere.
    """
    reports = [*given.reports, *kept_reports(engine, in_force, proposal.policy)]
    report = public_report(proposal.policy, reports)
    touches = touched(proposal.differences)
    if proposal.effect is None and not touches:
        return report
    if proposal.effect is None or given.effect is None:
        raise EffectMissing(f"It touches {', '.join(touches)}." if proposal.effect is None else "It was not handed in.")
    if effect_digest(given.effect) != proposal.effect:
        raise EffectInvalid("It is not the one whose digest was signed.")
    require_effect(given.effect, in_force, proposal.policy, evidence(reports))
    return {**report, _name(EFFECTS, proposal.effect): given.effect}


def kept_reports(engine: Engine, *policies: Policy) -> list[bytes]:
    """The reports of policies that are public already."""
    names = [_name(REPORTS, policy.model.report) for policy in policies]
    table = schema.policy_effect
    with engine.connect() as connection:
        return [
            bytes(text) for text in connection.execute(select(table.c.text).where(table.c.name.in_(names))).scalars()
        ]


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


def _known(given: Iterable[bytes]) -> dict[bytes, Report]:
    """Bytes -> report: the shipped ones and these."""
    return {**dict(_shipped_reports()), **{data: read_report(data) for data in given}}


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
