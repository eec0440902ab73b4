"""The moves after the answer: the officer's own comparison, then the strength, then a decision.

Rules:
* Judgement before score: nothing is revealed before every candidate has its verdict, and no verdict changes afterwards.
* A check without candidates takes the same steps, so the ledger does not tell it apart.
* A candidate is a lead, never an identification: the decisions say no more.
"""

from collections.abc import Mapping
from dataclasses import replace

from overt.encounter.encounter import Encounter
from overt.encounter.moves import Move, move, require_state, yes_no
from overt.encounter.steps import MOST_FEATURES, CandidateAnswer, Comparison, Decision, SecondJudgement, State
from overt.errors import ComparisonNotComplete, DecisionNotPossible, UnknownCode
from overt.identifiers import JsonValue
from overt.ledger.deeds import Deed
from overt.policy import Policy
from overt.policy.codes import DecisionKind


def record_comparison(policy: Policy, encounter: Encounter, comparison: Comparison) -> Move:
    """Record the officer's own judgement of each candidate; of none, when there is none.

    Raises:
        StepRefusal: not now.
        ComparisonNotComplete: not exactly one judgement, with one to five features, for each candidate.
        UnknownCode: a feature, an answer or a verdict that is not in the policy.
    """
    require_state(encounter, State.ANSWERED)
    check_comparison(policy, encounter, comparison)
    answers: list[JsonValue] = [_answer_value(each) for each in comparison.answers]
    private: dict[str, JsonValue] = {"comparison": {"answers": answers, "identical": comparison.identical}}
    fields = {"simulated": yes_no(encounter.simulated)}
    changes = {"state": State.COMPARED, "comparison": comparison}
    return move(encounter, Deed.ENCOUNTER_COMPARISON_RECORDED, fields, private, changes)


def check_comparison(policy: Policy, encounter: Encounter, comparison: Comparison) -> None:
    """Raises:
    ComparisonNotComplete: not exactly one judgement, with one to five features, for each candidate.
    UnknownCode: a feature, an answer or a verdict that is not in the policy.
    """
    judged = [each.reference for each in comparison.answers]
    if sorted(judged) != sorted(encounter.candidates):
        raise ComparisonNotComplete()
    for each in comparison.answers:
        _check_answer(policy, each)


def _check_answer(policy: Policy, answer: CandidateAnswer) -> None:
    if not 1 <= len(answer.features) <= MOST_FEATURES or answer.elapsed_ms < 0:
        raise ComparisonNotComplete()
    codes: tuple[tuple[str, set[str], Mapping[str, str]], ...] = (
        ("features", set(answer.features), policy.codes.features),
        ("feature answers", set(answer.features.values()), policy.codes.feature_answers),
        ("verdict", {answer.verdict}, policy.codes.verdicts),
    )
    unknown = [name for name, given, known in codes if not given <= set(known)]
    if unknown:
        raise UnknownCode(f"Not in the policy: {', '.join(unknown)}.")


def _answer_value(answer: CandidateAnswer) -> JsonValue:
    features: dict[str, JsonValue] = dict(answer.features)
    return {
        "reference": str(answer.reference),
        "features": features,
        "verdict": answer.verdict,
        "elapsed_ms": answer.elapsed_ms,
        "hurried": answer.hurried,
    }


def simulated_comparison(policy: Policy, encounter: Encounter) -> Comparison:
    """What the demonstration's command line enters, having no eyes: it cannot tell, at once, and so flagged."""
    feature = next(iter(policy.codes.features))
    answers = (CandidateAnswer(each, {feature: "cannot-tell"}, "cannot-tell", 0) for each in encounter.candidates)
    return Comparison(tuple(answers))


def reveal(encounter: Encounter, second: SecondJudgement | None = None) -> Move:
    """Record that strength, image age and arrest outcome of the candidates are shown now.

    Args:
        encounter: compared.
        second: another officer's judgement, made blind. It is committed to here and has no entry of its own: an entry
            for it would tell the public that there were candidates.

    Raises:
        StepRefusal: not now; above all before the comparison.
    """
    require_state(encounter, State.COMPARED)
    shown: list[JsonValue] = [str(each) for each in encounter.candidates]
    private: dict[str, JsonValue] = {"reveal": {"candidates": shown, "second": _second_value(second)}}
    return move(encounter, Deed.ENCOUNTER_CANDIDATES_REVEALED, None, private, {"state": State.REVEALED})


def _second_value(second: SecondJudgement | None) -> JsonValue:
    if second is None:
        return None
    answers: list[JsonValue] | None = None
    if second.comparison is not None:
        answers = [_answer_value(each) for each in second.comparison.answers]
    return {"officer": second.officer, "answers": answers}


def decide(policy: Policy, encounter: Encounter, decision: Decision) -> Move:
    """Record what the officer decided about the candidates.

    Raises:
        StepRefusal: not now.
        UnknownCode, DecisionNotPossible: as in `check_decision`.
    """
    require_state(encounter, State.REVEALED)
    check_decision(policy, encounter, decision)
    changed = replace(encounter, decision=decision).judgement_changed
    private: dict[str, JsonValue] = {"decision": {**decision_value(decision), "judgement_changed": changed}}
    changes = {"state": State.DECIDED, "decision": decision}
    return move(encounter, Deed.ENCOUNTER_DECISION_RECORDED, None, private, changes)


def check_decision(policy: Policy, encounter: Encounter, decision: Decision) -> None:
    """Raises:
    UnknownCode: not a decision of the policy.
    DecisionNotPossible: a lead that was not shown, a lead without a candidate, or the like.
    """
    rule = policy.decisions.get(decision.code)
    if rule is None:
        raise UnknownCode("Not in the policy: decision.")
    possible = {
        DecisionKind.LEAD: decision.reference in encounter.candidates,
        DecisionKind.NONE_CHOSEN: bool(encounter.candidates) and decision.reference is None,
        DecisionKind.NOTHING_SHOWN: not encounter.candidates and decision.reference is None,
    }
    if not possible[rule.kind]:
        raise DecisionNotPossible()


def decision_value(decision: Decision) -> dict[str, JsonValue]:
    """What is committed to of a decision."""
    reference = decision.reference
    return {"code": decision.code, "reference": None if reference is None else str(reference)}
