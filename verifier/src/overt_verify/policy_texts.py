"""The published texts of a log's policies: that they are those of the entries, and signed by those who had to.

Rules (spec/policy.md, "How a policy changes"):
* The text of every policy that was adopted or announced lies beside the log, under its digest.
* Signatures count by the keys that the policy before names. Stricter needs one of them; anything looser needs two
  people of the force and the oversight body. The first policy is nobody's change.
* What the log calls tightened is stricter in every member that differs.
* What touches who is found or searched for was signed with its effect (`effects.py`); an announced policy's was held
  against the policy of the day of its announcement.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from overt_verify.canonical import JsonValue, parse
from overt_verify.effects import check_effect, touches
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey, signers, split_note
from overt_verify.power import FIRST, LOOSENED, TIGHTENED, Change
from overt_verify.stricter import not_stricter
from overt_verify.tiles import LedgerFolder

_PEOPLE = 2
_EFFECT = re.compile(r"effect (sha256:[0-9a-f]{64})\n")


@dataclass(frozen=True)
class Policy:
    """A published policy: its document, who may sign a change of it, and the effect that was signed with it.

    `threshold`: what its effect says of scopes that it is set for, in millionths; None where it has no effect.
    """

    document: Mapping[str, JsonValue]
    force: frozenset[VerifierKey]
    oversight: VerifierKey
    effect: str | None
    threshold: int | None = None


def check_policies(folder: LedgerFolder, changes: Iterable[Change]) -> dict[str, Policy]:
    """Check the texts of all policies of a verified log, in the order of its entries; returns them by digest.

    Raises:
        VerificationError: a text is missing, is not the one of the entry, or is not signed as it has to be.
    """
    before: tuple[str, Policy] | None = None
    read: dict[str, Policy] = {}
    for change in changes:
        note = folder.policy(change.digest)
        if note is None:
            raise _fault(Code.POLICY_NOT_PUBLISHED, change, "names a policy whose text was not published")
        announced, policy = read.get(change.digest), _read(note, change)
        if before is not None and change.change != FIRST:
            _check_signatures(note, change, before[1], policy)
            _check_report(change, before[1].document, policy.document)
            policy = announced or _with_effect(folder, change, before, policy)
        read[change.digest] = policy
        if change.change is not None:
            before = change.digest, policy
    return read


def _with_effect(folder: LedgerFolder, change: Change, before: tuple[str, Policy], policy: Policy) -> Policy:
    """The policy, with the threshold that its effect tells."""
    old = before[1].document
    if policy.effect is None:
        found = touches(old, policy.document)
        if found:
            raise _fault(Code.EFFECT_MISSING, change, f"changes {', '.join(found)} and has no effect that was signed")
        return policy
    threshold = check_effect(folder, policy.effect, (before[0], old), (change.digest, policy.document))
    return replace(policy, threshold=threshold)


def _read(note: bytes, change: Change) -> Policy:
    text, _ = split_note(note)
    first, _, rest = text.partition("\n")
    body, effect = first.encode(), _EFFECT.fullmatch(rest)
    if "sha256:" + hashlib.sha256(body).hexdigest() != change.digest:
        raise _fault(Code.POLICY_TEXT_MISMATCH, change, "names a policy whose published text is another one")
    if rest and effect is None:
        raise _fault(Code.POLICY_TEXT_MISMATCH, change, "names a policy whose text goes on after it")
    try:
        document = parse(body, literals=True)
        assert isinstance(document, dict)
        who = document["signatories"]
        assert isinstance(who, dict)
        assert isinstance(who["force"], list)
        force = frozenset(VerifierKey.parse(str(each)) for each in who["force"])
        oversight = VerifierKey.parse(str(who["oversight"]))
        return Policy(document, force, oversight, effect.group(1) if effect else None)
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
