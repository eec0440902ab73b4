"""The account that the server runs as, and everything that is done as that account.

Rules:
* PostgreSQL refuses to run as root, so root switches to an account that can do less; anybody else stays who they are.
* Whatever is written into a folder of that account is written as that account: root never writes where it could plant
  a link.
* Whether the account reaches a folder is tried, not computed from modes.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

from overt.errors import DatabaseProgramsUnusable, DatabaseUnavailable

PREFERRED = ("overt", "postgres", "nobody")
"""The first of these that exists is used under root: a force may add an account of its own for this."""
SECONDS = 300.0
"""How long one command may take; making a cluster on a slow disk is the longest."""

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that a command sees: no variable of the caller (PGDATA, a password, LD_PRELOAD) reaches the server."""


class _AsWhom(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """Who the server is; `switches` when that is somebody else than this process."""

    uid: int
    gid: int
    switches: bool

    @classmethod
    def choose(cls, owned: Path | None = None) -> "ServerAccount":
        """This process's account; under root, the owner of the folder `owned`, or else the first of `PREFERRED`.

        Raises:
            DatabaseProgramsUnusable: this is root, and none of the accounts exists.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switches=False)
        if owned is not None and owned.exists() and (status := owned.lstat()).st_uid != 0:
            return cls(status.st_uid, status.st_gid, switches=True)
        for name in PREFERRED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, switches=True)
        raise DatabaseProgramsUnusable("PostgreSQL does not run as root, and there is no account to run it as.")

    def run(
        self, argv: Sequence[str | Path], feed: bytes = b"", errors: IO[bytes] | int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one command as this account, in `/`, in a session of its own (Ctrl-C at a terminal does not reach it).

        Args:
            argv: program and arguments; never a secret, for others can read them.
            feed: what the command reads on its standard input.
            errors: where its standard error goes.

        Raises:
            DatabaseProgramsUnusable: this process may not switch to the account.
            DatabaseUnavailable: the command does not end.
        """
        whom: _AsWhom = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switches else {}
        try:
            return subprocess.run(
                [str(part) for part in argv],
                input=feed,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd="/",
                env=_ENVIRONMENT,
                umask=0o077,
                start_new_session=True,
                timeout=SECONDS,
                check=False,
                **whom,
            )
        except subprocess.TimeoutExpired:
            raise DatabaseUnavailable("A program of the database does not end.") from None
        except OSError as problem:
            raise DatabaseProgramsUnusable(f"Nothing can be run here as the account {self.uid}.") from problem

    def shell(self, script: str, *arguments: str | Path, feed: bytes = b"") -> bool:
        """Run a fixed shell script as this account with `arguments` as `$1`...; true when it succeeded."""
        return self.run(["/bin/sh", "-c", script, "sh", *arguments], feed).returncode == 0

    def enters(self, folder: Path) -> bool:
        """Whether this account can reach and enter the folder."""
        return self.shell('cd -- "$1"', folder)

    def write(self, path: Path, data: bytes) -> None:
        """Write a file (0600) as this account, synced.

        Raises:
            OSError: it could not be written.
        """
        if not self.shell('cat > "$1"', path, feed=data):
            raise OSError(f"the server's account could not write {path.name}")
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def make_folder(self, path: Path) -> None:
        """Make a new 0700 folder that belongs to this account, inside a folder that only the caller can change."""
        path.mkdir(mode=0o700)
        self.own(path)

    def own(self, path: Path) -> None:
        """Give a folder that we have just made to this account."""
        if self.switches:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
