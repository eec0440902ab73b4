"""The keys that have signed the ledger's checkpoints, in their order, and the change from one to the next.

Rules:
* The next key waits in a file of its own until its change is recorded; the file is renamed only after the entry is
  committed, and a rename that an interruption prevented is made up for when the instance opens.
* The note of a change is public before its entry. The old key's file goes; its public half stays.
* A process that still holds the old key signs nothing any more (`LedgerLog`).
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from overt.errors import KeyChangeInvalid
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.key_change import Cause, KeyChange, read_key_change, require_signed
from overt.ledger.note import Signer, VerifierKey, parse_vkey, sign_note
from overt.policy import Policy
from overt.store import schema
from overt.store.keys import KeyFolder
from overt.store.ledger_log import LedgerLog


def keys_so_far(connection: Connection) -> list[VerifierKey]:
    """Every key of the log, the present one last."""
    query = select(schema.ledger_key.c.vkey).order_by(schema.ledger_key.c.number)
    return [parse_vkey(text) for text in connection.execute(query).scalars()]


def settle_key(engine: Engine, keys: KeyFolder, origin: str) -> None:
    """Put the next key in its place where its change was recorded already."""
    with engine.connect() as connection:
        known = keys_so_far(connection)
    waiting = keys.next_ledger()
    if known and waiting is not None and Signer(origin, waiting).key == known[-1]:
        keys.use_next_ledger()


class LedgerKeys:
    """Changes of one instance's key."""

    def __init__(self, ledger: LedgerLog, keys: KeyFolder, policy: Callable[[], Policy]) -> None:
        self._ledger, self._keys, self._policy = ledger, keys, policy

    def propose(self, cause: Cause, seed: bytes) -> bytes:
        """What has to be signed for the next key: signed by it, and by the old one where it is rotated.

        `seed`: of the next key, which waits already.
        """
        head = self._ledger.head()
        with self._ledger.engine.connect() as connection:
            known = keys_so_far(connection)
        new = Signer(self._ledger.origin, seed)
        change = KeyChange(len(known), head.size, head.root, known[-1], new.key, cause)
        old = [] if cause is Cause.LOST else [Signer(self._ledger.origin, self._keys.ledger().private_bytes_raw())]
        return sign_note(change.text, [new, *old])

    def change(self, note: bytes, now: Callable[[], datetime]) -> int:
        """Use the next key from now on; returns the index of the entry, which the next key has signed.

        Raises:
            KeyChangeInvalid: not signed by those who have to, of another log or number, or its key does not wait here.
            LedgerUnavailable: the ledger cannot be written.
        """
        change, policy = read_key_change(note), self._policy()
        require_signed(note, change, policy.signatories.force, policy.signatories.oversight)
        waiting = self._keys.next_ledger()
        if waiting is None or Signer(self._ledger.origin, waiting).key != change.new:
            raise KeyChangeInvalid("The key of this change does not wait here.")
        with self._ledger.deed() as (connection, append):
            self._demand_next(connection, change)
            self._ledger.files.write(f"key/{change.number}", note)
            fields = {"number": change.number, "cause": change.cause.value, "key": change.new.public.hex()}
            index = append(EntryDraft(Deed.INSTANCE_KEY_CHANGED, fields, {}))
            values = {"number": change.number, "vkey": change.new.encode(), "note": note, "since": now()}
            connection.execute(insert(schema.ledger_key).values(values))
        self._keys.use_next_ledger()
        self._ledger.sign_with(Signer(self._ledger.origin, waiting))
        self._ledger.publish(index)
        return index

    def _demand_next(self, connection: Connection, change: KeyChange) -> None:
        known, head = keys_so_far(connection), self._ledger.head()
        if (change.number, change.old) != (len(known), known[-1]):
            raise KeyChangeInvalid("This is not the next change of this log's key.")
        if change.size > head.size or self._ledger.root_at(change.size) != change.root:
            raise KeyChangeInvalid("The change was made for another history of this log.")
