"""The force's rules as data: read, checked against the floor that no force may go below, and asked by the encounter.

Order of reading: `document` (text -> canonical text) -> `build` (-> `Policy`) -> `checks` (does it contradict itself?)
-> `floor` (is anything looser than rules.md?). A `Policy` that skipped one of these does not leave `parse_policy`.
"""

from overt.policy.activation import not_activated_because
from overt.policy.demonstration import demonstration_policy
from overt.policy.parse import departures, parse_policy, policy_from_canonical
from overt.policy.scoping import scope_for
from overt.policy.values import Policy

__all__ = [
    "Policy",
    "demonstration_policy",
    "departures",
    "not_activated_because",
    "parse_policy",
    "policy_from_canonical",
    "scope_for",
]
