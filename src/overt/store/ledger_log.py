"""The ledger of an instance: numbers leaves, and makes them durable and published before an answer is released.

Rules:
* A deed, its leaf and whatever it answers are one transaction (`deed`). The transaction holds the ledger lock from its
  start to its end, so leaves are numbered without holes and their hours never go back.
* That transaction does not wait for the disk. `publish` does, once for all that came together: it commits the new head
  (which flushes every earlier commit), writes tiles, signs the checkpoint and syncs. A lone caller goes at once; those
  who come while another is writing are served together by the next round, at most 64 leaves a round.
* Nobody may tell an outcome before `publish` has returned for it. If it raises, there is no answer. What was published
  under the number has to be what this process appended: a server that crashed before the sync forgets a leaf, and its
  number may be another process's by then.
* Within a process deeds queue before they take a connection: those who wait hold nothing that others need.
* A deed that was decided under another policy than the one in force at its place in the log is not done.
* A checkpoint is signed only for a head that the database holds and that extends the one published before. A database
  that lacks published leaves (an old backup) takes no deed at all: the log never contradicts itself.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from overt.errors import LedgerContradiction, LedgerFormatError, LedgerUnavailable, PolicyReplaced
from overt.identifiers import Digest, JsonValue
from overt.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from overt.ledger.entry import EntryDraft, hour_of, seal
from overt.ledger.merkle import Frontier, consistency_proof, frontier_of, leaf_hash
from overt.ledger.note import Signer
from overt.ledger.proof import build_proof
from overt.ledger.tiles import ENTRIES, WIDTH, decode_bundle, node_reader, tile_path, tiles_to_write
from overt.store import schema
from overt.store.database import LEDGER_LOCK
from overt.store.ledger_files import LedgerFiles

ROUND = 64
"""Leaves published together at most."""
REBUILD_STEP = 65_536
LONGEST_WAIT_SECONDS = 60
"""How long a deed waits for the ones before it; an `Authority` is no older either."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every entry of this process carries, and how long its openings are kept."""

    build: Digest
    policy: Digest
    retain: timedelta


@dataclass(frozen=True, slots=True)
class Head:
    """What was published last: the log's size and the signed checkpoint."""

    size: int
    root: bytes
    note: bytes


Append = Callable[..., int]
"""`append(draft, secret=None, encounter=None, under=None, adopts=None) -> leaf number`, inside a deed's transaction.

`under`: digest of the policy by which the deed was decided, where that is not the stamp's; it has to be the one in
force. `adopts`: the deed puts `under` in force, in the place of this one.
"""


