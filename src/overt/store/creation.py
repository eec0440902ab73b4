"""Making an instance.

Rules:
* All or nothing: what was made is removed again when a step fails, and `instance.json` is written last. The folder of
  keys appears first and at once; whoever made it makes the instance, and nobody else ever removes anything.
* The first ledger entry names the log, the second adopts the policy; nothing comes before them.
* A demonstration instance gets its demonstration accounts and the simulated phone's key; another one gets nobody.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import insert, select

from overt.access import DeviceKey, Officer, Role
from overt.errors import DatabaseOfAnotherInstance, InstanceExists, OutsideDatabaseRefused
from overt.identifiers import OfficerId
from overt.ledger.checkpoint import parse_checkpoint
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.note import sign_note, split_note
from overt.policy import Policy, demonstration_policy, parse_policy
from overt.store import schema
from overt.store.accounts import Accounts
from overt.store.database import migrate
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import DATABASE_VARIABLE, database_of, make_ledger, policy_signer
from overt.store.keys import KeyFolder, PersonKeys
from overt.store.ledger_files import LedgerFiles
from overt.store.ledger_log import LedgerLog
from overt.store.place import About, Clock, Place, utc_now
from overt.store.policy_changes import adoption_entry, store_adopted
from overt.store.policy_effects import keep_and_publish, public_report

DEMO_OFFICER = OfficerId("demo-officer")
DEMO_SUPERVISOR = OfficerId("demo-supervisor")
DEMO_TRAINING_DAYS = 365
PILOT_DAYS = 182
"""Six months, as the pilots known so far."""


@dataclass(frozen=True, slots=True)
class Created:
    """What a new instance tells its maker; `vkey` is the ledger's key, for outsiders."""

    about: About
    policy: Policy
    vkey: str


@dataclass(frozen=True, slots=True)
class _New:
    """What an instance begins with.

    `public`: the report of its model, by its name beside the log. `continues`: as its first entry says it.
    """

    about: About
    policy: Policy
    public: Mapping[str, bytes]
    continues: str


def demonstration_text(today: date, pilot_ends: date | None) -> str:
    """The demonstration policy with a pilot that starts today; one that has ended already is given an earlier start."""
    ends = pilot_ends or today + timedelta(days=PILOT_DAYS)
    return demonstration_policy(min(today, ends - timedelta(days=PILOT_DAYS)) if ends < today else today, ends)


def create(
    folder: Path,
    policy_text: str,
    clock: Clock = utc_now,
    after: bytes | None = None,
    reports: Sequence[bytes] = (),
) -> Created:
    """Make an instance under a policy; whether it is a demonstration is the policy's to say.

    Args:
        folder: where; it must be empty or not there.
        policy_text: TOML.
        clock: the present moment.
        reports: of evaluations; the policy's model has to have its own among these or among what is shipped.
        after: the last checkpoint of the ledger that this one continues, as it was signed; None when there is none.

    Raises:
        InstanceExists, KeysExist: the folder or its folder of keys is in use, perhaps just now by another `init`.
        PolicyRefusal: the policy is not valid or too loose, or its model has no report; nothing was made.
        OutsideDatabaseRefused: a demonstration, and OVERT_DATABASE_URL is set.
        DatabaseOfAnotherInstance: OVERT_DATABASE_URL leads to a database that an instance uses already.
    """
    policy = parse_policy(policy_text)
    public = public_report(policy, reports)
    continues = continuing(after) if after is not None else "none"
    place = Place(folder.absolute())
    outside = bool(os.environ.get(DATABASE_VARIABLE))
    if policy.demonstration and outside:
        raise OutsideDatabaseRefused()
    if place.keys.exists() or (place.folder.exists() and any(place.folder.iterdir())):
        raise InstanceExists()
    about = _about(policy, outside)
    keys = KeyFolder(place.keys, place.folder)
    keys.create_all(demonstration=policy.demonstration)
    try:
        return _create(place, _New(about, policy, public, continues), keys, clock)
    except BaseException:
        _remove(place, outside)
        raise


