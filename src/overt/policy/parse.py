"""Policy text in, `Policy` out: the only way to one.

Rule: shape, then meaning, then the floor; what fails one of them is no policy at all, so nothing half-checked exists.
"""

from overt.policy.build import build
from overt.policy.checks import check_consistency
from overt.policy.codes import Ground, Place
from overt.policy.document import Document, canonical_text, digest_of, read_canonical, read_toml
from overt.policy.floor import check_floor
from overt.policy.values import Policy
from overt.scope import Outcome

DEFAULT_CAP = 3


def parse_policy(text: str) -> Policy:
    """Read a policy from TOML text.

    Raises:
        PolicyInvalid: not TOML, not of the schema's shape, or contradicting itself; the detail says where.
        PolicyTooLoose: something is looser than rules.md allows; the detail and `broken` name each rule.
    """
    return _policy(read_toml(text))


def policy_from_canonical(text: str) -> Policy:
    """Read back a policy's `canonical` text; the digest is the same.

    Raises:
        PolicyInvalid, PolicyTooLoose: as in `parse_policy`.
    """
    return _policy(read_canonical(text))


def _policy(document: Document) -> Policy:
    canonical = canonical_text(document)
    policy = build(document, canonical, digest_of(canonical))
    check_consistency(policy)
    check_floor(policy)
    return policy


def departures(policy: Policy) -> tuple[str, ...]:
    """The defaults of rules.md that this policy has turned on, as plain sentences; allowed, but to be seen."""
    found = [
        f"Checks at an assembly are allowed on the ground {ground}."
        for ground, rules in policy.grounds.items()
        if rules.enabled and Place.ASSEMBLY in rules.places
    ]
    if Ground.INTELLIGENCE_OF_RISK in policy.grounds and policy.grounds[Ground.INTELLIGENCE_OF_RISK].enabled:
        found.append("The ground intelligence-of-risk is turned on.")
    found += [
        f"References with the outcome {outcome} ({source}) are searched."
        for source, outcomes in policy.gallery.outcomes.items()
        for outcome in (Outcome.NO_FURTHER_ACTION, Outcome.ACQUITTED)
        if outcome in outcomes
    ]
    if policy.candidates_cap > DEFAULT_CAP:
        found.append(f"Up to {policy.candidates_cap} candidates are shown.")
    return tuple(found)
