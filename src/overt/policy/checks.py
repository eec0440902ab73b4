"""Whether a policy agrees with itself. What contradicts itself is no policy: each problem is one plain sentence."""

from collections.abc import Iterator

from overt.errors import PolicyInvalid
from overt.policy.activation import PLACEHOLDER, DocumentKind
from overt.policy.codes import NOT_REQUIRED, NOT_STATED, DecisionKind, Ground
from overt.policy.documents import ROLES, role_of
from overt.policy.values import GroundRules, Policy
from overt.scope import Outcome, Source


def check_consistency(policy: Policy) -> None:
    """Raises:
    PolicyInvalid: the detail lists every contradiction.
    """
    problems = list(_problems(policy))
    if problems:
        raise PolicyInvalid(" ".join(problems))


def _problems(policy: Policy) -> Iterator[str]:
    yield from _signatory_problems(policy)
    if policy.pilot.ends < policy.pilot.starts:
        yield "The pilot ends before it starts."
    if NOT_REQUIRED in policy.codes.offences:
        yield f"The offence {NOT_REQUIRED} stands for none and is not listed."
    for code, rules in policy.grounds.items():
        yield from _ground_problems(code, rules, policy)
    yield from _merged_problems(policy)
    yield from _gallery_problems(policy)
    yield from _closing_problems(policy)


def _signatory_problems(policy: Policy) -> Iterator[str]:
    everybody = policy.signatories.everybody
    if len({key.public for key in everybody}) != len(everybody):
        yield "Two signatories have the same key; each person and the oversight body have one of their own."
    if len({key.name for key in everybody}) != len(everybody):
        yield "Two signatories have the same name."
    witnesses = policy.witnesses.known
    if len({each.key.name for each in witnesses}) != len(witnesses):
        yield "A witness is listed twice."


def _ground_problems(code: str, rules: GroundRules, policy: Policy) -> Iterator[str]:
    lists = {
        "places": policy.codes.places,
        "ages": policy.codes.ages,
        "notices": policy.codes.notices,
        "details": policy.codes.details,
        "powers": policy.codes.powers,
    }
    for name, known in lists.items():
        unknown = getattr(rules, name) - set(known)
        if unknown:
            yield f"The ground {code} names {name} that are not listed: {', '.join(sorted(unknown))}."
    empty = [source for source in rules.galleries if not policy.gallery.outcomes.get(source)]
    if rules.enabled and empty:
        yield f"The ground {code} opens galleries in which nothing may be searched: {', '.join(empty)}."
    if rules.offence and not policy.codes.offences:
        yield f"The ground {code} needs an offence, and none is listed."


def _merged_problems(policy: Policy) -> Iterator[str]:
    """The ledger writes both grounds as one code; different powers would tell them apart again."""
    missing, deceased = (policy.grounds.get(code) for code in (Ground.MISSING, Ground.DECEASED))
    if missing and deceased and missing.powers != deceased.powers:
        yield "The grounds missing and deceased must name the same powers, or the public ledger would tell them apart."


def _gallery_problems(policy: Policy) -> Iterator[str]:
    for source, outcomes in policy.gallery.outcomes.items():
        if source is Source.MISSING and outcomes - {Outcome.NOT_APPLICABLE}:
            yield "A reference of a missing person has no outcome but not-applicable."
        if source is Source.CUSTODY and Outcome.NOT_APPLICABLE in outcomes:
            yield "A custody reference always has an outcome."


def _closing_problems(policy: Policy) -> Iterator[str]:
    kinds = {rule.kind for rule in policy.decisions.values()}
    if kinds != set(DecisionKind):
        yield "Decisions need a code of each kind: lead, none-chosen and nothing-shown."
    if not any(not rule.adverse for rule in policy.outcomes.values()):
        yield "Outcomes need one that is not against the person."
    if any(rule.asks_video and not rule.adverse for rule in policy.outcomes.values()):
        yield "An outcome that asks for the body-worn video is one against the person."
    lists = policy.demographics
    for name in ("ethnicity_self", "ethnicity_officer", "sex", "age_band"):
        if NOT_STATED not in getattr(lists, name):
            yield f"The list {name} lacks {NOT_STATED}."
    kinds_of_documents = [document.kind for document in policy.activation]
    if len(set(kinds_of_documents)) != len(kinds_of_documents):
        yield "An activation document is listed twice."
    for document in policy.activation:
        if document.digest == PLACEHOLDER:
            continue
        role = ROLES[DocumentKind(document.kind)]
        if document.signed_by is None or role_of(document.signed_by) != role:
            yield f"The document {document.kind} names no key of the role {role} in signed_by."
