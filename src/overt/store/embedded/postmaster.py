"""The running server: seen, started, stopped. Only one process at a time may do this to one cluster (see `users`).

Rules:
* A server counts as running only when the process named in `postmaster.pid` is one of this cluster's (see `processes`).
* After a kill -9 of the server nothing is started before the last of its processes has gone; `postmaster.pid` is
  left to PostgreSQL, which knows from it what to clean up, unless it names a stranger.
* A server that is slow to start (it may be repairing after a power cut) is left to it; the next caller takes it over.
* Nothing is put into the new server's command line or environment that others may not read.
"""

import os
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from overt.errors import DatabaseUnavailable
from overt.store.embedded.account import ServerAccount
from overt.store.embedded.address import PORT
from overt.store.embedded.processes import exists, has_number, processes_in
from overt.store.embedded.settings import LOG_FOLDER, socket_setting

READY = "ready"
_TAIL = 2_000
_START = 'ulimit -c 0; "$@" </dev/null >/dev/null & echo $!'
"""The server outlives whoever starts it, as nobody's child; no core file may hold its memory."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says: the process, and `starting`, `ready` or `stopping`."""

    pid: int
    status: str


def running_in(data: Path) -> Postmaster | None:
    """The server that runs in this data folder, if one does."""
    written = _pid_file(data)
    return written if written and written.pid in processes_in(data, written.pid) else None


def start(postgres: Path, data: Path, sockets: Path, account: ServerAccount, seconds: float) -> None:
    """Start a server in a folder where none runs, and wait until it answers.

    Raises:
        DatabaseUnavailable: it did not, within `seconds`; the end of its own messages is in the error.
    """
    _clear_the_dead(data, sockets, account, seconds)
    with tempfile.TemporaryFile() as messages:
        argv: list[str | Path] = ["/bin/sh", "-c", _START, "sh", postgres, "-D", data, "-c", socket_setting(sockets)]
        said = account.run(argv, errors=messages).stdout.strip()
        pid = int(said) if said.isdigit() else 0
        until(lambda: _is_ready(data, pid) or not exists(pid), seconds)
        if not _is_ready(data, pid):
            messages.seek(max(0, messages.seek(0, os.SEEK_END) - _TAIL))
            raise DatabaseUnavailable("The database server did not start. " + _last_words(messages.read(), data))


def stop(data: Path, seconds: float = 10.0) -> None:
    """Stop the server, if one runs: in order, or else by force. Nothing committed is lost either way.

    Force is not only for a stuck disk: PostgreSQL 18 can lose an orderly stop that comes while it restarts after the
    death of a backend.

    Args:
        data: the data folder.
        seconds: how long to wait after each of: fast shutdown, immediate shutdown, kill.

    Raises:
        DatabaseUnavailable: it is still there.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        left, server = _left(data), running_in(data)
        _kill({server.pid} if server and number != signal.SIGKILL else left, number)
        if not left or until(lambda: not _left(data), seconds):
            return
    raise DatabaseUnavailable("The database server did not stop.")


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait, looking often at first, until the condition holds; false when it does not within `seconds`."""
    end, pause = time.monotonic() + seconds, 0.005
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
        pause = min(pause * 1.2, 0.1)
    return True


def _left(data: Path) -> set[int]:
    written = _pid_file(data)
    return processes_in(data, written.pid if written else None)


def _pid_file(data: Path) -> Postmaster | None:
    """The file's first line is the process, its eighth the status."""
    try:
        descriptor = os.open(data / "postmaster.pid", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        lines = file.read(4_096).decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].strip().isdigit():
        return None
    return Postmaster(int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting")


def _is_ready(data: Path, pid: int) -> bool:
    written = _pid_file(data)
    return written is not None and written.pid == pid and written.status == READY


def _clear_the_dead(data: Path, sockets: Path, account: ServerAccount, seconds: float) -> None:
    """Wait for, then end, what a killed server left behind; drop lock files that would keep a new one out.

    PostgreSQL takes any living process of the number in them for the old server: a stranger's, or the dead one itself
    where nothing collects it (a container without an init).
    """
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        left = _left(data)
        if number:
            _kill(left, number)
        if not left or until(lambda: not _left(data), seconds / 6):
            break
    else:
        raise DatabaseUnavailable("Processes of an earlier database server are still there.")
    written = _pid_file(data)
    if written and has_number(written.pid):
        account.shell('rm -f -- "$@"', data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock")


def _kill(pids: set[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _last_words(messages: bytes, data: Path) -> str:
    """The end of what the server said before and after it opened its log. Neither holds statements or rows."""
    logs = sorted((data / LOG_FOLDER).glob("server-*.log"), key=lambda path: path.lstat().st_mtime)
    for log in logs[-1:]:
        with suppress(OSError), os.fdopen(os.open(log, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            messages += file.read()
    return "The end of its messages:\n" + messages[-2 * _TAIL :].decode("utf-8", "replace").strip()