class LedgerLog:
    """The ledger of one instance, for one process; many processes may share the instance."""

    def __init__(
        self, engine: Engine, files: LedgerFiles, signer: Signer, stamp: Stamp, now: Callable[[], datetime]
    ) -> None:
        self.engine = engine
        self.files = files
        self._signer, self._stamp, self._now = signer, stamp, now
        self._mutex, self._queue = threading.Lock(), threading.Lock()
        self._head: Head | None = None
        self._committed: dict[int, bytes] = {}

    @property
    def origin(self) -> str:
        """The log's origin line, which is its key's name."""
        return self._signer.name

    @property
    def vkey(self) -> str:
        """The log's verifier key, for outsiders."""
        return self._signer.key.encode()

    def stamp_with(self, stamp: Stamp) -> None:
        """Go by another policy from now on; it has been adopted."""
        self._stamp = stamp

    @contextmanager
    def deed(self) -> Iterator[tuple[Connection, Append]]:
        """A transaction that may append leaves; it commits when the block ends.

        Raises:
            LedgerUnavailable: the database cannot be written; nothing was.
        """
        appended: dict[int, bytes] = {}
        if not self._queue.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise LedgerUnavailable()
        try:
            with self.engine.begin() as connection:
                connection.execute(text("set local synchronous_commit to off"))
                connection.execute(text(f"set local lock_timeout to '{LONGEST_WAIT_SECONDS}s'"))
                connection.execute(select(func.pg_advisory_xact_lock(LEDGER_LOCK)))

                def append(
                    draft: EntryDraft,
                    secret: bytes | None = None,
                    encounter: UUID | None = None,
                    under: Digest | None = None,
                    adopts: Digest | None = None,
                ) -> int:
                    policy = under or self._stamp.policy
                    _demand_in_force(connection, adopts or policy)
                    number, leaf = self._append(connection, draft, secret, encounter, policy)
                    appended[number] = leaf
                    return number

                yield connection, append
        except SQLAlchemyError as error:
            raise LedgerUnavailable() from error
        finally:
            self._queue.release()
        self._committed.update(appended)

    def publish(self, number: int) -> Head:
        """Return once leaf `number` is durable and covered by a published checkpoint.

        Raises:
            LedgerUnavailable: it cannot be made so.
            LedgerContradiction: the database and the published log disagree.
        """
        with self._mutex:
            if self._head is None or self._head.size <= number:
                try:
                    with self.files.exclusively():
                        self._publish_through(number)
                except (OSError, SQLAlchemyError) as error:
                    self._head = None
                    raise LedgerUnavailable() from error
            assert self._head is not None
            self._demand_own_leaf(number, self._head)
            return self._head

    def _demand_own_leaf(self, number: int, head: Head) -> None:
        """Refuse when another leaf than the one that this process committed was published under the number."""
        expected = self._committed.get(number)
        if expected is None:
            return
        try:
            published = node_reader(head.size, self.files.read)(0, number)
        except OSError as error:
            raise LedgerUnavailable() from error
        if published != expected:
            raise LedgerUnavailable()
        del self._committed[number]

    def head(self) -> Head:
        """What is published now.

        Raises:
            LedgerUnavailable: nothing is, or it cannot be read.
        """
        try:
            found = self._published()
        except OSError as error:
            raise LedgerUnavailable() from error
        if found is None:
            raise LedgerUnavailable("Nothing has been published yet.")
        return found

    def consistency(self, old: int, head: Head) -> tuple[bytes, ...]:
        """The proof (C2SP tlog-witness) that the log of a published head begins with its first `old` leaves."""
        return consistency_proof(old, head.size, node_reader(head.size, self.files.read)) if 0 < old < head.size else ()

    def proof(self, number: int) -> bytes:
        """The tlog-proof of one published entry.

        Raises:
            LedgerUnavailable: it is not published, or the tiles cannot be read.
        """
        head = self.publish(number)
        try:
            return build_proof(number, head.note, node_reader(head.size, self.files.read)).encode()
        except OSError as error:
            raise LedgerUnavailable() from error

    def published_bodies(self, first: int, count: int) -> list[bytes]:
        """Entries `first` to `first + count - 1` as published, read from the bundles."""
        size = self.head().size
        bodies: list[bytes] = []
        for bundle in range(first // WIDTH, -(-min(first + count, size) // WIDTH)):
            width = min(WIDTH, size - bundle * WIDTH)
            bodies += decode_bundle(self.files.read(tile_path(ENTRIES, bundle, width)), width)
        skip = first % WIDTH
        return bodies[skip : skip + count]

    def verify(self) -> int:
        """Compare the database's leaves, the bundles, the tiles and the checkpoint; returns the published size.

        Raises:
            LedgerContradiction: some two of them disagree.
        """
        head = self.head()
        frontier = Frontier()
        try:
            for start in range(0, head.size, REBUILD_STEP):
                bodies = self._bodies(start, min(REBUILD_STEP, head.size - start))
                if bodies != self.published_bodies(start, len(bodies)):
                    raise LedgerContradiction("An entry in the database is not the one that was published.")
                for body in bodies:
                    frontier = frontier.append(leaf_hash(body))
            tiles = frontier_of(head.size, node_reader(head.size, self.files.read)).root()
        except (OSError, LedgerFormatError) as error:
            raise LedgerContradiction("A tile of the published log is missing or damaged.") from error
        if frontier.size != head.size or frontier.root() != head.root or tiles != head.root:
            raise LedgerContradiction("The database, the tiles and the checkpoint do not agree.")
        if any(self.files.policy(digest) != note for digest, note in self._policies()):
            raise LedgerContradiction("The public text of a policy is missing or is not the database's.")
        return head.size

    def rebuild(self) -> int:
        """Make all tiles and the policies' texts again from the database; returns the size.

        The tiles are compared with the published checkpoint.

        Raises:
            LedgerContradiction: what the database holds is not what was published.
        """
        with self._mutex, self.files.exclusively():
            head = self._published()
            size = head.size if head else 0
            self.files.forget_tiles()
            for start in range(0, size, REBUILD_STEP):
                bodies = self._bodies(start, min(REBUILD_STEP, size - start))
                self.files.write_tiles(tiles_to_write(start, bodies, self.files.read))
            if head and frontier_of(size, node_reader(size, self.files.read)).root() != head.root:
                raise LedgerContradiction()
            for digest, note in self._policies():
                self.files.publish_policy(digest, note)
            self._head = head
            return size

    def _policies(self) -> list[tuple[Digest, bytes]]:
        """Every policy that was adopted or announced, with its signed text; of both, the adopted one's."""
        notes: dict[str, str] = {}
        with self.engine.connect() as connection:
            for table in (schema.policy_proposal, schema.policy):
                notes |= {row.digest: row.note for row in connection.execute(select(table.c.digest, table.c.note))}
        return [(Digest(digest), note.encode()) for digest, note in sorted(notes.items())]

    def _append(
        self, connection: Connection, draft: EntryDraft, secret: bytes | None, encounter: UUID | None, policy: Digest
    ) -> tuple[int, bytes]:
        """Insert a leaf; returns its number and its hash."""
        last = connection.execute(
            select(schema.leaf.c.number, schema.leaf.c.hour).order_by(schema.leaf.c.number.desc()).limit(1)
        ).first()
        now = self._now()
        # A clock that was set back, or another process's clock, must not make the record go back in time.
        hour = max(hour_of(now), last.hour) if last else hour_of(now)
        number = last.number + 1 if last else 0
        self._demand_unpublished(number)
        sealed = seal(
            draft,
            hour=hour,
            build=self._stamp.build,
            policy=policy,
            draw=lambda: secrets.token_bytes(32),
            secret=secret,
        )
        values = {"number": number, "deed": draft.deed.value, "hour": hour, "encounter": encounter, "body": sealed.body}
        connection.execute(insert(schema.leaf).values(values))
        until = (now + self._stamp.retain).date()
        openings: list[dict[str, JsonValue | bytes | object]] = [
            {"leaf": number, "name": name, "opening": one.opening, "value": one.value, "retain_until": until}
            for name, one in sealed.openings.items()
        ]
        if openings:
            connection.execute(insert(schema.opening), openings)
        return number, leaf_hash(sealed.body)

    def _demand_unpublished(self, number: int) -> None:
        """Refuse to number a leaf as one that was published already: the database is older than the published log."""
        try:
            head = self._published()
        except OSError as error:
            raise LedgerUnavailable() from error
        if head is not None and number < head.size:
            raise LedgerContradiction()

    def _publish_through(self, number: int) -> None:
        head = self._published()
        while head is None or head.size <= number:
            head = self._extend(head)
        self._head = head

    def _published(self) -> Head | None:
        note = self.files.checkpoint()
        if note is None:
            return None
        if self._head is not None and self._head.note == note:
            return self._head
        checkpoint = open_checkpoint(note, self._signer.key)
        return Head(checkpoint.size, checkpoint.root, note)

    def _extend(self, head: Head | None) -> Head:
        """Publish the next round of leaves behind `head`."""
        size = head.size if head else 0
        with self.engine.begin() as connection:
            self._check_no_contradiction(connection, head)
            bodies = self._read_bodies(connection, size, ROUND)
            if not bodies:
                raise LedgerContradiction()
            frontier = self._frontier(head)
            for body in bodies:
                frontier = frontier.append(leaf_hash(body))
            root = frontier.root()
            # This commit waits for the disk, and with it every deed that was committed before it.
            values = {"size": frontier.size, "root": root, "signed_at": self._now()}
            connection.execute(upsert(schema.log_head).values(values).on_conflict_do_nothing())
        tiles = tiles_to_write(size, bodies, self.files.read)
        self.files.write_tiles(tiles)
        note = sign_checkpoint(Checkpoint(self.origin, frontier.size, root), self._signer)
        self.files.publish(note)
        self.files.drop_partials(tiles)
        return Head(frontier.size, root, note)

    def _frontier(self, head: Head | None) -> Frontier:
        if head is None:
            return Frontier()
        frontier = frontier_of(head.size, node_reader(head.size, self.files.read))
        if frontier.root() != head.root:
            raise LedgerContradiction("The ledger's tiles do not agree with its checkpoint; they have to be rebuilt.")
        return frontier

    def _check_no_contradiction(self, connection: Connection, head: Head | None) -> None:
        if head is None:
            return
        stored = connection.execute(select(schema.log_head.c.root).where(schema.log_head.c.size == head.size)).scalar()
        if stored != head.root:
            raise LedgerContradiction()

    def _bodies(self, start: int, count: int) -> list[bytes]:
        with self.engine.connect() as connection:
            return self._read_bodies(connection, start, count)

    def _read_bodies(self, connection: Connection, start: int, count: int) -> list[bytes]:
        query = select(schema.leaf.c.body).where(schema.leaf.c.number >= start, schema.leaf.c.number < start + count)
        return [bytes(body) for body in connection.execute(query.order_by(schema.leaf.c.number)).scalars()]


def newest_policy(connection: Connection) -> str | None:
    """The digest of the policy in force; None before the first is adopted."""
    query = select(schema.policy.c.digest).order_by(schema.policy.c.adopted_leaf.desc()).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def _demand_in_force(connection: Connection, policy: Digest) -> None:
    """Refuse a deed under a policy that is not in force any more; a log in its first entries has none yet."""
    if newest_policy(connection) not in (None, policy):
        raise PolicyReplaced()
