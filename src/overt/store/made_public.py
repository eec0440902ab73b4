"""What the ledger has made public that a check depends on: activation documents, and what policies say of the pilot.

Rule: a day is that of the entry's hour, which everybody can read, and not a column of this database.
"""

import json
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, select, union_all

from overt.ledger.day import day_of
from overt.ledger.note import split_note
from overt.policy.activation import MadePublic, PilotNotice
from overt.store import schema


def made_public(connection: Connection) -> MadePublic:
    """As of this transaction."""
    documents = connection.execute(select(schema.activation_document.c.digest)).scalars()
    return MadePublic(frozenset(documents), tuple(_pilots(connection)))


def _pilots(connection: Connection) -> Iterator[PilotNotice]:
    policy, proposal, leaf = schema.policy, schema.policy_proposal, schema.leaf
    noted = union_all(
        select(policy.c.note, policy.c.adopted_leaf.label("number")),
        select(proposal.c.note, proposal.c.announced_leaf.label("number")),
    ).subquery()
    query = select(noted.c.note, leaf.c.hour).join(leaf, leaf.c.number == noted.c.number).order_by(noted.c.number)
    for note, hour in connection.execute(query):
        text, _ = split_note(note.encode())
        document = json.loads(text.splitlines()[0])  # approved when it was adopted or announced
        pilot = document["pilot"]
        yield PilotNotice(
            on=day_of(hour),
            starts=date.fromisoformat(pilot["starts"]),
            ends=date.fromisoformat(pilot["ends"]),
            officer_cap=pilot["officer_cap"],
            areas=frozenset(document["codes"]["areas"]),
        )
