"""Refusals of a search, of candidates and of their calibration."""

from overt.errors.tree import Refusal


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


class SearchCancelled(SearchRefusal):
    code = "search_cancelled"
    status = 503
    message = "The search was given up before it was finished, and has no answer."
    remedy = "Search again."


class SearchCacheDamaged(SearchRefusal):
    code = "search_cache_damaged"
    status = 503
    message = "A row of the search index does not open, and the gallery has no such reference any more."
    remedy = "Search again. If it goes on, stop the service, delete the instance's `search` folder and start it again."


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
