"""Changing an instance's policy, and suspending it, by commands; a running service follows with its next request."""

import json
from datetime import date
from pathlib import Path

import httpx
import pytest

from overt.policy import demonstration_policy
from simulators.command_desk import ANSWERED, PHOTO, USAGE, Desk, refused
from simulators.commands import Done, overt
from simulators.force import STREET as FIELDS
from simulators.phone import Phone, served

pytestmark = pytest.mark.slow


LIKE_THE_SECOND = (("million = 10000", "million = 1000"), ("cap = 3", "cap = 2"))


def policy(desk: Desk, version: str, *changes: tuple[str, str]) -> Path:
    """The demonstration's policy with other text in some places, as a file."""
    days = desk("policy", "show", "--json").json["policy"]["pilot"]
    text = demonstration_policy(date.fromisoformat(days["starts"]), date.fromisoformat(days["ends"]))
    for before, after in (("demonstration-1", version), *changes):
        assert before in text
        text = text.replace(before, after, 1)
    return desk.file(f"{version}.toml", text)


def effect(desk: Desk, file: Path) -> Path:
    """What a policy does to the error rates, as a file."""
    made = file.with_suffix(".effect.json")
    assert desk("policy", "effect", file, "--out", made, "--json").status == ANSWERED
    return made


def signed(desk: Desk, file: Path, *who: str) -> Path:
    note, shown = file.with_suffix(".note"), effect(desk, file)
    for each in who:
        of = file if each == who[0] else note
        done = desk("policy", "sign", of, "--effect", shown, "--play", each, "--out", note, "--json")
        assert done.status == ANSWERED, done
    assert [name.rpartition("/")[2] for name in done.json["signed_by"]] == list(who)
    return note


def handed_in(note: Path) -> list[str | Path]:
    """A note and its effect."""
    return [note, "--effect", note.with_suffix(".effect.json")]


def ordered(desk: Desk, act: str, number: int = 1) -> Path:
    note = desk.own / f"{act}-{number}.note"
    origin = desk.entry(0)["fields"]["origin"]
    what = ("order", "write", act, "place", "--code", "street", "--number", str(number), "--origin", origin)
    assert desk(*what, "--play", "oversight", "--out", note, "--json").json["order"] == act
    return note


def told(done: Done) -> str:
    assert done.status == ANSWERED, done
    return " ".join(done.out.split())


def test_a_running_service_follows_with_its_next_request(own_desk: Desk) -> None:
    desk = own_desk
    with served(desk.instance) as service:
        before = httpx.get(f"{service.address}/api/v1/instance").json()["policy"]
        phone = Phone(desk.instance, service.address)
        probe = desk.photographs[PHOTO]
        assert phone.found(probe) == ["person-1"]

        note = signed(desk, policy(desk, "demonstration-2", ("cap = 3", "cap = 1")), "force-one")
        adopted = overt(desk.instance, "policy", "adopt", *handed_in(note), "--json").json
        assert adopted["change"] == "tightened"
        assert httpx.get(f"{service.address}/api/v1/instance").json()["policy"] == adopted["policy"] != before
        assert phone.found(probe) == ["person-1"]

        assert overt(desk.instance, "order", "obey", ordered(desk, "suspend")).status == ANSWERED
        refusal = phone.client.post("/encounters", json=FIELDS)
        assert (refusal.status_code, refusal.json()["code"]) == (403, "suspended")
        assert overt(desk.instance, "order", "obey", ordered(desk, "lift")).status == ANSWERED
        assert phone.found(probe) == ["person-1"]
        verified = overt(desk.instance, "ledger", "verify", "--json").json
        phone.client.close()
    assert verified["verified"] is True


def test_what_the_commands_say(own_desk: Desk) -> None:
    desk = own_desk
    tighter = policy(desk, "demonstration-2", ("cap = 3", "cap = 2"), ("million = 10000", "million = 1000"))
    shown = told(desk("policy", "compare", tighter))
    assert "stricter: candidates.cap: 3 -> 2" in shown
    assert "stricter: threshold.target_fpir_per_million: 10000 -> 1000" in shown
    assert shown.index("now: ") < shown.index("then: ")
    assert "score below it: " in shown, "what it costs, by group"
    assert "Nothing is looser" in shown
    note = signed(desk, tighter, "oversight")
    assert desk("policy", "compare", note, "--json").json["looser"] is False
    assert "(tightened)" in told(desk("policy", "adopt", *handed_in(note)))

    looser = policy(desk, "demonstration-3")
    shown = told(desk("policy", "compare", looser))
    assert "looser: candidates.cap: 2 -> 3" in shown
    assert "two people of the force and overt.invalid/demonstration/oversight sign it" in shown
    refused(
        desk("policy", "announce", *handed_in(signed(desk, looser, "force-one", "oversight")), "--json"),
        "policy_signatures_missing",
    )
    note = signed(desk, looser, "force-one", "force-two", "oversight")
    refused(desk("policy", "adopt", *handed_in(note), "--json"), "policy_not_announced")
    refused(desk("policy", "announce", note, "--json"), "effect_missing")
    assert "It may be adopted from " in told(desk("policy", "announce", *handed_in(note)))
    assert desk("policy", "adopt", note, "--json").json["change"] == "loosened"
    assert desk("policy", "show", "--json").json["policy"]["version"] == "demonstration-3"

    assert told(desk("order", "list")) == "Nothing is suspended."
    assert "Suspended: place street (number 1)" in told(desk("order", "obey", ordered(desk, "suspend")))
    assert json.loads((desk.instance / "public" / "suspensions.json").read_bytes())["suspensions"], "public at once"
    refused(desk("order", "obey", desk.own / "suspend-1.note", "--json"), "order_repeated")
    assert told(desk("order", "list")) == "1 place street"
    (only,) = desk("order", "list", "--json").json["suspensions"]
    assert (only["number"], only["reach"], only["code"]) == (1, "place", "street")
    assert desk("order", "obey", ordered(desk, "lift"), "--json").json["order"] == "lift"
    assert desk("doctor", "--json").status == ANSWERED


