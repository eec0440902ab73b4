"""Where a cluster may be put, and that nothing is ever opened up for it."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.errors import DatabaseProgramsUnusable, DatabaseUnavailable, InstanceCopied
from overt.store.embedded import EmbeddedPostgres, processes
from overt.store.embedded.account import ServerAccount
from overt.store.embedded.place import LONGEST, remembered
from overt.store.embedded.programs import Programs, find_programs, make_system_folder, usable_by
from unit.store.embedded.helpers import as_account, ask, copied, data_of, is_root, server_pid

needs_root = pytest.mark.skipif(not is_root(), reason="only root gives the server an account of its own")
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def closed(base: Path) -> Iterator[Path]:
    """A folder of root's that nobody else can enter, as /root is."""
    folder = base / "closed"
    folder.mkdir(mode=0o700)
    yield folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700, "a parent folder was opened up"


@needs_root
def test_under_a_closed_folder_programs_and_cluster_go_to_the_systems_place(closed: Path, base: Path) -> None:
    """Everything, as in an environment under /root: the programs, the instance."""
    site = closed / "site"
    site.mkdir()
    package = find_programs().folder.parents[1]
    shutil.copytree(package, site / package.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    shutil.copytree(package.with_name(package.name + ".libs"), site / f"{package.name}.libs")
    database = EmbeddedPostgres(
        closed / "postgres", site / package.name / "pginstall18" / "bin", system_dir=base / "sys"
    )
    for _ in range(2):
        database.initialise()
        with database.running() as address:
            assert ask(address, "select 1") == [(1,)]
            assert address.socket_dir.is_relative_to(base / "sys" / "clusters")
    place = remembered(closed / "postgres")
    assert place
    assert str(place.home) in (closed / "postgres" / "place.json").read_text()
    _is_owned_properly(base / "sys", place.home)
    database.destroy()
    assert list((base / "sys" / "clusters").iterdir()) == []


def _is_owned_properly(system: Path, home: Path) -> None:
    """The cluster is the server's alone; the programs are root's, and nobody else can change them."""
    assert home.stat().st_uid != 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    programs = [path for path in system.rglob("*") if not path.is_relative_to(home)]
    assert len(programs) > 500
    assert len(list(system.glob("postgresql-18*"))) == 1
    for path in (system, *programs):
        assert path.stat().st_uid == 0
        assert not path.stat().st_mode & 0o022, path


@needs_root
def test_programs_that_cannot_be_moved_are_not_copied(base: Path, closed: Path) -> None:
    (closed / "bin").mkdir()
    with pytest.raises(DatabaseProgramsUnusable, match="cannot run the programs"):
        usable_by(ServerAccount.choose(), Programs(closed / "bin", "16.1"), base / "sys")


@needs_root
def test_a_system_folder_that_others_can_change_is_refused(base: Path) -> None:
    (base / "sys").mkdir()
    (base / "sys").chmod(0o777)
    with pytest.raises(DatabaseProgramsUnusable, match="could be changed"):
        make_system_folder(base / "sys")


@pytest.mark.slow
@needs_root
def test_another_cluster_under_the_same_name_is_left_alone(closed: Path, base: Path) -> None:
    """The instance was moved, or its folder deleted by hand, and a new one was made at its old place."""
    moved = EmbeddedPostgres(closed / "postgres", system_dir=base / "sys")
    moved.initialise()
    (closed / "postgres").rename(closed / "elsewhere")
    EmbeddedPostgres(closed / "postgres", system_dir=base / "sys").initialise()
    assert len(list((base / "sys" / "clusters").iterdir())) == 2
    with EmbeddedPostgres(closed / "elsewhere", system_dir=base / "sys").running() as address:
        assert ask(address, "select 1") == [(1,)]


@needs_root
def test_a_copied_instance_does_not_share_the_cluster_of_the_first(closed: Path, base: Path) -> None:
    EmbeddedPostgres(closed / "postgres", system_dir=base / "sys").initialise()
    copied(closed / "postgres", closed / "copy")
    with pytest.raises(InstanceCopied), EmbeddedPostgres(closed / "copy", system_dir=base / "sys").running():
        pytest.fail("two instances share a database")


@pytest.mark.slow
@needs_root
def test_root_runs_somebody_elses_instance_as_them(base: Path, model: Path) -> None:
    folder = base / "postgres"
    folder.mkdir()
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    folder.chmod(0o700)
    database = EmbeddedPostgres(folder)
    database.initialise()
    with database.running():
        assert Path(f"/proc/{server_pid(data_of(base))}").stat().st_uid == NOBODY.pw_uid
    assert {path.stat().st_uid for path in folder.rglob("*")} == {NOBODY.pw_uid}
    as_account(NOBODY.pw_uid, NOBODY.pw_gid, lambda: _runs(folder))


def _runs(folder: Path) -> None:
    with EmbeddedPostgres(folder).running() as address:
        assert ask(address, "select 1") == [(1,)]


@needs_root
def test_without_root_everything_is_the_callers_own(base: Path) -> None:
    theirs = base / "theirs"
    theirs.mkdir()
    os.chown(theirs, NOBODY.pw_uid, NOBODY.pw_gid)

    def work() -> None:
        database = EmbeddedPostgres(theirs / "postgres", find_programs().folder)
        database.initialise()
        with database.running() as address:
            assert ask(address, "select 1") == [(1,)]
            assert stat.S_IMODE((theirs / "postgres").stat().st_mode) == 0o700
        database.destroy()

    as_account(NOBODY.pw_uid, NOBODY.pw_gid, work)
    assert [path.name for path in sorted((theirs / "postgres").iterdir())] == ["switch.lock", "users.lock"]


@needs_root
def test_somebody_elses_instance_is_refused_clearly(database: EmbeddedPostgres) -> None:
    def work() -> None:
        with pytest.raises(DatabaseUnavailable, match="another account"), database.running():
            pass

    as_account(NOBODY.pw_uid, NOBODY.pw_gid, work)


def test_a_long_path_gets_a_short_private_socket_folder(base: Path, model: Path) -> None:
    deep = base / ("d" * 100)
    deep.mkdir()
    deep.chmod(0o711)
    database = EmbeddedPostgres(deep / "postgres")
    database.initialise()
    with database.running() as address:
        assert ask(address, "select 1") == [(1,)]
        assert len(str(address.socket_dir / ".s.PGSQL.5432")) <= LONGEST
        assert stat.S_IMODE(address.socket_dir.stat().st_mode) == 0o700
        assert address.socket_dir.stat().st_uid == (deep / "postgres" / "server").stat().st_uid
    shutil.rmtree(address.socket_dir)  # the machine was restarted, or the folder swept
    with database.running() as again:
        assert ask(again, "select 1") == [(1,)]
    with database.running():
        assert database.address().socket_dir == again.socket_dir, "it is remembered"
    database.destroy()
    assert not again.socket_dir.exists()


def test_the_longest_path_that_fits_is_used_in_place(base: Path, model: Path) -> None:
    room = LONGEST - len(str(base / "postgres" / "server" / "socket" / ".s.PGSQL.5432")) - 1
    deep = base / ("d" * room)
    deep.mkdir()
    deep.chmod(0o711)
    database = EmbeddedPostgres(copied(model, deep / "postgres"))
    with database.running() as address:
        assert address.socket_dir.is_relative_to(deep)
        assert ask(address, "select 1") == [(1,)]


def test_a_socket_folder_that_somebody_opened_is_not_used_again(base: Path, model: Path) -> None:
    deep = base / ("d" * 100)
    deep.mkdir()
    deep.chmod(0o711)
    database = EmbeddedPostgres(copied(model, deep / "postgres"))
    with database.running() as address:
        pass
    address.socket_dir.chmod(0o777)
    with database.running() as again:
        assert again.socket_dir != address.socket_dir
    address.socket_dir.rmdir()


def test_a_server_whose_socket_was_swept_away_is_started_anew(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        before = server_pid(data_of(base))
        (address.socket_dir / ".s.PGSQL.5432").unlink()
        with database.running() as again:
            assert ask(again, "select 1") == [(1,)]
            assert server_pid(data_of(base)) != before


def test_an_instance_can_be_moved_and_a_backup_of_it_run(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        ask(address, "create table t as select 5 as a")
    subprocess.run(["cp", "-a", base / "postgres", base / "backup"], check=True)
    (base / "postgres").rename(base / "moved")
    for name in ("moved", "backup"):
        with EmbeddedPostgres(base / name).running() as address:
            assert ask(address, "select a from t") == [(5,)]
            assert address.socket_dir == base / name / "server" / "socket"


def test_temporary_folders_are_named_only_when_needed(base: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = base / "temporary"
    own.mkdir(mode=0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    with EmbeddedPostgres(copied(model, base / "postgres")).running():
        assert list(own.iterdir()) == []
    assert not processes.processes_in(data_of(base))
