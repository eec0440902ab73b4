"""Encounters in PostgreSQL: each move is one transaction with its one ledger entry.

Rules:
* A move is computed from the stored encounter, read and locked in the transaction that stores the result, so two
  phones cannot both move it, and the caps are counted where nobody can slip in between.
* An answer keeps only references that still exist, are in a sealed batch and are covered by the authority's scope,
  read again from the rows and locked until the ledger entry is in.
* A move is recorded under the policy by which it was decided, which has to be the one in force in that transaction;
  and no answer is stored for what the oversight body has suspended by then.
* What is stored of an answer is references and scores; never the probe, nothing made from it, no advice about it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from overt.authority import Authority
from overt.encounter import Encounter, Move, PilotUse, State
from overt.encounter.ports import EligibleCandidate, StoredAnswer
from overt.errors import ClockBehindRecord, EncounterUnknown, LedgerUnavailable
from overt.identifiers import EncounterId, OfficerId, PersonId
from overt.ledger.entry import EntryDraft, hour_of
from overt.policy import Policy
from overt.policy.codes import End, Notice
from overt.policy.suspension import Order, require_not_suspended
from overt.search.contract import Scored
from overt.store import schema
from overt.store.check_lines import lines_of
from overt.store.gallery.rows import label_of, label_rows
from overt.store.journal import Act, Line
from overt.store.ledger_log import Append, Head, LedgerLog
from overt.store.made_public import made_public
from overt.store.policy_changes import suspensions_in_force
from overt.store.witness_views import witnessed_at


@dataclass(frozen=True, slots=True)
class Recorded:
    """An encounter after a move, and the index of the move's ledger entry. Not durable before `settle`."""

    encounter: Encounter
    index: int


