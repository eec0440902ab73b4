"""The table of deeds is the table of the specification."""

import re
from pathlib import Path

from overt.ledger.deeds import FORMS, Deed

SPEC = Path(__file__).parents[3] / "spec" / "ledger-entry.md"


def rows() -> dict[str, tuple[set[str], set[str]]]:
    """Deed -> the names in its two cells; words in brackets are remarks."""
    found = re.findall(r"^\| `([\w-]+:[\w-]+:[\w-]+)` \| (.*?) ?\| (.*?) ?\|$", SPEC.read_text(), re.MULTILINE)
    return {deed: (names(fields), names(commitments)) for deed, fields, commitments in found}


def names(cell: str) -> set[str]:
    bare = re.sub(r"\(.*?\)", "", cell)
    return set(re.findall(r"`(\w+)`", bare))


def test_every_deed_has_the_names_of_the_page() -> None:
    assert rows() == {deed.value: (set(form.fields), set(form.commitments)) for deed, form in FORMS.items()}


def test_every_deed_has_a_form_and_a_name_like_its_value() -> None:
    assert set(FORMS) == set(Deed)
    assert all(deed.name == deed.value.upper().replace(":", "_").replace("-", "_") for deed in Deed)
    assert all(re.fullmatch(r"[a-z-]+:[a-z-]+:[a-z-]+", deed) for deed in Deed)


def test_only_a_search_in_an_encounter_cannot_be_repeated() -> None:
    once = {deed for deed, form in FORMS.items() if form.in_encounter and not form.repeatable}
    assert once == {Deed.ENCOUNTER_SEARCH_PERFORMED}
    assert {deed for deed, form in FORMS.items() if form.in_encounter} == {
        d for d in Deed if d.startswith("encounter:")
    }


def test_the_area_and_results_are_never_fields_in_clear() -> None:
    clear = set().union(*(form.fields for form in FORMS.values()))
    assert not clear & {"area", "result", "decision", "outcome", "comparison", "officer", "person", "reference"}
