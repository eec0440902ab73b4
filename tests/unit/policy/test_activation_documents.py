"""Documents: whose signature, over what; and the report without which no pilot begins again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from overt.errors import DocumentInvalid, PilotReportMissing, PolicyInvalid
from overt.ledger.note import Signer, sign_note
from overt.policy import parse_policy
from overt.policy.activation import NEEDED, DocumentKind
from overt.policy.adoption import Proposal, require_report
from overt.policy.documents import (
    MOST_BYTES,
    ROLES,
    Statement,
    document_digest,
    read_document,
    role_of,
    sign_document,
)
from overt.policy.values import ActivationDocument
from simulators.production import answers_for, document_text, production_policy

TODAY = date(2026, 11, 30)
POLICY = parse_policy(production_policy(TODAY))
DPIA, TEXT = DocumentKind.DPIA, document_text(DocumentKind.DPIA)


def signed(kind: DocumentKind = DPIA, text: bytes = TEXT, until: date | None = None, by: Signer | None = None) -> bytes:
    return sign_note(Statement(kind, document_digest(text), until).text, [by or answers_for(kind)])


@pytest.mark.parametrize("kind", sorted(NEEDED))
def test_each_is_signed_by_its_role(kind: DocumentKind) -> None:
    note = sign_document(kind, document_text(kind), None, answers_for(kind))
    listed, statement = read_document(POLICY, document_text(kind), note)
    assert (listed.kind, statement.kind) == (kind, kind)
    assert role_of(answers_for(kind).key) == ROLES[kind]


def test_no_other_role_signs_it() -> None:
    with pytest.raises(DocumentInvalid, match="data-protection-officer answers"):
        sign_document(DPIA, TEXT, None, answers_for(DocumentKind.ETHICS_ADVICE))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (b"# Another\n", signed(text=b"# Another\n")),
        (TEXT, signed(by=answers_for(DocumentKind.ETHICS_ADVICE))),
        (TEXT, signed(DocumentKind.LEGAL_MANDATE, by=answers_for(DPIA))),
        (TEXT, signed(until=TODAY)),
        (TEXT, signed(text=b"# Another\n")),
        (TEXT, b"not a note"),
        (TEXT, signed().replace(b"dpia", b"dpja")),
        (b"", signed()),
        (b" \n", signed()),
        (b"\xff", signed()),
    ],
)
def test_what_is_no_document_of_the_policy(text: bytes, note: bytes) -> None:
    with pytest.raises(DocumentInvalid):
        read_document(POLICY, text, note)


def test_a_document_has_a_length() -> None:
    assert document_digest(b"x" * MOST_BYTES)
    with pytest.raises(DocumentInvalid):
        document_digest(b"x" * (MOST_BYTES + 1))


def test_a_policy_names_a_key_of_the_role() -> None:
    text = production_policy(TODAY)
    key = Signer("force.example/chief", bytes(32)).key.encode()
    with pytest.raises(PolicyInvalid, match="names no key of the role data-protection-officer"):
        parse_policy(text.replace(answers_for(DPIA).key.encode(), key))


def proposal(*reports: ActivationDocument, days: int = 30) -> Proposal:
    pilot = replace(POLICY.pilot, ends=POLICY.pilot.ends + timedelta(days=days))
    return Proposal(replace(POLICY, pilot=pilot, activation=(*POLICY.activation, *reports)), (), frozenset())


EVALUATOR = answers_for(DocumentKind.PILOT_REPORT).key
REPORT = ActivationDocument("pilot-report", "Report", "sha256:" + "7" * 64, None, EVALUATOR)


def test_a_pilot_that_has_begun_goes_on_with_a_report_only() -> None:
    with pytest.raises(PilotReportMissing):
        require_report(POLICY, proposal(), TODAY)
    with pytest.raises(PilotReportMissing):
        require_report(POLICY, proposal(replace(REPORT, digest="placeholder")), TODAY)
    require_report(POLICY, proposal(REPORT), TODAY)
    again = replace(POLICY, activation=(*POLICY.activation, REPORT))
    with pytest.raises(PilotReportMissing):
        require_report(again, proposal(REPORT), TODAY)


def test_one_that_has_not_begun_or_ends_sooner_needs_none() -> None:
    require_report(POLICY, proposal(), POLICY.pilot.starts - timedelta(days=1))
    require_report(POLICY, proposal(days=-1), TODAY)
