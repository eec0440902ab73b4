"""One embedded server: made once, shared while it runs, removed whole.

Rules:
* A cluster is made under another name and renamed when it is complete; an interrupted making is started again.
* Who made the instance's folder owns the passwords; the server's account owns the cluster; neither needs the other's.
* A server whose socket was swept away (temporary folders are) is started anew.
"""

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from overt.errors import DatabaseInUse, DatabaseProgramsUnusable, DatabaseUnavailable, UsageError
from overt.store.embedded import postmaster, probe, settings, users
from overt.store.embedded.account import ServerAccount
from overt.store.embedded.address import ServerAddress
from overt.store.embedded.durable_files import sync_folder, write_private
from overt.store.embedded.place import FILE, Place, new_place, remembered, with_sockets
from overt.store.embedded.probe import Answer
from overt.store.embedded.programs import Programs, find_programs, usable_by

SYSTEM_DIR = Path("/var/lib/overt")
"""Where root keeps programs and clusters that the server's account could not reach otherwise."""
_PASSWORDS = {settings.ROLE: "password", settings.ADMIN: "admin-password"}


class EmbeddedPostgres:
    """The server of one instance.

    Args:
        folder: a folder of its own inside the instance; made when it is not there.
        bin_dir: the programs to use (PostgreSQL 15 to 18); those of the pip package when left out.
        system_dir: where parts go that the server's account could not reach in the instance (only under root).
        start_seconds: how long a start may take.
    """

    def __init__(
        self,
        folder: Path,
        bin_dir: Path | None = None,
        *,
        system_dir: Path = SYSTEM_DIR,
        start_seconds: float = 60.0,
    ) -> None:
        self._folder = folder.absolute().resolve()
        self._bin_dir = bin_dir
        self._system_dir = system_dir
        self._start_seconds = start_seconds

    def __repr__(self) -> str:
        return f"EmbeddedPostgres({str(self._folder)!r})"

    @property
    def initialised(self) -> bool:
        """Whether the cluster has been made, completely."""
        place = remembered(self._folder)
        return place is not None and place.data.exists()

    def initialise(self, draw: Callable[[int], bytes] = os.urandom) -> None:
        """Make the cluster; does nothing when it is there. Takes a few seconds, mostly for syncing.

        Args:
            draw: gives that many random bytes.

        Raises:
            DatabaseProgramsUnusable: no fit programs, or nobody to run them.
            DatabaseUnavailable: the making failed.
        """
        self._make_folder()
        with users.switching(self._folder):
            if self.initialised:
                return
            if abandoned := remembered(self._folder):
                abandoned.remove()
            account = ServerAccount.choose(self._folder)
            programs = usable_by(account, find_programs(self._bin_dir), self._system_dir)
            place = new_place(self._folder, account, self._system_dir)
            place.save()
            _make_cluster(place, programs, account, self._new_passwords(draw), draw)

    @contextmanager
    def running(self) -> Iterator[ServerAddress]:
        """Use the server: it is up inside, and stopped when its last user of any process has left.

        Raises:
            UsageError: there is no cluster yet.
            DatabaseUnavailable: it did not start in time.
        """
        self._check_owner()
        if not self.initialised:
            raise UsageError("The embedded database has not been made yet.")
        with users.using(self._folder, self._ensure_up, self._stop):
            yield self.address()

    def address(self, *, admin: bool = False) -> ServerAddress:
        """Where the server is, for the role of Overt or for its superuser (backups); of use inside `running`."""
        role = settings.ADMIN if admin else settings.ROLE
        password = (self._folder / _PASSWORDS[role]).read_text("ascii").strip()
        return ServerAddress(self._place().sockets, role, settings.DATABASE, password)

    def stop_if_unused(self) -> bool:
        """Stop a server that killed processes left over; false when somebody uses it."""
        with users.switching(self._folder):
            if users.in_use(self._folder):
                return False
            self._stop()
            return True

    def destroy(self) -> None:
        """Delete the cluster and the passwords for good, parts outside the instance included; empty lock files stay.

        Raises:
            DatabaseInUse: somebody uses it.
        """
        if not (self._folder / users.SWITCH).exists():
            return
        with users.switching(self._folder):
            if users.in_use(self._folder):
                raise DatabaseInUse()
            if place := remembered(self._folder):
                postmaster.stop(place.data)
                place.remove()
            for name in (FILE, *_PASSWORDS.values()):
                (self._folder / name).unlink(missing_ok=True)

    def _make_folder(self) -> None:
        """Under root the server's account must get through it to the cluster; no file in it is readable to others."""
        if not self._folder.exists():
            self._folder.mkdir(mode=0o700)
            self._folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self._check_owner()
        users.make_locks(self._folder)

    def _check_owner(self) -> None:
        if os.geteuid() != 0 and self._folder.exists() and self._folder.stat().st_uid != os.geteuid():
            raise DatabaseUnavailable("This instance belongs to another account of this machine.")

    def _new_passwords(self, draw: Callable[[int], bytes]) -> dict[str, str]:
        """A random password (256 bits) for each role, kept in files that only this account can read."""
        made = {role: base64.b32encode(draw(32)).decode().rstrip("=") for role in _PASSWORDS}
        for role, password in made.items():
            write_private(self._folder / _PASSWORDS[role], password.encode() + b"\n")
        return made

    def _place(self) -> Place:
        place = remembered(self._folder)
        if place is None:
            raise UsageError("The embedded database has not been made yet.")
        return place

    def _ensure_up(self) -> None:
        """Take over the server that runs, or start one; called by one process at a time."""
        place = self._place()
        account = ServerAccount.choose(place.home)
        if not postmaster.until(lambda: _settled(place), self._start_seconds):
            raise DatabaseUnavailable("The database server is still starting or stopping.")
        if _answers(place):
            return
        postmaster.stop(place.data)
        programs = usable_by(account, find_programs(self._bin_dir), self._system_dir)
        _check_version(place, programs)
        fit = with_sockets(place, account)
        if fit != place:
            fit.save()
        postmaster.start(programs.postgres, fit.data, fit.sockets, account, self._start_seconds)

    def _stop(self) -> None:
        postmaster.stop(self._place().data)


