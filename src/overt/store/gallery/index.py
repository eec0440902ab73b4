"""The search index of a running process: made from the rows, kept up to date from the change feed.

Rules:
* PostgreSQL is the truth; the index is a cache, in memory and, where one is handed in, sealed on disk.
* Only references of sealed batches enter it. Before each use it catches up with all changes that are committed.
* Whatever the index says, an answer is re-checked against the rows in the transaction that writes the ledger, so a
  change that comes between is honoured.
* A reference whose key is gone is not searchable, whatever else is left of it.
"""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, func, select

from overt.identifiers import Digest, ReferenceId
from overt.search.exact_engine import ExactEngine
from overt.store import schema
from overt.store.gallery.rows import LABEL_COLUMNS, label_of, open_template
from overt.store.keys import PersonKeys
from overt.store.search_cache.cache import Mark, SearchCache, SearchFolder

_SLICE = 20_000
"""Rows opened at a time, so that opening a large gallery needs little memory beyond the index."""


class GalleryIndex:
    """The engine over one instance's gallery, for one template contract of dimension `dimension`.

    Args:
        cache: where its tiles are kept on disk; in memory alone without it, or while another process holds it.
    """

    def __init__(
        self, engine: Engine, keys: PersonKeys, contract: Digest, dimension: int, cache: SearchFolder | None = None
    ) -> None:
        self._database, self._keys = engine, keys
        self._contract, self._dimension = contract, dimension
        self._cache = SearchCache(cache, contract, dimension, self._template) if cache else None
        self._engine = ExactEngine(contract, dimension)
        self._seen: int | None = None
        self._lock = threading.Lock()

    def settle(self) -> None:
        """Bring the cache on disk up to date, if there is one and no other process holds it."""
        if self._cache and self._cache.begun:
            self.current()

    def behind(self) -> int | None:
        """How many changes of the gallery the files of the cache do not show yet; None without files that open."""
        written = self._cache.written() if self._cache and self._cache.begun else None
        if written is None:
            return None
        changes = schema.gallery_change.c.number
        with self._database.connect() as connection:
            later = connection.execute(select(func.count()).where(changes > written.number))
            return int(later.scalar_one())

    def held_elsewhere(self) -> bool:
        """Whether another process, or another index of this one, holds the files."""
        return self._cache is not None and self._cache.held_elsewhere()

    def close(self) -> None:
        """Let another process hold the cache on disk."""
        if self._cache:
            self._cache.close()

    def current(self) -> ExactEngine:
        """The engine, caught up with every change committed before this call."""
        with self._lock, self._database.connect() as connection:
            if self._seen is None:
                self._load(connection)
            else:
                self._catch_up(connection, self._seen)
        return self._engine

    def size(self) -> int:
        """How many references of the contract are in sealed batches, counted in the database: no template is opened."""
        query = (
            select(func.count())
            .select_from(schema.reference)
            .join(schema.batch, schema.batch.c.id == schema.reference.c.batch)
            .where(schema.batch.c.leaf.is_not(None), schema.reference.c.contract == self._contract)
        )
        with self._database.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _load(self, connection: Connection) -> None:
        connection.execution_options(isolation_level="REPEATABLE READ")
        if self._cache and self._cache.hold():
            self._engine = ExactEngine(self._contract, self._dimension, self._cache.vectors)
        else:
            self._cache = None
        loaded = self._cache.load() if self._cache else None
        if loaded is not None and loaded.mark == self._mark(connection, loaded.mark.number):
            self._engine.adopt(loaded.tiles)
            if not loaded.whole:
                self._mend(connection)
            self._catch_up(connection, loaded.mark.number)
            self._seen = max(self._seen or 0, loaded.mark.number)
            return
        if self._cache:
            self._cache.begin()
        newest = connection.execute(select(func.max(schema.gallery_change.c.number))).scalar() or 0
        self._insert(connection, schema.batch.c.leaf.is_not(None))
        self._save(connection, newest)
        self._seen = newest

    def _catch_up(self, connection: Connection, seen: int) -> None:
        changes = schema.gallery_change
        query = select(changes).where(changes.c.number > seen).order_by(changes.c.number)
        for change in connection.execute(query).mappings().all():
            self._apply(connection, change)
            seen = change["number"]
        if seen != self._seen:
            self._save(connection, seen)
            self._seen = seen

    def _save(self, connection: Connection, number: int) -> None:
        """Write down what changed: a removed row's codes leave the disk here, its numbers left it already."""
        if self._cache:
            with self._engine.tiles() as tiles:
                self._cache.save(tiles, self._mark(connection, number))

    def _mark(self, connection: Connection, number: int) -> Mark:
        """What the feed says at this change: a database that was put back to before it, and went on, says otherwise."""
        changes = schema.gallery_change
        row = connection.execute(select(changes).where(changes.c.number == number)).first()
        return Mark(number, " ".join(str(each) for each in row) if row else "")

    def _mend(self, connection: Connection) -> None:
        """Read the references that a damaged tile lost."""
        there = set(self._engine.references().tolist())
        query = (
            select(schema.reference.c.id)
            .join(schema.batch, schema.batch.c.id == schema.reference.c.batch)
            .where(schema.batch.c.leaf.is_not(None), schema.reference.c.contract == self._contract)
        )
        lost = sorted(set(connection.execute(query).scalars()) - there)
        for start in range(0, len(lost), _SLICE):
            self._insert(connection, schema.reference.c.id.in_(lost[start : start + _SLICE]))

    def _template(self, reference: int) -> NDArray[np.float32] | None:
        """One template, for a row on disk that does not open; None when it is gone."""
        row = schema.reference.c
        query = select(row.person, row.template_sealed).where(row.id == reference, row.contract == self._contract)
        with self._database.connect() as connection:
            found = connection.execute(query).first()
        key = self._keys.get_many({found.person}).get(found.person) if found else None
        return open_template(key, reference, found.template_sealed) if found and key else None

    def _apply(self, connection: Connection, change: RowMapping) -> None:
        if change["kind"] == "batch":
            self._insert(connection, schema.reference.c.batch == change["batch"])
            return
        reference = ReferenceId(change["reference"])
        self._engine.remove([reference])
        if change["kind"] == "relabelled":
            self._insert(connection, schema.reference.c.id == reference)

    def _insert(self, connection: Connection, where: ColumnElement[bool]) -> None:
        columns = (schema.reference.c.id, schema.reference.c.person, schema.reference.c.template_sealed, *LABEL_COLUMNS)
        query = (
            select(*columns)
            .join(schema.batch, schema.batch.c.id == schema.reference.c.batch)
            .where(where, schema.batch.c.leaf.is_not(None), schema.reference.c.contract == self._contract)
            .order_by(schema.reference.c.id)
        )
        # A cursor on the server: otherwise the driver would fetch all of them first.
        streamed = connection.execute(query, execution_options={"yield_per": _SLICE})
        for rows in streamed.mappings().partitions():
            self._insert_rows(rows)

    def _insert_rows(self, rows: Sequence[RowMapping]) -> None:
        keys = self._keys.get_many({row["person"] for row in rows})
        usable = [row for row in rows if row["person"] in keys]
        if not usable:
            return
        # A batch that changed again before we read it shows its newest rows; later changes then find them there.
        self._engine.remove([ReferenceId(row["id"]) for row in usable])
        vectors = [open_template(keys[row["person"]], row["id"], row["template_sealed"]) for row in usable]
        self._engine.insert_columns(
            np.array([row["id"] for row in usable], dtype=np.int64),
            np.stack(vectors).astype(np.float32, copy=False),
            [label_of(row) for row in usable],
        )
