"""Refusals of a check: its coded fields, what goes together, its judgement and its outcome."""

from overt.errors.tree import Fault, Refusal


class EncounterRefusal(Refusal):
    """The coded fields, the order of the steps, the people or the pilot do not allow this."""

    code = "encounter_refused"
    rule = "rules: the coded fields of an encounter"


class AuthorityExpired(EncounterRefusal):
    code = "authority_expired"
    rule = "architecture rule 1"
    message = "The permission to search is older than a minute."
    remedy = "Take the photograph again."


class IncompleteEncounter(EncounterRefusal):
    code = "incomplete_encounter"
    status = 422
    message = "Not every field of the check has been answered."
    remedy = "Answer the fields that are named, then start again. Nothing is filled in for you."


class UnknownCode(EncounterRefusal):
    code = "unknown_code"
    status = 422
    rule = "rules: lists are closed"
    message = "A code is not in the force's policy."
    remedy = "Choose from the list that the page or `overt policy show` gives."


class GroundOff(EncounterRefusal):
    code = "ground_off"
    message = "The force's policy has not turned this ground on."
    remedy = "Do not take a photograph. Identify the person in another way."


class GroundNotAllowedHere(EncounterRefusal):
    code = "ground_not_allowed_here"
    message = "This ground does not reach this kind of place."
    remedy = "Do not take a photograph here. Identify the person in another way."


class AssemblyNotAllowed(EncounterRefusal):
    code = "assembly_not_allowed"
    message = "Checks at an assembly are not allowed by the force's policy."
    remedy = "Do not take a photograph at an assembly. Identify the person in another way."


class ChildNotAllowed(EncounterRefusal):
    code = "child_not_allowed"
    message = "A child, or a person who may be one, is not checked on this ground."
    remedy = "Do not take a photograph. Identify the person in another way, with an appropriate adult where one is due."


class SignOffRequired(EncounterRefusal):
    code = "sign_off_required"
    message = "This check needs a supervisor's sign-off."
    remedy = "Ask a supervisor to sign it off, then start again."


class SignOffNotValid(EncounterRefusal):
    code = "sign_off_not_valid"
    message = "The sign-off is not by another person who may give one."
    remedy = "Ask a supervisor who takes no part in the check."


class NoticeNotAllowed(EncounterRefusal):
    code = "notice_not_allowed"
    message = "This way of giving notice does not go with this ground."
    remedy = "Tell the person and show them the page. Where they cannot be told, only a ground for such people applies."


class DetailsNotForGround(EncounterRefusal):
    code = "details_not_for_ground"
    message = "What the person said about themselves does not go with this ground."
    remedy = "Correct the ground or the details."


class PowerNotForGround(EncounterRefusal):
    code = "power_not_for_ground"
    message = "This power does not go with this ground. Without a power there is no check."
    remedy = "Choose the power that you are using. If there is none, let the person go."


class OffenceRequired(EncounterRefusal):
    code = "offence_required"
    message = "This ground needs an offence that you reasonably suspect."
    remedy = "Name the suspected offence. If there is none, there is no check."


class OffenceNotForGround(EncounterRefusal):
    code = "offence_not_for_ground"
    message = "On this ground no suspected offence is recorded."
    remedy = "Give `not-required` as the offence, or correct the ground."


class IntelligenceExpired(EncounterRefusal):
    code = "intelligence_expired"
    message = "The intelligence behind this check has expired."
    remedy = "Do not take a photograph. Have the intelligence reviewed first."


class SecondCheckReasonRequired(EncounterRefusal):
    code = "second_check_reason_required"
    message = "A second check of the same person in one stop needs a reason."
    remedy = "Choose the reason for the second check."


class ComparisonNotComplete(EncounterRefusal):
    code = "comparison_not_complete"
    status = 422
    rule = "rules: candidates, judgement before score"
    message = "The comparison does not hold one judgement, with one to five features, for each candidate shown."
    remedy = "Compare each candidate and answer same, different or cannot tell."


class DecisionNotPossible(EncounterRefusal):
    code = "decision_not_possible"
    status = 422
    rule = "rules: outcome, a candidate is a lead"
    message = "This decision does not go with the candidates of this check."
    remedy = "A lead names one of the candidates shown; the other decisions name none."


class CorroborationRequired(EncounterRefusal):
    code = "corroboration_required"
    status = 422
    rule = "rules: outcome, a candidate is a lead"
    message = "An outcome against the person needs corroboration, independent of the face, from before the act."
    remedy = "Give the document, fingerprint, known marks, record check or named person that you relied on, and when."


class VideoReferenceRequired(EncounterRefusal):
    code = "video_reference_required"
    status = 422
    rule = "rules: outcome"
    message = "No photograph of a check is kept, so after an arrest the reference of the body-worn video is asked for."
    remedy = "Give the reference, or `no-video` when there is none."


class DeclinedPhoto(EncounterRefusal):
    code = "declined_photo"
    rule = "architecture rule 6"
    message = "The person declined the photograph. The check has ended and was counted."
    remedy = "Use no force and do not hint at an arrest. Identify the person in another way or let them go."


class EndedEarly(EncounterRefusal):
    code = "ended_early"
    rule = "rules: ends at any step"
    message = "The check was ended before its search."
    remedy = "Open a new check if there is still a lawful ground."


class EncounterUnreadable(Fault):
    """A stored encounter is not what `Encounter.to_record` writes."""

    code = "encounter_unreadable"
    message = "The stored record of this check cannot be read."
    remedy = "Nothing was answered. Tell your administrator."


class AnswerOfAnotherSession(EncounterRefusal):
    code = "answer_of_another_session"
    rule = "rules: candidates"
    message = "An answer is shown in the session that asked for it, and in no other."
    remedy = "End this check. Open another one, with a reason, if there is still a lawful ground."


class ReceiptMissing(EncounterRefusal):
    code = "receipt_missing"
    status = 404
    rule = "rules: receipt"
    message = "There is no receipt of this check, or it is past its time."
    remedy = "Issue it at the end of the check. A complaint can be made without a receipt too."


class NotYourEncounter(EncounterRefusal):
    code = "not_your_encounter"
    rule = "architecture rule 1"
    message = "This check is another officer's."
    remedy = "Go on with your own check, or begin one."


class EncounterUnknown(EncounterRefusal):
    code = "encounter_unknown"
    status = 404
    rule = "architecture rule 1"
    message = "There is no such check, or it has been erased after its time."
    remedy = "Begin a new check."


class SecondJudgementNotPossible(EncounterRefusal):
    code = "second_judgement_not_possible"
    status = 409
    rule = "rules: candidates"
    message = "Nobody can join this check to judge its candidates."
    remedy = "A second officer joins while candidates wait to be compared, once, and not in a check of their own."
