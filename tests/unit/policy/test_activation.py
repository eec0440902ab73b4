"""What a force must have published before a check may be opened."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from overt.policy import Policy, not_activated_because
from overt.policy.activation import NEEDED, DocumentKind, MadePublic, PilotNotice
from overt.policy.document import schema
from overt.policy.values import ActivationDocument
from unit.encounter.builders import POLICY, STARTS

TODAY = STARTS + timedelta(days=10)
PUBLISHED = tuple(ActivationDocument(kind, kind, "sha256:" + "1" * 64, None, None) for kind in sorted(NEEDED))
FORCE: Policy = replace(POLICY, demonstration=False, activation=PUBLISHED)
AREAS = frozenset(POLICY.codes.areas)
NOTICE = PilotNotice(TODAY - timedelta(days=28), POLICY.pilot.starts, POLICY.pilot.ends, 100, AREAS)


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
    assert not_activated_because(FORCE, TODAY, MadePublic(frozenset({PUBLISHED[0].digest}), (NOTICE,))) == ()
    missing = not_activated_because(FORCE, TODAY, MadePublic(frozenset(), (NOTICE,)))
    assert len(missing) == len(PUBLISHED)
    assert missing[0] == f"The text of the document {PUBLISHED[0].kind} has not been registered."


def test_a_report_is_needed_only_where_it_is_listed() -> None:
    report = ActivationDocument("pilot-report", "Report", "placeholder", None, None)
    assert reasons(activation=(*PUBLISHED, report)) == ("The document pilot-report is a placeholder.",)


def waits_for(*pilots: PilotNotice) -> tuple[str, ...]:
    return not_activated_because(FORCE, TODAY, MadePublic(frozenset({PUBLISHED[0].digest}), pilots))


def test_four_weeks_of_public_notice() -> None:
    assert waits_for(NOTICE) == ()
    assert waits_for() == ("The pilot's dates, areas and officer numbers have not been made public.",)
    (late,) = waits_for(replace(NOTICE, on=TODAY - timedelta(days=27)))
    assert f"checks may begin on {TODAY + timedelta(days=1)}" in late


NARROWER: dict[str, dict[str, object]] = {
    "starts": {"starts": POLICY.pilot.starts + timedelta(days=1)},
    "ends": {"ends": POLICY.pilot.ends - timedelta(days=1)},
    "officer_cap": {"officer_cap": 99},
    "areas": {"areas": AREAS - {"demo-north"}},
}


@pytest.mark.parametrize("member", NARROWER)
def test_the_notice_was_of_what_is_in_force(member: str) -> None:
    """What goes beyond what was public has a notice of its own, from the day of its own entry on."""
    before = replace(NOTICE, **NARROWER[member])  # type: ignore[arg-type]
    assert len(waits_for(before)) == 1
    assert len(waits_for(before, replace(NOTICE, on=TODAY))) == 1
    assert waits_for(before, NOTICE) == ()


@pytest.mark.parametrize(
    "wider", [{"officer_cap": 101}, {"areas": AREAS | {"west"}}, {"ends": POLICY.pilot.ends + timedelta(days=1)}]
)
def test_less_than_was_public_needs_no_notice(wider: dict[str, object]) -> None:
    assert waits_for(replace(NOTICE, **wider)) == ()  # type: ignore[arg-type]


def test_the_documents_of_the_schema_are_these() -> None:
    listed = schema()["properties"]["activation"]["items"]["properties"]["kind"]["enum"]  # type: ignore[index,call-overload]
    assert set(listed) == set(DocumentKind)  # type: ignore[arg-type]
