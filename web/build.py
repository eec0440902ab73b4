"""Builds the pages' scripts and styles: `python web/build.py`, from `make setup`.

Rules:
* Node 20.19 or newer is used where it is there; where it is not, a pinned one comes from PyPI into the environment.
* Packages come from the npm lock, by digest, and run no scripts of their own when they are installed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
LEAST = (20, 19)


def main() -> None:
    """Install, make the detector and the icons, build."""
    npm = _npm()
    _run([npm, "ci", "--silent", "--no-audit", "--no-fund"])
    _run([sys.executable, "model/dequantise.py", "model/yunet.onnx"])
    (WEB / "public").mkdir(exist_ok=True)
    _run([sys.executable, "icons.py", "public"])
    _run([npm, "run", "--silent", "build", "--", "--logLevel", "warn"])


def _npm() -> str:
    """A usable npm: the machine's, else the environment's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _version(node) < LEAST:
        npm = str(BIN / "npm")
        if not Path(npm).exists():
            requirements = WEB.parent / "requirements" / "node.txt"
            _run(
                [
                    str(BIN / "uv"),
                    "pip",
                    "install",
                    "--quiet",
                    "--python",
                    sys.executable,
                    "--require-hashes",
                    "-r",
                    str(requirements),
                ]
            )
    return npm


def _version(node: str) -> tuple[int, int]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _run(command: list[str]) -> None:
    # Programs of the packages look for `node` on the path.
    environment = {**os.environ, "PATH": os.pathsep.join((os.environ.get("PATH", ""), str(BIN)))}
    try:
        subprocess.run(command, cwd=WEB, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The pages could not be built: {error}")


if __name__ == "__main__":
    main()
