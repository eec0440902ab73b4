"""Refusals of a step that is not the next one."""

from overt.errors.encounter import EncounterRefusal


class StepRefusal(EncounterRefusal):
    """A step that may not be taken now."""

    code = "step_refused"
    status = 409
    rule = "issue: encounter, a state machine"


class CheckEnded(StepRefusal):
    code = "check_ended"
    message = "This check has ended; it cannot go on."
    remedy = "Open a new check if there is still a lawful ground. Corrections are still possible."


class CheckCompleted(StepRefusal):
    code = "check_completed"
    message = "This check is completed; it cannot go on."
    remedy = "Open a new check if there is still a lawful ground. Corrections are still possible."


class NoticeMissing(StepRefusal):
    code = "notice_missing"
    message = "The notice has not been recorded yet."
    remedy = "Tell the person, show them the page, and record it. Then take the photograph."


class NoticeAlreadyRecorded(StepRefusal):
    code = "notice_already_recorded"
    message = "The notice of this check has been recorded already."
    remedy = "Go on with the next step, or record a correction."


class AnswerMissing(StepRefusal):
    code = "answer_missing"
    message = "There has been no search in this check yet."
    remedy = "Take the photograph first."


class SearchAlreadyAnswered(StepRefusal):
    code = "search_already_answered"
    message = "This check has had its one search."
    remedy = "Look at its answer again. Another search needs a new check with a reason."


class ComparisonMissing(StepRefusal):
    code = "comparison_missing"
    rule = "rules: candidates, judgement before score"
    message = "The comparison has not been entered yet."
    remedy = "Compare the faces and enter your own judgement first."


class ComparisonAlreadyRecorded(StepRefusal):
    code = "comparison_already_recorded"
    message = "The comparison of this check has been entered already."
    remedy = "Go on with the next step. A judgement made before the scores were shown is not changed afterwards."


class RevealMissing(StepRefusal):
    code = "reveal_missing"
    message = "The strength of the candidates has not been shown yet."
    remedy = "Look at it first, then decide."


class AlreadyRevealed(StepRefusal):
    code = "already_revealed"
    message = "The strength of the candidates has been shown already."
    remedy = "Look at the stored answer again."


class DecisionMissing(StepRefusal):
    code = "decision_missing"
    message = "No decision has been recorded yet."
    remedy = "Record what you decided about the candidates first."


class DecisionAlreadyRecorded(StepRefusal):
    code = "decision_already_recorded"
    message = "The decision of this check has been recorded already."
    remedy = "Record a correction if it was wrong. Both stay visible."


class OutcomeMissing(StepRefusal):
    code = "outcome_missing"
    message = "No outcome has been recorded yet."
    remedy = "Record what happened first."


class OutcomeAlreadyRecorded(StepRefusal):
    code = "outcome_already_recorded"
    message = "The outcome of this check has been recorded already."
    remedy = "Record a correction if it was wrong. Both stay visible."


class DemographicsMissing(StepRefusal):
    code = "demographics_missing"
    message = "The questions about ethnicity, sex and age band have not been answered yet."
    remedy = "Ask them. `not-stated` is an answer, and it is counted."


class DemographicsAlreadyRecorded(StepRefusal):
    code = "demographics_already_recorded"
    message = "Ethnicity, sex and age band of this check have been recorded already."
    remedy = "Record a correction if they were wrong. Both stay visible."


class ReceiptAlreadyIssued(StepRefusal):
    code = "receipt_already_issued"
    message = "The receipt of this check has been offered already."
    remedy = "Show the same receipt again."


class IdentityAlreadyEstablished(StepRefusal):
    code = "identity_already_established"
    message = "How the identity was established has been recorded already."
    remedy = "Record a correction if it was wrong. Both stay visible."


class NoNoticeOwed(StepRefusal):
    code = "no_notice_owed"
    message = "No notice is owed in this check."
    remedy = "There is nothing to do."


class NothingFollowedToRecord(StepRefusal):
    code = "nothing_followed_to_record"
    message = "What followed is asked once, after a person declined the photograph."
    remedy = "There is nothing to do, or record a correction."


class NothingToCorrect(StepRefusal):
    code = "nothing_to_correct"
    message = "This step has not been recorded, or may not be corrected yet."
    remedy = "Before the photograph, end the check as a mistake and open a new one. A comparison is never corrected."


class AuthorityNotForThisCheck(StepRefusal):
    code = "authority_not_for_this_check"
    status = 403
    rule = "architecture rule 1"
    message = "The permission to search does not belong to this check as it stands."
    remedy = "Take the photograph again."
