"""The command line as a user meets it: what it prints, how it ends, what it refuses, beside a served instance too."""

import contextlib
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import typer
from PIL import Image
from sqlalchemy import Engine, text

from overt.cli.demo.photographs import empty_street, montage
from overt.cli.main import app
from overt.identifiers import OfficerId
from overt.ledger.checkpoint import open_checkpoint
from overt.ledger.note import parse_vkey
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import DATABASE_VARIABLE, Place, open_instance
from simulators.camera import SimulatedTemplates
from simulators.commands import EXAMPLES, PROGRAM, Done, in_process, overt, run
from simulators.force import open_folder, write_manifest
from simulators.phone import Phone, served
from simulators.production import production_policy
from simulators.real_photographs import ENROLLED, demonstration_gallery, gallery_folder, retaken

pytestmark = pytest.mark.slow

STREET = EXAMPLES / "street-stop.toml"
ANSWERED, FAULT, USAGE, REFUSED = 0, 1, 2, 3
TODAY = datetime.now(UTC).date()
SECONDS = 120


class Desk:
    """A demonstration instance, its caller's own folder, and the commands on it."""

    def __init__(self, folder: Path, photographs: dict[str, bytes]) -> None:
        self.instance, self.own, self.photographs = folder / "demo", folder / "own", photographs
        self.own.mkdir()
        self.place = Place(self.instance)

    def __call__(self, *arguments: str | Path) -> Done:
        return in_process(self.instance, *arguments)

    def file(self, name: str, content: bytes | str) -> Path:
        path = self.own / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def photo(self, label: str) -> Path:
        return self.file(f"{label}.jpg", self.photographs[label])

    def check(self, label: str, encounter: Path = STREET) -> Done:
        return self("check", self.photo(label), "--encounter", encounter)

    def entry(self, index: int) -> Any:
        (entry,) = self("ledger", "show", "--first", str(index), "--count", "1", "--json").json["entries"]
        return entry

    @property
    def key(self) -> str:
        return str(self("ledger", "verify", "--json").json["ledger_key"])


@contextlib.contextmanager
def kept_up(instance: Path) -> Iterator[None]:
    """The embedded server stays between commands, so that a test of many commands takes seconds."""
    with EmbeddedPostgres(Place(instance).postgres).running():
        yield


@pytest.fixture(scope="module")
def desk(photographs: dict[str, bytes]) -> Iterator[Desk]:
    """An instance with the four people of the demonstration. Tests leave it as they found it, but for checks."""
    with open_folder() as folder:
        made = Desk(folder, photographs)
        assert made("init", "--demonstration", "--json").status == ANSWERED
        with kept_up(made.instance):
            gallery = demonstration_gallery(made.own / "gallery", photographs, TODAY)
            report = made("gallery", "import", gallery, "--json")
            assert (report.status, report.json["imported"]) == (ANSWERED, 4)
            yield made


@pytest.fixture(autouse=True)
def no_outside_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


def refused(done: Done, code: str, status: int = REFUSED) -> None:
    """Refused with this code, in the form that every command has."""
    assert (done.status, done.json["error"]["code"]) == (status, code), done
    assert set(done.json["error"]) == {"code", "message", "remedy"}
    assert all(done.json["error"].values())


# --- how a command ends --------------------------------------------------------------------------------------------


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
        ("gallery", "erase"): ["extra"],
        ("ledger", "show"): ["--count", "3"],
        ("ledger", "verify"): [],
        ("ledger", "receipt"): [finished["encounter"]],
        ("policy", "check"): [desk.file("policy.toml", production_policy(TODAY))],
        ("policy", "show"): [],
    }
    elsewhere = {("init",), ("serve",), ("demo",), ("administrator",)}
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
    refused(desk("session", "nobody", "--json"), "not_signed_in")
    refused(desk("administrator", "--json"), "demonstration_refuses")
    refused(desk("ledger", "receipt", f"{'0' * 8}-0000-4000-8000-{'0' * 12}", "--json"), "encounter_unknown")
    refused(desk("policy", "check", STREET, "--json"), "policy_invalid")
    refused(in_process(desk.own / "nowhere", "doctor", "--json"), "instance_missing")
    refused(desk("check", "--json"), "usage", USAGE)
    bad = desk.file("bad.toml", b"\xff = 1")
    refused(desk("check", desk.photo("person-1-other"), "--encounter", bad, "--json"), "usage", USAGE)


