"""The last moves: outcome, demographics, identity.

Rules:
* Anything against the person needs corroboration, independent of the face, from before the act. What came with the act
  or after it is kept and marked `after`; it does not count.
* Ethnicity, sex and age band are asked after the outcome; `not-stated` is an answer, and counted.
* How the identity was established is owed after every answer, "no candidate" included: field error rates come from it.
"""

from collections.abc import Mapping
from datetime import datetime

from overt.encounter.encounter import Encounter
from overt.encounter.moves import Move, follow_up, require_answered, require_past, require_state
from overt.encounter.steps import Corroboration, Demographics, FollowUp, Identity, Outcome, State
from overt.errors import (
    CorroborationRequired,
    DecisionNotPossible,
    IdentityAlreadyEstablished,
    IncompleteEncounter,
    TimeOutOfOrder,
    UnknownCode,
    UsageError,
    VideoReferenceRequired,
)
from overt.identifiers import JsonValue
from overt.policy import Policy
from overt.policy.codes import EstablishedBy, WhoItWas

MOST_CORROBORATIONS = 16
LONGEST_REFERENCE = 100


def record_outcome(policy: Policy, encounter: Encounter, outcome: Outcome, now: datetime) -> Move:
    """Record what happened to the person.

    Raises:
        StepRefusal: not now.
        EncounterRefusal: as in `check_outcome`.
    """
    require_state(encounter, State.DECIDED)
    check_outcome(policy, encounter, outcome, now)
    changes = {"state": State.OUTCOME_RECORDED, "outcome": outcome}
    return follow_up(encounter, FollowUp.OUTCOME, outcome_value(outcome), changes)


def check_outcome(policy: Policy, encounter: Encounter, outcome: Outcome, now: datetime) -> None:
    """Raises:
    UnknownCode: the outcome or a corroboration is not in the policy.
    TimeOutOfOrder: the act was before the check, or a time lies in the future.
    CorroborationRequired: an act against the person, with nothing independent of the face from before it.
    VideoReferenceRequired: an arrest without the body-worn video's reference (or `no-video`).
    """
    rule = policy.outcomes.get(outcome.code)
    if rule is None:
        raise UnknownCode("Not in the policy: outcome.")
    require_past(outcome.at, now)
    if outcome.at < encounter.opened_at:
        raise TimeOutOfOrder()
    if len(outcome.corroborations) > MOST_CORROBORATIONS:
        raise UsageError(f"An outcome names at most {MOST_CORROBORATIONS} corroborations.")
    for each in outcome.corroborations:
        _check_corroboration(policy, each, now)
    if rule.adverse and not any(outcome.is_before(each) for each in outcome.corroborations):
        raise CorroborationRequired()
    if rule.asks_video and outcome.body_worn_video is None:
        raise VideoReferenceRequired()
    if outcome.body_worn_video is not None:
        _check_reference(outcome.body_worn_video, "body_worn_video")


def _check_corroboration(policy: Policy, corroboration: Corroboration, now: datetime) -> None:
    if corroboration.code not in policy.codes.corroboration:
        raise UnknownCode("Not in the policy: corroboration.")
    require_past(corroboration.at, now)
    _check_reference(corroboration.reference, "the reference of a corroboration")


def _check_reference(reference: str, name: str) -> None:
    if not reference.strip():
        raise IncompleteEncounter(f"Not answered: {name}.")
    if len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise UsageError(f"In {name}: at most {LONGEST_REFERENCE} printable characters.")


def outcome_value(outcome: Outcome) -> JsonValue:
    """What is committed to of an outcome."""
    corroborations: list[JsonValue] = [
        {
            "code": each.code,
            "at": each.at.isoformat(),
            "reference": each.reference,
            "when": "before" if outcome.is_before(each) else "after",
        }
        for each in outcome.corroborations
    ]
    return {
        "code": outcome.code,
        "at": outcome.at.isoformat(),
        "corroborations": corroborations,
        "body_worn_video": outcome.body_worn_video,
    }


def record_demographics(policy: Policy, encounter: Encounter, demographics: Demographics) -> Move:
    """Record the four answers, asked after the outcome.

    Raises:
        StepRefusal: not now; above all before the outcome.
        UnknownCode: an answer that is not in the policy's lists.
    """
    require_state(encounter, State.OUTCOME_RECORDED)
    check_demographics(policy, demographics)
    changes = {"state": State.DEMOGRAPHICS_RECORDED, "demographics": demographics}
    return follow_up(encounter, FollowUp.DEMOGRAPHICS, demographics_value(demographics), changes)


def check_demographics(policy: Policy, demographics: Demographics) -> None:
    """Raises:
    UnknownCode: an answer that is not in the policy's lists.
    """
    lists = policy.demographics
    asked: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("ethnicity_self", demographics.ethnicity_self, lists.ethnicity_self),
        ("ethnicity_officer", demographics.ethnicity_officer, lists.ethnicity_officer),
        ("sex", demographics.sex, lists.sex),
        ("age_band", demographics.age_band, lists.age_band),
    )
    unknown = [name for name, code, known in asked if code not in known]
    if unknown:
        raise UnknownCode(f"Not in the policy: {', '.join(unknown)}.")


def demographics_value(demographics: Demographics) -> JsonValue:
    """What is committed to of the four answers."""
    return {
        "ethnicity_self": demographics.ethnicity_self,
        "ethnicity_officer": demographics.ethnicity_officer,
        "sex": demographics.sex,
        "age_band": demographics.age_band,
    }


def identity_established(policy: Policy, encounter: Encounter, identity: Identity, now: datetime) -> Move:
    """Record how the identity was established in the end; after the decision, or the end of an answered check.

    Raises:
        StepRefusal: there was no answer, its decision is missing, or it was recorded before.
        UnknownCode, DecisionNotPossible: as in `check_identity`.
    """
    require_answered(encounter)
    if encounter.identity is not None:
        raise IdentityAlreadyEstablished()
    check_identity(policy, encounter, identity)
    return follow_up(encounter, FollowUp.IDENTITY, identity_value(identity, now), {"identity": identity})


def check_identity(policy: Policy, encounter: Encounter, identity: Identity) -> None:
    """Raises:
    UnknownCode: not in the policy.
    DecisionNotPossible: who it was goes neither with the candidates shown nor with how it was established.
    """
    if identity.by not in policy.codes.identity_established_by or identity.who_it_was not in policy.codes.who_it_was:
        raise UnknownCode("Not in the policy: identity.")
    shown = identity.who_it_was == WhoItWas.CANDIDATE_SHOWN
    right_reference = identity.reference in encounter.candidates if shown else identity.reference is None
    open_still = identity.by == EstablishedBy.NOT_ESTABLISHED
    if not right_reference or (open_still and identity.who_it_was != WhoItWas.NOT_KNOWN):
        raise DecisionNotPossible("Who the person was does not go with the candidates or with how it was established.")


def identity_value(identity: Identity, at: datetime) -> JsonValue:
    """What is committed to of an identity that was established; `at`: when that was recorded."""
    reference = None if identity.reference is None else str(identity.reference)
    return {"by": identity.by, "who_it_was": identity.who_it_was, "reference": reference, "at": at.isoformat()}
