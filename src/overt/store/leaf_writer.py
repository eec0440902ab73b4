"""The next leaf of the ledger, in the transaction that holds the ledger lock; and the end of each day before it.

Rules:
* Leaves are numbered without holes. A number that was published already is not given again.
* A receipt, and what closes a day, come after a full round of follow-ups; what is missing in it is of nobody.
* Before the first entry of a new day comes the entry that closes the day before. Yesterday is closed as well when
  nothing at all happened in it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from overt.identifiers import Digest, JsonValue
from overt.ledger.day import AFTER_A_ROUND, counts, counts_digest, day_of, hour_in_order, padding, padding_draft
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft, hour_of, seal
from overt.ledger.merkle import leaf_hash
from overt.store import schema
from overt.store.journal import journal_end

Leaf = tuple[int, bytes]
"""Number and leaf hash."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every entry of this process carries, and how long its openings and the journal's lines are kept."""

    build: Digest
    policy: Digest
    retain: timedelta
    retain_journal: timedelta


@dataclass(frozen=True, slots=True)
class Last:
    """The newest leaf."""

    number: int
    hour: str
    deed: str


class LeafWriter:
    """Writes the leaves of one transaction.

    Args:
        connection: a transaction that holds the ledger lock.
        stamp: what the entries carry.
        demand_unpublished: raises when a number was published already.
        now: the present moment.
    """

    def __init__(
        self, connection: Connection, stamp: Stamp, demand_unpublished: Callable[[int], None], now: datetime
    ) -> None:
        self._connection, self._stamp, self._demand_unpublished, self._now = connection, stamp, demand_unpublished, now
        self.written: dict[int, bytes] = {}
        """Number -> leaf hash of everything that was written."""

    def append(self, draft: EntryDraft, secret: bytes | None, encounter: UUID | None, policy: Digest) -> int:
        """Write one entry, and the round before it where it takes one; returns its number.

        `policy`: under which it was decided.
        """
        if draft.deed in AFTER_A_ROUND:
            self._fill(policy)
        return self._write(draft, secret, encounter, policy)

    def _fill(self, policy: Digest) -> None:
        """Fill the round up."""
        table = schema.leaf
        since = select(func.max(table.c.number)).where(table.c.deed.in_(AFTER_A_ROUND)).scalar_subquery()
        follow_ups = select(func.count()).where(
            table.c.deed == Deed.ENCOUNTER_FOLLOW_UP_RECORDED, table.c.number > func.coalesce(since, -1)
        )
        for _ in range(padding(self._connection.execute(follow_ups).scalar_one())):
            self._write(padding_draft(), secrets.token_bytes(32), None, policy)

    def _write(self, draft: EntryDraft, secret: bytes | None, encounter: UUID | None, policy: Digest) -> int:
        last = last_leaf(self._connection)
        now = hour_of(self._now)
        hour = hour_in_order(draft.deed, last.hour if last else None, now)
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
        self._connection.execute(insert(schema.leaf).values(values))
        until = (self._now + self._stamp.retain).date()
        openings: list[dict[str, JsonValue | bytes | object]] = [
            {"leaf": number, "name": name, "opening": one.opening, "value": one.value, "retain_until": until}
            for name, one in sealed.openings.items()
        ]
        if openings:
            self._connection.execute(insert(schema.opening), openings)
        self.written[number] = leaf_hash(sealed.body)
        return number

    def close_days(self, policy: Digest) -> int | None:
        """Close the day of the last entry, and yesterday, where they are over and open; returns the last number."""
        number = None
        for day in days_to_close(last_leaf(self._connection), self._now.date()):
            number = self._close(day, policy)
        return number

    def _close(self, day: date, policy: Digest) -> int:
        """Fill a day up and close it: what it takes is written as of that day."""
        of_the_day = LeafWriter(self._connection, self._stamp, self._demand_unpublished, _end_of(day))
        table = schema.leaf
        since = self._connection.execute(select(func.max(schema.closed_day.c.leaf))).scalar()
        bodies = select(table.c.body).where(table.c.number > (-1 if since is None else since))
        told = counts(day, map(bytes, self._connection.execute(bodies).scalars()))
        lines, chain = journal_end(self._connection)
        private: dict[str, JsonValue] = {"journal": {"lines": lines, "chain": chain.hex()}}
        fields = {"day": day.isoformat(), "counts": counts_digest(told)}
        number = of_the_day.append(EntryDraft(Deed.INSTANCE_DAY_CLOSED, fields, private), None, None, policy)
        self._connection.execute(insert(schema.closed_day).values(day=day, leaf=number))
        self.written |= of_the_day.written
        return number


def last_leaf(connection: Connection) -> Last | None:
    """The newest leaf; None in an empty log."""
    table = schema.leaf
    query = select(table.c.number, table.c.hour, table.c.deed).order_by(table.c.number.desc()).limit(1)
    found = connection.execute(query).first()
    return Last(found.number, found.hour, found.deed) if found else None


def days_to_close(last: Last | None, today: date) -> list[date]:
    """The days that are over and not closed, oldest first: that of the newest leaf, and yesterday."""
    if last is None:
        return []
    written_on, yesterday = day_of(last.hour), today - timedelta(days=1)
    days = {yesterday} if yesterday > written_on else set()
    if last.deed != Deed.INSTANCE_DAY_CLOSED and written_on < today:
        days.add(written_on)
    return sorted(days)


def _end_of(day: date) -> datetime:
    """The last hour of a UTC day: nothing of the day is older."""
    return datetime.fromisoformat(f"{day.isoformat()}T23:00:00+00:00")