def _about(policy: Policy, outside: bool) -> About:
    identity = uuid4()
    kind = "demonstration" if policy.demonstration else "instance"
    return About(identity, f"overt.invalid/{kind}/{identity.hex[:12]}", policy.demonstration, outside)


def _create(place: Place, new: _New, keys: KeyFolder, clock: Clock) -> Created:
    about, policy = new.about, new.policy
    place.folder.mkdir(parents=True, exist_ok=True)
    # The server's own user has to pass through; what is private inside has its own, narrower permissions.
    place.folder.chmod(0o711)
    PersonKeys.create(keys.persons, keys.master())
    LedgerFiles(place.ledger).create()
    # The running day is for witnesses and the oversight body; the public has a copy, which may be read by others.
    place.ledger.chmod(0o700)
    if not about.outside_database:
        EmbeddedPostgres(place.postgres).initialise()
    with database_of(place, policy.demonstration, about.outside_database) as engine:
        migrate(engine)
        ledger = make_ledger(place, about, engine, keys, policy, clock)
        _first_entries(ledger, new, keys, clock)
        if policy.demonstration:
            _demonstration_people(ledger, policy, about.id, keys, clock)
    about.write(place.about)
    return Created(about, policy, ledger.vkey)


def _first_entries(ledger: LedgerLog, new: _New, keys: KeyFolder, clock: Clock) -> None:
    about, policy = new.about, new.policy
    note = sign_note(f"{policy.canonical}\n", [policy_signer(about.origin, keys)])
    ledger.files.publish_policy(policy.digest, note)
    with ledger.deed() as (connection, append):
        if connection.execute(select(schema.instance.c.id)).first() is not None:
            raise DatabaseOfAnotherInstance()
        values = {"id": about.id, "origin": about.origin, "demonstration": about.demonstration, "created_at": clock()}
        connection.execute(insert(schema.instance).values(values))
        first_key = {"number": 0, "vkey": ledger.vkey, "since": clock()}
        connection.execute(insert(schema.ledger_key).values(first_key))
        keep_and_publish(connection, ledger.files, new.public)
        append(EntryDraft(Deed.INSTANCE_LEDGER_CREATED, {"origin": about.origin, "continues": new.continues}, {}))
        leaf = append(adoption_entry(policy, "first"))
        store_adopted(connection, policy, note, clock(), leaf)
    ledger.publish(leaf)


def _demonstration_people(ledger: LedgerLog, policy: Policy, instance: UUID, keys: KeyFolder, clock: Clock) -> None:
    accounts = Accounts(ledger, lambda: policy.pilot.officer_cap, clock)
    trained = clock().date() + timedelta(days=DEMO_TRAINING_DAYS)
    accounts.authorise(Officer(DEMO_OFFICER, frozenset({Role.OFFICER}), trained))
    accounts.authorise(Officer(DEMO_SUPERVISOR, frozenset({Role.SUPERVISOR}), trained))
    public = keys.demo_device().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    accounts.enrol_device(DeviceKey(demo_device_id(instance), public))


def continuing(checkpoint: bytes) -> str:
    """What the first entry says of the log before it: the digest of its last checkpoint's text.

    Raises:
        LedgerFormatError: not a checkpoint. Whose signature it carries is for those to see who kept it.
    """
    text, _ = split_note(checkpoint)
    parse_checkpoint(text)
    return "sha256:" + sha256(text.encode()).hexdigest()


def demo_device_id(instance: UUID) -> UUID:
    """The id of the simulated phone of a demonstration instance."""
    return uuid5(instance, "demo-device")


def _remove(place: Place, outside: bool) -> None:
    if not outside and place.postgres.exists():
        EmbeddedPostgres(place.postgres).destroy()
    shutil.rmtree(place.folder, ignore_errors=True)
    shutil.rmtree(place.keys, ignore_errors=True)
