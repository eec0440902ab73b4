"""What the tests of the embedded server share."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from overt.store.embedded import ServerAddress, postmaster


def copied(folder: Path, to: Path) -> Path:
    subprocess.run(["cp", "-a", folder, to], check=True)
    return to


def data_of(base: Path) -> Path:
    return base / "postgres" / "server" / "data"


def server_pid(data: Path) -> int | None:
    server = postmaster.running_in(data)
    return server.pid if server else None


def ask(address: ServerAddress, statement: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(address.url("postgresql"), autocommit=True) as connection:
        cursor = connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def is_root() -> bool:
    return os.geteuid() == 0


def as_account(uid: int, gid: int, work: Callable[[], None]) -> None:
    """Run something as another account (needs root); its failure is this test's.

    A forked child keeps the interpreter and its modules, which that account might not be able to read.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            work()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()
