"""What each witness has seen of the ledger, as its verified cosignatures say.

Rules:
* Only a cosignature that verified under a key of the policy in force is kept, and never an older one over a newer.
* What counts is the witness's own time, and a witness that the policy no longer names counts no more.
* Before the first cosignature the ledger's own beginning counts, so that a new instance has time to find its witness.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert as upsert

from overt.ledger.cosignature import Cosignature
from overt.policy.values import Witnesses
from overt.store import schema


def keep(engine: Engine, cosignature: Cosignature, size: int, note: bytes) -> None:
    """Keep what a witness has cosigned.

    Args:
        cosignature: verified.
        size: entries of the checkpoint.
        note: the checkpoint with the witness's line.
    """
    table, at = schema.witness_view, datetime.fromtimestamp(cosignature.seconds, UTC)
    values = {"key": cosignature.witness.encode(), "size": size, "note": note.decode(), "cosigned_at": at}
    statement = upsert(table).values(values)
    newer = {name: statement.excluded[name] for name in ("size", "note", "cosigned_at")}
    with engine.begin() as connection:
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["key"], set_=newer, where=table.c.cosigned_at <= statement.excluded.cosigned_at
            )
        )


def last_seen(connection: Connection, witnesses: Witnesses) -> Mapping[str, tuple[int, datetime]]:
    """By key: the size that a witness of the policy saw last, and when; without those that never did."""
    table = schema.witness_view
    named = [witness.key.encode() for witness in witnesses.known]
    rows = connection.execute(select(table.c.key, table.c.size, table.c.cosigned_at).where(table.c.key.in_(named)))
    return {row.key: (row.size, row.cosigned_at) for row in rows}


def witnessed_at(connection: Connection, witnesses: Witnesses) -> datetime | None:
    """When a witness of the policy was last there, or when the ledger began; None where the policy names none."""
    if not witnesses.known:
        return None
    began: datetime = connection.execute(select(schema.instance.c.created_at)).scalar_one()
    return max([began, *(at for _, at in last_seen(connection, witnesses).values())])
