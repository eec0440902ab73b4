"""Finds a Chromium that starts, or brings Debian's, and prints the path of its program.

    python tools/chromium.py           look, else bring one
    python tools/chromium.py --look    only look

Looked at in this order: what OVERT_CHROMIUM names (then nothing else), what an earlier run found, the usual names on
PATH. Else Debian's package is brought (`debian_chromium.py`).

Rules:
* Only a browser that has drawn a page counts: a stub that asks for another package has a version too.
* Standard library only: this runs before the environment is complete.
* Where none can be had: one sentence that says why and what to do, and exit status 1.
* The sandbox is off, here and in the tests: root has none, many containers allow none, and the pages are our own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from debian_chromium import REMEDY, NoChromiumError, install, unpack

HOME = Path(__file__).resolve().parents[1] / ".venv" / "share" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PAGE = "data:text/html,<p id=answer></p><script>answer.textContent=6*7</script>"
DRAWN = '<p id="answer">42</p>'


@dataclass(frozen=True)
class Finder:
    """Where to look, and where to keep what was found.

    Args:
        home: the folder for what is remembered and unpacked.
        variables: the environment.
        root: whether packages may be installed.
    """

    home: Path
    variables: Mapping[str, str]
    root: bool

    def look(self) -> Path | None:
        """A Chromium that starts, if one is there.

        Raises:
            NoChromiumError: OVERT_CHROMIUM names one that does not start.
        """
        named = self.variables.get("OVERT_CHROMIUM")
        if not named:
            return self._remembered() or next(filter(self._usable, self._on_path()), None)
        if not self.draws(Path(named)):
            raise NoChromiumError(f"OVERT_CHROMIUM names {named}, which does not start and draw a page.")
        return Path(named)

    def bring(self) -> Path:
        """Debian's Chromium.

        Raises:
            NoChromiumError: it cannot be had.
        """
        if not self._program("apt-get"):
            raise NoChromiumError(f"No Chromium was found, and there is no apt-get to bring one. {REMEDY}")
        self.home.mkdir(parents=True, exist_ok=True)
        if self.root:
            _say("Chromium is being installed with apt-get.")
            install(self.variables)
            brought = self._program("chromium")
        else:
            _say(f"Debian's Chromium is being unpacked into {self.home}.")
            brought = unpack(self.home, self.variables)
        if not (brought and self._usable(brought)):
            raise NoChromiumError(f"Debian's Chromium was brought, but it does not start and draw a page. {REMEDY}")
        return brought

    def draws(self, program: Path) -> bool:
        """Whether a program draws a page, by running it; takes about a second."""
        if not os.access(program, os.X_OK):
            return False
        with tempfile.TemporaryDirectory(prefix="overt-chromium-", ignore_cleanup_errors=True) as folder:
            argv = [str(program), *FLAGS, f"--user-data-dir={folder}", "--dump-dom", PAGE]
            variables = {**self.variables, "HOME": folder}
            try:
                done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, env=variables)
            except (OSError, subprocess.TimeoutExpired):
                return False
        return DRAWN in done.stdout

    def _usable(self, program: Path) -> bool:
        """Whether it draws a page; then it is remembered."""
        if not self.draws(program):
            return False
        self.home.mkdir(parents=True, exist_ok=True)
        self._memory.write_text(f"{program}\n", encoding="utf-8")
        return True

    def _remembered(self) -> Path | None:
        try:
            program = Path(self._memory.read_text(encoding="utf-8").strip())
        except OSError:
            return None
        return program if program.is_file() and os.access(program, os.X_OK) else None

    @property
    def _memory(self) -> Path:
        return self.home / "found"

    def _on_path(self) -> list[Path]:
        return [program for name in NAMES if (program := self._program(name))]

    def _program(self, name: str) -> Path | None:
        found = shutil.which(name, path=self.variables.get("PATH", os.defpath))
        return Path(found) if found else None


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def main(arguments: Sequence[str]) -> int:
    """Prints the path and gives 0, or says why there is none and gives 1."""
    finder = Finder(HOME, dict(os.environ), os.geteuid() == 0)
    try:
        program = finder.look()
        if program is None and "--look" not in arguments:
            program = finder.bring()
    except NoChromiumError as error:
        _say(str(error))
        return 1
    if program is None:
        _say(f"No Chromium was found; `make browser` brings one. {REMEDY}")
        return 1
    sys.stdout.write(f"{program}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