def _settled(place: Place) -> bool:
    """Nobody was killed while starting or stopping it, or what they began has ended; and it does not repair itself."""
    server = postmaster.running_in(place.data)
    return server is None or (server.status == postmaster.READY and probe.ask(place.sockets) is not Answer.NOT_NOW)


def _answers(place: Place) -> bool:
    return postmaster.running_in(place.data) is not None and probe.ask(place.sockets) is Answer.YES


def _check_version(place: Place, programs: Programs) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        raise DatabaseProgramsUnusable(
            f"This database was made by PostgreSQL {made_by}; the programs found are of {programs.version}."
        )


def _make_cluster(
    place: Place,
    programs: Programs,
    account: ServerAccount,
    passwords: dict[str, str],
    draw: Callable[[int], bytes],
) -> None:
    """Our own initdb: everything is done as the server's account, in its own folder, under a temporary name."""
    data, secret = place.home / "data.new", place.home / "initial"
    account.write(secret, passwords[settings.ADMIN].encode() + b"\n")
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions"]
    who = [f"--username={settings.ADMIN}", f"--pwfile={secret}"]
    made = account.run([programs.initdb, *options, *who, "-D", data])
    account.shell('rm -f -- "$1"', secret)
    if made.returncode != 0:
        raise DatabaseUnavailable("The database could not be made. " + made.stderr[-2_000:].decode("utf-8", "replace"))
    account.write(data / "postgresql.conf", settings.SETTINGS.encode())
    account.write(data / "pg_hba.conf", settings.SIGN_IN.encode())
    verifier = settings.scram_verifier(passwords[settings.ROLE], draw(16))
    alone: list[str | Path] = [programs.postgres, "--single", "-D", data, "-c", "logging_collector=off", "postgres"]
    told = account.run(alone, settings.first_statements(verifier))
    if b'"made"' not in told.stdout or not account.shell('mv -- "$1" "$2"', data, place.data):
        raise DatabaseUnavailable("The database was made, but not its first role.")
    sync_folder(place.data)
    sync_folder(place.home)
