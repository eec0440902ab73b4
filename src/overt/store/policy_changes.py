"""Changes of the policy and orders of the oversight body, in PostgreSQL and in the public folder of the log.

Rules:
* A policy is adopted in one transaction with its entry; the next deed of any process is decided under it, or not done.
* Its signed text is public before the entry that names it, and so is the effect that was signed with it.
* The day of an announcement is the hour of its entry, which everybody can read, and not a column of this database.
* A suspension holds from the commit of its entry. Orders are read again from their text, and never lost: a lifted one
  keeps its row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from overt.errors import OrderRepeated, PolicyInvalid
from overt.identifiers import Digest
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.fields import FieldValue
from overt.ledger.note import Signer, add_signature, split_note
from overt.policy import Policy
from overt.policy.adoption import Proposal, earliest, read_proposal, require_notice, require_report, require_signatures
from overt.policy.effect import read_signed_text
from overt.policy.suspension import Act, Order, as_json, order_of_note, read_order
from overt.store import schema
from overt.store.ledger_log import LedgerLog
from overt.store.policy_effects import NOTHING, HandedIn, keep_and_publish, public_with


@dataclass(frozen=True, slots=True)
class Announced:
    """A loosening that was announced: from when it may be adopted, and the entry that says so."""

    proposal: Proposal
    earliest: date
    index: int


@dataclass(frozen=True, slots=True)
class Adopted:
    """A policy that is in force now, and the entry that says so."""

    proposal: Proposal
    index: int


class PolicyChanges:
    """The changes of one instance.

    Args:
        ledger: where they are recorded.
        signer: the instance's policy key, which signs what it has adopted.
        in_force: reads the policy in force.
        now: the present moment.
    """

    def __init__(
        self, ledger: LedgerLog, signer: Signer, in_force: Callable[[], Policy], now: Callable[[], datetime]
    ) -> None:
        self._ledger, self._signer, self._in_force, self._now = ledger, signer, in_force, now

    def announce(self, note: bytes, given: HandedIn = NOTHING) -> Announced:
        """Make a loosening public; it may be adopted when its notice period is over. Doing it again changes nothing.

        Args:
            given: its effect, where it has one, and its model's report, where that is not shipped or public.

        Raises:
            PolicyRefusal: not a valid policy, not signed by all, or nothing in it is looser.
        """
        policy = self._in_force()
        proposal = read_proposal(policy, note)
        require_signatures(policy, proposal)
        require_report(policy, proposal, self._now().date())
        if not proposal.loosens:
            raise PolicyInvalid("Nothing in this change is looser; it is adopted without an announcement.")
        public = public_with(self._ledger.engine, policy, proposal, given)
        with self._ledger.deed() as (connection, append):
            _demand_never_adopted(connection, proposal.policy.digest)
            found = _announced(connection, proposal.policy.digest)
            if found is not None:
                return Announced(proposal, earliest(policy, proposal, found[1]), found[0])
            first = earliest(policy, proposal, self._now().date())
            fields: dict[str, FieldValue] = {
                "version": proposal.policy.version,
                "proposed": proposal.policy.digest,
                "earliest": first.isoformat(),
            }
            keep_and_publish(connection, self._ledger.files, public)
            self._ledger.files.publish_policy(proposal.policy.digest, note)
            index = append(EntryDraft(Deed.POLICY_LOOSENING_ANNOUNCED, fields, {}), under=policy.digest)
            values = {"digest": proposal.policy.digest, "note": note.decode(), "announced_leaf": index}
            connection.execute(insert(schema.policy_proposal).values(values))
        self._ledger.publish(index)
        return Announced(proposal, first, index)

    def adopt(self, note: bytes, given: HandedIn = NOTHING) -> Adopted:
        """Put a policy in force.

        Args:
            given: the same, where it is not public since its announcement.

        Raises:
            PolicyRefusal: not a valid policy, not signed by those who have to, or announced too late.
        """
        policy = self._in_force()
        proposal = read_proposal(policy, note)
        require_signatures(policy, proposal)
        require_report(policy, proposal, self._now().date())
        digest = proposal.policy.digest
        public = {} if self._is_announced(proposal) else public_with(self._ledger.engine, policy, proposal, given)
        signed = add_signature(note, self._signer)
        with self._ledger.deed() as (connection, append):
            _demand_never_adopted(connection, digest)
            found = _announced(connection, digest)
            require_notice(policy, proposal, found[1] if found else None, self._now().date())
            keep_and_publish(connection, self._ledger.files, public)
            self._ledger.files.publish_policy(digest, signed)
            index = append(
                adoption_entry(proposal.policy, "loosened" if proposal.loosens else "tightened"),
                under=digest,
                adopts=policy.digest,
            )
            store_adopted(connection, proposal.policy, signed, self._now(), index)
        self._ledger.publish(index)
        return Adopted(proposal, index)

    def _is_announced(self, proposal: Proposal) -> bool:
        """Whether it is public, with this effect, since an announcement: it was looked at then, by that day's policy.

        Raises:
            PolicyInvalid: it was announced with another effect.
        """
        table = schema.policy_proposal
        with self._ledger.engine.connect() as connection:
            note = connection.execute(select(table.c.note).where(table.c.digest == proposal.policy.digest)).scalar()
        if note is not None and read_signed_text(split_note(note.encode())[0])[1] != proposal.effect:
            raise PolicyInvalid(
                "It was announced with another effect; a policy with this one has a version's name of its own."
            )
        return note is not None

    def obey(self, note: bytes) -> tuple[Order, int]:
        """Record an order of the oversight body: a suspension holds from now on, a lifted one no longer.

        Raises:
            OrderInvalid: not an order for this ledger, or not signed by the oversight body.
            OrderRepeated: a suspension of this number was there before, or there is none to lift.
        """
        order = read_order(note, self._ledger.origin, self._in_force().signatories.oversight)
        with self._ledger.deed() as (connection, append):
            index = append(_order_entry(order))
            if order.act is Act.SUSPEND:
                _suspend(connection, order, note, index)
            else:
                _lift(connection, order, note, index)
        self._ledger.publish(index)
        return order, index

    def suspensions(self) -> Sequence[Order]:
        """What is suspended now."""
        with self._ledger.engine.connect() as connection:
            return suspensions_in_force(connection)


def suspensions_in_force(connection: Connection) -> tuple[Order, ...]:
    """The suspensions that nobody has lifted, by number."""
    table = schema.suspension
    query = select(table.c.note).where(table.c.lifted_leaf.is_(None)).order_by(table.c.number)
    return tuple(order_of_note(note.encode()) for note in connection.execute(query).scalars())


def adoption_entry(policy: Policy, change: str) -> EntryDraft:
    """The entry that puts a policy in force. `change`: `first`, `tightened` or `loosened`."""
    fields = {"change": change, "demonstration": "yes" if policy.demonstration else "no", "version": policy.version}
    return EntryDraft(Deed.POLICY_VERSION_ADOPTED, fields, {})


def store_adopted(connection: Connection, policy: Policy, note: bytes, at: datetime, index: int) -> None:
    """Keep the signed text of a policy as the one in force."""
    values = {"digest": policy.digest, "note": note.decode(), "adopted_at": at, "adopted_leaf": index}
    connection.execute(insert(schema.policy).values(values))


def _demand_never_adopted(connection: Connection, digest: Digest) -> None:
    """Refuse a policy that was in force once: its public text carries the signatures of that time."""
    if connection.execute(select(schema.policy.c.digest).where(schema.policy.c.digest == digest)).first():
        raise PolicyInvalid("This policy was in force before; a return to it has a version's name of its own.")


def _announced(connection: Connection, digest: Digest) -> tuple[int, date] | None:
    """The entry of an announcement, and the UTC day of its hour."""
    join = schema.policy_proposal.join(schema.leaf, schema.leaf.c.number == schema.policy_proposal.c.announced_leaf)
    query = select(schema.leaf.c.number, schema.leaf.c.hour).select_from(join)
    found = connection.execute(query.where(schema.policy_proposal.c.digest == digest)).first()
    return (found.number, date.fromisoformat(found.hour[:10])) if found else None


def _order_entry(order: Order) -> EntryDraft:
    deed = Deed.POLICY_SUSPENSION_ORDERED if order.act is Act.SUSPEND else Deed.POLICY_SUSPENSION_LIFTED
    fields: dict[str, FieldValue] = {
        "number": order.number,
        "reach": order.reach.value,
        "suspended": order.public_code,
    }
    return EntryDraft(deed, fields, {"order": as_json(order)})


def _suspend(connection: Connection, order: Order, note: bytes, index: int) -> None:
    table = schema.suspension
    if connection.execute(select(table.c.number).where(table.c.number == order.number)).first():
        raise OrderRepeated()
    connection.execute(insert(table).values(number=order.number, note=note.decode(), ordered_leaf=index))


def _lift(connection: Connection, order: Order, note: bytes, index: int) -> None:
    table = schema.suspension
    query = select(table.c.note).where(table.c.number == order.number, table.c.lifted_leaf.is_(None))
    found = connection.execute(query).scalar()
    ordered = order_of_note(found.encode()) if found is not None else None
    if ordered is None or (ordered.reach, ordered.code) != (order.reach, order.code):
        raise OrderRepeated()
    change = update(table).where(table.c.number == order.number)
    connection.execute(change.values(lift_note=note.decode(), lifted_leaf=index))
