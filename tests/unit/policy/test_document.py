"""Reading policy text: one digest for one meaning, and one error for everything hostile."""

import json
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest
import rfc8785

from overt.errors import PolicyInvalid
from overt.policy import Policy, demonstration_policy, parse_policy, policy_from_canonical
from overt.policy.document import read_toml, schema

TEXT = demonstration_policy(date(2026, 11, 1), date(2027, 4, 30))
POLICY: Policy = parse_policy(TEXT)


def changed(before: str, after: str) -> str:
    assert before in TEXT
    return TEXT.replace(before, after, 1)


def test_the_schema_outside_is_the_schema_inside() -> None:
    outside = Path(__file__).parents[3] / "spec" / "policy.schema.json"
    inside = files("overt.policy").joinpath("policy.schema.json")
    assert outside.read_bytes() == inside.read_bytes()


def test_the_schema_is_a_schema_and_closed_everywhere() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema())  # type: ignore[arg-type]

    def objects(node: object) -> list[dict[str, object]]:
        found = [node] if isinstance(node, dict) and node.get("type") == "object" else []
        parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        return [*found, *(each for part in parts for each in objects(part))]

    assert all("additionalProperties" in each for each in objects(schema()))


def test_the_canonical_text_is_rfc_8785_and_the_digest_its_sha_256() -> None:
    assert POLICY.canonical.encode() == rfc8785.dumps(json.loads(POLICY.canonical))
    assert POLICY.digest == "sha256:" + sha256(POLICY.canonical.encode()).hexdigest()


def test_the_canonical_text_reads_back_to_the_same_policy() -> None:
    assert policy_from_canonical(POLICY.canonical) == POLICY


def test_spelling_does_not_change_the_digest_and_meaning_does() -> None:
    assert parse_policy("# a comment\n" + TEXT).digest == POLICY.digest
    assert parse_policy(changed("starts = 2026-11-01", 'starts = "2026-11-01"')).digest == POLICY.digest
    assert parse_policy(changed("officer_cap = 100", "officer_cap = 101")).digest != POLICY.digest
    assert parse_policy(changed("cap = 3", "cap = 2")).digest != POLICY.digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml at all",
        "a = 1\na = 2",
        "x = " + "[" * 5000 + "]" * 5000,
        "x = " + "9" * 5000,
        "\x00",
        "a" * 1_000_001,
        "x = nan",
    ],
    ids=["empty", "prose", "twice", "deep", "huge number", "nul", "long", "nan"],
)
def test_hostile_text_is_policy_invalid(text: str) -> None:
    with pytest.raises(PolicyInvalid):
        parse_policy(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"a": 1}', "{" * 100, POLICY.canonical + " ", "\ud800"])
def test_hostile_canonical_text_is_policy_invalid(text: str) -> None:
    with pytest.raises(PolicyInvalid):
        policy_from_canonical(text)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("format = 1", "format = 2", "format"),
        ("demonstration = true", 'demonstration = "yes"', "demonstration"),
        ("officer_cap = 100", "officer_cap = 100.5", "canonically"),
        ("officer_cap = 100", "officer_cap = 0", "officer_cap"),
        ("officer_cap = 100", "", "officer_cap"),
        ("ends = 2027-04-30", "", "ends"),
        ("ends = 2027-04-30", "ends = 2027-04-30T12:00:00Z", "canonically"),
        ("ends = 2027-04-30", 'ends = "2027-04-31"', "2027-04-31"),
        ("cap = 3", "cap = 7", "candidates.cap"),
        ("cap = 3", "cap = 0", "candidates.cap"),
        ("capture_seconds = 60", "capture_seconds = 61", "capture_seconds"),
        ("identity_established_days = 30", "identity_established_days = 31", "identity_established_days"),
        ('custody = ["convicted"', 'social-media = ["convicted"', "gallery.outcomes"),
        ('galleries = ["custody"]', 'galleries = ["passport"]', "galleries"),
        ("[grounds.wanted]", "[grounds.protest]", "grounds"),
        ('school = "School"', 'custody-suite = "Custody suite"', "places"),
        ('known-marks = "Known', 'looks-like-the-photo = "Known', "corroboration"),
        ('record-check = "A', 'admitted-after-photo = "A', "corroboration"),
        ('mistake = "The', 'changed-mind = "The', "ends"),
        ('given = "Said', 'waved = "Said', "notices"),
        ('court = "In court"', 'face = "By the face"', "identity_established_by"),
        ('theft = "Theft"', '"He stole" = "Theft"', "offences"),
        ('theft = "Theft"', 'theft = ""', "offences"),
        ('force = "DEMONSTRATION', 'photograph = "x"\nforce = "DEMONSTRATION', "photograph"),
    ],
)
def test_what_is_not_of_the_form_is_named(before: str, after: str, named: str) -> None:
    with pytest.raises(PolicyInvalid, match=named):
        parse_policy(changed(before, after))


def test_a_message_stays_short() -> None:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(changed('theft = "Theft"', f'theft = "{"x" * 5000}"'))
    assert len(caught.value.detail) < 1500


def test_reading_takes_text_only_and_opens_nothing_that_it_names() -> None:
    with pytest.raises(PolicyInvalid):
        read_toml("/etc/hostname")
