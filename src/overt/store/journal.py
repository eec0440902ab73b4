"""The private journal (Data Protection Act 2018, s.62): who did what with people's data, when, why, and for whom.

Rules:
* It is apart from the public ledger and never leaves the force but by an export, which is itself a line of it.
* A line is written in the transaction of what it tells of, or before the data leave; nothing is done that it lacks.
* Whoever reads it is in it.
* Each line carries the hash of the one before it. The end of the chain is committed to whenever a day of the public
  ledger is closed, so that a line that was changed afterwards shows.
* It tells of people by number only: no name, no photograph, no code of a check.
* Lines go when the policy's retention is over; the chain goes on from the oldest that is left.
"""

import os
import pwd
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select

from overt.errors import JournalBroken
from overt.identifiers import JsonValue
from overt.ledger.canonical import canonical
from overt.store import schema
from overt.store.database import JOURNAL_LOCK

START = bytes(32)
"""What the first line of all follows."""
LONGEST = 200
STEP = 1000
_LOGIN, _NOBODY = Path("/proc/self/loginuid"), 2**32 - 1


class Act(StrEnum):
    """What may be done with data about people, in the words of s.62(1)."""

    COLLECTED = "collected"
    ALTERED = "altered"
    CONSULTED = "consulted"
    DISCLOSED = "disclosed"
    COMBINED = "combined"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Line:
    """What is noted.

    `actor`: an account, `host:NAME` for somebody at the machine itself, or `system`. `subject`: what kind of thing and
    its number, as `reference:17`. `why`: the justification. `recipient`: to whom it was disclosed.
    """

    actor: str
    act: Act
    subject: str
    why: str
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the journal as it stands."""

    number: int
    at: datetime
    line: Line
    chain: bytes

    def as_json(self) -> dict[str, JsonValue]:
        """How an export shows it."""
        line = {name: str(value) if value is not None else None for name, value in asdict(self.line).items()}
        return {"number": self.number, "at": self.at.isoformat(), **line, "chain": self.chain.hex()}


class Journal:
    """The journal of one instance.

    Args:
        engine: its database.
        retention: reads how long a line is kept.
        now: the present moment.
    """

    def __init__(self, engine: Engine, retention: Callable[[], timedelta], now: Callable[[], datetime]) -> None:
        self._engine, self._retention, self._now = engine, retention, now

    def note(self, connection: Connection, *lines: Line) -> None:
        """Write lines, as part of the caller's transaction."""
        if not lines:
            return
        connection.execute(select(func.pg_advisory_xact_lock(JOURNAL_LOCK)))
        last, chain = self.end(connection)
        now = self._now()
        rows = []
        for number, line in enumerate(lines, start=last + 1):
            chain = following(chain, number, now, line)
            until = (now + self._retention()).date()
            rows.append({"number": number, "at": now, **asdict(line), "chain": chain, "retain_until": until})
        connection.execute(insert(schema.journal), rows)

    def write(self, *lines: Line) -> None:
        """Write lines by themselves; they are durable when this returns."""
        with self._engine.begin() as connection:
            self.note(connection, *lines)

    def end(self, connection: Connection) -> tuple[int, bytes]:
        """Number and hash of the last line."""
        return journal_end(connection)

    def read(self, reader: Line, since: int = 0) -> Iterator[Kept]:
        """The lines after number `since`, oldest first; who reads is written down before the first is shown.

        Raises:
            JournalBroken: a line is not the one that the next was written behind.
        """
        self.write(reader)
        before: bytes | None = None
        while found := self._some(since):
            for one in found:
                if before is not None and following(before, one.number, one.at, one.line) != one.chain:
                    raise JournalBroken(f"Line {one.number} does not follow the line before it.")
                before = one.chain
                yield one
            since = found[-1].number

    def forget(self, connection: Connection) -> int:
        """Destroy the lines past their date; returns how many. The last one always stays: the chain hangs on it."""
        table = schema.journal
        last = select(func.max(table.c.number)).scalar_subquery()
        old = table.c.retain_until < self._now().date()
        return connection.execute(delete(table).where(old, table.c.number < last)).rowcount

    def _some(self, since: int) -> list[Kept]:
        table = schema.journal
        query = select(table).where(table.c.number > since).order_by(table.c.number).limit(STEP)
        with self._engine.connect() as connection:
            return [_kept(row) for row in connection.execute(query)]


def journal_end(connection: Connection) -> tuple[int, bytes]:
    """Number and hash of the last line; 0 and zeros before the first."""
    table = schema.journal
    found = connection.execute(select(table.c.number, table.c.chain).order_by(table.c.number.desc()).limit(1)).first()
    return (found.number, bytes(found.chain)) if found else (0, START)


def following(before: bytes, number: int, at: datetime, line: Line) -> bytes:
    """The hash of a line behind another: SHA-256 of the 32 bytes of that one and the line's canonical JSON."""
    told: dict[str, JsonValue] = {"number": number, "at": at.isoformat(), "actor": line.actor, "act": line.act.value}
    told |= {"subject": line.subject, "why": line.why, "recipient": line.recipient}
    return sha256(before + canonical(told)).digest()


def at_the_machine() -> str:
    """The actor of a command: who is signed in to the machine, and as whom they act where that is another.

    Nothing that a user sets says it: the names are those of the process's user and, where the kernel's audit knows it,
    of the user who signed in (it stays when they become root).
    """
    acts, signed_in = os.getuid(), _signed_in()
    name = _user_name(acts)
    return f"host:{name}" if signed_in is None or signed_in == acts else f"host:{_user_name(signed_in)} as {name}"


def _signed_in() -> int | None:
    """The audit's login user of this process; None where the kernel does not know one."""
    try:
        found = int(_LOGIN.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return None if found == _NOBODY else found


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user-{number}"


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    line = Line(row.actor, Act(row.act), row.subject, row.why, row.recipient)
    return Kept(row.number, row.at, line, bytes(row.chain))
