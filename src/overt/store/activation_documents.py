"""Activation documents in PostgreSQL and in the public folder of the log.

Rules:
* A document's text and its signed note are public before the entry that carries its digest.
* It is registered once, for good; the policy says which of the registered ones it stands on, and until when.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from overt.identifiers import Digest
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.fields import FieldValue, is_digest
from overt.policy import Policy
from overt.policy.activation import MadePublic
from overt.policy.documents import UNLIMITED, read_document
from overt.store import schema
from overt.store.ledger_log import LedgerLog
from overt.store.made_public import made_public


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered document, without its text. `index`: its entry."""

    kind: str
    digest: Digest
    index: int


class ActivationDocuments:
    """The documents of one instance."""

    def __init__(self, ledger: LedgerLog, in_force: Callable[[], Policy]) -> None:
        self._ledger, self._in_force = ledger, in_force

    def register(self, text: bytes, note: bytes) -> Registered:
        """Make a document public and part of the record. Doing it again changes nothing.

        Raises:
            DocumentInvalid: not a document that the policy in force lists, signed as it says.
        """
        listed, statement = read_document(self._in_force(), text, note)
        digest, table = statement.digest, schema.activation_document
        with self._ledger.deed() as (connection, append):
            found = connection.execute(select(table).where(table.c.digest == digest)).first()
            if found is not None:
                return Registered(found.kind, digest, found.registered_leaf)
            self._ledger.files.publish_document(digest, text, note)
            until = statement.valid_until.isoformat() if statement.valid_until else UNLIMITED
            fields: dict[str, FieldValue] = {"kind": listed.kind, "document": digest, "valid_until": until}
            index = append(EntryDraft(Deed.POLICY_DOCUMENT_REGISTERED, fields, {}))
            values = {"digest": digest, "kind": listed.kind, "text": text, "note": note, "registered_leaf": index}
            connection.execute(insert(table).values(values))
        self._ledger.publish(index)
        return Registered(listed.kind, digest, index)

    def made_public(self) -> MadePublic:
        """What checks depend on, as it stands now."""
        with self._ledger.engine.connect() as connection:
            return made_public(connection)

    def all(self) -> Sequence[Registered]:
        """Everything that was registered, in that order."""
        table = schema.activation_document
        query = select(table.c.kind, table.c.digest, table.c.registered_leaf).order_by(table.c.registered_leaf)
        with self._ledger.engine.connect() as connection:
            rows = connection.execute(query)
            return [Registered(row.kind, Digest(row.digest), row.registered_leaf) for row in rows]

    def in_full(self, digest: str) -> bytes | None:
        """The text of a registered document; None for what is not the digest of one."""
        if not is_digest(digest):
            return None
        table = schema.activation_document
        with self._ledger.engine.connect() as connection:
            found = connection.execute(select(table.c.text).where(table.c.digest == digest)).scalar()
        return bytes(found) if found is not None else None
