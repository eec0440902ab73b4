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


class PasskeyInvalid(EncounterRefusal):
    code = "passkey_invalid"
    status = 401
    rule = "architecture: access"
    message = "The passkey was not accepted."
    remedy = "Try again. If it goes on, ask your supervisor for a new link."


class PasskeyStale(EncounterRefusal):
    code = "passkey_stale"
    status = 401
    rule = "architecture: access"
    message = "The question to the passkey has been used, or is too old."
    remedy = "Start again from the page."


class VerificationMissing(EncounterRefusal):
    code = "verification_missing"
    status = 401
    rule = "architecture: access"
    message = "The phone has not verified just now who holds it."
    remedy = "Confirm with your passkey, then open the check."


class InvitationInvalid(EncounterRefusal):
    code = "invitation_invalid"
    rule = "architecture: access"
    message = "This link does not work: it was used, it is older than ten minutes, or it is not complete."
    remedy = "Ask for a new link."


class RolesRefused(EncounterRefusal):
    code = "roles_refused"
    rule = "architecture: access"
    message = "These roles cannot be given."
    remedy = (
        "Whoever does checks has no other role. Other roles are an administrator's to give. Nobody changes their own."
    )


class CrossSiteRefused(EncounterRefusal):
    code = "cross_site"
    rule = "architecture: access"
    message = "The request came from another site."
    remedy = "Open the page of this service itself and try again from there."


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
