"""Refusals of who is asking, and from which device."""

from overt.errors.encounter import EncounterRefusal


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
