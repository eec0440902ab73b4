"""The coded fields are read strictly; what is missing is named."""

from datetime import date

import pytest

from overt.encounter import read_fields
from overt.encounter.fields import NAMES
from overt.errors import IncompleteEncounter, UnknownCode, UsageError
from unit.encounter.builders import RISK, STREET_STOP, fields

NEEDED = (
    "officer",
    "ground",
    "details",
    "power",
    "offence",
    "tried_first",
    "place",
    "area",
    "age",
    "notice",
    "without_this",
)


def test_a_lawful_stop_reads_as_written() -> None:
    coded = fields()
    assert coded.operator == coded.officer == "demo-officer"
    assert coded.tried_first == ("asked-again", "document")
    assert coded.sign_off is None


def test_another_operator_is_kept() -> None:
    assert fields(operator="demo-colleague").operator == "demo-colleague"


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("unanswered", [None, "", []], ids=["absent", "empty text", "empty array"])
def test_each_missing_field_is_named(name: str, unanswered: object) -> None:
    with pytest.raises(IncompleteEncounter, match=rf"^Not answered: {name}\.$"):
        fields(**{name: unanswered})


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(IncompleteEncounter) as caught:
        read_fields({})
    assert all(name in caught.value.detail for name in NEEDED if name != "offence")


def test_a_ground_without_suspicion_needs_no_offence() -> None:
    assert fields(RISK).offence == "not-required"


def test_the_notice_may_follow_later() -> None:
    document = {name: value for name, value in STREET_STOP.items() if name != "notice"}
    assert read_fields(document, notice_later=True).notice is None
    with pytest.raises(IncompleteEncounter, match="notice"):
        read_fields(document)


def test_intelligence_needs_a_reference_and_an_expiry() -> None:
    with pytest.raises(IncompleteEncounter, match="intelligence_reference, intelligence_expires"):
        fields(RISK, ground="intelligence-of-risk")
    coded = fields(
        RISK, ground="intelligence-of-risk", intelligence_reference="IR-2026/114", intelligence_expires="2026-12-01"
    )
    assert coded.intelligence_expires == date(2026, 12, 1)


@pytest.mark.parametrize("value", [7, 1.5, True, "tomorrow", "2026-02-30", ["2026-12-01"]])
def test_an_expiry_that_is_no_date_is_a_usage_error(value: object) -> None:
    with pytest.raises(UsageError, match="intelligence_expires"):
        fields(RISK, ground="intelligence-of-risk", intelligence_reference="x", intelligence_expires=value)


@pytest.mark.parametrize("name", ["reason", "Ground", "photo", "state", "once_key", "policy"])
def test_an_unknown_field_is_a_usage_error(name: str) -> None:
    assert name not in NAMES
    with pytest.raises(UsageError, match=name):
        read_fields({**STREET_STOP, name: "x"})


@pytest.mark.parametrize("name", [*NEEDED, "operator", "sign_off", "second_check_reason", "intelligence_reference"])
@pytest.mark.parametrize("value", [7, 1.5, True, {"code": "x"}, [["x"]]])
def test_a_value_of_another_type_is_a_usage_error(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        read_fields({**STREET_STOP, name: value})


@pytest.mark.parametrize("text", ["He ran away", "theft\n", "-theft", "THEFT", "x" * 65, "thèft"])
def test_free_text_is_never_a_code(text: str) -> None:
    with pytest.raises(UnknownCode, match="details"):
        fields(details=text)


def test_the_order_of_what_was_tried_does_not_show() -> None:
    assert fields(tried_first=["document", "asked-again", "document"]) == fields()