# --- init ----------------------------------------------------------------------------------------------------------


def test_an_instance_is_made_once_and_its_keys_beside_it(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.place.keys.iterdir() if path.is_file()}
    refused(desk("init", "--demonstration", "--json"), "instance_exists")
    assert {path: path.read_bytes() for path in desk.place.keys.iterdir() if path.is_file()} == before
    assert desk.check("person-1-other").status == ANSWERED, "the instance is unharmed"
    in_use = desk.own / "in-use"
    in_use.mkdir()
    (in_use / "letter").write_text("mine")
    refused(in_process(in_use, "init", "--demonstration", "--json"), "instance_exists")
    assert (in_use / "letter").read_text() == "mine"
    assert not in_use.with_name("in-use.keys").exists()


def test_a_refused_policy_leaves_nothing(desk: Desk) -> None:
    loose = production_policy(TODAY).replace("capture_seconds = 60", "capture_seconds = 61")
    before = set(desk.own.iterdir()) | {desk.own / "loose.toml", desk.own / "not-text.toml"}
    file = desk.file("loose.toml", loose)
    done = in_process(desk.own / "loose", "init", "--policy", file, "--json")
    assert (done.status, done.json["error"]["code"]) in {(REFUSED, "policy_too_loose"), (REFUSED, "policy_invalid")}
    refused(
        in_process(desk.own / "loose", "init", "--policy", desk.file("not-text.toml", b"\xff"), "--json"),
        "usage",
        USAGE,
    )
    assert set(desk.own.iterdir()) <= before


def test_init_says_what_it_made(photographs: dict[str, bytes]) -> None:
    with open_folder() as folder:
        made = in_process(folder / "i", "init", "--demonstration", "--pilot-ends", "2020-05-31", "--json")
        assert made.status == ANSWERED
        document = made.json
        assert document["demonstration"] is True
        assert document["pilot_ends"] == "2020-05-31"
        assert parse_vkey(document["ledger_key"]).name == document["origin"]
        with kept_up(folder / "i"):
            shown = in_process(folder / "i", "policy", "show", "--json").json
            assert shown["digest"] == document["policy"]
            photo = folder / "photo.jpg"
            photo.write_bytes(photographs["person-1-other"])
            done = in_process(folder / "i", "check", photo, "--encounter", STREET)
            check_refused(done, "pilot_expired")
            entries = in_process(folder / "i", "ledger", "show", "--json").json["entries"]
            assert entries[done.json["ledger"]["index"]]["deed"] == "encounter:check:refused"


# --- check ---------------------------------------------------------------------------------------------------------

MEMBERS = {
    "encounter", "result", "refusal", "candidates", "quality", "template_contract", "policy", "ledger", "timings_ms",
}  # fmt: skip
MORE = {"sentence", "warning", "demonstration", "presentation_warning"}
TIMINGS = {"decode", "detect", "embed", "search", "ledger", "total"}


