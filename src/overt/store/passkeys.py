"""Passkeys, the challenges that they answer, and one-time links.

Rules:
* Registering or revoking a passkey is a deed with its ledger entry: nobody can sign in as an officer unseen.
* Revoking one ends the sessions of its person but the one that asks: the phone that was lost may be signed in.
* A count only rises, also where two answers are checked at once.
* A challenge or a link is taken by one atomic statement: of two who come with the same one, one gets it.
* Links are kept as hashes. What is used up or too old is of no use to anybody and is removed after a day.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, RowMapping, and_, any_, delete, func, insert, literal, or_, select, update

from overt.access import Invitation, InvitationKind, Role, hash_token
from overt.access.passkeys import Challenge, Passkey, Purpose
from overt.errors import InvitationInvalid, PasskeyInvalid, PasskeyStale, PersonUnknown
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.canonical import encode_base64
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.store import schema
from overt.store.ledger_log import LedgerLog
from overt.store.sessions import close_sessions, sessions_but, sessions_of

KEPT = timedelta(days=1)


class Passkeys:
    """The passkeys, challenges and links of one instance."""

    def __init__(self, ledger: LedgerLog, now: Callable[[], datetime]) -> None:
        self._ledger, self._now = ledger, now

    @property
    def _engine(self) -> Engine:
        return self._ledger.engine

    def register(self, passkey: Passkey) -> int:
        """Accept a passkey; returns the ledger index.

        Raises:
            PasskeyInvalid: it is registered already.
        """
        values = {
            "id": passkey.id,
            "account": passkey.account,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "registered_at": self._now(),
        }
        with self._ledger.deed() as (connection, append):
            known = select(schema.passkey.c.id).where(schema.passkey.c.id == passkey.id)
            if connection.execute(known).first() is not None:
                raise PasskeyInvalid()
            connection.execute(insert(schema.passkey).values(values))
            leaf = append(EntryDraft(Deed.OFFICER_PASSKEY_REGISTERED, {}, _private(passkey)))
        self._ledger.publish(leaf)
        return leaf

    def revoke(self, account: OfficerId, passkey_id: bytes, keep: bytes | None = None) -> int:
        """Accept a passkey no longer, and end its person's sessions; returns the ledger index.

        Args:
            keep: hash of the session that asks, which goes on.

        Raises:
            PersonUnknown: the account has no such passkey.
        """
        table = schema.passkey
        mine = update(table).where(table.c.id == passkey_id, table.c.account == account, table.c.revoked_at.is_(None))
        with self._ledger.deed() as (connection, append):
            if not connection.execute(mine.values(revoked_at=self._now())).rowcount:
                raise PersonUnknown("There is no such passkey.")
            others = sessions_of(account) if keep is None else sessions_of(account) & sessions_but(keep)
            close_sessions(connection, others, self._now())
            private = _private(Passkey(passkey_id, account, b"", 0))
            leaf = append(EntryDraft(Deed.OFFICER_PASSKEY_REVOKED, {}, private))
        self._ledger.publish(leaf)
        return leaf

    def find(self, passkey_id: bytes) -> Passkey | None:
        """A passkey in force, of an account in force."""
        table = schema.passkey
        query = select(table).join(schema.account).where(table.c.id == passkey_id, table.c.revoked_at.is_(None))
        with self._engine.connect() as connection:
            row = connection.execute(query.where(schema.account.c.revoked_at.is_(None))).mappings().first()
        return _passkey(row) if row else None

    def of(self, account: OfficerId) -> list[tuple[Passkey, datetime]]:
        """An account's passkeys in force, with the moment of registration, oldest first."""
        table = schema.passkey
        query = select(table).where(table.c.account == account, table.c.revoked_at.is_(None))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(table.c.registered_at)).mappings()
            return [(_passkey(row), row["registered_at"]) for row in rows]

    def used(self, passkey: Passkey) -> None:
        """Keep a passkey's new count.

        Raises:
            PasskeyInvalid: it was revoked meanwhile, or another answer with this count or a higher one came first.
        """
        table, count = schema.passkey, passkey.sign_count
        rises = or_(table.c.sign_count < count, and_(table.c.sign_count == 0, literal(count) == 0))
        mine = update(table).where(table.c.id == passkey.id, table.c.revoked_at.is_(None), rises)
        with self._engine.begin() as connection:
            if not connection.execute(mine.values(sign_count=count)).rowcount:
                raise PasskeyInvalid()

    def has_administrator(self) -> bool:
        """Whether an administrator in force has a passkey in force: before that, nobody can let anybody in."""
        query = select(func.count()).select_from(schema.passkey.join(schema.account))
        query = query.where(schema.passkey.c.revoked_at.is_(None), schema.account.c.revoked_at.is_(None))
        query = query.where(literal(Role.ADMINISTRATOR.value) == any_(schema.account.c.roles))
        with self._engine.connect() as connection:
            return bool(connection.execute(query).scalar_one())

    def ask(self, challenge: Challenge) -> None:
        """Keep a challenge until it is answered."""
        values = {
            "value": challenge.value,
            "purpose": challenge.purpose.value,
            "bound_to": challenge.bound_to,
            "issued_at": challenge.issued_at,
        }
        old = self._now() - KEPT
        with self._engine.begin() as connection:
            connection.execute(delete(schema.challenge).where(schema.challenge.c.issued_at < old))
            connection.execute(insert(schema.challenge).values(values))

    def take(self, value: bytes) -> Challenge:
        """Take a challenge, whatever comes of its answer.

        Raises:
            PasskeyStale: it was never drawn, or was taken before.
        """
        table = schema.challenge
        with self._engine.begin() as connection:
            gone = delete(table).where(table.c.value == value).returning(table)
            row = connection.execute(gone).mappings().first()
        if row is None:
            raise PasskeyStale()
        return Challenge(bytes(row["value"]), Purpose(row["purpose"]), row["bound_to"], row["issued_at"])

    def invite(self, invitation: Invitation) -> None:
        """Keep a one-time link."""
        values = {
            "token_hash": invitation.token_hash,
            "kind": invitation.kind.value,
            "account": invitation.account,
            "made_by": invitation.made_by,
            "made_at": invitation.made_at,
            "encounter": invitation.encounter,
        }
        old = self._now() - KEPT
        with self._engine.begin() as connection:
            connection.execute(delete(schema.invitation).where(schema.invitation.c.made_at < old))
            connection.execute(insert(schema.invitation).values(values))

    def invited(self, token: bytes, kind: InvitationKind) -> Invitation:
        """A link that would work now; it is not used up.

        Raises:
            InvitationInvalid: there is none, or it does not work (any more).
        """
        with self._engine.connect() as connection:
            query = select(schema.invitation).where(schema.invitation.c.token_hash == hash_token(token))
            row = connection.execute(query).mappings().first()
        if row is None:
            raise InvitationInvalid()
        invitation = _invitation(row)
        invitation.demand(kind, self._now())
        return invitation

    def use_invitation(self, token: bytes, kind: InvitationKind) -> Invitation:
        """Use a link up.

        Raises:
            InvitationInvalid: there is none, or it does not work (any more).
        """
        invitation = self.invited(token, kind)
        table = schema.invitation
        unused = update(table).where(table.c.token_hash == invitation.token_hash, table.c.used_at.is_(None))
        with self._engine.begin() as connection:
            if not connection.execute(unused.values(used_at=self._now())).rowcount:
                raise InvitationInvalid()
        return invitation


def _private(passkey: Passkey) -> dict[str, str]:
    return {"officer": passkey.account, "passkey": encode_base64(passkey.id)}


def _passkey(row: RowMapping) -> Passkey:
    return Passkey(bytes(row["id"]), OfficerId(row["account"]), bytes(row["public_key"]), row["sign_count"])


def _invitation(row: RowMapping) -> Invitation:
    account, made_by, encounter = row["account"], row["made_by"], row["encounter"]
    return Invitation(
        bytes(row["token_hash"]),
        InvitationKind(row["kind"]),
        OfficerId(account) if account else None,
        OfficerId(made_by) if made_by else None,
        row["made_at"],
        EncounterId(UUID(str(encounter))) if encounter else None,
        row["used_at"] is not None,
    )
