"""The programs as a user meets them: `overt` and `overt-verify`, each a process of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.cli import main

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
EXAMPLES = ROOT / "examples"
PROGRAM = Path(sys.executable).with_name("overt")
SECONDS = 120


@dataclass(frozen=True)
class Done:
    """What a program left."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it has to be."""
        return json.loads(self.out)


def run(argv: list[str | Path], variables: Mapping[str, str] | None = None) -> Done:
    """Run a program to its end, with further environment variables."""
    whole = [str(part) for part in argv]
    environment = {**os.environ, **(variables or {})}
    ended = subprocess.run(whole, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment)
    return Done(ended.returncode, ended.stdout, ended.stderr)


def overt(instance: Path | None, *arguments: str | Path, **variables: str) -> Done:
    """Run `overt --instance INSTANCE ...`."""
    place: list[str | Path] = ["--instance", instance] if instance else []
    return run([PROGRAM, *place, *arguments], variables)


def audit(ledger: Path, vkey: str) -> Mapping[str, Any]:
    """What the outsiders' program says of a published log; it has to verify."""
    done = run([sys.executable, "-m", "overt_verify", "audit", ledger, "--key", vkey, "--json"])
    assert done.status == 0, done.out + done.err
    document: Mapping[str, Any] = done.json
    return document


@contextmanager
def child(program: str, *arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """A Python program as a process of its own that can import the simulators; killed at the end."""
    argv = [sys.executable, "-c", program, *(str(each) for each in arguments)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))}
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def in_process(instance: Path | None, *arguments: str | Path) -> Done:
    """The same as `overt`, in this process: sooner, and open to simulators."""
    place: list[str | Path] = ["--instance", instance] if instance else []
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main.run([str(part) for part in (*place, *arguments)])
    return Done(status, out.getvalue(), err.getvalue())
