"""What a force must have published before a check may be opened."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from overt.policy import Policy, not_activated_because
from overt.policy.activation import NEEDED, DocumentKind
from overt.policy.document import schema
from overt.policy.values import ActivationDocument
from unit.encounter.builders import POLICY, STARTS

TODAY = STARTS + timedelta(days=10)
PUBLISHED = tuple(ActivationDocument(kind, kind, "sha256:" + "1" * 64, None, None) for kind in sorted(NEEDED))
PILOT = replace(POLICY.pilot, notice_published_on=STARTS - timedelta(days=28))
FORCE: Policy = replace(POLICY, demonstration=False, activation=PUBLISHED, pilot=PILOT)


def reasons(**changes: object) -> tuple[str, ...]:
    return not_activated_because(replace(FORCE, **changes), TODAY)  # type: ignore[arg-type]


def test_a_demonstration_is_active_with_its_placeholders() -> None:
    assert not_activated_because(POLICY, TODAY) == ()


def test_a_force_with_everything_published_is_active() -> None:
    assert reasons() == ()


@pytest.mark.parametrize("kind", sorted(NEEDED))
def test_each_document_is_needed(kind: DocumentKind) -> None:
    others = tuple(each for each in PUBLISHED if each.kind != kind)
    assert reasons(activation=others) == (f"The document {kind} is missing.",)
    placeholder = (*others, ActivationDocument(kind, kind, "placeholder", None, None))
    assert reasons(activation=placeholder) == (f"The document {kind} is a placeholder.",)


def test_a_document_may_run_out() -> None:
    def until(day: date) -> tuple[ActivationDocument, ...]:
        return tuple(replace(each, valid_until=day if each.kind == "dpia" else None) for each in PUBLISHED)

    assert reasons(activation=until(TODAY)) == ()
    assert reasons(activation=until(TODAY - timedelta(days=1))) == ("The document dpia is no longer valid.",)


def test_a_text_that_is_not_registered_is_not_public() -> None:
    assert not_activated_because(FORCE, TODAY, frozenset({PUBLISHED[0].digest})) == ()
    missing = not_activated_because(FORCE, TODAY, frozenset())
    assert len(missing) == len(PUBLISHED)
    assert missing[0] == f"The text of the document {PUBLISHED[0].kind} has not been registered."


def test_a_report_is_needed_only_where_it_is_listed() -> None:
    report = ActivationDocument("pilot-report", "Report", "placeholder", None, None)
    assert reasons(activation=(*PUBLISHED, report)) == ("The document pilot-report is a placeholder.",)


def test_four_weeks_of_public_notice() -> None:
    assert reasons(pilot=replace(PILOT, notice_published_on=None)) == (
        "The pilot's dates, areas and officer numbers have not been announced.",
    )
    late = replace(PILOT, notice_published_on=STARTS - timedelta(days=27))
    assert reasons(pilot=late) == ("The pilot starts less than 28 days after its public announcement.",)


def test_the_documents_of_the_schema_are_these() -> None:
    listed = schema()["properties"]["activation"]["items"]["properties"]["kind"]["enum"]  # type: ignore[index,call-overload]
    assert set(listed) == set(DocumentKind)  # type: ignore[arg-type]
