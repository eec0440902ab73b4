"""Erasure of a person: row, image, template, relations, index bytes and key.

Rules (architecture, rule 7):
* The rows go in the transaction that writes the ledger entry; from then on no search returns them, in any process,
  since every answer is re-checked against the rows.
* Then the person's key is destroyed: a new epoch of its drawer without it, the old one overwritten. Copies of the
  database made earlier, with today's keys, do not open. Until then the person is listed in `erasure_owed`; `doctor`
  shows how long.
* Then the tables are vacuumed, so that the bytes leave PostgreSQL's files too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, delete, func, insert, select, text

from overt.errors import PersonUnknown
from overt.identifiers import PersonId
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.store import schema
from overt.store.gallery.relating import forget_relations
from overt.store.journal import Act, Line, at_the_machine
from overt.store.keys import PersonKeys
from overt.store.ledger_log import LedgerLog


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure did; `key_seconds` is how long the destruction of the key took, after the ledger entry."""

    references: int
    ledger_index: int
    key_epoch: int
    key_seconds: float


class Erasure:
    """Erases people from one instance."""

    def __init__(self, ledger: LedgerLog, keys: PersonKeys, now: Callable[[], datetime]) -> None:
        self._ledger, self._keys, self._now = ledger, keys, now

    def erase(self, person: PersonId) -> ErasureReport:
        """Erase one person.

        Raises:
            PersonUnknown: nobody of that id is enrolled; nothing was changed.
        """
        with self._ledger.deed() as (connection, append):
            # First of all: an import that is storing an image of this person ends before its rows are looked for.
            there = select(schema.person.c.id).where(schema.person.c.id == person).with_for_update()
            if connection.execute(there).first() is None:
                raise PersonUnknown()
            query = delete(schema.reference).where(schema.reference.c.person == person).returning(schema.reference.c.id)
            references = list(connection.execute(query).scalars())
            forget_relations(connection, person)
            connection.execute(delete(schema.person).where(schema.person.c.id == person))
            leaf = append(
                EntryDraft(Deed.GALLERY_PERSON_ERASED, {"references": len(references)}, {"person": str(person)})
            )
            if references:
                removed = [{"kind": "removed", "reference": reference} for reference in references]
                connection.execute(insert(schema.gallery_change), removed)
            self._ledger.journal.note(connection, Line(at_the_machine(), Act.ERASED, f"person:{person}", "erasure"))
            connection.execute(insert(schema.erasure_owed).values(person=person, erased_at=self._now()))
        self._ledger.publish(leaf)
        epoch, seconds = self.settle()
        return ErasureReport(len(references), leaf, epoch, seconds)

    def owed(self) -> int:
        """How many people's keys still wait for their destruction."""
        with self._ledger.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(schema.erasure_owed)).scalar_one()

    def settle(self) -> tuple[int, float]:
        """Destroy the keys that erasures still owe, and vacuum. Safe to repeat; also run when an instance opens.

        Returns:
            The key epoch in force and the seconds that the change of epoch took (0.0 when nothing was owed).
        """
        with self._ledger.engine.begin() as connection:
            owed: list[UUID] = list(connection.execute(select(schema.erasure_owed.c.person)).scalars())
        if not owed:
            return self._keys.epoch, 0.0
        report = self._keys.forget_and_rotate(owed)
        vacuum(self._ledger.engine)
        with self._ledger.engine.begin() as connection:
            connection.execute(delete(schema.erasure_owed).where(schema.erasure_owed.c.person.in_(owed)))
        return report.epoch, report.seconds


def vacuum(engine: Engine) -> None:
    """Remove the bytes of deleted rows from the gallery's tables."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum (index_cleanup on, truncate on) reference, relation, person"))
