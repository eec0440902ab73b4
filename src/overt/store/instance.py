"""An instance on disk: where its parts are, and opening them in the right order.

::

    INSTANCE/            instance.json, postgres/ (the embedded server), ledger/ (the public log)
    INSTANCE.keys/       ledger, master and policy keys and the people's keys: outside the data and its backups

Rules:
* A demonstration instance uses the embedded database only: an outside one is refused.
* Nothing opens before the schema is this program's, the policy in force is signed by the policy key, key destruction
  that earlier erasures still owe is done, and what is past its retention date is destroyed.
* Models are loaded only when a photograph is processed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, select

from overt.candidates.effect import Sizes, scopes_of
from overt.errors import (
    DatabaseOfAnotherInstance,
    KeyMissing,
    LedgerProofInvalid,
    OutsideDatabaseRefused,
    PolicyNotSigned,
)
from overt.ledger.note import Signer, open_note
from overt.models.shipped import load_shipped_pipeline
from overt.policy import Policy, scope_for
from overt.policy.effect import read_signed_text
from overt.scope import Scope
from overt.store import schema
from overt.store.accounts import Accounts
from overt.store.activation_documents import ActivationDocuments
from overt.store.database import connect, migrate
from overt.store.embedded import EmbeddedPostgres
from overt.store.encounter_book import EncounterBook
from overt.store.gallery.browsing import Browser
from overt.store.gallery.enrolling import Enroller
from overt.store.gallery.erasure import Erasure
from overt.store.gallery.filler import add_filler
from overt.store.gallery.importing import GalleryImport
from overt.store.gallery.index import GalleryIndex
from overt.store.gallery.tags import Tagger
from overt.store.keys import KeyFolder, PersonKeys
from overt.store.leaf_writer import Stamp
from overt.store.ledger_files import LedgerFiles
from overt.store.ledger_keys import LedgerKeys, keys_so_far, settle_key
from overt.store.ledger_log import LedgerLog, newest_policy
from overt.store.passkeys import Passkeys
from overt.store.place import About, Clock, Place, utc_now
from overt.store.policy_changes import PolicyChanges
from overt.store.receipt_links import ReceiptLinks
from overt.store.retention import destroy_expired
from overt.store.running_build import running_build
from overt.store.search_cache.cache import SearchFolder
from overt.store.sessions import Sessions
from overt.store.sign_offs import SignOffBook
from overt.store.viewing import Viewing
from overt.store.witness_views import witnessed_at
from overt.template.pipeline import TemplatePipeline

DATABASE_VARIABLE = "OVERT_DATABASE_URL"
DEMONSTRATION_CEILING = 200
"""Real references that a demonstration may hold (rules.md); synthetic filler does not count."""


@dataclass(frozen=True, slots=True)
class _Adult:
    ground: str
    age: str = "adult"


class Instance:
    """An opened instance. Parts that cost time are made when first used."""

    def __init__(self, place: Place, about: About, engine: Engine, clock: Clock) -> None:
        self.place, self.about, self.engine, self.clock = place, about, engine, clock
        self._key_folder = KeyFolder(place.keys, place.folder)

    @cached_property
    def policy(self) -> Policy:
        """The policy in force.

        Raises:
            PolicyNotSigned: the stored one is not signed by this instance's policy key.
        """
        return self._read_policy()

    def _read_policy(self) -> Policy:
        query = select(schema.policy.c.note).order_by(schema.policy.c.adopted_leaf.desc()).limit(1)
        with self.engine.connect() as connection:
            note: str = connection.execute(query).scalar_one()
        try:
            opened = open_note(note.encode(), [policy_signer(self.about.origin, self._key_folder).key])
        except LedgerProofInvalid as error:
            raise PolicyNotSigned() from error
        return read_signed_text(opened.text)[0]

    def renew(self) -> bool:
        """Take over a policy that was adopted since the one in force was read; returns whether there was one.

        What was made of the policy before (desks, a book) goes by the old one still, and can record nothing any more.

        Raises:
            PolicyNotSigned: the new one is not signed by this instance's policy key; the old one stays.
        """
        with self.engine.connect() as connection:
            if newest_policy(connection) == self.policy.digest:
                return False
        policy = self._read_policy()
        for made_of_the_old in ("book", "receipt_links"):
            self.__dict__.pop(made_of_the_old, None)
        self.__dict__["policy"] = policy
        self.ledger.stamp_with(stamp_of(policy))
        return True

    def witnessed_at(self) -> datetime | None:
        """When a witness of the policy was last there; None where it names none."""
        with self.engine.connect() as connection:
            return witnessed_at(connection, self.policy.witnesses)

    @cached_property
    def changes(self) -> PolicyChanges:
        signer = policy_signer(self.about.origin, self._key_folder)
        return PolicyChanges(self.ledger, signer, lambda: self.policy, self.clock)

    @cached_property
    def ledger_keys(self) -> LedgerKeys:
        return LedgerKeys(self.ledger, self._key_folder, lambda: self.policy)

    @cached_property
    def documents(self) -> ActivationDocuments:
        return ActivationDocuments(self.ledger, lambda: self.policy)

    @cached_property
    def ledger(self) -> LedgerLog:
        return make_ledger(self.place, self.about, self.engine, self._key_folder, self.policy, self.clock)

    @cached_property
    def keys(self) -> PersonKeys:
        return PersonKeys.open(self._key_folder.persons, self._key_folder.master())

    @cached_property
    def tagger(self) -> Tagger:
        return Tagger(self._key_folder.master())

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.ledger, lambda: self.policy.pilot.officer_cap, self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.engine, self.clock)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.ledger, self.clock)

    @cached_property
    def sign_offs(self) -> SignOffBook:
        return SignOffBook(self.engine, self.clock)

    @cached_property
    def viewing(self) -> Viewing:
        return Viewing(self.engine, self.ledger.journal, self.clock)

    @cached_property
    def receipt_links(self) -> ReceiptLinks:
        return ReceiptLinks(self.engine, timedelta(days=self.policy.retention.openings_days), self.clock)

    @cached_property
    def book(self) -> EncounterBook:
        return EncounterBook(self.ledger, self.policy, self.clock)

    @cached_property
    def pipeline(self) -> TemplatePipeline:
        return load_shipped_pipeline()

    @cached_property
    def index(self) -> GalleryIndex:
        contract = self.pipeline.contract
        return GalleryIndex(self.engine, self.keys, contract.digest, contract.dimension, self.search_folder)

    @property
    def search_folder(self) -> SearchFolder:
        """Where the search index is kept on disk, and its key."""
        return SearchFolder(self.place.search, self.place.keys / "search")

    def close(self) -> None:
        """Let other processes have what only one can hold."""
        if "index" in self.__dict__:  # made when first used; not made only to be closed
            self.index.close()

    @cached_property
    def browser(self) -> Browser:
        return Browser(self.engine, self.keys, self.tagger)

    @cached_property
    def erasure(self) -> Erasure:
        return Erasure(self.ledger, self.keys, self.clock)

    def importer(self) -> GalleryImport:
        """An import into this instance, under its policy's ceiling."""
        rules = self.policy.gallery
        ceiling = min(rules.ceiling, DEMONSTRATION_CEILING) if self.about.demonstration else rules.ceiling
        enroller = Enroller(self.engine, self.keys, self.tagger, ceiling=ceiling, draw=os.urandom)
        return GalleryImport(
            self.ledger,
            enroller,
            self.tagger,
            self.pipeline,
            review_interval_days=rules.review_interval_days,
            now=self.clock,
        )

    def add_filler(self, count: int, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Synthetic filler for this instance's contract, as one batch (`store/gallery/filler.py` says what it is).

        Raises:
            DemonstrationOnly: the instance is not a demonstration.
        """
        contract = self.pipeline.contract
        add_filler(
            self.ledger,
            self.keys,
            count=count,
            contract=contract.digest,
            dimension=contract.dimension,
            review_interval_days=self.policy.gallery.review_interval_days,
            now=self.clock(),
            draw=os.urandom,
            progress=progress,
        )

    @property
    def session_idle(self) -> timedelta:
        """How long a session may be idle under the policy."""
        return timedelta(minutes=self.policy.limits.session_idle_minutes)

    def scopes(self) -> list[Scope]:
        """The scopes that the policy's grounds open for an adult: what may be found at all, and by which ground."""
        contract, policy = self.pipeline.contract.digest, self.policy
        grounds = [ground for ground, rules in policy.grounds.items() if rules.enabled]
        return [scope_for(policy, _Adult(ground), contract) for ground in grounds]

    def sizes(self, policy: Policy) -> Sizes:
        """How many references of today's gallery the scopes that a policy opens hold, for an adult."""
        engine, contract, now = self.index.current(), self.pipeline.contract.digest, self.clock()
        return {
            galleries: engine.scope_size(scope_for(policy, _Adult(next(iter(grounds))), contract), now)
            for galleries, grounds in scopes_of(policy).items()
        }

    @property
    def key_folder(self) -> KeyFolder:
        return self._key_folder


@contextmanager
def open_instance(folder: Path, clock: Clock = utc_now) -> Iterator[Instance]:
    """Open an instance for one process; the embedded server runs as long as somebody uses it.

    Raises:
        InstanceMissing: there is no instance in that folder.
        DatabaseOfAnotherInstance: OVERT_DATABASE_URL leads to a database that is not this instance's.
        OutsideDatabaseRefused: a demonstration instance, and OVERT_DATABASE_URL is set; or the reverse.
    """
    place = Place(folder.absolute())
    about = About.read(place.about)
    with database_of(place, about.demonstration, about.outside_database) as engine:
        migrate(engine)
        _demand_own_database(engine, about)
        instance = Instance(place, about, engine, clock)
        instance.erasure.settle()
        settle_key(engine, instance.key_folder, about.origin)
        if instance.ledger.holds_present_key():
            destroy_expired(instance.ledger, instance.policy.retention, clock)
        try:
            yield instance
        finally:
            instance.close()


def _demand_own_database(engine: Engine, about: About) -> None:
    with engine.connect() as connection:
        if connection.execute(select(schema.instance.c.id)).scalars().all() != [about.id]:
            raise DatabaseOfAnotherInstance()


@contextmanager
def database_of(place: Place, demonstration: bool, outside: bool) -> Iterator[Engine]:
    """An engine to the instance's database, started when it is the embedded one."""
    url = os.environ.get(DATABASE_VARIABLE)
    if demonstration and url:
        raise OutsideDatabaseRefused()
    if outside != bool(url):
        raise OutsideDatabaseRefused(f"This instance was made {'with' if outside else 'without'} {DATABASE_VARIABLE}.")
    if url:
        engine = connect(url)
        try:
            yield engine
        finally:
            engine.dispose()
        return
    with EmbeddedPostgres(place.postgres).running() as address:
        engine = connect(address.url())
        try:
            yield engine
        finally:
            engine.dispose()


def policy_signer(origin: str, keys: KeyFolder) -> Signer:
    """Who signs this instance's policy."""
    return Signer(f"{origin}/policy", keys.policy().private_bytes_raw())


def make_ledger(place: Place, about: About, engine: Engine, keys: KeyFolder, policy: Policy, clock: Clock) -> LedgerLog:
    """The ledger of an instance under a policy."""
    with engine.connect() as connection:
        known = keys_so_far(connection)
    signer = ledger_signer(about.origin, keys)
    return LedgerLog(engine, LedgerFiles(place.ledger), signer, stamp_of(policy), clock, known)


def ledger_signer(origin: str, keys: KeyFolder) -> Signer:
    """Who signs checkpoints; where that key is lost and its successor waits, the successor, which signs nothing yet."""
    try:
        return Signer(origin, keys.ledger().private_bytes_raw())
    except KeyMissing:
        waiting = keys.next_ledger()
        if waiting is None:
            raise
        return Signer(origin, waiting)


def stamp_of(policy: Policy) -> Stamp:
    """What entries carry under a policy."""
    kept = policy.retention
    openings, journal = timedelta(days=kept.openings_days), timedelta(days=kept.journal_days)
    return Stamp(running_build(), policy.digest, openings, journal)
