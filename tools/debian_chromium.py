"""Debian's Chromium: installed by root, else unpacked beside with what it depends on.

Rules:
* Without root nothing of the system is written or has to be readable but its package sources and the list of what is
  installed: package lists and caches are private and go when the packages are unpacked.
* What was unpacked finds its libraries, fonts and aliases by its launcher, never by a setting of the account.
* The C library is never brought: it belongs to the loader that starts the program.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PACKAGES = ("chromium", "chromium-common", "fonts-liberation")
"""The program, the data that has to lie in its folder even where it is installed elsewhere, and fonts to write with."""

REMEDY = "Install Chromium (on Debian: apt-get install chromium), or name one in OVERT_CHROMIUM."

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{place}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/fonts</cachedir>
  <include ignore_missing="yes">{place}/usr/share/fontconfig/conf.avail/30-metric-aliases.conf</include>
</fontconfig>
"""
_LAUNCHER = """#!/bin/sh
# Starts the Chromium that was unpacked here, with its own libraries and fonts.
export LD_LIBRARY_PATH={libraries}
export FONTCONFIG_FILE={fonts}
exec {program} "$@"
"""


class NoChromiumError(Exception):
    """Why there is none; one sentence, and what to do."""


def install(variables: Mapping[str, str]) -> None:
    """Installs the packages; for root.

    Raises:
        NoChromiumError: they cannot be installed.
    """
    silent = {**variables, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "-qq", "update"], silent)
    _run(["apt-get", "-qq", "-y", "install", "--no-install-recommends", *PACKAGES], silent)


def unpack(home: Path, variables: Mapping[str, str]) -> Path:
    """Unpacks the packages into `home / "debian"`; gives the program that starts what came.

    Raises:
        NoChromiumError: they cannot be fetched or unpacked.
    """
    place = home / "debian"
    with tempfile.TemporaryDirectory(prefix="apt-", dir=home) as folder:
        packages = _download(Path(folder), variables)
        shutil.rmtree(place, ignore_errors=True)
        for package in packages:
            _run(["dpkg-deb", "--extract", str(package), str(place)], variables)
    return write_launcher(home, place)


def write_launcher(home: Path, place: Path) -> Path:
    """Writes the program that starts what was unpacked in `place`."""
    fonts, program = home / "fonts.conf", home / "chromium"
    fonts.write_text(_FONTS.format(place=place, home=home), encoding="utf-8")
    parts = {
        "libraries": os.pathsep.join(str(folder) for folder in _library_folders(place)),
        "fonts": str(fonts),
        "program": str(place / "usr/lib/chromium/chromium"),
    }
    quoted = {name: shlex.quote(value) for name, value in parts.items()}
    program.write_text(_LAUNCHER.format(**quoted), encoding="utf-8")
    program.chmod(0o755)
    return program


def missing(planned: str) -> list[str]:
    """What to fetch, by what `apt-get --simulate install` prints."""
    names = re.findall(r"^Inst (\S+) ", planned, re.MULTILINE)
    return sorted({*PACKAGES, *names} - {"libc6"})


def _download(folder: Path, variables: Mapping[str, str]) -> list[Path]:
    for name in ("state/lists/partial", "cache/archives/partial", "packages"):
        (folder / name).mkdir(parents=True)
    places = {"State": folder / "state", "State::status": "/var/lib/dpkg/status", "Cache": folder / "cache"}
    apt = ["apt-get", "-qq", *(part for key, place in places.items() for part in ("-o", f"Dir::{key}={place}"))]
    _run([*apt, "update"], variables)
    planned = _run([*apt, "--simulate", "install", "--no-install-recommends", *PACKAGES], variables)
    _run([*apt, "download", *missing(planned)], variables, folder / "packages")
    return sorted((folder / "packages").glob("*.deb"))


def _library_folders(place: Path) -> list[Path]:
    """The multiarch folders, and those that packages of libraries make for themselves below them (nss, pulseaudio)."""
    tops = [top for root in ("lib", "usr/lib") for top in sorted((place / root).glob("*-linux-gnu*"))]
    below = [folder for top in tops for folder in sorted(top.iterdir()) if any(folder.glob("lib*.so*"))]
    return tops + below


def _run(argv: Sequence[str], variables: Mapping[str, str], folder: Path | None = None) -> str:
    """Standard output of a program that has to succeed, with its words in English."""
    english = {**variables, "LC_ALL": "C"}
    try:
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, env=english, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise NoChromiumError(f"No Chromium was found, and {argv[0]} cannot be run ({error}). {REMEDY}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "it gave no reason").splitlines()[-1]
        raise NoChromiumError(f"No Chromium was found, and {argv[0]} could not bring one ({said}). {REMEDY}")
    return done.stdout
