"""Where a cluster is, remembered in a small text file in the instance.

Rules:
* The cluster's home (0700, of the server's account) holds its data and its socket. It is the folder `server` in the
  instance, or, when the account cannot get there, a folder under the system's own.
* A socket's name has room for 107 bytes; for a longer one its folder (0700) is made among the temporary files.
* A copied instance whose database stayed elsewhere is refused: two instances must not share one.
"""

import hashlib
import json
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from overt.errors import DatabaseUnavailable, InstanceCopied
from overt.store.embedded.account import ServerAccount
from overt.store.embedded.address import PORT
from overt.store.embedded.durable_files import write_private
from overt.store.embedded.programs import make_system_folder

FILE = "place.json"
LONGEST = 107
"""Bytes of a socket's path (`sun_path` less its end)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of one cluster are."""

    folder: Path
    home: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def outside(self) -> bool:
        """Whether the cluster lies outside the instance."""
        return self.home.parent != self.folder

    def save(self) -> None:
        """Remember it in the instance."""
        home = str(self.home) if self.outside else self.home.name
        record = {"format": 1, "instance": str(self.folder), "home": home, "sockets": str(self.sockets)}
        write_private(self.folder / FILE, json.dumps(record, indent=1).encode() + b"\n")

    def remove(self) -> None:
        """Delete cluster and socket folder, wherever they are."""
        for folder in (self.sockets, self.home):
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)


def remembered(folder: Path) -> Place | None:
    """The place of the cluster of this instance folder; None when there is none yet.

    Raises:
        InstanceCopied: the folder was copied from one that is still there, and the cluster lies elsewhere.
    """
    record = _record(folder)
    if record is None:
        return None
    was, home = Path(record["instance"]), folder / record["home"]
    sockets = Path(record["sockets"])
    place = Place(folder, home, home / "socket" if was / record["home"] / "socket" == sockets else sockets)
    if was == folder:
        return place
    if place.outside and (_record(was) or {}).get("home") == record["home"]:
        raise InstanceCopied()
    place.save()
    return place


def new_place(folder: Path, account: ServerAccount, system_dir: Path) -> Place:
    """Make an empty home for a cluster of this instance; what an interrupted making left there is removed.

    Raises:
        DatabaseUnavailable: the account reaches no place for it.
    """
    home = folder / "server"
    if home.exists():
        shutil.rmtree(home)
    if account.switches and not account.enters(folder):
        home = _system_home(folder, system_dir / "clusters")
    account.make_folder(home)
    if not account.enters(home):
        raise DatabaseUnavailable(f"The account {account.uid} of the database cannot reach {home}.")
    return with_sockets(Place(folder, home, home / "socket"), account)


def with_sockets(place: Place, account: ServerAccount) -> Place:
    """The same place with a socket folder that is there, private and short enough; made when it is not.

    Raises:
        DatabaseUnavailable: no folder for temporary files has a short enough name.
    """
    if _is_private(place.sockets, account) and _fits(place.sockets):
        return place
    inside = place.home / "socket"
    if _fits(inside):
        if not account.shell('mkdir -m 0700 "$1"', inside):
            raise DatabaseUnavailable("The folder of the database's socket could not be made.")
        return replace(place, sockets=inside)
    for base in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/run")):  # noqa: S108 - a fresh, private folder there
        if _fits(base / "overt-12345678") and os.access(base, os.W_OK) and account.enters(base):
            made = Path(tempfile.mkdtemp(prefix="overt-", dir=base))
            account.own(made)
            return replace(place, sockets=made)
    raise DatabaseUnavailable("No folder has a short enough name for the database's socket.")


def _record(folder: Path) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads((folder / FILE).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found


def _system_home(folder: Path, clusters: Path) -> Path:
    """A free name for this instance's cluster; what has the plain name may belong to an instance that was moved."""
    make_system_folder(clusters.parent)
    make_system_folder(clusters)
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    for count in range(1, 10_000):
        home = clusters / (name if count == 1 else f"{name}-{count}")
        if not home.exists():
            return home
    raise DatabaseUnavailable(f"There are too many old clusters of this instance in {clusters}.")


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST


def _is_private(folder: Path, account: ServerAccount) -> bool:
    """Whether it is a folder (no link) of the account that nobody else may enter."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid and not status.st_mode & 0o077
