"""The receipt as a move: whom it is offered to, and what the ledger is bound to by it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from overt import errors
from overt.encounter import Corroboration, Encounter, Outcome, State, end, issue_receipt, record_outcome
from overt.identifiers import Digest
from unit.encounter.builders import NOW, POLICY, at, later

SPEC = Path(__file__).resolve().parents[3] / "spec" / "receipt.md"
ADVERSE = {"searched", "detained", "reported", "arrested"}
BEFORE = Corroboration("document", later(minutes=-5), "passport 533401372")


def value(encounter: Encounter, declined: bool = False) -> dict[str, object]:
    found = issue_receipt(POLICY, encounter, "AB12-CD34", declined).entry.private["receipt"]
    assert isinstance(found, dict)
    return dict(found)


def test_a_receipt_completes_the_check_and_says_what_was_recorded() -> None:
    moved = issue_receipt(POLICY, at(State.DEMOGRAPHICS_RECORDED), "AB12-CD34-EF56", False)
    assert moved.encounter.state is State.COMPLETED
    assert moved.entry.fields == {"declined": "no"}
    assert moved.entry.private["receipt"] == {
        "encounter": str(moved.encounter.id),
        "reference": "AB12-CD34-EF56",
        "began": "2026-11-23T14Z",
        "officer": "demo-officer",
        "ground": "identity-doubted",
        "policy": POLICY.digest,
        "policy_version": "demonstration-1",
        "outcome": "not-adverse",
    }


@pytest.mark.parametrize("code", POLICY.outcomes)
def test_an_outcome_is_told_by_its_class_only(code: str) -> None:
    decided = at(State.DECIDED)
    video = "no-video" if code == "arrested" else None
    outcome = record_outcome(POLICY, decided, Outcome(code, NOW, (BEFORE,), video), NOW).encounter.outcome
    told = value(replace(at(State.DEMOGRAPHICS_RECORDED), outcome=outcome))["outcome"]
    assert told == ("adverse" if code in ADVERSE else "not-adverse")


@pytest.mark.parametrize("state", [State.OPENED, State.NOTICED, State.ANSWERED, State.DECIDED])
def test_an_early_end_is_told_as_one_whatever_came_before(state: State) -> None:
    ended = end(POLICY, at(state), "mistake").encounter
    assert value(ended)["outcome"] == "ended-early"


def test_nobody_learns_from_it_whether_there_was_a_candidate() -> None:
    found, none = at(State.DEMOGRAPHICS_RECORDED), at(State.DEMOGRAPHICS_RECORDED, candidates=())
    assert found.candidates
    assert value(found) == value(none)


def test_under_another_policy_the_version_is_not_guessed() -> None:
    older = replace(at(State.DEMOGRAPHICS_RECORDED), policy=Digest("sha256:" + "0" * 64))
    assert (value(older)["policy"], value(older)["policy_version"]) == ("sha256:" + "0" * 64, None)
    gone = replace(POLICY, outcomes={})
    moved = issue_receipt(gone, at(State.DEMOGRAPHICS_RECORDED), "AB12-CD34", False)
    assert "'outcome': None" in str(moved.entry.private["receipt"])


def test_the_written_list_is_the_one_that_is_opened() -> None:
    text = SPEC.read_text(encoding="utf-8").partition("## What a receipt opens")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(listed) == sorted(value(at(State.DEMOGRAPHICS_RECORDED)))


def test_a_declined_receipt_is_counted_and_holds_nothing() -> None:
    moved = issue_receipt(POLICY, at(State.DEMOGRAPHICS_RECORDED), "AB12-CD34", True)
    assert moved.entry.fields == {"declined": "yes"}
    assert moved.entry.private["receipt"] == {"encounter": str(moved.encounter.id)}
    assert moved.encounter.receipt is not None
    assert moved.encounter.receipt.reference is None


def test_who_declined_the_photograph_gets_a_receipt_too_and_one_only() -> None:
    ended = end(POLICY, at(State.NOTICED), "declined-photo").encounter
    moved = issue_receipt(POLICY, ended, "AB12-CD34", False)
    assert moved.encounter.state is State.ENDED
    with pytest.raises(errors.ReceiptAlreadyIssued):
        issue_receipt(POLICY, moved.encounter, "AB12-CD34", False)


@pytest.mark.parametrize("reference", ["", "AB12", "ab12-cd34", "AB12-CD34\n", "AB12-CD34-EF56-GH78-IJ90", "John-Smit"])
def test_a_receipts_reference_has_its_form(reference: str) -> None:
    with pytest.raises(errors.UsageError):
        issue_receipt(POLICY, at(State.DEMOGRAPHICS_RECORDED), reference, False)
