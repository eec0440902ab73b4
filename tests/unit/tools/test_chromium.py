"""The finder of a Chromium, among programs that pretend: what starts, what only says so, and what apt-get brings."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from chromium import DRAWN, Finder
from debian_chromium import PACKAGES, NoChromiumError, missing, write_launcher

DRAWS = f"echo '<html><body>{DRAWN}</body></html>'"
STUB = "echo 'Command requires the chromium snap to be installed.'; exit 1"
NEEDS_LIBRARIES = f'test -n "$LD_LIBRARY_PATH" && {DRAWS}'
APT_GET = """
import pathlib, sys
words = sys.argv[1:]
if "--simulate" in words:
    print("Inst libnss3 (2:3.87 Debian:12 [amd64])\\nInst libc6 [2.36] (2.37 Debian:12 [amd64])")
    print("Inst chromium (156 Debian:12 [amd64]) []\\nConf chromium (156 Debian:12 [amd64])")
elif "download" in words:
    for name in words[words.index("download") + 1 :]:
        pathlib.Path(f"{name}_1_amd64.deb").write_text(name)
elif "install" in words:
    beside = pathlib.Path(sys.argv[0]).parent
    (beside / "installed").write_text(" ".join(words))
    (beside / "chromium").symlink_to("brought")
"""
DPKG_DEB = f"""
import pathlib, sys
deb, place = map(pathlib.Path, sys.argv[2:])
name = deb.read_text()
path = place / "usr/lib" / ("chromium/chromium" if name == "chromium" else f"x86_64-linux-gnu/{{name}}.so")
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text({f"#!/bin/sh{chr(10)}{NEEDS_LIBRARIES}"!r})
path.chmod(0o755)
"""


@dataclass
class Machine:
    """A machine with the programs that a test puts on it."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / "bin"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def put(self, name: str, script: str, interpreter: str = "/bin/sh") -> Path:
        path = self.programs / name
        path.write_text(f"#!{interpreter}\n{script}\n")
        path.chmod(0o755)
        return path

    def finder(self, root: bool = False, **variables: str) -> Finder:
        return Finder(self.home, {"PATH": str(self.programs), **variables}, root)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    return Machine(tmp_path)


def test_the_first_that_draws_a_page_is_taken_and_remembered(machine: Machine) -> None:
    machine.put("chromium", STUB)
    machine.put("chromium-browser", "echo 'Chromium 156.0'")
    good = machine.put("google-chrome", DRAWS)
    machine.put("google-chrome-stable", DRAWS)
    assert machine.finder().look() == good
    good.write_text("#!/bin/sh\nexit 1\n")
    assert machine.finder().look() == good, "found before: not started again"
    good.chmod(0o644)
    assert machine.finder().look() == machine.programs / "google-chrome-stable", "gone: looked for anew"


def test_the_named_one_and_no_other(machine: Machine) -> None:
    machine.put("chromium", DRAWS)
    named = machine.put("mine", DRAWS)
    assert machine.finder(OVERT_CHROMIUM=str(named)).look() == named
    assert machine.finder().look() == machine.programs / "chromium", "what was named is not remembered"
    named.write_text(f"#!/bin/sh\n{STUB}\n")
    with pytest.raises(NoChromiumError, match=r"OVERT_CHROMIUM names .*mine, which does not start"):
        machine.finder(OVERT_CHROMIUM=str(named)).look()


def test_nothing_there_and_nothing_to_bring_it(machine: Machine) -> None:
    assert machine.finder().look() is None
    for root in (True, False):
        with pytest.raises(NoChromiumError, match=r"no apt-get to bring one\. Install Chromium .*OVERT_CHROMIUM"):
            machine.finder(root).bring()


@pytest.mark.parametrize("root", [True, False])
def test_apt_get_that_cannot(machine: Machine, root: bool) -> None:
    machine.put("apt-get", "echo 'E: Unable to locate package chromium' >&2; exit 100")
    with pytest.raises(NoChromiumError, match=r"could not bring one \(E: Unable to locate package chromium\)"):
        machine.finder(root).bring()


def test_root_installs(machine: Machine) -> None:
    machine.put("apt-get", APT_GET, sys.executable)
    machine.put("brought", DRAWS)
    brought = machine.finder(root=True).bring()
    assert brought == machine.programs / "chromium"
    asked = (machine.programs / "installed").read_text()
    assert asked == "-qq -y install --no-install-recommends chromium chromium-common fonts-liberation"
    assert machine.finder().look() == brought


def test_anybody_else_unpacks_beside(machine: Machine) -> None:
    machine.put("apt-get", APT_GET, sys.executable)
    machine.put("dpkg-deb", DPKG_DEB, sys.executable)
    brought = machine.finder().bring()
    assert brought == machine.home / "chromium"
    assert machine.finder().look() == brought
    libraries = machine.home / "debian" / "usr" / "lib" / "x86_64-linux-gnu"
    assert {path.name for path in libraries.iterdir()} == {"chromium-common.so", "libnss3.so", "fonts-liberation.so"}
    assert {path.name for path in machine.home.iterdir()} == {"chromium", "debian", "fonts.conf", "found"}


def test_what_was_brought_does_not_start(machine: Machine) -> None:
    machine.put("apt-get", "exit 0")
    machine.put("chromium", STUB)
    with pytest.raises(NoChromiumError, match="was brought, but it does not start"):
        machine.finder(root=True).bring()


def test_what_is_fetched_leaves_the_loaders_library_alone() -> None:
    planned = "Inst libc6 [2.36] (2.37 x [amd64])\nInst libnss3 (2:3.87 x [amd64])\nConf libnss3 (2:3.87 x [amd64])\n"
    assert missing(planned) == [*PACKAGES, "libnss3"]


def test_the_launcher_finds_libraries_fonts_and_odd_names(tmp_path: Path) -> None:
    home = tmp_path / "a folder's name"
    below = home / "debian" / "usr" / "lib" / "x86_64-linux-gnu" / "nss"
    below.mkdir(parents=True)
    (below / "libsoftokn3.so").touch()
    program = home / "debian" / "usr" / "lib" / "chromium" / "chromium"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$LD_LIBRARY_PATH|$FONTCONFIG_FILE|$1"\n')
    program.chmod(0o755)
    launcher = write_launcher(home, home / "debian")
    said = subprocess.run([launcher, "--flag"], capture_output=True, text=True, check=True).stdout.strip().split("|")
    assert said == [f"{below.parent}:{below}", str(home / "fonts.conf"), "--flag"]
