"""What may stand in clear."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from overt.errors import LedgerFormatError
from overt.ledger import fields
from overt.ledger.deeds import FORMS
from overt.ledger.fields import MERGED, check_field, is_origin, public_value, size_band

SPEC = Path(__file__).parents[3] / "spec" / "ledger-entry.md"


class Ground(StrEnum):
    DECEASED = "deceased"


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("ground", "missing", "missing-or-deceased"),
        ("ground", Ground.DECEASED, "missing-or-deceased"),
        ("ground", "wanted", "wanted"),
        ("notice", "given", "given-or-deceased"),
        ("notice", "deceased", "given-or-deceased"),
        ("notice", "not-understood", "not-understood"),
        ("end", "deceased", "deceased"),
        ("tried_first", ("document", "asked-again"), ["asked-again", "document"]),
        ("source_mix", ("missing=2", "custody=10"), ["custody=10", "missing=2"]),
        ("outcome_mix", ("a=1", "a-b=2"), ["a-b=2", "a=1"]),
        ("count", 0, 0),
        ("threshold_millionths", -5, -5),
        ("scope_size_band", 50_000, 50_000),
        ("refusal", "no_face", "no_face"),
        ("version", "2026.11-demo", "2026.11-demo"),
    ],
)
def test_what_is_written(name: str, value: Any, written: Any) -> None:
    assert public_value(name, value) == written
    assert type(public_value(name, value)) is type(written)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("place", "Near the station"),
        ("place", "a" * 65),
        ("place", "-street"),
        ("place", ""),
        ("place", 3),
        ("place", ("street",)),
        ("tried_first", ()),
        ("tried_first", ("document", "document")),
        ("tried_first", "document"),
        ("source_mix", ("custody",)),
        ("source_mix", ("custody=1", "custody=2")),
        ("source_mix", ("custody=01",)),
        ("count", -1),
        ("count", True),
        ("count", "12"),
        ("threshold_millionths", False),
        ("scope_size_band", 3),
        ("scope_size_band", -10),
        ("scope_size_band", True),
        ("scope_size_band", 11),
        ("trained_until", "2026-W01-1"),
        ("trained_until", "2026-13-01"),
        ("simulated", True),
        ("simulated", "true"),
        ("contract", "f" * 64),
        ("root", "F" * 64),
        ("origin", "two words"),
        ("origin", "a+b"),
        ("origin", "a" * 256),
    ],
)
def test_what_is_refused(name: str, value: Any) -> None:
    with pytest.raises(LedgerFormatError):
        public_value(name, value)


def test_an_unmerged_code_is_refused_in_an_entry() -> None:
    for name, codes in MERGED.items():
        for code, written in codes.items():
            check_field(name, written)
            with pytest.raises(LedgerFormatError):
                check_field(name, code)


def test_every_kind_belongs_to_a_field_of_some_deed_and_stands_in_the_page() -> None:
    known = set().union(*(form.fields for form in FORMS.values()))
    assert set(fields._KINDS) <= known
    table = SPEC.read_text().split("| kind | form | fields |")[1].split("\n\n")[0]
    kinds = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[3])}
    assert kinds == set(fields._KINDS)


def test_the_origin_is_printable_ascii_without_plus() -> None:
    allowed = {chr(code) for code in range(0x110000) if is_origin(chr(code))}
    assert allowed == {chr(code) for code in range(0x21, 0x7F)} - {"+"}


@pytest.mark.parametrize(
    ("size", "band"),
    [(0, 0), (1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (10, 10), (11, 20), (99_999, 100_000), (200_001, 500_000)],
)
def test_sizes_are_rounded_up(size: int, band: int) -> None:
    assert size_band(size) == band
    check_field("scope_size_band", size_band(size))
