"""What `overt doctor` looks at: one finding a check, each said in a sentence.

Rule: looking changes nothing, and no finding names a person.
"""

import resource
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from overt.candidates.cost import cost
from overt.errors import OvertError
from overt.policy import not_activated_because
from overt.store import schema
from overt.store.database import check_server
from overt.store.desks import calibration_for
from overt.store.gallery.batches import unsealed_references
from overt.store.instance import Instance
from overt.store.serving import Serving, state_of

_NEARLY = 0.9
"""Signing a policy takes weeks: doctor asks for one when this part of the threshold's size is filled."""

ERASURE_LATENCY = timedelta(days=1)
"""A person's key may outlive the erasure of the rows by this much (a nightly batch) before it is a fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    well: bool
    detail: str

    def as_json(self) -> dict[str, str | bool]:
        """For `--json`."""
        return {"name": self.name, "well": self.well, "detail": self.detail}


def examine(instance: Instance) -> list[Finding]:
    """Look at everything; a check that fails is a finding, never an exception."""
    checks: dict[str, Callable[[Instance], tuple[bool, str]]] = {
        "database": _database,
        "ledger": _ledger,
        "policy": _policy,
        "threshold": _threshold,
        "witnesses": _witnesses,
        "keys": _keys,
        "models": _models,
        "erasures": _erasures,
        "imports": _imports,
        "search index": _search_index,
        "core dumps": _core_dumps,
        "certificate": _certificate,
    }
    return [_look(name, check, instance) for name, check in checks.items()]


def _look(name: str, check: Callable[[Instance], tuple[bool, str]], instance: Instance) -> Finding:
    try:
        return Finding(name, *check(instance))
    except OvertError as error:
        return Finding(name, False, f"{error.detail} {error.remedy}")


def _database(instance: Instance) -> tuple[bool, str]:
    with instance.engine.connect() as connection:
        return True, f"PostgreSQL {check_server(connection)}"


def _ledger(instance: Instance) -> tuple[bool, str]:
    return True, f"{instance.ledger.verify()} entries agree in database, tiles and checkpoint"


def _policy(instance: Instance) -> tuple[bool, str]:
    missing = not_activated_because(instance.policy, instance.clock().date(), instance.documents.made_public())
    return not missing, "; ".join(missing) or f"{instance.policy.version}, signed, until {instance.policy.pilot.ends}"


def _threshold(instance: Instance) -> tuple[bool, str]:
    rules, size = instance.policy.threshold, instance.index.size()
    table = calibration_for(instance.pipeline.contract)
    present = cost(table, rules.target_fpir_per_million, rules.set_for, size)
    return (
        size <= _NEARLY * rules.set_for,
        f"{present.threshold:.3f}, for {rules.set_for:,} references. {present.standing()}",
    )


def _witnesses(instance: Instance) -> tuple[bool, str]:
    at = instance.witnessed_at()
    if at is None:
        return True, "the policy names none: nobody outside confirms that the record only grows"
    allowed = timedelta(hours=instance.policy.witnesses.stop_after_hours)
    return (
        instance.clock() - at <= allowed / 2,
        f"one was there last at {at:%Y-%m-%d %H:%M} UTC; ordinary checks stop at {at + allowed:%Y-%m-%d %H:%M} UTC "
        "unless one comes",
    )


def _keys(instance: Instance) -> tuple[bool, str]:
    with instance.engine.connect() as connection:
        people = set(connection.execute(select(schema.person.c.id)).scalars())
    missing = len(people - instance.keys.ids())
    return not missing, f"{len(people)} people, {missing} without a key; epoch {instance.keys.epoch}"


def _models(instance: Instance) -> tuple[bool, str]:
    present, meant = instance.pipeline.contract.digest, instance.policy.model.contract
    said = "the policy's" if present == meant else f"the policy names {meant}: every check is refused"
    return present == meant, f"template contract {present}, {said}"


def _erasures(instance: Instance) -> tuple[bool, str]:
    with instance.engine.connect() as connection:
        oldest, owed = connection.execute(
            select(func.min(schema.erasure_owed.c.erased_at), func.count()).select_from(schema.erasure_owed)
        ).one()
    if not owed:
        return True, "no key waits for its destruction"
    waited = instance.clock() - oldest
    return waited <= ERASURE_LATENCY, f"{owed} key(s) wait for their destruction, the oldest for {waited}"


def _imports(instance: Instance) -> tuple[bool, str]:
    with instance.engine.connect() as connection:
        waiting = unsealed_references(connection)
    return not waiting, f"{waiting} reference(s) wait for an interrupted import to be run again"


def _search_index(instance: Instance) -> tuple[bool, str]:
    behind = instance.index.behind()
    if behind is None:
        return True, "not on disk; the first search makes it"
    if not behind:
        return True, "on disk, sealed, up to the last change of the gallery"
    if instance.index.held_elsewhere():
        return True, f"{behind} changes behind; the process that holds it writes them down within a minute"
    return False, f"{behind} changes of the gallery are not in its files: run a check, or start `overt serve` again"


def _core_dumps(_: Instance) -> tuple[bool, str]:
    soft, _hard = resource.getrlimit(resource.RLIMIT_CORE)
    return soft == 0, "off" if soft == 0 else "core dumps are on: a crash could write a photograph to disk"


def _certificate(instance: Instance) -> tuple[bool, str]:
    serving = Serving.read(instance.place.folder)
    if serving is None:
        return True, "none; never served with TLS"
    return state_of(serving, instance.key_folder.tls, instance.clock())
