"""The floor: what rules.md says that no policy of a force may loosen.

Rules:
* Each rule here is one function from a policy to whether it holds, with its sentence. All that fail are named.
* Grounds that are switched off meet the floor too, so that switching one on never loosens more than that.
* What the schema makes impossible to write (other sources, no last day, more than six candidates, a photograph older
  than a minute) is repeated here where rules.md says it: two locks.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields

from overt.errors import PolicyTooLoose
from overt.policy.codes import (
    MAYBE_CHILD,
    PRIVATE_PLACES,
    RISK_GROUNDS,
    SUSPICION_GROUNDS,
    Corroboration,
    End,
    EstablishedBy,
    Ground,
    Notice,
)
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from overt.policy.values import Labels, Policy
from overt.scope import Source

MOST_CANDIDATES = 6
LONGEST_CAPTURE_SECONDS = 60
LATEST_IDENTITY_DAYS = 30
LEAST_SIGNATORIES = 2
LEAST_NOTICE_DAYS = 14
MOST_HOURS_UNWITNESSED = 24


@dataclass(frozen=True, slots=True)
class FloorRule:
    """One rule of the floor: `name` is stable, `sentence` is what the refusal says."""

    name: str
    sentence: str
    holds: Callable[[Policy], bool]


def check_floor(policy: Policy) -> None:
    """Raises:
    PolicyTooLoose: the policy breaks one of `FLOOR`; the detail and `broken` name every one.
    """
    broken = [rule for rule in FLOOR if not rule.holds(policy)]
    if broken:
        raise PolicyTooLoose(tuple(rule.name for rule in broken), " ".join(rule.sentence for rule in broken))


def _outside_risk(policy: Policy, attribute: str, guarded: Collection[str]) -> bool:
    """Whether no ground but the risk grounds lists one of the guarded codes."""
    return all(
        code in RISK_GROUNDS or not getattr(rules, attribute) & set(guarded) for code, rules in policy.grounds.items()
    )


def _only_known_grounds(policy: Policy) -> bool:
    return set(policy.grounds) <= set(Ground)


def _private_places(policy: Policy) -> bool:
    return _outside_risk(policy, "places", PRIVATE_PLACES)


def _children(policy: Policy) -> bool:
    return _outside_risk(policy, "ages", MAYBE_CHILD)


def _not_understood(policy: Policy) -> bool:
    return _outside_risk(policy, "notices", {Notice.NOT_UNDERSTOOD})


def _silent_notices(policy: Policy) -> bool:
    own = {Notice.UNCONSCIOUS: Ground.UNCONSCIOUS, Notice.DECEASED: Ground.DECEASED}
    return all(
        own[notice] == code
        for code, rules in policy.grounds.items()
        for notice in (Notice.UNCONSCIOUS, Notice.DECEASED)
        if notice in rules.notices
    )


def _suspicion_galleries(policy: Policy) -> bool:
    return all(
        set(rules.galleries) <= {Source.CUSTODY} for code, rules in policy.grounds.items() if code in SUSPICION_GROUNDS
    )


def _risk_galleries(policy: Policy) -> bool:
    return all(
        rules.galleries[:1] == (Source.MISSING,) for code, rules in policy.grounds.items() if code in RISK_GROUNDS
    )


def _offences(policy: Policy) -> bool:
    return all(rules.offence for code, rules in policy.grounds.items() if code in SUSPICION_GROUNDS)


def _powers(policy: Policy) -> bool:
    return all(rules.powers for rules in policy.grounds.values())


def _intelligence(policy: Policy) -> bool:
    rules = policy.grounds.get(Ground.INTELLIGENCE_OF_RISK)
    return rules is None or rules.sign_off


def _two_people(policy: Policy) -> bool:
    return len(set(policy.signatories.force) - {policy.signatories.oversight}) >= LEAST_SIGNATORIES


def _notice_period(policy: Policy) -> bool:
    return policy.signatories.notice_days >= LEAST_NOTICE_DAYS


def _own_keys(policy: Policy) -> bool:
    known = {signer.key.public for signer in DEMONSTRATION_SIGNERS.values()}
    return policy.demonstration or not known & {key.public for key in policy.signatories.everybody}


def _witnessed(policy: Policy) -> bool:
    return policy.demonstration or len(policy.witnesses.known) > 0


def _stops_unwitnessed(policy: Policy) -> bool:
    return policy.witnesses.stop_after_hours <= MOST_HOURS_UNWITNESSED


def _cap(policy: Policy) -> bool:
    return 1 <= policy.candidates_cap <= MOST_CANDIDATES


def _sources(policy: Policy) -> bool:
    searched = set(policy.gallery.outcomes) | {each for rules in policy.grounds.values() for each in rules.galleries}
    return searched <= {Source.CUSTODY, Source.MISSING}


def _corroboration(policy: Policy) -> bool:
    return set(policy.codes.corroboration) <= set(Corroboration)


def _ends(policy: Policy) -> bool:
    return set(policy.codes.ends) == set(End)


def _established(policy: Policy) -> bool:
    return set(policy.codes.identity_established_by) == set(EstablishedBy)


def _identity_deadline(policy: Policy) -> bool:
    return policy.deadlines.identity_established_days <= LATEST_IDENTITY_DAYS


def _capture_age(policy: Policy) -> bool:
    return policy.limits.capture_seconds <= LONGEST_CAPTURE_SECONDS


def _no_other(policy: Policy) -> bool:
    lists: list[Labels] = [getattr(policy.codes, each.name) for each in fields(policy.codes)]
    codes = {code for labels in lists for code in labels} | set(policy.decisions) | set(policy.outcomes)
    return not any("other" in code.split("-") for code in codes)


FLOOR: tuple[FloorRule, ...] = (
    FloorRule("grounds", "The grounds are a closed list.", _only_known_grounds),
    FloorRule(
        "private-places",
        "Homes, schools, medical premises and places of worship are open to the grounds missing, "
        "imminent-serious-harm, unconscious and deceased only.",
        _private_places,
    ),
    FloorRule(
        "children",
        "A child, or a person who may be one, is checked on the grounds missing, imminent-serious-harm, unconscious "
        "and deceased only.",
        _children,
    ),
    FloorRule("not-understood", "A notice not understood ends a check on an ordinary ground.", _not_understood),
    FloorRule(
        "silent-notice", "The notices unconscious and deceased go with the ground of that name only.", _silent_notices
    ),
    FloorRule(
        "custody-only", "The grounds identity-doubted and wanted open the custody gallery only.", _suspicion_galleries
    ),
    FloorRule("missing-first", "The risk grounds open the missing gallery first, then custody.", _risk_galleries),
    FloorRule("offence", "The grounds identity-doubted and wanted need a suspected offence.", _offences),
    FloorRule("power", "No power, no check: every ground names its powers.", _powers),
    FloorRule("intelligence", "The ground intelligence-of-risk needs a supervisor's sign-off.", _intelligence),
    FloorRule("two-people", "At least two people of the force sign what loosens a policy.", _two_people),
    FloorRule("notice-period", "A loosening is announced at least 14 days before it is adopted.", _notice_period),
    FloorRule("own-keys", "The keys of a demonstration, which everybody has, sign for no force.", _own_keys),
    FloorRule("witnesses", "Somebody outside the force confirms that the ledger only grows.", _witnessed),
    FloorRule(
        "unwitnessed", "Ordinary checks stop at most 24 hours after the last witness was there.", _stops_unwitnessed
    ),
    FloorRule("candidates", f"At most {MOST_CANDIDATES} candidates are shown.", _cap),
    FloorRule("sources", "Only custody images and images of missing people are searched.", _sources),
    FloorRule("corroboration", "Only what is independent of the face counts as corroboration.", _corroboration),
    FloorRule("ends", "Every early end exists, at every step, and is counted.", _ends),
    FloorRule("established-by", "How an identity is established is a closed list.", _established),
    FloorRule("identity-deadline", "identity-established-by is owed within 30 days.", _identity_deadline),
    FloorRule("capture-age", "A photograph is at most 60 seconds old.", _capture_age),
    FloorRule("no-other", "No list has a code for whatever else.", _no_other),
)
