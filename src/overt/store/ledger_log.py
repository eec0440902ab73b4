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

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from overt.errors import LedgerContradiction, LedgerProofInvalid, LedgerUnavailable, PolicyReplaced
from overt.identifiers import Digest
from overt.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from overt.ledger.entry import EntryDraft
from overt.ledger.merkle import Frontier, consistency_proof, frontier_of, leaf_hash
from overt.ledger.note import Signer, VerifierKey
from overt.ledger.proof import build_proof
from overt.ledger.tiles import node_reader, tiles_to_write
from overt.store import ledger_check, schema
from overt.store.database import LEDGER_LOCK
from overt.store.journal import Journal
from overt.store.leaf_writer import LeafWriter, Stamp, days_to_close, last_leaf
from overt.store.ledger_check import published_bodies, read_bodies
from overt.store.ledger_files import LedgerFiles

ROUND = 64
"""Leaves published together at most."""
LONGEST_WAIT_SECONDS = 60
"""How long a deed waits for the ones before it; an `Authority` is no older either."""


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
        self,
        engine: Engine,
        files: LedgerFiles,
        signer: Signer,
        stamp: Stamp,
        now: Callable[[], datetime],
        former: Sequence[VerifierKey] = (),
    ) -> None:
        self.engine = engine
        self.files = files
        self._signer, self._stamp, self._now, self._former = signer, stamp, now, tuple(former)
        self._mutex, self._queue = threading.Lock(), threading.Lock()
        self._head: Head | None = None
        self._committed: dict[int, bytes] = {}
        self.journal = Journal(engine, lambda: self._stamp.retain_journal, now)

    @property
    def origin(self) -> str:
        """The log's origin line, which is its key's name."""
        return self._signer.name

    @property
    def key(self) -> VerifierKey:
        """The log's verifier key."""
        return self._signer.key

    @property
    def vkey(self) -> str:
        """The log's verifier key, for outsiders."""
        return self._signer.key.encode()

    def read_checkpoint(self, note: bytes) -> Checkpoint:
        """A checkpoint that the log's key signed, or one that it had before.

        Raises:
            LedgerProofInvalid: none of them did.
        """
        *former, last = (self._signer.key, *self._former)
        for key in former:
            with suppress(LedgerProofInvalid):
                return open_checkpoint(note, key)
        return open_checkpoint(note, last)

    def holds_present_key(self) -> bool:
        """Whether the key that this process signs with is the one on record."""
        with self.engine.connect() as connection:
            return _present_key(connection) in (None, self.vkey)

    def sign_with(self, signer: Signer) -> None:
        """Sign with another key from now on; its change is on record."""
        self._former = (self._signer.key, *self._former)
        self._signer = signer

    def stamp_with(self, stamp: Stamp) -> None:
        """Go by another policy from now on; it has been adopted."""
        self._stamp = stamp

    @contextmanager
    def deed(self) -> Iterator[tuple[Connection, Append]]:
        """A transaction that may append leaves; it commits when the block ends.

        Raises:
            LedgerUnavailable: the database cannot be written; nothing was.
        """
        with self._writing() as (connection, writer):

            def append(
                draft: EntryDraft,
                secret: bytes | None = None,
                encounter: UUID | None = None,
                under: Digest | None = None,
                adopts: Digest | None = None,
            ) -> int:
                policy = under or self._stamp.policy
                in_force = adopts or policy
                _demand_in_force(connection, in_force)
                writer.close_days(in_force)
                return writer.append(draft, secret, encounter, policy)

            yield connection, append

    @contextmanager
    def _writing(self) -> Iterator[tuple[Connection, LeafWriter]]:
        if not self._queue.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise LedgerUnavailable()
        try:
            with self.engine.begin() as connection:
                connection.execute(text("set local synchronous_commit to off"))
                connection.execute(text(f"set local lock_timeout to '{LONGEST_WAIT_SECONDS}s'"))
                connection.execute(select(func.pg_advisory_xact_lock(LEDGER_LOCK)))
                writer = LeafWriter(connection, self._stamp, self._demand_unpublished, self._now())
                yield connection, writer
        except SQLAlchemyError as error:
            raise LedgerUnavailable() from error
        finally:
            self._queue.release()
        self._committed.update(writer.written)

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
        return published_bodies(self.files, self.head().size, first, count)

    def close_days(self) -> None:
        """Close every day that is over, and publish that.

        Raises:
            LedgerUnavailable: the ledger cannot be written.
        """
        with self.engine.connect() as connection:
            last = last_leaf(connection)
        if not days_to_close(last, self._now().date()):
            return
        with self._writing() as (connection, writer):
            _demand_in_force(connection, self._stamp.policy)
            number = writer.close_days(self._stamp.policy)
        if number is not None:
            self.publish(number)

    def closed_days(self) -> list[tuple[date, int]]:
        """Every day that was closed, in order, and the entry that did."""
        table = schema.closed_day
        with self.engine.connect() as connection:
            return [(row.day, row.leaf) for row in connection.execute(select(table).order_by(table.c.leaf))]

    def policy_notes(self) -> list[tuple[Digest, bytes]]:
        """Every policy that was adopted or announced, with its signed text."""
        return ledger_check.policy_notes(self.engine)

    def documents(self) -> list[tuple[Digest, bytes, bytes]]:
        """Every registered activation document: digest, text and note."""
        return ledger_check.documents(self.engine)

    def checkpoint_at(self, size: int) -> bytes:
        """A signed checkpoint of the first `size` entries, all of them published.

        Raises:
            LedgerUnavailable: they are not, or the tiles cannot be read.
        """
        self.publish(size - 1)
        return sign_checkpoint(Checkpoint(self.origin, size, self.root_at(size)), self._signer)

    def key_notes(self) -> list[tuple[int, bytes]]:
        """Every change of the log's key, by number."""
        return ledger_check.key_notes(self.engine)

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` entries, all of them published.

        Raises:
            LedgerUnavailable: the tiles cannot be read.
        """
        try:
            return frontier_of(size, node_reader(size, self.files.read)).root()
        except OSError as error:
            raise LedgerUnavailable() from error

    def verify(self) -> int:
        """Compare the database's leaves, the bundles, the tiles and the checkpoint; returns the published size.

        Raises:
            LedgerContradiction: some two of them disagree.
        """
        head = self.head()
        ledger_check.verify(self.engine, self.files, head.size, head.root)
        return head.size

    def rebuild(self) -> int:
        """Make all tiles and the policies' texts again from the database; returns the size.

        The tiles are compared with the published checkpoint.

        Raises:
            LedgerContradiction: what the database holds is not what was published.
        """
        with self._mutex, self.files.exclusively():
            head = self._published()
            ledger_check.rebuild(self.engine, self.files, head.size if head else 0, head.root if head else b"")
            self._head = head
            return head.size if head else 0

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
        checkpoint = self.read_checkpoint(note)
        return Head(checkpoint.size, checkpoint.root, note)

    def _extend(self, head: Head | None) -> Head:
        """Publish the next round of leaves behind `head`."""
        size = head.size if head else 0
        with self.engine.begin() as connection:
            self._check_no_contradiction(connection, head)
            if _present_key(connection) not in (None, self.vkey):
                raise LedgerUnavailable("The ledger's key was changed; this process has to be started again.")
            bodies = read_bodies(connection, size, ROUND)
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


def _present_key(connection: Connection) -> str | None:
    query = select(schema.ledger_key.c.vkey).order_by(schema.ledger_key.c.number.desc()).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def newest_policy(connection: Connection) -> str | None:
    """The digest of the policy in force; None before the first is adopted."""
    query = select(schema.policy.c.digest).order_by(schema.policy.c.adopted_leaf.desc()).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def _demand_in_force(connection: Connection, policy: Digest) -> None:
    """Refuse a deed under a policy that is not in force any more; a log in its first entries has none yet."""
    if newest_policy(connection) not in (None, policy):
        raise PolicyReplaced()
