"""The pages' scripts as their own tools see them, with the Node that `make setup` built them with."""

import importlib.util
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from simulators.commands import ROOT, SECONDS, Done

WEB = ROOT / "web"


@cache
def _npm() -> str:
    spec = importlib.util.spec_from_file_location("web_build", WEB / "build.py")
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[], str] = module._npm
    return found()


def npm(*arguments: str, folder: Path = WEB) -> Done:
    """Run npm in a folder of the pages' sources."""
    npm = _npm()
    path = os.pathsep.join((str(Path(npm).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    ended = subprocess.run(
        [npm, *arguments], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)
