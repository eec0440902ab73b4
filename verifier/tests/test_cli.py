"""The commands as people and scripts meet them: exit codes, JSON, help."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from verify_simulators.commands import answer, run
from verify_simulators.lying_ledger import LyingLedger, canonical

from overt_verify import output
from overt_verify.cli import EXIT_CODES


@pytest.fixture
def receipt(ledger: LyingLedger, tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    path.write_bytes(canonical(ledger.receipt(ledger.find("encounter:receipt:issued"))))
    return path


def test_audit(ledger: LyingLedger, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(ledger.checkpoint(44))
    found = answer("audit", folder, "--key", ledger.vkey, "--prior", tmp_path / "kept")
    assert (found["entries"], found["searches"], found["continues"], found["checkpoint"]["size"]) == (300, 3, 44, 300)
    text = run("audit", folder, "--key", ledger.vkey)
    assert text.startswith("VERIFIED\n")
    assert "searches: 3; refusals: 250; early ends: 1" in text
    assert "DEMONSTRATION" in text


def test_audit_fails_with_its_code_and_what_to_do(ledger: LyingLedger, tmp_path: Path) -> None:
    folder = ledger.edit(250, hour="2026-11-01T00Z").publish(tmp_path)
    error = answer("audit", folder, "--key", ledger.vkey, code=1)["error"]
    assert (error["code"], error["index"]) == ("hour_went_back", 250)
    assert error["meaning"] in run("audit", folder, "--key", ledger.vkey, code=1)


def test_nothing_to_verify_is_a_failure(ledger: LyingLedger, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert answer("audit", empty, "--key", ledger.vkey, code=1)["error"]["code"] == "nothing_to_verify"
    assert answer("audit", tmp_path / "none", "--key", ledger.vkey, code=1)["error"]["code"] == "unreadable_file"


def test_entry(ledger: LyingLedger, folder: Path) -> None:
    found = answer("entry", folder, 3, "--key", ledger.vkey)
    assert (found["index"], found["entry"]["deed"]) == (3, "encounter:check:opened")
    assert "Entry 3 is in the log." in run("entry", folder, 3, "--key", ledger.vkey)
    assert answer("entry", folder, 300, "--key", ledger.vkey, code=1)["error"]["code"] == "bad_index"


def test_receipt(ledger: LyingLedger, receipt: Path) -> None:
    found = answer("receipt", receipt, "--key", ledger.vkey)
    assert (found["reference"], found["opened"]["receipt"]["officer"]) == ("7K3M-9QXD", "PC 1234")
    assert (found["own_key"], found["warning"]) == (False, None)
    assert output.NOT_TRUSTED not in run("receipt", receipt, "--key", ledger.vkey)


def test_a_receipt_needs_a_key_or_says_what_it_proves(receipt: Path) -> None:
    assert answer("receipt", receipt, code=1)["error"]["code"] == "receipt_key_not_trusted"
    assert "proves nothing about who signed" in run("receipt", receipt, code=1)
    assert "proves nothing about who signed" in run("receipt", receipt, "--trust-key-in-receipt")
    assert answer("receipt", receipt, "--trust-key-in-receipt")["warning"] == output.NOT_TRUSTED


def test_compare(ledger: LyingLedger, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(ledger.checkpoint(44))
    found = answer("compare", tmp_path / "kept", folder, "--key", ledger.vkey)
    assert (found["older"]["size"], found["newer"]["size"]) == (44, 300)
    assert "one history" in run("compare", tmp_path / "kept", folder, "--key", ledger.vkey)
    (tmp_path / "kept").write_bytes(ledger.edit(4, hour="2026-11-01T01Z", v=2).checkpoint(44))
    error = answer("compare", tmp_path / "kept", folder, "--key", ledger.vkey, code=1)["error"]
    assert error["code"] == "split_view"


@pytest.mark.parametrize(
    "arguments",
    [[], ["audit"], ["audit", "x"], ["entry", "x", "one", "--key", "k"], ["entry", "x", "--key", "k"],
     ["nothing"],
     ["receipt", "x", "--key", "k", "--trust-key-in-receipt"],
     ["compare", "x", "--key", "k"], ["audit", "x", "--kye", "k"]],
)  # fmt: skip
def test_wrong_usage(arguments: list[str]) -> None:
    run(*arguments, code=2)


@pytest.mark.parametrize("key", ["", "k", "a+b+c", "\udcff", "x" * 5000])
def test_bad_keys_are_failures(folder: Path, key: str) -> None:
    assert answer("audit", folder, "--key", key, code=1)["error"]["code"] in {"bad_key", "unreadable_file"}


@pytest.mark.parametrize("command", ["audit", "stats", "entry", "receipt", "compare"])
def test_help_has_examples_and_exit_codes(command: str) -> None:
    text = run(command, "--help")
    assert f"  overt-verify {command} " in text
    assert EXIT_CODES in text
    assert "--json" in text


def test_hostile_text_reaches_the_terminal_in_ascii_only(tmp_path: Path) -> None:
    log = LyingLedger("force.example/log").begin().check()
    found = log.receipt(log.find("encounter:receipt:issued"))
    found["front"]["complaint"] = "\x9b31m\u202e"
    (tmp_path / "receipt").write_bytes(canonical(found))
    assert run("receipt", tmp_path / "receipt", "--key", log.vkey).isascii()
    data = log.sign("force.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\x9b31m\u202e\n")
    (tmp_path / "checkpoint").write_bytes(data)
    assert run("audit", tmp_path, "--key", log.vkey, code=1).isascii()


@pytest.mark.usefixtures("receipt")
def test_the_commands_of_the_readme(
    ledger: LyingLedger, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.close_day().publish(folder)
    (tmp_path / "force.vkey").write_text(ledger.vkey + "\n")
    (tmp_path / "kept-checkpoint").write_bytes(ledger.checkpoint(44))
    monkeypatch.chdir(tmp_path)
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    commands = [line.split() for line in readme.splitlines() if line.startswith("overt-verify ")]
    assert {command[1] for command in commands} == {"audit", "stats", "entry", "receipt", "compare"}
    for command in commands:
        assert run(*command[1:]).startswith("VERIFIED\n")


def test_as_a_module(ledger: LyingLedger, folder: Path) -> None:
    command = [sys.executable, "-m", "overt_verify", "audit", str(folder), "--key", ledger.vkey]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert subprocess.run([*command[:-1], "k+k+k"], capture_output=True, check=False).returncode == 1
    assert subprocess.run([*command, "--what"], capture_output=True, check=False).returncode == 2


def test_a_bar_is_shown_to_people_only(ledger: LyingLedger, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from overt_verify.cli import _Progress

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with _Progress() as progress:
        progress.show(256, 300)
        progress.show(300, 300)
        assert progress._bar.pos == 300
    assert json.loads(run("audit", folder, "--key", ledger.vkey, "--json"))["verified"]
