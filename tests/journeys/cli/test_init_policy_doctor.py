"""Making an instance, reading its policy, finding what is wrong with it, and its sessions, at the command line."""

import re

import pytest

from overt.ledger.note import parse_vkey
from simulators.command_desk import ANSWERED, REFUSED, STREET, TODAY, USAGE, Desk, check_refused, kept_up, refused
from simulators.commands import in_process, overt
from simulators.force import open_folder
from simulators.production import placeholders, production_policy

pytestmark = pytest.mark.slow


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


# --- policy, doctor, session ---------------------------------------------------------------------------------------


def test_policy_check_and_show(desk: Desk) -> None:
    good = desk("policy", "check", desk.file("good.toml", production_policy(TODAY)), "--json")
    assert (good.status, good.json["valid"], good.json["not_activated_because"]) == (ANSWERED, True, [])
    bare = placeholders(production_policy(TODAY))
    assert len(desk("policy", "check", desk.file("bare.toml", bare), "--json").json["not_activated_because"]) == 9
    loose = production_policy(TODAY).replace('places = ["street", ', 'places = ["home", "street", ', 1)
    refused(desk("policy", "check", desk.file("loose.toml", loose), "--json"), "policy_too_loose")
    refused(desk("policy", "check", desk.file("no.toml", b"\xff"), "--json"), "usage", USAGE)
    shown = desk("policy", "show", "--json").json
    assert shown["policy"]["demonstration"] is True
    assert set(shown["policy"]["grounds"]) >= {"identity-doubted", "wanted", "missing"}
    present = shown["threshold"]
    assert present["counted_for"] == max(present["references"], shown["policy"]["threshold"]["set_for"])
    assert 0 < present["fpir"] <= present["target"]
    assert {one["group"] for one in present["missed"]} == {"men", "women"}
    assert "What it costs" in desk("policy", "show").out


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
