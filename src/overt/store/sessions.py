"""Sessions, and the answers that somebody has begun to enter in one.

Rules:
* A session is known by the hash of its token; the token is shown once and never stored.
* A phone serves one person at a time: whoever signs in on it ends the sessions of everybody else there.
* A closed session is not revived. What was begun in it (`draft`) goes with it.
* A user verification opens one check: using it up is one atomic update.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Update, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from overt.access import Session
from overt.errors import VerificationMissing
from overt.identifiers import OfficerId
from overt.store import schema


class Sessions:
    """The sessions of one instance."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def open(self, session: Session) -> None:
        """Keep a new session; other sessions on its device end."""
        values = {
            "token_hash": session.token_hash,
            "account": session.officer,
            "device": session.device,
            "simulated": session.simulated,
            "opened_at": session.opened_at,
            "last_used": session.last_used_at,
            "verified_at": session.verified_at,
        }
        with self._engine.begin() as connection:
            if session.device is not None and not session.simulated:
                close_sessions(connection, schema.session.c.device == session.device, self._now())
            connection.execute(insert(schema.session).values(values))

    def find(self, token_hash: bytes) -> Session | None:
        """The session of a token; None when it is closed, or its person or device is revoked."""
        query = (
            select(schema.session)
            .join(schema.account)
            .join(schema.device, isouter=True)
            .where(schema.session.c.token_hash == token_hash, schema.session.c.closed_at.is_(None))
            .where(schema.account.c.revoked_at.is_(None), schema.device.c.revoked_at.is_(None))
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        return Session(
            bytes(row["token_hash"]),
            OfficerId(row["account"]),
            row["opened_at"],
            row["last_used"],
            row["device"],
            row["simulated"],
            row["verified_at"],
        )

    def touch(self, session: Session) -> None:
        """Note that a session was used."""
        self._change(session.token_hash, last_used=session.last_used_at)

    def verified(self, token_hash: bytes) -> None:
        """Note that the phone has verified its holder just now."""
        self._change(token_hash, verified_at=self._now())

    def use_verification(self, token_hash: bytes) -> None:
        """Use up the verification of a session.

        Raises:
            VerificationMissing: another request has used it.
        """
        table = schema.session
        unused = _open_one(token_hash).where(table.c.verified_at.is_not(None))
        with self._engine.begin() as connection:
            if not connection.execute(unused.values(verified_at=None)).rowcount:
                raise VerificationMissing()

    def close(self, token_hash: bytes) -> None:
        """End a session."""
        with self._engine.begin() as connection:
            close_sessions(connection, schema.session.c.token_hash == token_hash, self._now())

    def _change(self, token_hash: bytes, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(_open_one(token_hash).values(values))

    def draft(self, token_hash: bytes, kind: str) -> dict[str, Any]:
        """What has been entered so far; empty when nothing was."""
        table = schema.draft
        query = select(table.c.body).where(table.c.session == token_hash, table.c.kind == kind)
        with self._engine.connect() as connection:
            return cast(dict[str, Any], connection.execute(query).scalar() or {})

    def keep_draft(self, token_hash: bytes, kind: str, body: Mapping[str, Any]) -> None:
        """Keep what has been entered so far, in place of what was before."""
        values = {"session": token_hash, "kind": kind, "body": dict(body), "changed_at": self._now()}
        statement = upsert(schema.draft).values(values)
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["session", "kind"], set_=values))

    def drop_draft(self, token_hash: bytes, kind: str) -> None:
        """Forget what was entered: it has been handed in, or is not wanted."""
        table = schema.draft
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.session == token_hash, table.c.kind == kind))


def _open_one(token_hash: bytes) -> Update:
    table = schema.session
    return update(table).where(table.c.token_hash == token_hash, table.c.closed_at.is_(None))


def close_sessions(connection: Connection, whose: ColumnElement[bool], now: datetime) -> None:
    """End sessions in the caller's transaction, with what was begun in them."""
    open_ones = select(schema.session.c.token_hash).where(whose, schema.session.c.closed_at.is_(None))
    connection.execute(delete(schema.draft).where(schema.draft.c.session.in_(open_ones)))
    change = update(schema.session).where(whose, schema.session.c.closed_at.is_(None))
    connection.execute(change.values(closed_at=now))


def sessions_on(device: UUID) -> ColumnElement[bool]:
    """The sessions on one device."""
    return schema.session.c.device == device


def sessions_but(token_hash: bytes) -> ColumnElement[bool]:
    """Every session but one."""
    return schema.session.c.token_hash != token_hash


def sessions_of(account: OfficerId) -> ColumnElement[bool]:
    """The sessions of one person."""
    return schema.session.c.account == account
