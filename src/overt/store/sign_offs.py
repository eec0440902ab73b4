"""Sign-offs of supervisors: asked for by an officer, answered once, good for one check.

Rules:
* Answering and using are atomic: of two who try, one does.
* What was asked goes when a check's record would (`EncounterBook.forget_expired`): it holds coded fields and accounts.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, RowMapping, insert, select, update

from overt.encounter.sign_off_desk import GOOD_FOR, SignOff
from overt.errors import SignOffNotValid
from overt.identifiers import OfficerId
from overt.store import schema


class SignOffBook:
    """The sign-offs of one instance."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def ask(self, sign_off: SignOff) -> None:
        """Keep a request."""
        values = {
            "id": sign_off.id,
            "officer": sign_off.officer,
            "fields": dict(sign_off.fields),
            "asked_at": sign_off.asked_at,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(schema.sign_off).values(values))

    def find(self, sign_off: UUID) -> SignOff | None:
        """One request as it stands."""
        with self._engine.connect() as connection:
            query = select(schema.sign_off).where(schema.sign_off.c.id == sign_off)
            row = connection.execute(query).mappings().first()
        return _sign_off(row) if row else None

    def waiting(self) -> list[SignOff]:
        """Requests that can still be answered, oldest first."""
        table = schema.sign_off
        query = select(table).where(table.c.given.is_(None), table.c.asked_at > self._now() - GOOD_FOR)
        with self._engine.connect() as connection:
            return [_sign_off(row) for row in connection.execute(query.order_by(table.c.asked_at)).mappings()]

    def answer(self, sign_off: UUID, supervisor: OfficerId, given: bool) -> None:
        """Answer a request.

        Raises:
            SignOffNotValid: somebody has answered it.
        """
        table = schema.sign_off
        values = {"supervisor": supervisor, "given": given, "answered_at": self._now()}
        with self._engine.begin() as connection:
            change = update(table).where(table.c.id == sign_off, table.c.given.is_(None)).values(values)
            if not connection.execute(change).rowcount:
                raise SignOffNotValid()

    def use(self, sign_off: UUID) -> bool:
        """Use one up; False when it was used before."""
        table = schema.sign_off
        with self._engine.begin() as connection:
            change = update(table).where(table.c.id == sign_off, table.c.used_at.is_(None)).values(used_at=self._now())
            return bool(connection.execute(change).rowcount)


def _sign_off(row: RowMapping) -> SignOff:
    supervisor = row["supervisor"]
    return SignOff(
        row["id"],
        OfficerId(row["officer"]),
        row["fields"],
        row["asked_at"],
        OfficerId(supervisor) if supervisor else None,
        row["given"],
        row["used_at"] is not None,
    )