class EncounterBook:
    """The encounters of one instance."""

    def __init__(self, ledger: LedgerLog, policy: Policy, now: Callable[[], datetime]) -> None:
        self._ledger, self._policy, self._now = ledger, policy, now

    def open(self, area: str, make: Callable[[PilotUse], Move], actor: OfficerId) -> Recorded:
        """Store a new encounter; `make` gets the use of the pilot as counted in this transaction."""
        with self._ledger.deed() as (connection, append):
            self._demand_true_clock(connection)
            move = make(self._use(connection, area))
            encounter = move.encounter
            connection.execute(insert(schema.encounter).values(id=encounter.id, **self._values(encounter)))
            for account in {encounter.fields.officer, encounter.fields.operator}:
                values = {"account": account, "first_check_at": self._now()}
                connection.execute(upsert(schema.pilot_user).values(values).on_conflict_do_nothing())
            self._ledger.journal.note(connection, *lines_of(encounter, actor))
            return Recorded(encounter, self._append(append, move))

    def looked_at(self, encounter: EncounterId, actor: str, why: str, recipient: str | None = None) -> None:
        """Note that somebody reads what is recorded of a check; to a recipient, that it is disclosed."""
        act = Act.CONSULTED if recipient is None else Act.DISCLOSED
        self._ledger.journal.write(Line(actor, act, f"encounter:{encounter}", why, recipient))

    def load(self, encounter: EncounterId) -> Encounter:
        """One encounter as stored.

        Raises:
            EncounterUnknown: there is none.
        """
        query = select(schema.encounter.c.record).where(schema.encounter.c.id == encounter)
        try:
            with self._ledger.engine.connect() as connection:
                record = connection.execute(query).scalar()
        except SQLAlchemyError as error:
            raise LedgerUnavailable() from error
        if record is None:
            raise EncounterUnknown()
        return Encounter.from_record(record)

    def advance(
        self, encounter: EncounterId, transition: Callable[[Encounter], Move], actor: OfficerId | None = None
    ) -> Recorded:
        """Make one move of a stored encounter. `actor`: who makes it; None for what nobody makes."""
        with self._ledger.deed() as (connection, append):
            move = transition(self._locked(connection, encounter))
            return self._store(connection, append, move, actor)

    def answer(
        self,
        authority: Authority,
        scored: Sequence[Scored],
        decide: Callable[[Encounter, Sequence[EligibleCandidate]], tuple[Move, Mapping[str, Any]]],
        session: bytes | None = None,
    ) -> Recorded:
        """Make the move that answers a search.

        Args:
            authority: the search's permission; its scope decides what of `scored` may still be shown.
            scored: what the engine found, in order.
            decide: gets the stored encounter and what is still eligible, in order; returns the move and what to keep
                of the answer.
            session: hash of the session that may see the answer.
        """
        with self._ledger.deed() as (connection, append):
            stored = self._locked(connection, authority.encounter)
            require_not_suspended(suspensions_in_force(connection), stored.fields)
            move, body = decide(stored, _still_eligible(connection, authority, scored))
            recorded = self._store(connection, append, move, stored.fields.operator)
            now = self._now()
            until = (now + timedelta(days=self._policy.retention.answers_days)).date()
            values = {"encounter": stored.id, "answered_at": now, "leaf": recorded.index, "retain_until": until}
            connection.execute(insert(schema.answer).values(body=dict(body), session=session, **values))
            return recorded

    def stored_answer(self, encounter: EncounterId) -> StoredAnswer | None:
        """What was kept of an encounter's answer, its ledger index, and who may see it."""
        query = select(schema.answer).where(schema.answer.c.encounter == encounter)
        with self._ledger.engine.connect() as connection:
            found = connection.execute(query).first()
        return StoredAnswer(found.body, found.leaf, found.session) if found else None

    def note(self, draft: EntryDraft, secret: bytes | None = None) -> int:
        """Append an entry that moves no encounter, such as a refused opening."""
        with self._ledger.deed() as (_, append):
            return append(draft, secret, under=self._policy.digest)

    def suspensions(self) -> tuple[Order, ...]:
        """What the oversight body has suspended now."""
        with self._ledger.engine.connect() as connection:
            return suspensions_in_force(connection)

    def settle(self, index: int) -> Head:
        """Return once the entry is durable and published; nothing may be told before.

        Raises:
            LedgerUnavailable: it cannot be made durable.
        """
        return self._ledger.publish(index)

    def proof(self, index: int) -> bytes:
        """The tlog-proof of a published entry."""
        return self._ledger.proof(index)

    def entry_with_openings(self, index: int) -> tuple[bytes, dict[str, tuple[bytes, Any]]]:
        """An entry's bytes, and by name what opens its commitments (as far as still kept)."""
        openings = select(schema.opening.c.name, schema.opening.c.opening, schema.opening.c.value)
        with self._ledger.engine.connect() as connection:
            body = connection.execute(select(schema.leaf.c.body).where(schema.leaf.c.number == index)).scalar_one()
            rows = connection.execute(openings.where(schema.opening.c.leaf == index)).all()
        return bytes(body), {row.name: (bytes(row.opening), row.value) for row in rows}

    def leaves_of(self, encounter: EncounterId) -> list[tuple[int, str]]:
        """Index and deed of every entry of one encounter, in order."""
        query = select(schema.leaf.c.number, schema.leaf.c.deed).where(schema.leaf.c.encounter == encounter)
        with self._ledger.engine.connect() as connection:
            return [(row.number, row.deed) for row in connection.execute(query.order_by(schema.leaf.c.number))]

    def waiting_for(self, actor: OfficerId) -> list[Encounter]:
        """The checks that wait for an officer or operator: open ones and those that owe something, newest first.

        What is owed is the machine's to say (`overt.encounter.owed`); here nothing that could be owed is left out.
        """
        table, record = schema.encounter, schema.encounter.c.record
        mine = or_(table.c.officer == actor, table.c.operator == actor)
        waits = or_(
            table.c.state.not_in((State.COMPLETED.value, State.ENDED.value)),
            and_(record["answered_at"].astext.is_not(None), record["identity"].astext.is_(None)),
            and_(record["fields"]["notice"].astext == Notice.UNCONSCIOUS, record["owed_notice_at"].astext.is_(None)),
            and_(record["end"].astext == End.DECLINED_PHOTO, record["followed"].astext.is_(None)),
        )
        query = select(record).where(mine, waits).order_by(table.c.opened_at.desc(), table.c.id)
        with self._ledger.engine.connect() as connection:
            return [Encounter.from_record(each) for each in connection.execute(query).scalars()]

    def last_opened(self, actor: OfficerId) -> datetime | None:
        """When somebody last opened a check, as officer or operator."""
        mine = or_(schema.encounter.c.officer == actor, schema.encounter.c.operator == actor)
        with self._ledger.engine.connect() as connection:
            return connection.execute(select(func.max(schema.encounter.c.opened_at)).where(mine)).scalar()

    def _demand_true_clock(self, connection: Connection) -> None:
        """Refuse to open a check at an hour before the last entry's: a clock set back would revive an ended pilot."""
        last = connection.execute(select(schema.leaf.c.hour).order_by(schema.leaf.c.number.desc()).limit(1)).scalar()
        if last is not None and hour_of(self._now()) < last:
            raise ClockBehindRecord()

    def _use(self, connection: Connection, area: str) -> PilotUse:
        hour_ago = self._now() - timedelta(hours=1)
        recent = select(func.count()).where(schema.encounter.c.area == area, schema.encounter.c.opened_at > hour_ago)
        ever = connection.execute(select(schema.pilot_user.c.account)).scalars()
        officers, checks = frozenset(OfficerId(one) for one in ever), connection.execute(recent).scalar_one()
        witnessed = witnessed_at(connection, self._policy.witnesses)
        return PilotUse(officers, checks, suspensions_in_force(connection), witnessed, made_public(connection))

    def _locked(self, connection: Connection, encounter: EncounterId) -> Encounter:
        query = select(schema.encounter.c.record).where(schema.encounter.c.id == encounter).with_for_update()
        record = connection.execute(query).scalar()
        if record is None:
            raise EncounterUnknown()
        return Encounter.from_record(record)

    def _store(self, connection: Connection, append: Append, move: Move, actor: OfficerId | None) -> Recorded:
        encounter = move.encounter
        if actor is not None:
            self._ledger.journal.note(connection, *lines_of(encounter, actor))
        change = update(schema.encounter).where(schema.encounter.c.id == encounter.id)
        connection.execute(change.values(self._values(encounter)))
        return Recorded(encounter, self._append(append, move))

    def _append(self, append: Append, move: Move) -> int:
        return append(move.entry, move.encounter.once_key, move.encounter.id, under=self._policy.digest)

    def _values(self, encounter: Encounter) -> dict[str, Any]:
        return {
            "officer": encounter.fields.officer,
            "operator": encounter.fields.operator,
            "area": encounter.fields.area,
            "state": encounter.state.value,
            "simulated": encounter.simulated,
            "opened_at": encounter.opened_at,
            "version": encounter.version,
            "record": encounter.to_record(),
            "retain_until": (encounter.opened_at + timedelta(days=self._policy.retention.encounters_days)).date(),
        }


def _still_eligible(connection: Connection, authority: Authority, scored: Sequence[Scored]) -> list[EligibleCandidate]:
    rows = {row["id"]: row for row in label_rows(connection, [one.reference for one in scored])}
    kept: list[EligibleCandidate] = []
    for one in scored:
        row = rows.get(one.reference)
        if row is None or row["contract"] != authority.scope.contract:
            continue
        if not authority.scope.covers(label_of(row), authority.as_of):
            continue
        person = PersonId(row["person"])
        kept.append(EligibleCandidate(one.reference, person, one.score, row["captured_on"], row["outcome"]))
    return kept
