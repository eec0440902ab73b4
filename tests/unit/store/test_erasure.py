"""Erasure: row, image, template, index bytes and key - also against an old backup of the database."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from overt.errors import PersonKeyGone, PersonUnknown
from overt.store.database import connect
from overt.store.doctor import examine
from overt.store.embedded import EmbeddedPostgres
from overt.store.gallery.index import GalleryIndex
from overt.store.gallery.rows import open_template
from overt.store.keys import PersonKeys
from simulators.camera import SimulatedTemplates, simulated_vector
from simulators.force import Force, demonstration, reopened


def size(force: Force) -> int:
    return force.instance.index.current().scope_size(force.instance.scopes()[0], force.clock())


def test_an_erased_person_is_gone_from_rows_index_and_keys(force: Force) -> None:
    force.enrol(1, 2, shots=2)
    assert size(force) == 4
    person = force.instance.browser.of_person("p1")[0].person
    epoch = force.instance.keys.epoch
    report = force.instance.erasure.erase(person)
    assert report.references == 2
    assert report.key_epoch > epoch
    assert size(force) == 2
    with pytest.raises(PersonKeyGone):
        force.instance.keys.get(person)
    with pytest.raises(PersonUnknown):
        force.instance.browser.of_person("p1")
    assert force.instance.browser.of_person("p2"), "others stay"
    assert force.deeds()[report.ledger_index] == "gallery:person:erased"
    assert {finding.name for finding in examine(force.instance) if not finding.well} <= {"models"}


def test_an_unknown_person_changes_nothing(force: Force) -> None:
    force.enrol(1)
    person = force.instance.browser.of_person("p1")[0].person
    force.instance.erasure.erase(person)
    before, epoch = force.deeds(), force.instance.keys.epoch
    with pytest.raises(PersonUnknown):
        force.instance.erasure.erase(person)
    assert (force.deeds(), force.instance.keys.epoch) == (before, epoch)


def test_other_processes_stop_finding_an_erased_person(force: Force) -> None:
    force.enrol(1, 2)
    contract = force.templates.contract
    keys = PersonKeys.open(force.instance.key_folder.persons, force.instance.key_folder.master())
    elsewhere = GalleryIndex(force.instance.engine, keys, contract.digest, contract.dimension)
    assert elsewhere.current().scope_size(force.instance.scopes()[0], force.clock()) == 2
    force.instance.erasure.erase(force.instance.browser.of_person("p1")[0].person)
    assert elsewhere.current().scope_size(force.instance.scopes()[0], force.clock()) == 1


def test_a_crash_before_the_key_is_destroyed_is_made_good_at_opening(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demonstration(folder) as force:
        force.enrol(1, 2)
        person = force.instance.browser.of_person("p1")[0].person
        with monkeypatch.context() as patch:
            patch.setattr(PersonKeys, "forget_and_rotate", _crash)
            with pytest.raises(KeyboardInterrupt):
                force.instance.erasure.erase(person)
        owed = next(finding for finding in examine(force.instance) if finding.name == "erasures")
        assert "1 key(s) wait" in owed.detail
        assert force.instance.keys.get(person)
    with reopened(folder) as force, pytest.raises(PersonKeyGone):
        force.instance.keys.get(person)


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_old_backup_with_todays_keys_does_not_open_an_erased_person(folder: Path) -> None:
    """The database cluster is copied whole (data and WAL) before the erasure, and started again after it."""
    with demonstration(folder) as force:
        force.enrol(1, 2)
        person = force.instance.browser.of_person("p1")[0].person
        kept = force.instance.browser.of_person("p2")[0].person
        yesterday = force.instance.place.keys.with_name("yesterday.keys")
        shutil.copytree(force.instance.place.keys, yesterday)
        force.instance.engine.dispose()
    backup = folder / "backup-of-postgres"
    shutil.copytree(folder / "force" / "postgres", backup, symlinks=True)
    cluster = _cluster_of(folder / "force" / "postgres")
    shutil.copytree(cluster, folder / "backup-of-cluster", symlinks=True)

    with reopened(folder) as force:
        force.instance.erasure.erase(person)

    _put_back(cluster, folder / "backup-of-cluster")
    with reopened_without_settling(folder) as (rows, keys):
        assert person in rows, "the backup does hold the erased person's rows"
        with pytest.raises(PersonKeyGone):
            keys.get(person)
        reference, sealed = rows[kept]
        vector = open_template(keys.get(kept), reference, sealed)
        assert vector.tolist() == simulated_vector(2, 0, SimulatedTemplates().contract.dimension).tolist()
        reference, sealed = rows[person]
        old = PersonKeys.open(yesterday / "persons", (force.instance.key_folder.master()))
        assert len(open_template(old.get(person), reference, sealed)), "and yesterday's keys would have opened it"


def _cluster_of(postgres: Path) -> Path:
    found = [path.parent for path in postgres.rglob("PG_VERSION") if (path.parent / "global").is_dir()]
    assert len(found) == 1, "the cluster stands inside the instance here"
    return found[0]


def _put_back(cluster: Path, backup: Path) -> None:
    """Restore an old copy: the very files, with their owners."""
    owner = cluster.stat()
    shutil.rmtree(cluster)
    shutil.copytree(backup, cluster, symlinks=True)
    for path in (cluster, *cluster.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    cluster.chmod(0o700)


class reopened_without_settling:  # noqa: N801  # reads as a context manager
    """The restored database and today's keys, as an attacker with both would have them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> tuple[dict[object, tuple[int, bytes]], PersonKeys]:
        from overt.store.keys import KeyFolder
        from overt.store.place import Place

        place = Place(self._folder / "force")
        self._running = EmbeddedPostgres(place.postgres).running()
        self._engine = connect(self._running.__enter__().url())
        with self._engine.connect() as connection:
            rows = connection.execute(text("select person, id, template_sealed from reference")).all()
        keys = KeyFolder(place.keys, place.folder)
        return {row.person: (row.id, bytes(row.template_sealed)) for row in rows}, PersonKeys.open(
            keys.persons, keys.master()
        )

    def __exit__(self, *error: object) -> None:
        self._engine.dispose()
        self._running.__exit__(None, None, None)
