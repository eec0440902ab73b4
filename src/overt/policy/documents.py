"""An activation document that somebody answers for: its text, and a note signed by the key that the policy names.

Rules (spec/policy.md, "Activation documents"):
* The text is UTF-8, at most `MOST_BYTES`, and all of it is public; what must not be shown is marked as redacted in it.
* What is signed is a C2SP signed note over the kind, the digest of the text, and the last day on which it is valid.
* Whose key it is goes with the kind: the last part of the key's name is the role that answers for such a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from types import MappingProxyType

from overt.errors import DocumentInvalid, LedgerFormatError, LedgerProofInvalid
from overt.identifiers import Digest
from overt.ledger.note import Signer, VerifierKey, open_note, sign_note, split_note
from overt.policy.activation import DocumentKind
from overt.policy.values import ActivationDocument, Policy

MOST_BYTES = 4_000_000
HEAD = "overt-activation-document"
UNLIMITED = "none"
ROLES: Mapping[DocumentKind, str] = MappingProxyType(
    {
        DocumentKind.DPIA: "data-protection-officer",
        DocumentKind.APPROPRIATE_POLICY_DOCUMENT: "data-protection-officer",
        DocumentKind.EQUALITY_IMPACT_ASSESSMENT: "senior-responsible-owner",
        DocumentKind.COMMUNITY_IMPACT_ASSESSMENT: "senior-responsible-owner",
        DocumentKind.LEGAL_MANDATE: "chief-legal-officer",
        DocumentKind.ETHICS_ADVICE: "ethics-chair",
        DocumentKind.CONSULTATION_RECORD: "senior-responsible-owner",
        DocumentKind.DISCLOSURE_ADVICE: "prosecutor",
        DocumentKind.SUCCESS_AND_FAILURE_CRITERIA: "senior-responsible-owner",
        DocumentKind.PILOT_REPORT: "independent-evaluator",
    }
)
"""Who answers for a document."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed of a document."""

    kind: DocumentKind
    digest: Digest
    valid_until: date | None

    @property
    def text(self) -> str:
        """The note's text."""
        until = self.valid_until.isoformat() if self.valid_until else UNLIMITED
        return f"{HEAD}\n{self.kind}\n{self.digest}\n{until}\n"


def document_digest(text: bytes) -> Digest:
    """The digest of a document's text.

    Raises:
        DocumentInvalid: empty, too long, or not UTF-8.
    """
    try:
        if not text.decode().strip() or len(text) > MOST_BYTES:
            raise DocumentInvalid(f"A document is a text of 1 to {MOST_BYTES:,} bytes.")
    except UnicodeDecodeError:
        raise DocumentInvalid("A document is plain text or Markdown in UTF-8, so that everybody can read it.") from None
    return Digest("sha256:" + sha256(text).hexdigest())


def sign_document(kind: DocumentKind, text: bytes, valid_until: date | None, signer: Signer) -> bytes:
    """The note of a document.

    Raises:
        DocumentInvalid: not a text, or the key is not of the role that answers for such a document.
    """
    _demand_role(kind, signer.key)
    return sign_note(Statement(kind, document_digest(text), valid_until).text, [signer])


def read_document(policy: Policy, text: bytes, note: bytes) -> tuple[ActivationDocument, Statement]:
    """The document of the policy that a text and its note are.

    Raises:
        DocumentInvalid: not the text that was signed, not one that the policy lists with this digest and day, or not
            signed by the key that the policy names for it.
    """
    digest = document_digest(text)
    listed = next((each for each in policy.activation if each.digest == digest), None)
    if listed is None or listed.signed_by is None:
        raise DocumentInvalid(f"The policy in force lists no document with the digest {digest}.")
    wanted = Statement(DocumentKind(listed.kind), digest, listed.valid_until)
    try:
        split_note(note)
        opened = open_note(note, [listed.signed_by])
    except (LedgerFormatError, LedgerProofInvalid) as error:
        raise DocumentInvalid(f"{listed.signed_by.name} has not signed it: {error}") from None
    if opened.text != wanted.text:
        raise DocumentInvalid("What was signed is not this document, of this kind, until the policy's day.")
    return listed, wanted


def role_of(key: VerifierKey) -> str:
    """The role in a key's name: what follows its last slash."""
    return key.name.rpartition("/")[2]


def _demand_role(kind: DocumentKind, key: VerifierKey) -> None:
    if role_of(key) != ROLES[kind]:
        raise DocumentInvalid(f"{ROLES[kind]} answers for a document of the kind {kind}; this key is {key.name}'s.")
