"""The commands of a witness as people and scripts meet them."""

import json
import signal
import stat
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from verify_simulators import commands
from verify_simulators.lying_ledger import LyingLedger
from verify_simulators.newsroom import Served

from overt_verify.cosignature import CosignerKey
from overt_verify.witness.answers import STATUSES
from overt_verify.witness.cli import LATE, NOT_SEEN, WITNESS_CODES

COMMANDS = ("init", "trust", "serve", "follow", "status")


run, answer = partial(commands.run, "witness"), partial(commands.answer, "witness")


@pytest.fixture
def place(ledger: LyingLedger, tmp_path: Path) -> Path:
    """A witness that follows a log, set up by its commands."""
    run("init", tmp_path / "w", "--name", "gazette.example/witness")
    run("trust", tmp_path / "w", "--key", ledger.vkey)
    return tmp_path / "w"


def test_the_key_is_private_and_made_once(tmp_path: Path) -> None:
    vkey = run("init", tmp_path / "w", "--name", "gazette.example/witness").strip()
    assert CosignerKey.parse(vkey).name == "gazette.example/witness"
    path = tmp_path / "w" / "witness.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert answer("init", tmp_path / "w", "--name", "x", code=1)["error"]["code"] == "bad_witness"
    assert path.read_bytes() == before
    assert run("status", tmp_path / "w").strip() == vkey


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_names_that_no_key_may_have(tmp_path: Path, name: str) -> None:
    assert answer("init", tmp_path / "w", "--name", name, code=1)["error"]["code"] == "bad_key"
    assert not (tmp_path / "w").exists()


def test_a_key_that_others_can_read_is_refused(place: Path) -> None:
    (place / "witness.key").chmod(0o640)
    error = answer("status", place, code=1)["error"]
    assert (error["code"], error["message"]) == ("bad_witness", "Others can read witness.key: chmod 600.")


@pytest.mark.parametrize("content", [b"", b"PRIVATE+KEY+a+b+c", b"\xff", b"PRIVATE+KEY+" * 9])
def test_a_spoilt_key_is_not_shown(place: Path, content: bytes) -> None:
    (place / "witness.key").write_bytes(content)
    assert answer("status", place, code=1)["error"]["message"] == "witness.key does not hold a witness's key."


def test_following_a_folder(ledger: LyingLedger, place: Path, tmp_path: Path) -> None:
    log = ledger.publish(tmp_path / "log", 44)
    assert "44 entries, first seen" in run("follow", place, log)
    ledger.publish(log)
    found = answer("follow", place, log)
    assert (found["checkpoint"]["size"], found["size_before"]) == (300, 44)
    assert found["cosignature"].startswith("\u2014 gazette.example/witness ")
    assert answer("status", place)["logs"][0]["size"] == 300


def test_what_is_wrong_is_named(ledger: LyingLedger, place: Path, tmp_path: Path) -> None:
    log = ledger.publish(tmp_path / "log")
    run("follow", place, log)
    (log / "checkpoint").write_bytes(ledger.checkpoint(44))
    assert answer("follow", place, log, code=1)["error"]["code"] == "checkpoint_replayed"
    assert "NOT VERIFIED (checkpoint_replayed)" in run("follow", place, log, code=1)
    assert "checkpoint_replayed" in run("status", place, code=1)


def test_not_seen_and_late_have_codes_of_their_own(ledger: LyingLedger, place: Path, tmp_path: Path) -> None:
    log = ledger.publish(tmp_path / "log")
    nowhere = tmp_path / "nowhere"
    late = answer("follow", place, nowhere, code=LATE)["error"]
    assert (late["code"], late["message"].startswith("The log was never seen.")) == ("witness_lag", True)
    run("status", place, code=LATE)
    run("follow", place, log)
    assert answer("follow", place, nowhere, code=NOT_SEEN)["error"]["code"] == "unreadable_file"
    assert answer("follow", place, "http://127.0.0.1:1", code=NOT_SEEN)["error"]["code"] == "unreachable"


def test_a_log_is_chosen_by_name(ledger: LyingLedger, place: Path, tmp_path: Path) -> None:
    other = LyingLedger("other.example/log", seed=4).begin()
    run("trust", place, "--key", other.vkey, "--growth-hours", 30, "--lag-hours", 2)
    log = other.publish(tmp_path / "log")
    run("follow", place, log, code=2)
    run("follow", place, log, "--log", "other.example/log")
    assert answer("follow", place, log, "--log", "force.example/log", code=1)["error"]["code"] == "wrong_origin"
    assert answer("follow", place, log, "--log", "third.example", code=1)["error"]["code"] == "unknown_origin"
    rows = {one["origin"]: (one["lag_hours"], one["growth_hours"]) for one in answer("status", place, code=1)["logs"]}
    assert rows == {"force.example/log": (24, None), "other.example/log": (2, 30)}


