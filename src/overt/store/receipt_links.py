"""Links of receipts in PostgreSQL.

Rules:
* No secret and no PIN has a column: only what they are known by.
* A PIN is compared and a wrong one counted by one statement, under the row's lock: however many are tried at once, no
  more wrong ones are told apart from a right one than may be.
* A link is destroyed with the openings that it leads to (`EncounterBook.forget_expired`), and leads nowhere from then.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, case, insert, select, update

from overt.encounter.receipt_desk import PinTried, ReceiptLink
from overt.identifiers import EncounterId
from overt.store import schema


class ReceiptLinks:
    """The links of one instance.

    Args:
        engine: its database.
        retention: how long openings are kept, and a link with them.
        now: the present moment, aware.
    """

    def __init__(self, engine: Engine, retention: timedelta, now: Callable[[], datetime]) -> None:
        self._engine, self._retention, self._now = engine, retention, now

    def keep(self, link: ReceiptLink) -> None:
        """Keep a new link."""
        values = {
            "lookup": link.lookup,
            "encounter": link.encounter,
            "salt": link.salt,
            "pin_hash": link.pin_hash,
            "wrong_pins": 0,
            "made_at": link.made_at,
            "retain_until": (link.made_at + self._retention).date(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(schema.receipt_link).values(values))

    def made_for(self, encounter: EncounterId) -> list[datetime]:
        """When each link of an encounter was made."""
        table = schema.receipt_link
        with self._engine.connect() as connection:
            return list(connection.execute(select(table.c.made_at).where(table.c.encounter == encounter)).scalars())

    def find(self, lookup: bytes) -> ReceiptLink | None:
        """The link that a secret is known by; None when there is none, or its time is over."""
        table = schema.receipt_link
        query = select(table).where(table.c.lookup == lookup, table.c.retain_until >= self._now().date())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return ReceiptLink(
            bytes(row.lookup), EncounterId(row.encounter), bytes(row.salt), bytes(row.pin_hash), row.made_at
        )

    def try_pin(self, lookup: bytes, given: bytes, most: int) -> PinTried | None:
        """Compare a PIN and count it when it is wrong; None where `most` were, or there is no such link."""
        table = schema.receipt_link
        right = table.c.pin_hash == given
        statement = (
            update(table)
            .where(table.c.lookup == lookup, table.c.wrong_pins < most)
            .values(wrong_pins=table.c.wrong_pins + case((right, 0), else_=1))
            .returning(right.label("right"), table.c.wrong_pins)
        )
        with self._engine.begin() as connection:
            row = connection.execute(statement).first()
        return PinTried(row.right, row.wrong_pins) if row else None