def test_what_check_prints_for_somebody_enrolled(desk: Desk) -> None:
    done = desk.check("person-1-other")
    assert (done.status, done.err) == (ANSWERED, "")
    document = done.json
    assert MEMBERS <= set(document) <= MEMBERS | MORE
    assert document["result"] == "candidates"
    assert document["refusal"] is None
    (candidate,) = document["candidates"]
    assert {"reference", "person", "score", "expected_false"} <= set(candidate)
    assert candidate["person"] == "person-1"
    assert 0.4 < candidate["score"] < 1
    assert 0 <= candidate["expected_false"] < 0.01
    assert desk("gallery", "show", str(candidate["reference"]), "--json").json["references"][0]["person"] == "person-1"
    assert all({"measure", "value", "advice"} <= set(one) for one in document["quality"])
    assert len(document["quality"]) >= 9
    assert set(document["timings_ms"]) == TIMINGS
    parts = [document["timings_ms"][name] for name in TIMINGS - {"total"}]
    assert all(part >= 0 for part in parts)
    assert sum(parts) <= document["timings_ms"]["total"]
    assert document["policy"] == desk("policy", "show", "--json").json["digest"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", document["template_contract"])


def test_the_ledger_of_a_check_is_the_one_that_outsiders_verify(desk: Desk) -> None:
    document = desk.check("person-1-other").json
    index = document["ledger"]["index"]
    checkpoint = open_checkpoint(document["ledger"]["checkpoint"].encode(), parse_vkey(desk.key))
    assert checkpoint.size > index
    entry = desk.entry(index)
    assert entry["deed"] == "encounter:search:performed"
    assert document["encounter"] not in json.dumps(desk("ledger", "show", "--count", "1000", "--json").json)
    names = [each["deed"] for each in desk("ledger", "show", "--first", str(index), "--json").json["entries"]]
    assert names == [
        "encounter:search:performed",
        "encounter:comparison:recorded",
        "encounter:candidates:revealed",
        "encounter:decision:recorded",
        "encounter:outcome:recorded",
        "encounter:demographics:recorded",
        "encounter:receipt:issued",
    ]
    assert desk.entry(index + 1)["fields"]["simulated"] == "yes"


def test_what_check_prints_for_a_stranger(desk: Desk) -> None:
    done = desk.check("person-5-not-enrolled")
    assert done.status == ANSWERED
    document = done.json
    assert (document["result"], document["refusal"], document["candidates"]) == ("no_candidate", None, [])
    assert document["sentence"].startswith("No candidate.")
    assert document["ledger"]["index"] > 0


def check_refused(done: Done, code: str) -> None:
    assert (done.status, done.err) == (REFUSED, ""), done
    document = done.json
    assert MEMBERS <= set(document) <= MEMBERS | MORE
    assert (document["result"], document["candidates"]) == ("refused", [])
    assert set(document["refusal"]) == {"code", "message", "remedy"}
    assert document["refusal"]["code"] == code
    assert all(document["refusal"].values())
    assert set(document["timings_ms"]) in (TIMINGS, set())


def street(**changes: Any) -> str:
    """The lawful example's coded fields, with some of them changed."""
    lines = [line.split("#")[0] for line in STREET.read_text().split("[decision]")[0].splitlines()]
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    fields |= {name: json.dumps(value) for name, value in changes.items()}
    return "\n".join(f"{name} = {value}" for name, value in fields.items())


PHOTO = "person-1-other"
REFUSALS: dict[str, tuple[str, str | Path, str | None]] = {
    "incomplete_encounter": (PHOTO, EXAMPLES / "incomplete.toml", "encounter:check:refused"),
    "ground_not_allowed_here": (PHOTO, EXAMPLES / "school.toml", "encounter:check:refused"),
    "officer_not_authorised": (PHOTO, street(officer="somebody-else"), None),
    "declined_photo": (PHOTO, EXAMPLES / "declined.toml", "encounter:receipt:issued"),
    "ended_early": (PHOTO, street(end="covered"), "encounter:receipt:issued"),
    "unknown_code": (PHOTO, street(ground="curiosity"), "encounter:check:refused"),
    "child_not_allowed": (PHOTO, street(age="child"), "encounter:check:refused"),
    "notice_not_allowed": (PHOTO, street(notice="not-understood"), None),
    "unreadable_image": ("truncated", STREET, "encounter:capture:refused"),
    "image_too_large": ("15 MB and more", STREET, "encounter:capture:refused"),
    "no_face": ("street", STREET, "encounter:capture:refused"),
    "several_faces": ("two", STREET, "encounter:capture:refused"),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_of_a_check_has_its_code_its_status_and_its_entry(desk: Desk, code: str) -> None:
    label, encounter, deed = REFUSALS[code]
    whole = desk.photographs[PHOTO]
    made = {
        "truncated": whole[: len(whole) // 3],
        "15 MB and more": whole + b"\0" * 15_000_000,
        "street": empty_street(),
        "two": montage(desk.photographs["person-3-other"], desk.photographs["person-4-other"]),
    }
    photo = desk.file(f"{label}.jpg", made.get(label) or whole)
    file = encounter if isinstance(encounter, Path) else desk.file("encounter.toml", encounter)
    done = desk("check", photo, "--encounter", file)
    check_refused(done, code)
    if deed is not None:
        entry = desk.entry(done.json["ledger"]["index"])
        assert entry["deed"] == deed
        assert deed == "encounter:receipt:issued" or code.replace("_", "-") in json.dumps(entry["fields"]).replace(
            "_", "-"
        )
    if code == "officer_not_authorised":
        assert done.json["ledger"] is None, "a stranger is only counted"


def test_no_ledger_no_answer_at_the_command_line(desk: Desk) -> None:
    ledger = desk.place.ledger
    ledger.rename(ledger.with_name("away"))
    ledger.write_text("not a folder")
    try:
        done = desk.check(PHOTO)
        again = desk("ledger", "verify", "--json")
    finally:
        ledger.unlink()
        ledger.with_name("away").rename(ledger)
    check_refused(done, "ledger_unavailable")
    assert done.json["ledger"] is None
    refused(again, "ledger_unavailable")
    assert desk.check(PHOTO).json["result"] == "candidates"
    assert desk("ledger", "verify", "--json").json["verified"] is True


def test_only_a_demonstration_plays_the_phone(desk: Desk) -> None:
    policy = desk.file("policy.toml", production_policy(TODAY))
    with open_folder() as folder:
        made = in_process(folder / "force", "init", "--policy", policy, "--json")
        assert (made.status, made.json["demonstration"]) == (ANSWERED, False)
        with kept_up(folder / "force"):
            check: list[str | Path] = ["check", desk.photo(PHOTO), "--encounter", STREET, "--json"]
            refused(in_process(folder / "force", *check), "demonstration_only")
            refused(in_process(folder / "force", "session", "demo-officer", "--json"), "demonstration_only")
            assert in_process(folder / "force", "ledger", "verify", "--json").json["size"] == 2
            with open_instance(folder / "force") as instance:
                assert instance.accounts.officer(OfficerId("demo-officer")) is None
            assert not (Place(folder / "force").keys / "demo-device").exists()


# --- the gallery ---------------------------------------------------------------------------------------------------


def test_every_row_is_imported_or_reported_and_nothing_twice(desk: Desk, photographs: dict[str, bytes]) -> None:
    folder = gallery_folder(desk.own / "rows", {"row-1": photographs["person-5-not-enrolled"]}, TODAY)
    manifest = folder / "manifest.csv"
    header, row = manifest.read_text().splitlines()
    (folder / "street.jpg").write_bytes(empty_street())
    bad = [
        row.replace("row-1.jpg", "street.jpg"),
        row.replace("row-1.jpg", "missing.jpg"),
        row.replace("custody", "passport"),
        row.replace("convicted", "other"),
        row.replace(",row-1,", ",row-2,"),
        "too,few",
    ]
    manifest.write_text("\n".join([header, row, *bad]) + "\n")
    first = desk("gallery", "import", folder, "--json")
    assert first.status == ANSWERED
    assert (first.json["imported"], first.json["already_there"]) == (1, 0)
    assert [one["line"] for one in sorted(first.json["refused"], key=lambda one: one["line"])] == [3, 4, 5, 6, 7, 8]
    assert all(one["reason"] and one["detail"] for one in first.json["refused"])
    assert desk.entry(first.json["ledger_index"])["deed"] == "gallery:batch:imported"
    size = desk("ledger", "show", "--json").json["size"]
    second = desk("gallery", "import", folder, "--json").json
    assert (second["imported"], second["already_there"], len(second["refused"])) == (0, 1, 6)
    assert second["ledger_index"] is None
    assert desk("ledger", "show", "--json").json["size"] == size
    plain = desk("gallery", "import", folder)
    assert "line 5, row-1.jpg" in plain.out
    manifest.write_text("\n".join([header, *bad[:2]]) + "\n")
    assert desk("gallery", "import", folder, "--json").status == REFUSED, "nothing of it was of use"
    assert desk.check("person-5-not-enrolled").json["candidates"][0]["person"] == "row-1"
    erased = desk("gallery", "erase", "row-1", "--json").json
    assert erased["references"] == 1
    assert desk.entry(erased["ledger_index"])["deed"] == "gallery:person:erased"
    assert desk.check("person-5-not-enrolled").json["result"] == "no_candidate"
    refused(desk("gallery", "show", "row-1", "--json"), "person_unknown")


def test_list_show_and_review(desk: Desk) -> None:
    listed = desk("gallery", "list", "--json").json["references"]
    assert [one["person"] for one in listed] == list(ENROLLED)
    assert all(one["searchable"] and not one["synthetic"] for one in listed)
    assert set(listed[0]["label"]) == {"source", "lawful_basis", "outcome", "captured_on", "review_on", "under_18"}
    second = listed[1]["reference"]
    page = desk("gallery", "list", "--after", str(second), "--count", "1", "--json").json["references"]
    assert [one["person"] for one in page] == ["person-3"]
    assert desk("gallery", "list", "--synthetic", "--json").json["references"] == []
    assert "person-3" in desk("gallery", "list").out
    review_on = (TODAY + timedelta(days=200)).isoformat()
    try:
        done = desk("gallery", "review", str(second), "--review-on", review_on, "--outcome", "acquitted", "--json")
        assert desk.entry(done.json["ledger_index"])["deed"] == "gallery:reference:reviewed"
        (now,) = desk("gallery", "show", "person-2", "--json").json["references"]
        assert (now["label"]["outcome"], now["label"]["review_on"]) == ("acquitted", review_on)
        assert now["searchable"] is False
        assert "NOT searchable" in desk("gallery", "show", "person-2").out
        assert desk.check("person-2-enrolled").json["result"] == "no_candidate"
    finally:
        desk("gallery", "review", str(second), "--review-on", review_on, "--outcome", "convicted")
    assert desk.check("person-2-enrolled").json["candidates"][0]["person"] == "person-2"


def test_the_201st_real_reference_is_refused_and_filler_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overt.store.instance.load_shipped_pipeline", SimulatedTemplates)
    with open_folder() as folder, open_folder() as own:
        assert in_process(folder / "i", "init", "--demonstration").status == ANSWERED
        with kept_up(folder / "i"):
            write_manifest(own, tuple(range(201)), 1, TODAY)
            report = in_process(folder / "i", "gallery", "import", own, "--json").json
            assert report["imported"] == 200
            assert [one["reason"] for one in report["refused"]] == ["gallery_full"]
            assert in_process(folder / "i", "gallery", "erase", "p0", "--json").status == ANSWERED
            again = in_process(folder / "i", "gallery", "import", own, "--json").json
            assert (again["imported"], again["already_there"], len(again["refused"])) == (1, 199, 1)


# --- an import that is interrupted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
def test_an_interrupted_import_keeps_what_is_done_and_goes_on(
    photographs: dict[str, bytes], number: signal.Signals
) -> None:
    labels, generator, count = list(photographs), np.random.default_rng(7), 40
    faces = [label for label in labels if label not in {"person-3-enrolled", "person-1-third"}]
    many = {f"p{n}": retaken(photographs[faces[n % 8]], generator, longest=500) for n in range(count)}
    with open_folder() as folder, open_folder() as own:
        assert in_process(folder / "i", "init", "--demonstration").status == ANSWERED
        gallery_folder(own, many, TODAY)
        with open_instance(folder / "i") as instance:
            argv = [str(PROGRAM), "--instance", str(folder / "i"), "gallery", "import", str(own), "--json"]
            with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as importing:
                waited(lambda: stored(instance.engine) > 0)
                importing.send_signal(number)
                out, err = importing.communicate(timeout=SECONDS)
            kept = stored(instance.engine)
            assert 0 < kept < count, "it was interrupted in the middle"
            if number is signal.SIGKILL:
                assert importing.returncode == -number
                assert searchable(instance.engine) == 0
            else:
                assert importing.returncode == FAULT
                assert (out, "What was finished is kept" in err) == ("", True)
                assert searchable(instance.engine) == kept, "what was finished is searchable at once"
            again = in_process(folder / "i", "gallery", "import", own, "--json").json
            assert (again["imported"], again["already_there"], again["refused"]) == (count - kept, kept, [])
            assert stored(instance.engine) == searchable(instance.engine) == count
            batches = 1 if number is signal.SIGKILL else 2
            deeds = [each["deed"] for each in in_process(folder / "i", "ledger", "show", "--json").json["entries"]]
            assert deeds.count("gallery:batch:imported") == batches
        assert in_process(folder / "i", "ledger", "verify", "--json").json["verified"] is True


def stored(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("select count(*) from reference")).scalar_one())


def searchable(engine: Engine) -> int:
    query = "select count(*) from reference join batch on batch.id = reference.batch where leaf is not null"
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def waited(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_progress_goes_to_standard_error_only(desk: Desk) -> None:
    done = overt(desk.instance, "gallery", "import", desk.own / "gallery", "--json")
    assert done.json["already_there"] == 4
    assert "Enrolling" not in done.out


# --- the ledger ----------------------------------------------------------------------------------------------------


def test_a_changed_tile_is_found_and_made_again(desk: Desk) -> None:
    size = desk("ledger", "show", "--json").json["size"]
    assert desk("ledger", "verify", "--json").json == {
        "verified": True, "size": size, "ledger_key": desk.key, "folder": str(desk.place.ledger),
    }  # fmt: skip
    assert size < 256, "the entries are in one bundle"
    bundle = desk.place.ledger / "tile" / "entries" / "000.p" / str(size)
    whole = bundle.read_bytes()
    bundle.write_bytes(whole.replace(b"demonstration", b"demonstratioN", 1))
    done = desk("ledger", "verify", "--json")
    assert (done.status, done.json["verified"]) == (REFUSED, False)
    assert done.json["problem"]
    assert "NOT verified" in desk("ledger", "verify").out
    rebuilt = desk("ledger", "verify", "--rebuild", "--json")
    assert (rebuilt.status, rebuilt.json["size"]) == (ANSWERED, size)
    assert bundle.read_bytes() == whole


def test_show_pages_through_what_outsiders_see(desk: Desk) -> None:
    everything = desk("ledger", "show", "--count", "1000", "--json").json
    assert len(everything["entries"]) == everything["size"]
    assert [each["index"] for each in everything["entries"]] == list(range(everything["size"]))
    some = desk("ledger", "show", "--first", "2", "--count", "3", "--json").json["entries"]
    assert some == everything["entries"][2:5]
    assert desk("ledger", "show", "--first", "999999", "--json").json["entries"] == []
    assert everything["entries"][0]["deed"] in desk("ledger", "show").out


def test_a_receipt_is_verified_by_the_outsiders_program(desk: Desk) -> None:
    encounter = desk.check("person-1-other").json["encounter"]
    receipt = desk("ledger", "receipt", encounter)
    assert receipt.status == ANSWERED
    file = desk.file("receipt.json", receipt.out)
    outside: list[str | Path] = [sys.executable, "-m", "overt_verify", "receipt", file, "--key", desk.key]
    assert run(outside).status == 0
    reference = receipt.json["front"]["reference"]
    forged = "ABCD-EFGH" if reference != "ABCD-EFGH" else "HGFE-DCBA"
    outside[4] = desk.file("forged.json", receipt.out.replace(reference, forged))
    assert run(outside).status == 1
    unfinished = desk.check("person-1-other", desk.file("fields.toml", street())).json["encounter"]
    refused(desk("ledger", "receipt", unfinished, "--json"), "receipt_missing")


# --- policy, doctor, session ---------------------------------------------------------------------------------------


def test_policy_check_and_show(desk: Desk) -> None:
    good = desk("policy", "check", desk.file("good.toml", production_policy(TODAY)), "--json")
    assert (good.status, good.json["valid"], good.json["not_activated_because"]) == (ANSWERED, True, [])
    bare = production_policy(TODAY).replace(f"sha256:{'ab' * 32}", "placeholder")
    assert len(desk("policy", "check", desk.file("bare.toml", bare), "--json").json["not_activated_because"]) == 9
    loose = production_policy(TODAY).replace('places = ["street", ', 'places = ["home", "street", ', 1)
    refused(desk("policy", "check", desk.file("loose.toml", loose), "--json"), "policy_too_loose")
    refused(desk("policy", "check", desk.file("no.toml", b"\xff"), "--json"), "usage", USAGE)
    shown = desk("policy", "show", "--json").json
    assert shown["policy"]["demonstration"] is True
    assert set(shown["policy"]["grounds"]) >= {"identity-doubted", "wanted", "missing"}


def test_doctor_finds_what_is_wrong(desk: Desk) -> None:
    well = overt(desk.instance, "doctor", "--json")
    assert (well.status, well.json["well"]) == (ANSWERED, True), well.json
    names = {one["name"] for one in well.json["findings"]}
    assert names >= {"database", "ledger", "policy", "keys", "models", "erasures", "imports", "core dumps"}
    checkpoint = desk.place.ledger / "checkpoint"
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(whole.replace(b"demonstration", b"demonstratioN"))
    try:
        ill = overt(desk.instance, "doctor")
    finally:
        checkpoint.write_bytes(whole)
    assert ill.status == REFUSED
    assert "NOT OK  ledger" in ill.out
    assert "ok   database" in ill.out


def test_a_session_is_a_token_and_nothing_else_on_standard_output(desk: Desk) -> None:
    done = desk("session", "demo-officer")
    assert re.fullmatch(r"[\w-]{43}=\n", done.out)


# --- beside a served instance --------------------------------------------------------------------------------------


def test_commands_work_while_the_instance_is_served(desk: Desk) -> None:
    with served(desk.instance) as service:
        about = httpx.get(f"{service.address}/api/v1/instance").json()
        assert about["demonstration"] is True
        assert about["policy"] == desk("policy", "show", "--json").json["digest"]
        assert overt(desk.instance, "check", desk.photo(PHOTO), "--encounter", STREET).json["result"] == "candidates"
        phone = Phone(desk.instance, service.address)
        probe = jpeg(desk.photographs["person-5-not-enrolled"], 90)
        assert phone.found(probe) == []
        late = gallery_folder(desk.own / "late", {"late": desk.photographs["person-5-not-enrolled"]}, TODAY)
        assert overt(desk.instance, "gallery", "import", late, "--json").json["imported"] == 1
        assert phone.found(probe) == ["late"], "the running service sees a later import"
        assert overt(desk.instance, "gallery", "erase", "late").status == ANSWERED
        assert phone.found(probe) == [], "and an erasure"
        assert phone.found(desk.photographs[PHOTO]) == ["person-1"]
        verified = overt(desk.instance, "ledger", "verify", "--json").json
        phone.client.close()
    assert verified["verified"] is True
    assert service.process.returncode == 0


def jpeg(photo: bytes, quality: int) -> bytes:
    stream = io.BytesIO()
    Image.open(io.BytesIO(photo)).convert("RGB").save(stream, "JPEG", quality=quality)
    return stream.getvalue()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org", ""])
def test_nobody_else_is_served(desk: Desk, host: str) -> None:
    refused(desk("serve", "--host", host, "--port", "0", "--json"), "demonstration_refuses")


def test_a_demonstration_takes_no_outside_database(desk: Desk) -> None:
    elsewhere = {DATABASE_VARIABLE: "postgresql://nobody@127.0.0.1:1/nothing"}
    for arguments in (["doctor", "--json"], ["check", desk.photo(PHOTO), "--encounter", STREET, "--json"]):
        refused(overt(desk.instance, *arguments, **elsewhere), "outside_database_refused")
    refused(overt(desk.own / "other", "init", "--demonstration", "--json", **elsewhere), "outside_database_refused")
    assert not (desk.own / "other").exists()