@pytest.mark.parametrize(
    "text",
    ["[", "x = 1", "log = 3", "[[log]]\nkeys = []", '[[log]]\nkeys = ["x"]', "[[log]]\nkeys = [KEY]\nlag_hour = 3",
     "[[log]]\nkeys = [KEY]\nlag_hours = 0", "[[log]]\nkeys = [KEY]\nlag_hours = true",
     "[[log]]\nkeys = [KEY]\nlag_hours = 1.5",
     "[[log]]\nkeys = [KEY]\n[[log]]\nkeys = [KEY]", "[[log]]\nkeys = [KEY, OTHER]"],
)  # fmt: skip
def test_settings_that_are_not_in_order(ledger: LyingLedger, place: Path, text: str) -> None:
    keys = {"KEY": f'"{ledger.vkey}"', "OTHER": f'"{LyingLedger("other.example/log").vkey}"'}
    (place / "witness.toml").write_text(text.replace("KEY", keys["KEY"]).replace("OTHER", keys["OTHER"]))
    assert answer("status", place, code=1)["error"]["code"] in {"bad_witness", "bad_key"}


def test_a_log_is_pinned_once(ledger: LyingLedger, place: Path) -> None:
    before = (place / "witness.toml").read_bytes()
    assert answer("trust", place, "--key", ledger.vkey, code=1)["error"]["code"] == "bad_witness"
    other = LyingLedger("other.example/log").vkey
    assert answer("trust", place, "--key", other, "--lag-hours", 10**6, code=1)["error"]["code"] == "bad_witness"
    assert (place / "witness.toml").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [["init"], ["init", "w"], ["trust", "w"], ["follow", "w"], ["follow", "w", "x", "--every", "0"],
     ["serve", "w", "--listen", "x"], ["serve", "w", "--listen", "x:y"], ["nothing"], []],
)  # fmt: skip
def test_wrong_usage(arguments: list[str]) -> None:
    run(*arguments, code=2)


def test_no_witness_there(tmp_path: Path) -> None:
    for command in (["status"], ["follow", "x"], ["serve"]):
        text = run(command[0], tmp_path / "none", *command[1:], code=1)
        assert "NOT VERIFIED (unreadable_file)" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_and_exit_codes(command: str) -> None:
    text = run(command, "--help")
    assert f"  overt-verify witness {command} " in text
    assert WITNESS_CODES in text


def test_serving_and_following_beside_each_other(ledger: LyingLedger, place: Path, tmp_path: Path) -> None:
    """Two processes on one folder; both end at a signal."""
    log = ledger.publish(tmp_path / "log", 44)
    command = [sys.executable, "-m", "overt_verify", "witness"]
    service = subprocess.Popen(
        [*command, "serve", str(place), "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True
    )
    follower = subprocess.Popen([*command, "follow", str(place), str(log), "--every", "1"], stdout=subprocess.PIPE)
    try:
        assert service.stderr is not None
        served = Served(int(service.stderr.readline().strip().rpartition(":")[2]))
        wait_for(served, 44)
        ledger.publish(log, 260)
        wait_for(served, 260)
        assert served.add(ledger.submission(260, 300))[0] == 200
        ledger.publish(log)
    finally:
        for one in (service, follower):
            one.send_signal(signal.SIGTERM)
        codes = [one.wait(timeout=30) for one in (service, follower)]
        for stream in (service.stderr, follower.stdout):
            assert stream is not None
            stream.close()
    assert codes[0] == 0


def wait_for(served: Served, size: int) -> None:
    deadline = time.monotonic() + 60
    while json.loads(served.ask("GET", "/status")[2])["logs"][0]["size"] != size:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_commands_of_the_document(ledger: LyingLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps 1 to 3 as they stand; the service and the address are tried elsewhere."""
    (tmp_path / "force.vkey").write_text(ledger.vkey + "\n")
    ledger.publish(tmp_path / "ledger")
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "witness.md").read_text(encoding="utf-8")
    steps = [line.split()[2:] for line in text.splitlines() if line.strip().startswith("overt-verify witness ")]
    assert [step[0] for step in steps] == ["init", "trust", "follow", "serve"]
    for step in steps[:3]:
        run(*step)
    (tmp_path / "witness" / "witness.toml").write_text(text.split("```toml\n")[1].split("```")[0])
    found = answer("status", "witness")["logs"][0]
    assert (found["origin"], found["size"], found["growth_hours"]) == ("force.example/log", 300, 48)


def test_exit_codes_and_answers_stand_in_the_document() -> None:
    text = (Path(__file__).parents[2] / "docs" / "witness.md").read_text(encoding="utf-8")
    for code in (0, 1, 2, NOT_SEEN, LATE):
        assert f"\n| {code} |" in text
    for status in {200, 411, 413, 500, *STATUSES.values()}:
        assert f"{status} " in text
