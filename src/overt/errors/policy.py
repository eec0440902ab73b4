"""Refusals of a policy."""

from overt.errors.tree import Refusal


class PolicyRefusal(Refusal):
    """The policy is not valid, or does not allow this."""

    code = "policy_refused"
    status = 422
    rule = "rules: power to change and to stop"


class PolicyInvalid(PolicyRefusal):
    code = "policy_invalid"
    rule = "spec/policy.md"
    message = "The policy is not in the written form, or contradicts itself."
    remedy = "Correct what is named; `overt policy check FILE` says where."


class PolicyTooLoose(PolicyRefusal):
    """`broken` names each rule of rules.md that the policy would loosen."""

    code = "policy_too_loose"
    rule = "rules: stricter than this page, never looser"
    message = "The policy allows what no policy may allow."
    remedy = "Correct what is named. A force's policy may be stricter than the rules, never looser."

    def __init__(self, broken: tuple[str, ...] = (), detail: str | None = None) -> None:
        self.broken = broken
        super().__init__(detail)
