"""Builds `go/judge.go` with Debian's Go and its golang.org/x/mod, never from a network, and asks it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "go" / "judge.go"
LIBRARIES = Path("/usr/share/gocode")
MODULES = LIBRARIES / "src" / "golang.org" / "x" / "mod" / "sumdb"


def missing() -> str | None:
    """What a test that needs Go says when it skips, or None when it need not."""
    if shutil.which("go") and (MODULES / "tlog").is_dir() and (MODULES / "note").is_dir():
        return None
    return "needs Debian's golang and golang-golang-x-mod-dev; .ci/run installs them"


@dataclass(frozen=True)
class Judge:
    """The built program."""

    program: Path

    def ask(self, place: Path, vkey: str, **files: Iterable[Path | str]) -> dict[str, Any]:
        """Its verdict on a ledger; `files` are its flags, each with its values. The exit status agrees with it."""
        flags = [argument for name, values in files.items() for value in values for argument in (f"-{name}", value)]
        return self._run(*flags, place, vkey)

    def signatures(self, note: Path, vkey: str, cosigners: Iterable[str]) -> dict[str, Any]:
        """Its verdict on one checkpoint alone."""
        flags = [argument for vkey in cosigners for argument in ("-cosigner", vkey)]
        return self._run("-note", *flags, note, vkey)

    def _run(self, *arguments: Path | str) -> dict[str, Any]:
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, check=False)
        assert done.stderr == ""
        (line,) = done.stdout.splitlines()
        verdict: dict[str, Any] = json.loads(line)
        assert done.returncode == (0 if verdict["accepted"] else 1)
        return verdict


def build(folder: Path) -> Judge:
    """Build the judge in a folder, with nothing of the user's Go settings or cache."""
    program = folder / "judge"
    settings = {"GO111MODULE": "off", "GOPATH": str(LIBRARIES), "GOFLAGS": "", "GOPROXY": "off", "GOENV": "off"}
    settings["GOTOOLCHAIN"] = "local"
    environment = {**os.environ, **settings, "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0"}
    subprocess.run(["go", "vet", SOURCE], cwd=folder, env=environment, check=True)
    subprocess.run(["go", "build", "-o", program, SOURCE], cwd=folder, env=environment, check=True)
    return Judge(program)
