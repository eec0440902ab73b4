"""What is past its date is destroyed: when an instance opens, and at the daily beat.

Rules:
* Openings of commitments, stored answers, links of receipts, records of checks and lines of the journal each have a
  date; what goes, goes in one transaction with one entry, which says of what kind it was. How much it was, stands in
  the commitment: the number of looks at photographs would tell of a result.
* With a record goes what tied its ledger entries together in the database.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, exists, select, update

from overt.access.sessions import LONGEST
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.policy.values import Retention
from overt.store import schema
from overt.store.journal import Act, Line
from overt.store.ledger_log import LedgerLog

_KINDS = {
    "answers": schema.answer,
    "encounters": schema.encounter,
    "openings": schema.opening,
    "receipts": schema.receipt_link,
}
JOURNAL = "journal-lines"


def destroy_expired(ledger: LedgerLog, retention: Retention, now: Callable[[], datetime]) -> int:
    """Destroy what is past its date; returns how many rows went."""
    with ledger.engine.begin() as connection:
        _forget_what_nobody_waits_for(connection, retention, now())
        if not _due(connection, now().date()):
            return 0
    with ledger.deed() as (connection, append):
        gone = _destroy(connection, now().date())
        if lines := ledger.journal.forget(connection):
            gone[JOURNAL] = lines
        if not gone:
            return 0
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(gone.items()))
        ledger.journal.note(connection, Line("system", Act.ERASED, "expired records", f"retention is over: {told}"))
        index = append(
            EntryDraft(Deed.INSTANCE_RECORDS_DESTROYED, {"destroyed": tuple(sorted(gone))}, {"numbers": dict(gone)})
        )
    ledger.publish(index)
    return sum(gone.values())


def _due(connection: Connection, today: date) -> bool:
    tables = (*_KINDS.values(), schema.journal)
    old = [select(exists().where(table.c.retain_until < today)) for table in tables]
    return any(connection.execute(query).scalar_one() for query in old)


def _destroy(connection: Connection, today: date) -> dict[str, int]:
    old = select(schema.encounter.c.id).where(schema.encounter.c.retain_until < today)
    connection.execute(update(schema.leaf).where(schema.leaf.c.encounter.in_(old)).values(encounter=None))
    counts = {
        kind: connection.execute(delete(table).where(table.c.retain_until < today)).rowcount
        for kind, table in _KINDS.items()
    }
    return {kind: count for kind, count in counts.items() if count}


def _forget_what_nobody_waits_for(connection: Connection, retention: Retention, now: datetime) -> None:
    """Sign-offs of long ago, and what was begun in a session that has ended: no record, and so no entry."""
    asked_before = now - timedelta(days=retention.encounters_days)
    connection.execute(delete(schema.sign_off).where(schema.sign_off.c.asked_at < asked_before))
    # A session that was never used again could not tell that it had ended; what was begun in it goes too.
    connection.execute(delete(schema.draft).where(schema.draft.c.changed_at < now - LONGEST))
