"""Refusals of a photograph."""

from overt.errors.tree import Refusal


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


class BurstUnreadable(CaptureRefusal):
    code = "burst_unreadable"
    message = "The frames of this capture cannot be told apart."
    remedy = "Take the photograph again; if it goes on, tell your administrator."


class SeveralPeopleInBurst(CaptureRefusal):
    code = "several_people_in_burst"
    message = "The frames of this capture do not show one and the same person."
    remedy = "Take the photograph again, and keep the camera on one person until it has finished."
