"""A force's own database: an instance that is no demonstration, on PostgreSQL 15 and on the embedded 18."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from overt.access import DeviceKey, Officer, Role, Shutter, capture_message
from overt.cli import main
from overt.errors import (
    DatabaseOfAnotherInstance,
    DatabaseUnsuitable,
    DemonstrationOnly,
    NotActivated,
    OutsideDatabaseRefused,
)
from overt.identifiers import OfficerId
from overt.store import schema
from overt.store.creation import create, demonstration_text
from overt.store.doctor import examine
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import DATABASE_VARIABLE, Instance, open_instance
from simulators.camera import photograph
from simulators.force import OFFICER, Clock, Force
from simulators.production import create_in_time, placeholders, production_policy, register_documents, witness_there

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


class OwnForce(Force):
    """A force with its own phone, since a real instance has no simulated one."""

    def equip(self) -> None:
        self.key: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        self.device = uuid4()
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        accounts = self.instance.accounts
        accounts.enrol_device(DeviceKey(self.device, public))
        trained = self.clock().date().replace(year=self.clock().year + 1)
        accounts.authorise(Officer(OfficerId(OFFICER), frozenset({Role.OFFICER}), trained))


@pytest.fixture(params=["embedded 18", "Debian's 15"])
def database(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database of a force: its own server by URL, or the embedded one."""
    if request.param == "embedded 18":
        monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
        yield "18"
        return
    if not (DEBIAN_15 / "postgres").exists():
        pytest.skip("Debian's PostgreSQL 15 is not installed; .ci/run installs it")
    server = EmbeddedPostgres(folder / "outside" / "postgres", DEBIAN_15)
    (folder / "outside").mkdir(mode=0o711)
    server.initialise()
    with server.running() as address:
        monkeypatch.setenv(DATABASE_VARIABLE, address.url("postgresql"))
        yield "15"


@contextmanager
def own_force(folder: Path) -> Iterator[OwnForce]:
    clock = Clock()
    create_in_time(folder / "force", clock)
    with open_instance(folder / "force", clock) as instance:
        made = OwnForce(instance, clock)
        made.equip()
        register_documents(instance)
        witness_there(instance)
        yield made


def signed(force: OwnForce, photo: bytes) -> list[str]:
    """A capture from the force's own phone."""

    encounter = force.noticed()
    nonce = force.desks.check.nonce(encounter, OFFICER, force.device)
    message = capture_message(nonce.value, encounter, Shutter.GUIDED, [hashlib.sha256(photo).digest()])
    r, s = decode_dss_signature(force.key.sign(message, ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    answered = force.desks.search.capture(encounter, OFFICER, [photo], nonce.value, signature, Shutter.GUIDED)
    return [one.names.person for one in force.reveal(answered.encounter).candidates if one.names]


def test_a_whole_force_on_its_own_database(folder: Path, database: str) -> None:
    with own_force(folder) as force:
        engine = force.instance.engine
        with engine.connect() as connection:
            assert connection.execute(text("show server_version")).scalar_one().startswith(database)
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []
        assert force.enrol(1, 2).imported == 2
        assert signed(force, photograph(1, 5)) == ["p1"]
        force.instance.erasure.erase(force.instance.browser.of_person("p1")[0].person)
        assert signed(force, photograph(1, 5)) == []
        assert force.instance.ledger.verify() == force.instance.ledger.head().size
        assert [finding for finding in examine(force.instance) if not finding.well and finding.name != "models"] == []
        _refuses_what_only_demonstrations_do(force.instance, folder)


def _refuses_what_only_demonstrations_do(instance: Instance, folder: Path) -> None:
    with pytest.raises(DemonstrationOnly):
        instance.add_filler(1)
    photo = folder / "photo.jpg"
    photo.write_bytes(b"x")
    example = Path(__file__).parents[2] / "examples" / "street-stop.toml"
    command = ["--instance", str(instance.place.folder), "check", str(photo), "--encounter", str(example)]
    assert main.run(command) == 3
    assert main.run(["--instance", str(instance.place.folder), "session", "demo-officer"]) == 3


@pytest.mark.parametrize("database", ["Debian's 15"], indirect=True)
def test_a_database_serves_one_instance(folder: Path, database: str) -> None:
    assert database == "15", "only an outside database could be given to two instances"
    with own_force(folder):
        pass
    today = Clock()().date()
    with pytest.raises(DatabaseOfAnotherInstance):
        create(folder / "second", production_policy(today))
    assert not (folder / "second").exists()
    assert not (folder / "second.keys").exists()
    with open_instance(folder / "force") as instance:
        assert instance.ledger.verify() > 0, "the first one is unharmed"


def test_a_policy_without_its_documents_opens_no_check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    clock = Clock()
    create_in_time(folder / "force", clock, lambda text: placeholders(text, 1))
    with open_instance(folder / "force", clock) as instance:
        force = OwnForce(instance, clock)
        force.equip()
        register_documents(instance)
        with pytest.raises(NotActivated, match=r"^The document \S+ is a placeholder\.$"):
            force.noticed()


def test_a_demonstration_takes_no_outside_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OutsideDatabaseRefused):
        create(folder / "demo", demonstration_text(Clock()().date(), None))
    assert not (folder / "demo").exists()


def test_too_old_a_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from overt.store import database

    class Old:
        def execute(self, _: object) -> "Old":
            return self

        def scalar_one(self) -> str:
            return "140012"

    with pytest.raises(DatabaseUnsuitable):
        database.check_server(Old())  # type: ignore[arg-type]  # only what the check asks of a connection
    monkeypatch.undo()


@pytest.mark.parametrize("database", ["Debian's 15"], indirect=True)
def test_an_instance_stays_with_its_database(folder: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the address it does not begin an embedded one in its place; the embedded one takes no address later."""
    assert database == "15"
    with own_force(folder):
        pass
    address = os.environ[DATABASE_VARIABLE]
    monkeypatch.delenv(DATABASE_VARIABLE)
    with pytest.raises(OutsideDatabaseRefused), open_instance(folder / "force"):
        pass
    assert not (folder / "force" / "postgres").exists()
    create(folder / "embedded", production_policy(Clock()().date()))
    monkeypatch.setenv(DATABASE_VARIABLE, address)
    with pytest.raises(OutsideDatabaseRefused), open_instance(folder / "embedded"):
        pass
    assert main.run(["--instance", str(folder / "force"), "ledger", "verify"]) == 0
