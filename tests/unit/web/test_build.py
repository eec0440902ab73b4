"""The build of the pages: which Node is used, what is run in which order, and how it ends when it cannot."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

WEB = Path(__file__).resolve().parents[3] / "web"


@pytest.fixture
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("web_build_in_a_test", WEB / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(folder: Path, name: str, says: str = "", status: int = 0) -> Path:
    """A program that says something, and keeps what it was asked beside itself."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> {folder}/asked\necho "{says}"\nexit {status}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("v20.19.5", (20, 19)),
        ("v9.11.2", (9, 11)),
        ("v100.0.0-nightly", (100, 0)),
        ("", (0, 0)),
        ("20.19.5", (0, 0)),
        ("node: not found", (0, 0)),
    ],
)
def test_a_version_is_two_numbers(build: ModuleType, tmp_path: Path, says: str, version: tuple[int, int]) -> None:
    assert build._version(str(program(tmp_path, "node", says))) == version


@pytest.mark.parametrize("says", ["v20.19.0", "v20.20.1", "v22.1.0", "v100.0.0"])
def test_the_machines_node_is_used_where_it_is_new_enough(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    program(tmp_path / "machine", "node", says)
    npm = program(tmp_path / "machine", "npm")
    monkeypatch.setenv("PATH", str(tmp_path / "machine"))
    monkeypatch.setattr(build, "BIN", tmp_path / "environment")
    assert build._npm() == str(npm)
    assert not (tmp_path / "environment").exists()


@pytest.mark.parametrize(
    ("says", "with_npm"), [("v20.18.9", True), ("v18.20.0", True), ("", True), ("v22.0.0", False), (None, False)]
)
def test_else_the_pinned_one_is_brought_once_by_hash(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, with_npm: bool
) -> None:
    machine, environment = tmp_path / "machine", tmp_path / "environment"
    machine.mkdir()
    if says is not None:
        program(machine, "node", says)
    if with_npm:
        program(machine, "npm")
    program(environment, "uv")
    monkeypatch.setenv("PATH", str(machine))
    monkeypatch.setattr(build, "BIN", environment)
    assert build._npm() == str(environment / "npm")
    asked = (environment / "asked").read_text()
    assert "--require-hashes" in asked
    assert str(WEB.parent / "requirements" / "node.txt") in asked
    program(environment, "npm")
    (environment / "asked").unlink()
    assert build._npm() == str(environment / "npm")
    assert not (environment / "asked").exists(), "what is there is not brought again"


def test_packages_come_from_the_lock_and_run_nothing_of_their_own(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(build, "_npm", lambda: "npm")
    monkeypatch.setattr(build, "_run", ran.append)
    build.main()
    install, *made, bundle = ran
    assert install[:2] == ["npm", "ci"], "not `install`, which would renew the lock"
    assert [sys.executable, "model/dequantise.py", "model/yunet.onnx"] in made, "before what bundles it"
    assert bundle[:2] == ["npm", "run"]
    assert "ignore-scripts=true" in (WEB / ".npmrc").read_text()


def test_programs_find_node_on_the_path(build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BIN", tmp_path)
    out = tmp_path / "path"
    build._run(
        [sys.executable, "-c", f"import os; open({str(out)!r}, 'w').write(os.environ['PATH'] + '|' + os.getcwd())"]
    )
    path, folder = out.read_text().split("|")
    assert path.split(os.pathsep)[-1] == str(tmp_path)
    assert folder == str(WEB)


@pytest.mark.parametrize("command", [[sys.executable, "-c", "raise SystemExit(3)"], ["/no/such/program"]])
def test_what_fails_ends_the_build_in_one_sentence(build: ModuleType, command: list[str]) -> None:
    with pytest.raises(SystemExit, match="The pages could not be built"):
        build._run(command)
