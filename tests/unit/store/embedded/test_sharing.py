"""One server, many processes: the first starts it, the last stops it, and no death among them breaks it."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from overt.store.embedded import EmbeddedPostgres, postmaster, probe, processes, users
from overt.store.embedded.probe import Answer
from unit.store.embedded.helpers import ask, data_of, eventually, server_pid

Client = Callable[..., "subprocess.Popen[str]"]
HURRIED = """
import random, sys, time
from pathlib import Path
import psycopg
from overt.store.embedded import EmbeddedPostgres
database, rounds, seed = EmbeddedPostgres(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
for turn in range(rounds):
    with database.running() as address:
        with psycopg.connect(address.url("postgresql"), autocommit=True) as connection:
            connection.execute("insert into visits values (%s, %s)", (seed, turn))
            time.sleep(chance.random() * 0.05)
            connection.execute("select 1")
    time.sleep(chance.random() * 0.1)
"""


def _is_up(process: "subprocess.Popen[str]") -> bool:
    assert process.stdout
    return process.stdout.readline() == "up\n"


def _leave(process: "subprocess.Popen[str]") -> None:
    process.communicate("\n")
    assert process.returncode == 0


def test_the_first_starts_it_and_the_last_stops_it(database: EmbeddedPostgres, base: Path, client: Client) -> None:
    first, second = client(), client()
    assert _is_up(first)
    assert _is_up(second)
    server = server_pid(data_of(base))
    _leave(first)
    assert server_pid(data_of(base)) == server is not None
    _leave(second)
    assert not processes.processes_in(data_of(base))


def _as_in_a_container() -> None:
    """Root there may not look into the processes of other accounts (no CAP_SYS_PTRACE), so by default in Docker."""
    drop_from_the_bounding_set, sys_ptrace = 24, 19
    assert os.geteuid() != 0 or ctypes.CDLL(None).prctl(drop_from_the_bounding_set, sys_ptrace, 0, 0, 0) == 0


def test_in_a_container_it_is_shared_just_the_same(database: EmbeddedPostgres, base: Path, client: Client) -> None:
    first, second = client(_as_in_a_container), client(_as_in_a_container)
    assert _is_up(first)
    assert _is_up(second)
    log = b"".join(path.read_bytes() for path in (data_of(base) / "log").iterdir())
    assert log.count(b"starting PostgreSQL") == 1
    first.kill()
    first.wait()
    _leave(second)
    assert not processes.processes_in(data_of(base))


def test_threads_of_one_process_are_counted_each(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        with database.running():
            pass
        assert ask(address, "select 1") == [(1,)]
    assert server_pid(data_of(base)) is None


def test_killed_users_are_not_counted(database: EmbeddedPostgres, base: Path, client: Client) -> None:
    killed, last = client(), client()
    assert _is_up(killed)
    assert _is_up(last)
    killed.kill()
    killed.wait()
    _leave(last)
    assert server_pid(data_of(base)) is None


def test_a_server_without_users_is_taken_over(database: EmbeddedPostgres, base: Path, client: Client) -> None:
    killed = client()
    assert _is_up(killed)
    server = server_pid(data_of(base))
    killed.kill()
    killed.wait()
    assert server_pid(data_of(base)) == server is not None
    with database.running() as address:
        assert ask(address, "select 1") == [(1,)]
        assert server_pid(data_of(base)) == server
        assert not database.stop_if_unused()
    assert server_pid(data_of(base)) is None


def test_a_server_without_users_can_be_stopped(database: EmbeddedPostgres, base: Path, client: Client) -> None:
    killed = client()
    assert _is_up(killed)
    killed.kill()
    killed.wait()
    assert database.stop_if_unused()
    assert server_pid(data_of(base)) is None


def test_ctrl_c_at_the_terminal_of_a_user_does_not_reach_the_server(
    database: EmbeddedPostgres, base: Path, client: Client
) -> None:
    user = client()
    assert _is_up(user)
    server = server_pid(data_of(base))
    assert server
    assert os.getsid(server) != os.getsid(user.pid)
    assert os.getpgid(server) != os.getpgid(user.pid)


def test_a_starter_that_was_killed_half_way_leaves_a_server_that_is_taken_over(
    database: EmbeddedPostgres, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = os.fork()
    if child == 0:
        setattr(postmaster, "until", lambda *_: os.kill(os.getpid(), signal.SIGKILL))  # noqa: B010
        with database.running():
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with database.running() as address:
        assert ask(address, "select 1") == [(1,)]
    assert server_pid(data_of(base)) is None


def test_a_stopper_that_was_killed_half_way_is_waited_for(database: EmbeddedPostgres, base: Path) -> None:
    for _ in range(4):
        with database.running():
            server = server_pid(data_of(base))
            assert server
            os.kill(server, signal.SIGINT)
            with database.running() as address:
                assert ask(address, "select 1") == [(1,)]
                assert server_pid(data_of(base)) != server


def test_a_server_that_repairs_itself_is_waited_for(database: EmbeddedPostgres, base: Path) -> None:
    """After the death of a backend it takes no connections for a while, and says `ready` in its file all along."""
    with database.running() as address:
        server = server_pid(data_of(base))
        with psycopg.connect(address.url("postgresql")) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            assert eventually(lambda: probe.ask(address.socket_dir) is Answer.NOT_NOW)
            with database.running():
                assert ask(address, "select 1") == [(1,)]
            connection.close()
        assert server_pid(data_of(base)) == server


def test_asking_tells_apart_nobody_and_somebody(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        assert probe.ask(address.socket_dir) is Answer.YES
        log = b"".join(path.read_bytes() for path in (data_of(base) / "log").iterdir())
        assert b"FATAL" not in log
    assert probe.ask(address.socket_dir) is Answer.NOBODY


def test_nobody_gets_in_between_the_last_leaving_and_the_stop(database: EmbeddedPostgres, base: Path) -> None:
    """Whoever starts waits for whoever stops, and then starts a server of their own."""
    order: list[str] = []
    stopping, go_on = threading.Event(), threading.Event()

    def stop() -> None:
        stopping.set()
        go_on.wait(10)
        order.append("stopped")

    def leave() -> None:
        with users.using(base / "postgres", lambda: None, stop):
            pass

    def come() -> None:
        stopping.wait(10)
        with users.using(base / "postgres", lambda: order.append("started"), lambda: None):
            pass

    threads = [threading.Thread(target=leave), threading.Thread(target=come)]
    for thread in threads:
        thread.start()
    stopping.wait(10)
    threads[1].join(0.2)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert order == ["stopped", "started"]


def test_five_processes_at_once_share_one_server(database: EmbeddedPostgres, base: Path, client: Client) -> None:
    processes = [client() for _ in range(5)]
    assert all(_is_up(process) for process in processes)
    log = b"".join(path.read_bytes() for path in (data_of(base) / "log").iterdir())
    assert log.count(b"starting PostgreSQL") == 1
    for process in processes:
        _leave(process)
    assert server_pid(data_of(base)) is None


@pytest.mark.slow
def test_five_processes_come_and_go_and_some_are_killed(database: EmbeddedPostgres, base: Path) -> None:
    with database.running() as address:
        ask(address, "create table visits (who int, turn int)")
    argv = [sys.executable, "-c", HURRIED, str(base / "postgres")]
    steady = [subprocess.Popen([*argv, "8", str(seed)]) for seed in range(5)]
    doomed = [subprocess.Popen([*argv, "1000", str(seed)]) for seed in range(100, 103)]
    for process in doomed:
        threading.Timer(1.0, process.kill).start()
    assert [process.wait(60) for process in steady] == [0] * 5
    assert [process.wait(60) for process in doomed] == [-signal.SIGKILL] * 3
    with database.running() as address:
        assert ask(address, "select who, count(*) from visits where who < 100 group by who order by who") == [
            (seed, 8) for seed in range(5)
        ]
    assert eventually(lambda: server_pid(data_of(base)) is None)
