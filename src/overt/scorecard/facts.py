"""What an instance can say of itself: an answer, and a sentence. Looking changes nothing.

Rule: what no instance can be without (a record, a last day, a way to decline) is `built-in`: it says something of the
program and nothing of the force.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from overt.candidates.cost import cost
from overt.policy import not_activated_because
from overt.policy.codes import MAYBE_CHILD, PRIVATE_PLACES, RISK_GROUNDS, End, Place
from overt.policy.values import GroundRules
from overt.store.desks import calibration_for
from overt.store.instance import Instance
from overt.store.policy_effects import evidence, kept_reports


class Answer(StrEnum):
    """How a question is answered."""

    YES = "yes"
    NO = "no"
    BUILT_IN = "built-in"
    OPEN = "open"


Fact = tuple[Answer, str]


def _whether(found: bool) -> Answer:
    return Answer.YES if found else Answer.NO


def _activation(instance: Instance) -> Fact:
    if instance.policy.demonstration:
        return Answer.NO, "This is a demonstration: its documents are placeholders."
    missing = not_activated_because(instance.policy, instance.clock().date(), instance.documents.made_public())
    return _whether(not missing), " ".join(missing) or f"{len(instance.policy.activation)} documents, each in date."


def _enabled(instance: Instance) -> dict[str, GroundRules]:
    return {code: rules for code, rules in instance.policy.grounds.items() if rules.enabled}


def _grounds(instance: Instance) -> Fact:
    found = _enabled(instance)
    return _whether(
        all(rules.powers for rules in found.values())
    ), f"{len(found)} grounds, each with its powers: {', '.join(found)}."


def _tried_first(instance: Instance) -> Fact:
    known = instance.policy.codes.tried_first
    return _whether(len(known) > 0), f"At least one of: {', '.join(known)}."


def _places(instance: Instance) -> Fact:
    barred = PRIVATE_PLACES | {Place.ASSEMBLY}
    open_to = [code for code, rules in _enabled(instance).items() if code not in RISK_GROUNDS and rules.places & barred]
    if not open_to:
        return Answer.YES, "Open where life is at risk only."
    return Answer.NO, f"Open to ordinary grounds: {', '.join(open_to)}."


def _children(instance: Instance) -> Fact:
    reach = [code for code, rules in _enabled(instance).items() if rules.ages & MAYBE_CHILD]
    names = ", ".join(reach) or "none"
    return _whether(set(reach) <= RISK_GROUNDS), f"Grounds that reach them, with a sign-off: {names}."


def _ends(instance: Instance) -> Fact:
    label = instance.policy.codes.ends[End.DECLINED_PHOTO]
    return Answer.BUILT_IN, f"{label!r}: one tap at every step, and an entry of its own."


def _notice(instance: Instance) -> Fact:
    words = len(instance.policy.notice_texts.standard.split())
    return Answer.BUILT_IN, f"{words} words, and others for a child; no camera opens before it is recorded."


def _complaints(instance: Instance) -> Fact:
    return Answer.BUILT_IN, instance.policy.complaints


def _threshold(instance: Instance) -> Fact:
    rules = instance.policy.threshold
    table = calibration_for(instance.pipeline.contract)
    present = cost(table, rules.target_fpir_per_million, rules.set_for, instance.index.size())
    return Answer.BUILT_IN, " ".join(present.sentences())


def _every_group(instance: Instance) -> Fact:
    policy = instance.policy
    report = evidence(kept_reports(instance.engine, policy)).report_of(policy)
    groups = ", ".join(f"{one.column} {one.value} ({one.people:,})" for one in report.groups if one.column) or "nobody"
    return Answer.BUILT_IN, f"Report {report.digest} of {report.data}; groups, with their people: {groups}."


def _identity(instance: Instance) -> Fact:
    days = instance.policy.deadlines.identity_established_days
    return Answer.BUILT_IN, f"Owed within {days} days of every answer, also where there was no candidate."


def _build(instance: Instance) -> Fact:
    return (
        Answer.BUILT_IN,
        f"Every entry names the program; the template contract is {instance.pipeline.contract.digest}.",
    )


def _corroboration(instance: Instance) -> Fact:
    known = instance.policy.codes.corroboration
    return _whether(len(known) > 0), f"Comparison first; then one of: {', '.join(known)}, from before the act."


def _officers(instance: Instance) -> Fact:
    now = instance.clock()
    trained = sum(each.trained(now) and not each.revoked for each in instance.accounts.everybody())
    return (
        Answer.BUILT_IN,
        f"{trained} accounts in date; at most {instance.policy.pilot.officer_cap} people may ever check.",
    )


def _gallery(instance: Instance) -> Fact:
    rules = instance.policy.gallery
    shown = "; ".join(f"{source}: {', '.join(sorted(codes))}" for source, codes in rules.outcomes.items())
    return Answer.BUILT_IN, f"Searched: {shown}. Reviewed every {rules.review_interval_days} days or sooner."


def _retention(instance: Instance) -> Fact:
    days = instance.policy.retention
    return Answer.BUILT_IN, (
        f"Answers go after {days.answers_days} days, openings after {days.openings_days}, records of checks after "
        f"{days.encounters_days}, the journal after {days.journal_days}; the photograph with its request."
    )


def _erasures(instance: Instance) -> Fact:
    owed = instance.erasure.owed()
    return _whether(owed == 0), f"Keys that wait for their destruction: {owed}."


def _record(instance: Instance) -> Fact:
    return Answer.BUILT_IN, f"{instance.ledger.head().size} entries under {instance.ledger.vkey}."


def _witnesses(instance: Instance) -> Fact:
    rules, at = instance.policy.witnesses, instance.witnessed_at()
    if at is None:
        return Answer.NO, "The policy names none."
    names = ", ".join(each.key.name for each in rules.known)
    since = f"{at:%Y-%m-%d %H:%M} UTC"
    return Answer.YES, f"{names}; the {rules.stop_after_hours} hours without one run from {since}."


def _signatories(instance: Instance) -> Fact:
    who = instance.policy.signatories
    own = not instance.policy.demonstration
    names = f"{len(who.force)} people of the force and {who.oversight.name}; {who.notice_days} days of notice."
    return _whether(own), names if own else f"{names} In a demonstration everybody has their keys."


def _pilot(instance: Instance) -> Fact:
    pilot = instance.policy.pilot
    return Answer.BUILT_IN, f"{pilot.starts} to {pilot.ends}; a day later no check opens."


FACTS: Mapping[str, Callable[[Instance], Fact]] = MappingProxyType(
    {
        "activation": _activation,
        "grounds": _grounds,
        "tried-first": _tried_first,
        "places": _places,
        "children": _children,
        "ends": _ends,
        "notice": _notice,
        "complaints": _complaints,
        "threshold": _threshold,
        "every-group": _every_group,
        "identity": _identity,
        "build": _build,
        "corroboration": _corroboration,
        "officers": _officers,
        "gallery": _gallery,
        "retention": _retention,
        "erasures": _erasures,
        "record": _record,
        "witnesses": _witnesses,
        "signatories": _signatories,
        "pilot": _pilot,
    }
)
"""By the names that `questions.toml` uses."""
