"""The middle moves: permission to search, a photograph that could not be used, and the one answer.

Rules:
* Only this module mints an `Authority`: for an open, noticed check, whose officer and pilot are in date *now*.
* One encounter has one search. A photograph that could not be used is counted, and may be taken again.
* The entry of a search says the same whether there were candidates or none. No score stands in it, not even committed.
"""

from datetime import datetime, timedelta

from overt.authority import Authority, mint
from overt.encounter.encounter import Encounter
from overt.encounter.moves import Move, move, require_policy, require_state
from overt.encounter.rules import People, check_people, check_pilot
from overt.encounter.steps import Answer, State
from overt.errors import AuthorityNotForThisCheck, CheckTooOld, ModelNotInPolicy, Refusal
from overt.identifiers import Digest, JsonValue
from overt.ledger.deeds import Deed
from overt.ledger.fields import FieldValue, size_band
from overt.policy import Policy, scope_for
from overt.scope import Scope


def authorise_search(
    policy: Policy, encounter: Encounter, people: People, contract: Digest, now: datetime
) -> Authority:
    """Permission for the one search of this check, good for a minute. Changes nothing, so it has no entry.

    Args:
        policy: the policy in force.
        encounter: open, and the person told.
        people: the accounts that its fields name, as they stand now.
        contract: digest of the template contract in use.
        now: aware.

    Raises:
        StepRefusal: no notice yet, ended, or answered already.
        PolicyChanged, CheckTooOld: since it was opened.
        ModelNotInPolicy: the template contract is not the policy's.
        EncounterRefusal: the officer or the pilot is not in date any more.
    """
    require_searchable(policy, encounter, now)
    check_pilot(policy, now)
    check_people(encounter.fields, people, now)
    if contract != policy.model.contract:
        raise ModelNotInPolicy()
    scope = scope_for(policy, encounter.fields, contract)
    return mint(encounter.id, encounter.officer, scope, now, policy.digest)


def require_searchable(policy: Policy, encounter: Encounter, now: datetime) -> None:
    """Raises:
    StepRefusal: no notice yet, ended, or answered already.
    PolicyChanged, CheckTooOld: since it was opened.
    """
    require_state(encounter, State.NOTICED)
    require_policy(policy, encounter)
    if not _young_enough(policy, encounter, now):
        raise CheckTooOld()


def _young_enough(policy: Policy, encounter: Encounter, now: datetime) -> bool:
    return encounter.opened_at <= now <= encounter.opened_at + timedelta(minutes=policy.limits.check_minutes)


def too_old_to_search(policy: Policy, encounter: Encounter, now: datetime) -> bool:
    """Whether an open check has waited so long that it can only be ended."""
    before_search = encounter.state in (State.OPENED, State.NOTICED)
    return before_search and not _young_enough(policy, encounter, now)


def capture_refused(encounter: Encounter, refusal: Refusal) -> Move:
    """Count a photograph that could not be used. The check stays where it is; another may be taken.

    Raises:
        StepRefusal: a photograph is not due.
    """
    require_state(encounter, State.NOTICED)
    return move(encounter, Deed.ENCOUNTER_CAPTURE_REFUSED, {"refusal": refusal.code})


def search_answered(policy: Policy, encounter: Encounter, authority: Authority, answer: Answer, now: datetime) -> Move:
    """Record the one search; call it in the transaction that stores the answer, before anybody sees it.

    Raises:
        StepRefusal: a search is not due, or the authority is not this check's.
        AuthorityExpired: it is older than a minute.
        ValueError: more candidates than the policy's cap, one of them twice, or a negative size.
    """
    require_searchable(policy, encounter, now)
    _check_authority(policy, encounter, authority, answer)
    authority.check(now)
    shown = answer.candidates
    if len(shown) > policy.candidates_cap or len(set(shown)) != len(shown) or answer.scope_size < 0:
        raise ValueError("an answer has distinct candidates, up to the cap")
    fields: dict[str, FieldValue] = {
        "contract": answer.contract,
        "threshold_millionths": answer.threshold_millionths,
        "scope_size_band": size_band(answer.scope_size),
    }
    private: dict[str, JsonValue] = {
        "result": {"candidates": [str(reference) for reference in shown]},
        "authority": _authority_value(authority),
        "signature": _signature_value(answer),
    }
    changes = {"state": State.ANSWERED, "answered_at": now, "candidates": shown}
    return move(encounter, Deed.ENCOUNTER_SEARCH_PERFORMED, fields, private, changes)


def _check_authority(policy: Policy, encounter: Encounter, authority: Authority, answer: Answer) -> None:
    ours = (encounter.id, encounter.officer, policy.digest, scope_for(policy, encounter.fields, answer.contract))
    if (authority.encounter, authority.officer, authority.policy, authority.scope) != ours:
        raise AuthorityNotForThisCheck()


def _authority_value(authority: Authority) -> JsonValue:
    return {
        "encounter": str(authority.encounter),
        "officer": authority.officer,
        "as_of": authority.as_of.isoformat(),
        "policy": authority.policy,
        "scope": _scope_value(authority.scope),
    }


def _scope_value(scope: Scope) -> JsonValue:
    outcomes: dict[str, JsonValue] = {
        source.value: [*sorted(each.value for each in codes)] for source, codes in scope.outcomes.items()
    }
    return {
        "outcomes": outcomes,
        "include_under_18": scope.include_under_18,
        "review_interval_days": scope.review_interval_days,
        "contract": scope.contract,
    }


def _signature_value(answer: Answer) -> JsonValue:
    proof = answer.capture
    device = str(proof.device) if proof.device else None
    return {"signature": proof.signature, "device": device, "shutter": proof.shutter.value}
