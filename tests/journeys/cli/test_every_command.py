"""How each command of the command line ends, what its help shows, and that `--json` is one document."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from overt.cli.main import app
from simulators.command_desk import ANSWERED, FAULT, REFUSED, STREET, TODAY, USAGE, Desk, refused
from simulators.commands import EXAMPLES, in_process, overt
from simulators.production import production_policy
from simulators.real_photographs import gallery_folder

pytestmark = pytest.mark.slow


def test_the_four_exit_statuses_of_the_program_itself(desk: Desk) -> None:
    assert overt(None, "version").status == ANSWERED
    assert overt(desk.own / "nowhere", "doctor").status == REFUSED
    assert overt(None, "check").status == USAGE
    master = desk.place.keys / "master"
    whole = master.read_bytes()
    master.write_bytes(b"overt-key 1 master 00\n")
    try:
        broken = overt(desk.instance, "gallery", "list")
    finally:
        master.write_bytes(whole)
    assert broken.status == FAULT
    assert "Traceback" not in broken.err
    assert "key_damaged" in broken.err


def test_an_unforeseen_error_is_a_fault_without_its_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("canary of a name")

    monkeypatch.setattr("overt.store.gallery.browsing.Browser.page", broken)
    plain, as_document = desk("gallery", "list"), desk("gallery", "list", "--json")
    assert (plain.status, as_document.status, as_document.json["error"]["code"]) == (FAULT, FAULT, "fault")
    assert "canary" not in plain.out + plain.err + as_document.out + as_document.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["gallery", "no-such-command"],
        ["--no-such-option", "doctor"],
        ["doctor", "--no-such-option"],
        ["doctor", "too", "many"],
        ["check"],
        ["check", "/no/such/photo.jpg", "--encounter", str(STREET)],
        ["check", str(STREET)],
        ["check", str(EXAMPLES), "--encounter", str(STREET)],
        ["check", str(STREET), "--encounter", "/no/such.toml"],
        ["init"],
        ["init", "--demonstration", "--pilot-ends", "tomorrow"],
        ["init", "--demonstration", "--policy", str(STREET)],
        ["init", "--policy", "/no/such.toml"],
        ["init", "--policy", str(STREET), "--pilot-ends", "2030-01-01"],
        ["gallery", "import"],
        ["gallery", "import", "/no/such/folder"],
        ["gallery", "import", str(STREET)],
        ["gallery", "list", "--count", "0"],
        ["gallery", "list", "--count", "201"],
        ["gallery", "review", "0", "--review-on", "2030-01-01"],
        ["gallery", "review", "1"],
        ["gallery", "review", "1", "--review-on", "2030-01-01", "--outcome", "other"],
        ["ledger", "show", "--first", "-1"],
        ["ledger", "receipt", "not-an-encounter"],
        ["serve", "--port", "65536"],
        ["policy", "check", "/no/such.toml"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_status_2_and_changes_nothing(desk: Desk, arguments: list[str]) -> None:
    before = desk("ledger", "show", "--json").json["size"]
    done = desk(*arguments)
    assert done.status == USAGE, done
    assert done.out == ""
    assert done.err
    assert "Traceback" not in done.err
    assert desk("ledger", "show", "--json").json["size"] == before


def test_nothing_is_guessed_when_nothing_is_asked() -> None:
    done = in_process(None)
    assert done.status == USAGE
    assert "Usage:" in done.out + done.err


# --- every command: help with an example, and --json ---------------------------------------------------------------


def commands(command: Any = None, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], set[str]]:
    """Every command with its options."""
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        return {path: {option for each in command.params for option in each.opts}}
    return {name: of for key, each in command.commands.items() for name, of in commands(each, (*path, key)).items()}


ISSUE = {
    ("init",), ("serve",), ("check",), ("doctor",), ("ledger", "verify"), ("ledger", "show"), ("policy", "check"),
    ("policy", "show"), *(("gallery", name) for name in ("import", "list", "show", "review", "erase")),
}  # fmt: skip


def test_the_commands_of_the_issue_are_there() -> None:
    assert set(commands()) >= ISSUE
    assert commands()[("init",)] >= {"--demonstration", "--policy", "--pilot-ends"}
    assert {path for path, options in commands().items() if "--json" not in options} <= {("demo",)}


@pytest.mark.parametrize("path", sorted(commands()), ids=" ".join)
def test_every_help_has_an_example_that_the_command_line_understands(path: tuple[str, ...]) -> None:
    done = in_process(None, *path, "--help")
    assert (done.status, done.err) == (ANSWERED, "")
    shown = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.out).split())
    examples = re.findall(r"Example: (overt .*?)(?= Example:| Options | Arguments | [A-Z])", shown + " Options ")
    assert examples
    for example in examples:
        assert " ".join(path) in example
        assert set(re.findall(r"--[a-z-]+", example)) <= commands()[path] | {"--instance"}


def test_json_is_one_document_and_nothing_else_on_every_command(desk: Desk, photographs: dict[str, bytes]) -> None:
    finished = desk.check("person-1-other").json
    person = {"extra": photographs["person-5-not-enrolled"]}
    extra = gallery_folder(desk.own / "extra", person, TODAY)
    reference = finished["candidates"][0]["reference"]
    ways: dict[tuple[str, ...], list[str | Path]] = {
        ("doctor",): [],
        ("version",): [],
        ("session",): ["demo-officer"],
        ("check",): [desk.photo("person-1-other"), "--encounter", STREET],
        ("gallery", "import"): [extra],
        ("gallery", "list"): ["--count", "2"],
        ("gallery", "show"): ["person-1"],
        ("gallery", "review"): [str(reference), "--review-on", (TODAY + timedelta(days=400)).isoformat()],
        ("gallery", "relate"): [desk.file("relations.csv", "person,relation,other\nextra,sibling,person-1\n")],
        ("gallery", "erase"): ["extra"],
        ("ledger", "show"): ["--count", "3"],
        ("ledger", "verify"): [],
        ("ledger", "receipt"): [finished["encounter"]],
        ("policy", "check"): [desk.file("policy.toml", production_policy(TODAY))],
        ("policy", "show"): [],
        ("ledger", "witness"): [],
        ("ledger", "publish"): [],
        ("journal", "show"): ["--why", "a test"],
        ("journal", "export"): [desk.own / "journal.jsonl", "--recipient", "Information Commissioner", "--why", "test"],
        ("document", "list"): [],
        ("scorecard",): [],
    }
    elsewhere = {("init",), ("serve",), ("demo",), ("administrator",), ("evaluate",)}
    elsewhere |= {
        ("policy", each) for each in ("key", "compare", "effect", "sign", "announce", "adopt")
    }  # test_changing_the_rules
    elsewhere |= {("document", "sign"), ("document", "register")}  # test_activated
    elsewhere |= {("ledger", each) for each in ("new-key", "sign-key", "use-key")}
    elsewhere |= {("order", each) for each in ("write", "obey", "list")}
    assert set(ways) | elsewhere == set(commands()), "a new command is tried here, too"
    outside = {("doctor",), ("check",), ("gallery", "import")}
    for path, arguments in ways.items():
        done = (overt if path in outside else in_process)(desk.instance, *path, *arguments, "--json")
        assert done.status == ANSWERED, (path, done)
        assert isinstance(done.json, dict), path
        assert done.json, path


def test_every_refusal_is_one_document_too(desk: Desk) -> None:
    refused(desk("gallery", "show", "nobody-of-that-name", "--json"), "person_unknown")
    refused(desk("gallery", "erase", "nobody-of-that-name", "--json"), "person_unknown")
    refused(desk("gallery", "erase", "123456789012345678", "--json"), "person_unknown")
    refused(desk("gallery", "review", "987654", "--review-on", "2030-01-01", "--json"), "person_unknown")
    refused(desk("gallery", "import", desk.own, "--json"), "manifest_unreadable")
    strangers = desk.file("strangers.csv", "person,relation,other\nperson-1,twin,nobody\n")
    refused(desk("gallery", "relate", strangers, "--json"), "relations_refused")
    refused(desk("session", "nobody", "--json"), "not_signed_in")
    refused(desk("administrator", "--json"), "demonstration_refuses")
    refused(desk("ledger", "receipt", f"{'0' * 8}-0000-4000-8000-{'0' * 12}", "--json"), "encounter_unknown")
    refused(desk("policy", "check", STREET, "--json"), "policy_invalid")
    refused(in_process(desk.own / "nowhere", "doctor", "--json"), "instance_missing")
    refused(desk("check", "--json"), "usage", USAGE)
    bad = desk.file("bad.toml", b"\xff = 1")
    refused(desk("check", desk.photo("person-1-other"), "--encounter", bad, "--json"), "usage", USAGE)
