"""Which part of the gallery one check may reach.

Rules:
* A ground opens only its galleries, and of them only the outcomes in the policy's list.
* Under-18 references are searched only on a risk ground, for a person who is or may be a child.
"""

from types import MappingProxyType
from typing import Protocol

from overt.errors import GroundOff, UnknownCode
from overt.identifiers import Digest
from overt.policy.codes import MAYBE_CHILD, RISK_GROUNDS
from overt.policy.values import Policy
from overt.scope import Scope


class GroundAndAge(Protocol):
    """What of a check's coded fields decides the scope."""

    @property
    def ground(self) -> str: ...

    @property
    def age(self) -> str: ...


def scope_for(policy: Policy, fields: GroundAndAge, contract: Digest) -> Scope:
    """The scope of a check with these fields.

    Args:
        policy: the policy in force.
        fields: the check's coded fields.
        contract: digest of the template contract in use; templates of another are out of scope.

    Raises:
        UnknownCode: the ground is not in the policy.
        GroundOff: the ground is not turned on.
    """
    rules = policy.grounds.get(fields.ground)
    if rules is None:
        raise UnknownCode("The ground is not in the policy.")
    if not rules.enabled:
        raise GroundOff()
    outcomes = {source: policy.gallery.outcomes.get(source, frozenset()) for source in rules.galleries}
    return Scope(
        outcomes=MappingProxyType(outcomes),
        include_under_18=fields.ground in RISK_GROUNDS and fields.age in MAYBE_CHILD,
        review_interval_days=policy.gallery.review_interval_days,
        contract=contract,
    )
