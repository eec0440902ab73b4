"""People, devices and capture nonces.

Rules:
* Authorising and revoking a person or a device is a deed with its ledger entry, so that caps can be recounted outside.
  Whoever may do checks takes a place under the cap, and gives it to nobody else.
* Revoking a person or a device ends their sessions in the same transaction; none of them is revived.
* A nonce is issued for one encounter and one device, and used once: using it is one atomic update.
* A stranger's attempts are counted by day, never recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from overt.access import CaptureNonce, DeviceKey, Officer, Permission, Role, permissions_of
from overt.errors import OfficerCapReached, PersonUnknown
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.store import schema
from overt.store.ledger_log import LedgerLog
from overt.store.sessions import close_sessions, sessions_of, sessions_on


class Seat(StrEnum):
    """Whether an authorisation takes one of the pilot's places. A place once taken is taken for ever."""

    NEW = "new"
    KEPT = "kept"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EnrolledDevice:
    """A phone as the people who look after it see it; times are aware."""

    id: UUID
    label: str
    enrolled_at: datetime
    revoked_at: datetime | None


class Accounts:
    """The accounts of one instance."""

    def __init__(self, ledger: LedgerLog, cap: Callable[[], int], now: Callable[[], datetime]) -> None:
        self._ledger, self._cap, self._now = ledger, cap, now

    @property
    def _engine(self) -> Engine:
        return self._ledger.engine

    def authorise(self, officer: Officer) -> int:
        """Add a person, or renew their roles and training; returns the ledger index.

        Raises:
            OfficerCapReached: one place more than the pilot's cap; nothing was changed.
        """
        values = {
            "id": officer.id,
            "roles": sorted(role.value for role in officer.roles),
            "trained_until": officer.trained_until,
            "authorised_at": self._now(),
            "revoked_at": None,
        }
        with self._ledger.deed() as (connection, append):
            seat = self._seat(connection, officer)
            values["seated"] = seat is not Seat.NONE
            statement = upsert(schema.account).values(values)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
            fields = {"seat": seat.value, "trained_until": officer.trained_until.isoformat()}
            leaf = append(EntryDraft(Deed.OFFICER_ACCOUNT_AUTHORISED, fields, {"officer": officer.id}))
        self._ledger.publish(leaf)
        return leaf

    def _seat(self, connection: Connection, officer: Officer) -> "Seat":
        table = schema.account
        taken = set(connection.execute(select(table.c.id).where(table.c.seated)).scalars())
        if officer.id in taken:
            return Seat.KEPT
        if not permissions_of(officer.roles) & {Permission.CHECK_DO, Permission.CHECK_OPERATE}:
            return Seat.NONE
        if len(taken) >= self._cap():
            raise OfficerCapReached()
        return Seat.NEW

    def revoke(self, officer: OfficerId) -> int:
        """End a person's authorisation at once; returns the ledger index.

        Raises:
            PersonUnknown: there is no such account.
        """
        with self._ledger.deed() as (connection, append):
            change = update(schema.account).where(schema.account.c.id == officer).values(revoked_at=self._now())
            if not connection.execute(change).rowcount:
                raise PersonUnknown("There is no account of that name.")
            close_sessions(connection, sessions_of(officer), self._now())
            leaf = append(EntryDraft(Deed.OFFICER_ACCOUNT_REVOKED, {}, {"officer": officer}))
        self._ledger.publish(leaf)
        return leaf

    def officer(self, officer: OfficerId) -> Officer | None:
        """One person, revoked or not; None for a stranger."""
        query = select(schema.account).where(schema.account.c.id == officer)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _officer(row) if row else None

    def everybody(self) -> list[Officer]:
        """Every account, those in force first, by name."""
        query = select(schema.account).order_by(schema.account.c.revoked_at.is_not(None), schema.account.c.id)
        with self._engine.connect() as connection:
            return [_officer(row) for row in connection.execute(query).mappings()]

    def devices(self) -> list[EnrolledDevice]:
        """Every phone, those in force first, newest first."""
        table = schema.device
        query = select(table).order_by(table.c.revoked_at.is_not(None), table.c.enrolled_at.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return [EnrolledDevice(row["id"], row["label"], row["enrolled_at"], row["revoked_at"]) for row in rows]

    def enrol_device(self, device: DeviceKey, label: str = "phone") -> int:
        """Accept a device's capture key under a name for people; returns the ledger index."""
        with self._ledger.deed() as (connection, append):
            values = {
                "id": device.id,
                "label": label,
                "public_key": device.public_key,
                "enrolled_at": self._now(),
            }
            connection.execute(insert(schema.device).values(values))
            leaf = append(EntryDraft(Deed.DEVICE_KEY_ENROLLED, {}, {"device": str(device.id)}))
        self._ledger.publish(leaf)
        return leaf

    def revoke_device(self, device: UUID) -> int:
        """Refuse a device's captures from now on; returns the ledger index.

        Raises:
            PersonUnknown: there is no such device.
        """
        with self._ledger.deed() as (connection, append):
            change = update(schema.device).where(schema.device.c.id == device).values(revoked_at=self._now())
            if not connection.execute(change).rowcount:
                raise PersonUnknown("There is no such device.")
            close_sessions(connection, sessions_on(device), self._now())
            leaf = append(EntryDraft(Deed.DEVICE_KEY_REVOKED, {}, {"device": str(device)}))
        self._ledger.publish(leaf)
        return leaf

    def device(self, device: UUID) -> DeviceKey | None:
        """One device, revoked or not."""
        with self._engine.connect() as connection:
            row = connection.execute(select(schema.device).where(schema.device.c.id == device)).mappings().first()
        return DeviceKey(row["id"], bytes(row["public_key"]), revoked=row["revoked_at"] is not None) if row else None

    def issue_nonce(self, nonce: CaptureNonce) -> None:
        """Keep a nonce for one capture."""
        values = {"nonce": nonce.value, "encounter": nonce.encounter, "issued_at": nonce.issued_at}
        with self._engine.begin() as connection:
            connection.execute(insert(schema.capture_nonce).values(device=nonce.device, **values))

    def use_nonce(self, value: bytes) -> tuple[CaptureNonce, bool] | None:
        """Take a nonce: returns it and whether it had been used before; None when it was never issued."""
        table = schema.capture_nonce
        with self._engine.begin() as connection:
            row = connection.execute(select(table).where(table.c.nonce == value).with_for_update()).mappings().first()
            if row is None:
                return None
            connection.execute(update(table).where(table.c.nonce == value).values(used_at=self._now()))
        nonce = CaptureNonce(bytes(row["nonce"]), EncounterId(row["encounter"]), row["device"], row["issued_at"])
        return nonce, row["used_at"] is not None

    def count_stranger(self, name: str) -> None:
        """Count an attempt by somebody who is not signed in."""
        day = self._now().date()
        statement = upsert(schema.counter).values(day=day, name=name, count=1)
        change = statement.on_conflict_do_update(
            index_elements=["day", "name"], set_={"count": schema.counter.c.count + 1}
        )
        with self._engine.begin() as connection:
            connection.execute(change)


def _officer(row: RowMapping) -> Officer:
    roles = frozenset(Role(role) for role in row["roles"])
    return Officer(OfficerId(row["id"]), roles, row["trained_until"], revoked=row["revoked_at"] is not None)
