"""A batch: the references of one import, searchable together from the ledger entry that seals them.

Rules:
* A batch without a ledger entry is not searchable.
* One import at a time; an interrupted one is found again by its manifest.
* An empty batch is forgotten and has no entry.
* A large batch takes seconds to commit to. That is done before the ledger is locked, so that no check waits for it, and
  once more under the lock only when the gallery has changed in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, text, update

from overt.errors import ImportRunning
from overt.gallery.batch import BatchMember, batch_entry
from overt.identifiers import ReferenceId
from overt.ledger.entry import EntryDraft
from overt.store import schema
from overt.store.gallery.rows import LABEL_COLUMNS, label_of
from overt.store.journal import Act, Line, at_the_machine
from overt.store.ledger_log import LedgerLog

_IMPORT_LOCK = 0x4F564552_49


def open_batch(connection: Connection, manifest_tag: bytes, now: datetime) -> UUID:
    """The unsealed batch of this manifest, made when there is none."""
    query = select(schema.batch.c.id).where(schema.batch.c.manifest_tag == manifest_tag, schema.batch.c.leaf.is_(None))
    found: UUID | None = connection.execute(query).scalar()
    if found is not None:
        return found
    batch = uuid4()
    connection.execute(insert(schema.batch).values(id=batch, manifest_tag=manifest_tag, started_at=now))
    return batch


def seal_batch(ledger: LedgerLog, batch: UUID, now: datetime, *, synthetic: bool) -> int | None:
    """Write the one ledger entry that makes a batch searchable; an empty batch is forgotten and has none.

    Returns:
        The index of the entry, durable and published.
    """
    with ledger.engine.connect() as connection:
        seen = _newest_change(connection)
        entry = _entry(connection, batch, synthetic=synthetic)
    with ledger.deed() as (connection, append):
        if _newest_change(connection) != seen:
            entry = _entry(connection, batch, synthetic=synthetic)
        if entry is None:
            connection.execute(delete(schema.batch).where(schema.batch.c.id == batch))
            return None
        leaf = append(entry)
        why = f"import of {entry.fields['count']} references"
        ledger.journal.note(connection, Line(at_the_machine(), Act.COLLECTED, f"batch:{batch}", why))
        change = update(schema.batch).where(schema.batch.c.id == batch).values(sealed_at=now, leaf=leaf)
        connection.execute(change)
        connection.execute(insert(schema.gallery_change).values(kind="batch", batch=batch))
    ledger.publish(leaf)
    return leaf


def _newest_change(connection: Connection) -> int | None:
    """The number of the latest erasure, review or sealing; each of them is made under the ledger's lock."""
    return connection.execute(select(func.max(schema.gallery_change.c.number))).scalar()


def _entry(connection: Connection, batch: UUID, *, synthetic: bool) -> EntryDraft | None:
    """The entry of a batch as its rows are now; None when it has none."""
    query = select(schema.reference.c.id, schema.reference.c.opening, *LABEL_COLUMNS)
    rows = connection.execute(query.where(schema.reference.c.batch == batch)).mappings().all()
    members = [BatchMember(ReferenceId(row["id"]), label_of(row), row["opening"]) for row in rows]
    return batch_entry(members, synthetic=synthetic) if members else None


def unsealed_references(connection: Connection) -> int:
    """How many references wait for the ledger entry of their batch (an interrupted import)."""
    query = select(func.count()).select_from(schema.reference.join(schema.batch))
    return connection.execute(query.where(schema.batch.c.leaf.is_(None))).scalar_one()


@contextmanager
def only_import(ledger: LedgerLog) -> Iterator[None]:
    """Hold the right to import, across processes.

    Raises:
        ImportRunning: another import holds it.
    """
    with ledger.engine.connect() as connection:
        if not connection.execute(select(func.pg_try_advisory_lock(_IMPORT_LOCK))).scalar_one():
            raise ImportRunning()
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _IMPORT_LOCK})
            connection.commit()
