"""Second judgements, and the count of looks at candidates' pictures.

Rules:
* At most one officer joins a check, and enters one judgement: both are single atomic statements.
* A look is committed before the picture leaves; what is kept is who, which, when - nothing of the picture.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from overt.encounter.codec import decode, encode
from overt.encounter.steps import Comparison, SecondJudgement
from overt.errors import ComparisonAlreadyRecorded, SecondJudgementNotPossible
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.store import schema
from overt.store.journal import Act, Journal, Line


class Viewing:
    """Fills `Seconds` and `Views` for one instance."""

    def __init__(self, engine: Engine, journal: Journal, now: Callable[[], datetime]) -> None:
        self._engine, self._journal, self._now = engine, journal, now

    def count(self, encounter: EncounterId, reference: ReferenceId, officer: OfficerId) -> None:
        """Count one look."""
        values = {"encounter": encounter, "reference": reference, "account": officer, "viewed_at": self._now()}
        why = f"candidate's photograph in encounter {encounter}"
        with self._engine.begin() as connection:
            connection.execute(insert(schema.image_view).values(values))
            self._journal.note(connection, Line(officer, Act.CONSULTED, f"reference:{reference}", why))

    def looks(self, encounter: EncounterId) -> int:
        """How many looks there were in one check."""
        query = select(func.count()).where(schema.image_view.c.encounter == encounter)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def join(self, encounter: EncounterId, officer: OfficerId, session: bytes) -> None:
        """Keep who has joined.

        Raises:
            SecondJudgementNotPossible: somebody has joined already.
        """
        values = {"encounter": encounter, "account": officer, "session": session, "joined_at": self._now()}
        with self._engine.begin() as connection:
            statement = upsert(schema.second_judgement).values(values).on_conflict_do_nothing()
            # Asked for what was inserted: the count of rows of such a statement is not known.
            if connection.execute(statement.returning(schema.second_judgement.c.encounter)).first() is None:
                raise SecondJudgementNotPossible()

    def judgement(self, encounter: EncounterId) -> SecondJudgement | None:
        """Who has joined, and what they have said so far."""
        row = self._row(encounter)
        if row is None:
            return None
        said = row["answers"]
        comparison = cast(Comparison, decode(Comparison, said)) if said is not None else None
        return SecondJudgement(OfficerId(row["account"]), comparison)

    def session(self, encounter: EncounterId) -> bytes | None:
        """The session in which the second officer looks."""
        row = self._row(encounter)
        return bytes(row["session"]) if row else None

    def enter(self, encounter: EncounterId, comparison: Comparison) -> None:
        """Keep the judgement.

        Raises:
            ComparisonAlreadyRecorded: it is in already.
        """
        table = schema.second_judgement
        values = {"answers": encode(comparison), "answered_at": self._now()}
        with self._engine.begin() as connection:
            change = update(table).where(table.c.encounter == encounter, table.c.answers.is_(None)).values(values)
            if not connection.execute(change).rowcount:
                raise ComparisonAlreadyRecorded()

    def _row(self, encounter: EncounterId) -> Any:
        query = select(schema.second_judgement).where(schema.second_judgement.c.encounter == encounter)
        with self._engine.connect() as connection:
            return connection.execute(query).mappings().first()
