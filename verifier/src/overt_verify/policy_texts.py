"""The published texts of a log's policies: that they are those of the entries, and signed by those who had to.

Rules (spec/policy.md, "How a policy changes"):
* The text of every policy that was adopted or announced lies beside the log, under its digest.
* Signatures count by the keys that the policy before names. Stricter needs one of them; anything looser needs two
  people of the force and the oversight body. The first policy is nobody's change.
* What the log calls tightened is stricter in every member that differs.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from overt_verify.canonical import JsonValue, parse
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey, signers, split_note
from overt_verify.power import FIRST, LOOSENED, TIGHTENED, Change
from overt_verify.stricter import not_stricter
from overt_verify.tiles import LedgerFolder

_PEOPLE = 2


@dataclass(frozen=True)
class Policy:
    """A published policy: its document, and who may sign a change of it."""

    document: Mapping[str, JsonValue]
    force: frozenset[VerifierKey]
    oversight: VerifierKey


def check_policies(folder: LedgerFolder, changes: Iterable[Change]) -> dict[str, Policy]:
    """Check the texts of all policies of a verified log, in the order of its entries; returns them by digest.

    Raises:
        VerificationError: a text is missing, is not the one of the entry, or is not signed as it has to be.
    """
    before: Policy | None = None
    read: dict[str, Policy] = {}
    for change in changes:
        note = folder.policy(change.digest)
        if note is None:
            raise _fault(Code.POLICY_NOT_PUBLISHED, change, "names a policy whose text was not published")
        policy = read[change.digest] = _read(note, change)
        if before is not None and change.change != FIRST:
            _check_signatures(note, change, before, policy)
            _check_report(change, before.document, policy.document)
        if change.change is not None:
            before = policy
    return read


def _read(note: bytes, change: Change) -> Policy:
    text, _ = split_note(note)
    body = text.removesuffix("\n").encode()
    if "sha256:" + hashlib.sha256(body).hexdigest() != change.digest:
        raise _fault(Code.POLICY_TEXT_MISMATCH, change, "names a policy whose published text is another one")
    try:
        document = parse(body, literals=True)
        assert isinstance(document, dict)
        who = document["signatories"]
        assert isinstance(who, dict)
        assert isinstance(who["force"], list)
        force = frozenset(VerifierKey.parse(str(each)) for each in who["force"])
        return Policy(document, force, VerifierKey.parse(str(who["oversight"])))
    except (AssertionError, KeyError, ValueError, VerificationError):
        raise _fault(Code.POLICY_TEXT_MISMATCH, change, "names a policy whose text does not say who may sign") from None


def _check_signatures(note: bytes, change: Change, before: Policy, after: Policy) -> None:
    signed = signers(note, before.force | {before.oversight})
    if not signed:
        raise _fault(Code.POLICY_NOT_SIGNED, change, "names a policy that nobody entitled has signed")
    looser = list(not_stricter(before.document, after.document))
    if change.change == TIGHTENED and looser:
        raise _fault(Code.POLICY_CHANGE, change, f"calls a change tightened that is not, in {', '.join(looser[:3])}")
    if change.change in (LOOSENED, None) and (
        len(signed & (before.force - {before.oversight})) < _PEOPLE or before.oversight not in signed
    ):
        raise _fault(
            Code.POLICY_NOT_SIGNED, change, "loosens a policy without two people of the force and the oversight body"
        )


def _check_report(change: Change, before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> None:
    """A pilot that has begun ends later, or begins anew, only with a new report of it among the documents."""
    starts, ends, then = _date(before, "starts"), _date(before, "ends"), _date(after, "ends")
    if change.change is None or before.get("demonstration") is True or starts > change.day or then <= ends:
        return
    if not _reports(after) - _reports(before):
        raise _fault(Code.PILOT_OVER, change, "lets a pilot go on without its report")


def _date(document: Mapping[str, JsonValue], name: str) -> str:
    pilot = document.get("pilot")
    return str(pilot.get(name, "")) if isinstance(pilot, dict) else ""


def _reports(document: Mapping[str, JsonValue]) -> set[str]:
    listed = document.get("activation")
    items = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {str(each.get("digest")) for each in items if each.get("kind") == "pilot-report"} - {"placeholder"}


def _fault(code: Code, change: Change, what: str) -> VerificationError:
    return VerificationError(code, f"Entry {change.index} {what}.", index=change.index)