def test_a_key_of_ones_own(own_desk: Desk) -> None:
    desk = own_desk
    key, name = desk.own / "chief.key", "force.example/policy/chief"
    public = desk("policy", "key", key, "--name", name, "--json").json["key"]
    assert public.startswith(f"{name}+")
    assert key.stat().st_mode & 0o777 == 0o600
    refused(desk("policy", "key", key, "--name", name, "--json"), "keys_exist")
    refused(desk("policy", "key", desk.own / "other.key", "--name", "the chief", "--json"), "usage", USAGE)
    refused(desk("policy", "key", desk.own / "no" / "where.key", "--name", name, "--json"), "usage", USAGE)

    tighter = policy(desk, "demonstration-2", ("cap = 3", "cap = 2"))
    to = desk.own / "own.note"
    assert desk("policy", "sign", tighter, "--key", key, "--out", to).status == ANSWERED
    refused(desk("policy", "adopt", to, "--json"), "policy_signatures_missing")
    for wrong in ([], ["--key", key, "--play", "force-one"], ["--play", "nobody"]):
        refused(desk("policy", "sign", tighter, *wrong, "--out", to, "--json"), "usage", USAGE)
    refused(
        desk("policy", "sign", tighter, "--play", "force-one", "--out", desk.own / "no" / "x", "--json"), "usage", USAGE
    )
    key.chmod(0o644)
    refused(desk("policy", "sign", tighter, "--key", key, "--out", to, "--json"), "key_files_unsafe")
    key.chmod(0o600)
    key.write_text("overt-signatory 1 somebody 00\n")
    damaged = desk("policy", "sign", tighter, "--key", key, "--out", to, "--json")
    assert (damaged.status, damaged.json["error"]["code"]) == (1, "key_damaged")


def test_what_it_does_is_shown_before_it_is_signed(own_desk: Desk) -> None:
    desk = own_desk
    stricter = policy(desk, "demonstration-2", ("million = 10000", "million = 1000"), ("cap = 3", "cap = 2"))
    assert "It touches cap, threshold" in told(desk("policy", "compare", stricter))
    made, note = desk.own / "effect.json", desk.own / "signed.note"
    shown = told(desk("policy", "effect", stricter, "--out", made))
    for words in ("candidates shown: 3 -> 2", "everybody", "gender F", "gender M", "missed now", "references"):
        assert words in shown
    assert "not of custody" in shown, "what the report says of its data"
    sign = ("policy", "sign", stricter, "--play", "force-one", "--out", note)
    assert "gender F" in told(desk(*sign, "--effect", made))
    again = ("policy", "sign", note, "--play", "force-two", "--out", note)
    refused(desk(*again, "--json"), "effect_missing")
    other = effect(desk, policy(desk, "demonstration-3", ("cap = 3", "cap = 1")))
    refused(desk(*again, "--effect", other, "--json"), "effect_invalid")
    refused(desk(*sign, "--effect", stricter, "--json"), "effect_invalid")
    bare = {"now": {}, "then": {"policy": desk("policy", "compare", stricter, "--json").json["policy"]}, "touches": []}
    nothing = desk.file("bare.json", json.dumps(bare, sort_keys=True, separators=(",", ":")))
    assert "(effect_invalid)" in desk(*sign, "--effect", nothing).err
    assert desk(*again, "--effect", made).status == ANSWERED
    refused(desk("policy", "adopt", note, "--json"), "effect_missing")
    refused(desk("policy", "adopt", note, "--effect", other, "--json"), "effect_invalid")
    refused(desk("policy", "adopt", note, "--effect", made, "--report", made, "--json"), "effect_invalid")
    adopted = desk("policy", "adopt", note, "--effect", made, "--json").json
    assert adopted["change"] == "tightened"
    public, digest = desk.instance / "public", adopted["policy"].removeprefix("sha256:")
    signed_text = (public / "policy" / digest).read_text().split("\n\n")[0]
    effect_line = signed_text.splitlines()[1]
    assert (public / "effect" / effect_line.rpartition(":")[2]).read_bytes() == made.read_bytes(), "public at once"
    untouched = policy(desk, "demonstration-4", *LIKE_THE_SECOND, ("answers_days = 31", "answers_days = 30"))
    assert "The change needs none" in told(desk("policy", "effect", untouched, "--out", made))


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"x = 1\n", b"text\n\n\xe2\x80\x94 a YWFhYWFhYWE=\n", b"a" * 1_000_001]
)
def test_files_that_are_no_policies_and_no_orders(desk: Desk, content: bytes) -> None:
    file = desk.file("hostile.note", content)
    for command in ("adopt", "announce", "compare", "sign"):
        more = ["--play", "force-one", "--out", desk.own / "x"] if command == "sign" else []
        done = desk("policy", command, file, *more, "--json")
        assert done.json["error"]["code"] in ("policy_invalid", "policy_signatures_missing", "usage"), done
    done = desk("order", "obey", file, "--json")
    assert done.json["error"]["code"] in ("order_invalid", "usage"), done
