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


class PolicySignaturesMissing(PolicyRefusal):
    code = "policy_signatures_missing"
    status = 403
    rule = "rules: power to change and to stop"
    message = "The change is not signed by those who have to sign it."
    remedy = "Have it signed by those whom the policy in force names (`overt policy sign`), and hand it in again."


class PolicyNotAnnounced(PolicyRefusal):
    code = "policy_not_announced"
    status = 409
    rule = "rules: power to change and to stop"
    message = "The change is looser, and was not announced."
    remedy = "Announce it with `overt policy announce`; it may be adopted when the notice period is over."


class NoticePeriodRuns(PolicyRefusal):
    code = "notice_period_runs"
    status = 409
    rule = "rules: power to change and to stop"
    message = "The change is looser, and its notice period is not over."
    remedy = "Adopt it on or after the day that is named."


class EffectMissing(PolicyRefusal):
    code = "effect_missing"
    rule = "rules: power to change and to stop"
    message = "What the change does to the error rates of each group was not signed with it."
    remedy = "Make it with `overt policy effect`, have the policy signed with it (`--effect`), and hand both in."


class ReportMissing(PolicyRefusal):
    code = "report_missing"
    rule = "architecture rule 8"
    message = "The evaluation report that the policy names for its model is not here."
    remedy = "Hand it in with `--report report.json`; `overt evaluate` writes it. A model does not run without one."


class EffectInvalid(PolicyRefusal):
    code = "effect_invalid"
    rule = "spec/policy-effect.md"
    message = "This is not the effect of the change."
    remedy = "Nothing was changed. Make it anew with `overt policy effect`, and have the policy signed with it."


class ModelNotInPolicy(PolicyRefusal):
    code = "model_not_in_policy"
    status = 409
    rule = "rules: power to change and to stop"
    message = "The policy in force is for another model than the one that is in use."
    remedy = "No photograph was searched. Run the version whose model the policy names, or adopt a policy for this one."


class OrderInvalid(PolicyRefusal):
    code = "order_invalid"
    rule = "spec/policy.md"
    message = "This is not an order of the oversight body for this instance."
    remedy = "Nothing was changed. Ask the oversight body for an order that its key has signed."


class OrderRepeated(PolicyRefusal):
    code = "order_repeated"
    status = 409
    rule = "spec/policy.md"
    message = "There was a suspension with this number already, or there is none to lift."
    remedy = "Nothing was changed. `overt order list` lists what is suspended now."
