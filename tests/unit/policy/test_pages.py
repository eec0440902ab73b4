"""The written formats name what the code has; a page that drifts fails here."""

from dataclasses import fields
from pathlib import Path

import pytest

from overt import errors
from overt.encounter.fields import NAMES
from overt.encounter.steps import Demographics
from overt.policy.activation import DocumentKind
from overt.policy.document import schema
from overt.policy.floor import FLOOR

SPEC = Path(__file__).parents[3] / "spec"
POLICY_PAGE = (SPEC / "policy.md").read_text()
FILE_PAGE = (SPEC / "encounter-file.md").read_text()
OF_THE_FIELDS = (
    errors.IncompleteEncounter,
    errors.UnknownCode,
    errors.GroundOff,
    errors.GroundNotAllowedHere,
    errors.AssemblyNotAllowed,
    errors.ChildNotAllowed,
    errors.SignOffRequired,
    errors.SignOffNotValid,
    errors.NoticeNotAllowed,
    errors.DetailsNotForGround,
    errors.PowerNotForGround,
    errors.OffenceRequired,
    errors.OffenceNotForGround,
    errors.IntelligenceExpired,
    errors.SecondCheckReasonRequired,
    errors.NotActivated,
    errors.PilotNotStarted,
    errors.PilotExpired,
    errors.OfficerNotAuthorised,
    errors.OfficerTrainingExpired,
    errors.OfficerCapReached,
    errors.AreaCapReached,
)


@pytest.mark.parametrize("name", schema()["required"])  # type: ignore[index,call-overload,arg-type]
def test_every_member_of_a_policy_is_on_its_page(name: str) -> None:
    assert f"`{name}" in POLICY_PAGE


@pytest.mark.parametrize("rule", FLOOR, ids=lambda rule: rule.name)
def test_every_rule_of_the_floor_is_on_the_page(rule: object) -> None:
    assert f"| `{rule.name}` |" in POLICY_PAGE  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_activation_document_is_on_the_page(kind: str) -> None:
    assert f"`{kind}`" in POLICY_PAGE


@pytest.mark.parametrize("name", [*sorted(NAMES), *(each.name for each in fields(Demographics)), "end", "followed"])
def test_every_key_of_the_file_is_on_its_page(name: str) -> None:
    assert f"`{name}`" in FILE_PAGE


@pytest.mark.parametrize("refusal", OF_THE_FIELDS, ids=lambda each: each.code)
def test_every_refusal_of_the_fields_is_on_the_page(refusal: type[errors.Refusal]) -> None:
    assert f"`{refusal.code}`" in FILE_PAGE
