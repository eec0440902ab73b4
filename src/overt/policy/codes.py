"""The codes to which the rules themselves attach; a policy may leave some out, and may add none.

Rules:
* Lists are closed and nothing has "other". Codes that carry no rule (powers, offences, areas) are the policy's alone.
* The four risk grounds are the only ones that reach private places, children, or people who cannot be told.
"""

from enum import StrEnum


class Ground(StrEnum):
    """Why the check is done."""

    IDENTITY_DOUBTED = "identity-doubted"
    WANTED = "wanted"
    MISSING = "missing"
    IMMINENT_SERIOUS_HARM = "imminent-serious-harm"
    UNCONSCIOUS = "unconscious"
    DECEASED = "deceased"
    INTELLIGENCE_OF_RISK = "intelligence-of-risk"


class Place(StrEnum):
    """Where the check is done. There is no custody suite: fingerprints exist there."""

    STREET = "street"
    VEHICLE = "vehicle"
    PUBLIC_BUILDING = "public-building"
    HOME = "home"
    SCHOOL = "school"
    MEDICAL = "medical"
    WORSHIP = "worship"
    ASSEMBLY = "assembly"


class Age(StrEnum):
    """How old the officer takes the person to be; asked, never inferred."""

    ADULT = "adult"
    CHILD = "child"
    UNSURE = "unsure"


class Notice(StrEnum):
    """How the person was told."""

    GIVEN = "given"
    NOT_UNDERSTOOD = "not-understood"
    UNCONSCIOUS = "unconscious"
    DECEASED = "deceased"


class End(StrEnum):
    """How a check ends early; each is one tap at any step."""

    DECLINED_PHOTO = "declined-photo"
    IDENTITY_NOW_GIVEN = "identity-now-given"
    COVERED = "covered"
    WRONG_PERSON = "wrong-person"
    MISTAKE = "mistake"
    NO_SIGNAL = "no-signal"
    NOT_COMPLETED = "not-completed"


class Corroboration(StrEnum):
    """What counts towards an act against the person. Likeness to the photo, or words after seeing it, do not exist."""

    DOCUMENT = "document"
    FINGERPRINT = "fingerprint"
    KNOWN_MARKS = "known-marks"
    RECORD_CHECK = "record-check"
    NAMED_PERSON = "named-person"


class EstablishedBy(StrEnum):
    """How the identity was established in the end."""

    FINGERPRINT = "fingerprint"
    DOCUMENT = "document"
    COURT = "court"
    NOT_ESTABLISHED = "not-established"


class WhoItWas(StrEnum):
    """What that showed about the answer: the source of error rates in the field."""

    CANDIDATE_SHOWN = "candidate-shown"
    ENROLLED_NOT_SHOWN = "enrolled-not-shown"
    NOT_ENROLLED = "not-enrolled"
    NOT_KNOWN = "not-known"


class DecisionKind(StrEnum):
    """What a decision does with the candidates."""

    LEAD = "lead"
    NONE_CHOSEN = "none-chosen"
    NOTHING_SHOWN = "nothing-shown"


RISK_GROUNDS = frozenset({Ground.MISSING, Ground.IMMINENT_SERIOUS_HARM, Ground.UNCONSCIOUS, Ground.DECEASED})
SUSPICION_GROUNDS = frozenset({Ground.IDENTITY_DOUBTED, Ground.WANTED})
PRIVATE_PLACES = frozenset({Place.HOME, Place.SCHOOL, Place.MEDICAL, Place.WORSHIP})
MAYBE_CHILD = frozenset({Age.CHILD, Age.UNSURE})

NOT_REQUIRED = "not-required"
"""Stands for the offence where a ground needs none."""

NOT_STATED = "not-stated"
"""A question of the demographics that was not answered; an answer like any other, and counted."""

NO_VIDEO = "no-video"
"""Stands for the body-worn video's reference where there is no video; counted."""
