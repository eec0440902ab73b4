"""Refusals of the pilot: dates, caps, people, times."""

from overt.errors.encounter import EncounterRefusal


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


class ClockBehindRecord(EncounterRefusal):
    code = "clock_behind_record"
    status = 503
    rule = "rules: power to change and to stop"
    message = "The clock of this machine is behind the record, so it cannot be told whether the pilot still runs."
    remedy = "Tell your administrator to set the clock right. Identify the person in another way."


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


class DocumentInvalid(EncounterRefusal):
    code = "document_invalid"
    rule = "rules: power to change and to stop"
    message = "This is not an activation document of the policy in force."
    remedy = "Have the policy list it with its digest, and have it signed by whoever answers for such a document."


class PilotReportMissing(EncounterRefusal):
    code = "pilot_report_missing"
    rule = "rules: power to change and to stop"
    message = "The pilot has begun, and does not begin again or go on longer without its published report."
    remedy = "List the pilot's report, with its digest, among the activation documents of the new policy."


class OfficerCapReached(EncounterRefusal):
    code = "officer_cap_reached"
    message = "As many people as the pilot allows have a place already, or have had one."
    remedy = "Let an officer who is part of the pilot do the check."


class AreaCapReached(EncounterRefusal):
    code = "area_cap_reached"
    message = "There have been so many checks in this area in an hour that another makes it an operation."
    remedy = "Stop. An operation needs an authorisation that was made public beforehand."


class Suspended(EncounterRefusal):
    code = "suspended"
    rule = "rules: power to change and to stop"
    message = "The oversight body has suspended checks like this one."
    remedy = "Do not take a photograph. Identify the person in another way. Only the oversight body lifts a suspension."


class WitnessesAway(EncounterRefusal):
    code = "witness_lag"
    rule = "rules: logs"
    message = "For too long no witness has confirmed that the record of checks only grows."
    remedy = (
        "Do not take a photograph. Identify the person in another way, and tell your administrator. "
        "Checks where life is at risk go on."
    )


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
