"""Whatever arrives as coded fields, file, record or policy meets the refusals written for it, and nothing else."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from overt.encounter import Encounter, State, read_encounter_file, read_fields, refused_opening
from overt.encounter.fields import NAMES
from overt.encounter.rules import check_fields
from overt.errors import EncounterRefusal, EncounterUnreadable, IncompleteEncounter, PolicyRefusal, UsageError
from overt.ledger.canonical import canonical
from overt.policy import parse_policy, policy_from_canonical
from unit.encounter.builders import NOW, POLICY, STREET_STOP, at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
TABLES = ("end", "followed", "decision", "outcome", "demographics")
DOCUMENTS = st.dictionaries(st.sampled_from([*sorted(NAMES), *TABLES]) | st.text(max_size=8), JSON, max_size=8).map(
    lambda changes: {**STREET_STOP, **changes}
)


@given(DOCUMENTS)
@example({**STREET_STOP, "ground": {"code": "missing"}})
@example({**STREET_STOP, "tried_first": [[]]})
def test_fields_and_files_are_read_or_refused(document: dict[str, object]) -> None:
    for read in (read_fields, read_encounter_file):
        try:
            result = read(document)
            check_fields(POLICY, getattr(result, "fields", result), NOW)  # type: ignore[arg-type]
        except (EncounterRefusal, UsageError):
            pass


@given(DOCUMENTS)
def test_a_refused_opening_can_always_be_written(document: dict[str, object]) -> None:
    entry = refused_opening(None, document, IncompleteEncounter())
    assert len(canonical(dict(entry.private))) < 20_000


@settings(max_examples=50)
@given(st.sampled_from(sorted(at(State.COMPLETED).to_record())), JSON)
def test_a_damaged_record_is_read_the_same_or_not_at_all(name: str, value: Any) -> None:
    record = at(State.COMPLETED).to_record()
    try:
        encounter = Encounter.from_record({**record, name: value})
    except EncounterUnreadable:
        return
    assert encounter.to_record() == {**record, name: value}


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_a_policy_refusal(text: str) -> None:
    for read in (parse_policy, policy_from_canonical):
        with pytest.raises(PolicyRefusal):
            read(text)
