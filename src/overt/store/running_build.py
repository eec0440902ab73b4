"""The digest of the running program, which every ledger entry carries.

Rules:
* It covers every file of the installed package that can change what the program does, in the order of their paths.
* Compiled caches are left out: they are made from the sources on each machine.
"""

import hashlib
from functools import cache
from pathlib import Path

import overt
from overt.identifiers import Digest


@cache
def running_build() -> Digest:
    """SHA-256 over `path NUL length NUL bytes` of each package file, paths relative to the package, sorted."""
    root = Path(overt.__file__).parent
    total = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda each: each.relative_to(root).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts:
            data = path.read_bytes()
            total.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode() + data)
    return Digest(f"sha256:{total.hexdigest()}")
