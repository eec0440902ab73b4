"""Which processes belong to a cluster.

Rules:
* A process belongs to it when it is called `postgres`, is the cluster's owner's, and works in its data folder; a number
  in a file proves nothing, since numbers are used again.
* Root in a container may not look into another account's processes (no CAP_SYS_PTRACE); then their owner is asked.
"""

import os
from contextlib import suppress
from pathlib import Path

from overt.errors import DatabaseUnavailable
from overt.store.embedded.account import ServerAccount

_PROC = Path("/proc")
_ASK = 'data=$1; shift; for pid; do if [ "/proc/$pid/cwd" -ef "$data" ]; then echo "$pid"; fi; done'


def processes_in(data: Path, written: int | None = None) -> set[int]:
    """Every PostgreSQL process that works in this data folder, whoever started it.

    Args:
        data: the data folder.
        written: the process that `postmaster.pid` names; believed only where the system has no `/proc`.
    """
    try:
        folder = data.stat()
    except FileNotFoundError:
        return set()
    if not (_PROC / "self" / "cwd").exists():
        return {written} if written and exists(written) else set()
    found, hidden = set(), list[int]()
    for pid in (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()):
        try:
            if _is_postgres_of(pid, folder.st_uid) and os.path.samestat((_PROC / f"{pid}/cwd").stat(), folder):
                found.add(pid)
        except PermissionError:
            hidden.append(pid)
        except OSError:  # gone meanwhile
            continue
    return found | (_seen_by_their_owner(data, hidden) if hidden else set())


def exists(pid: int) -> bool:
    """Whether the process is there and not only waiting to be collected."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError, IndexError):
        return (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return True


def has_number(pid: int) -> bool:
    """Whether any process, living or dead and not collected, has this number."""
    return (_PROC / str(pid)).exists()


def _is_postgres_of(pid: int, owner: int) -> bool:
    process = _PROC / str(pid)
    return process.stat().st_uid == owner and (process / "comm").read_bytes() == b"postgres\n"


def _seen_by_their_owner(data: Path, pids: list[int]) -> set[int]:
    asked = ServerAccount.choose(data).run(["/bin/sh", "-c", _ASK, "sh", str(data), *map(str, pids)])
    if asked.returncode != 0:
        raise DatabaseUnavailable("It cannot be found out whether the database server runs.")
    return {int(line) for line in asked.stdout.split()}
