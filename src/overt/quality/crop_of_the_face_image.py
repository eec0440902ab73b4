"""Crop of the face image: whether the whole face is in the photo (the four crop measures of ISO/IEC 29794-5 in one).

Raw: the smallest distance from the face box to an edge of the photo, in widths of the box; negative when the face
reaches over the edge. Value: 100 from a tenth of a width on.
"""

from overt.quality.assessment import Assessment, Measure, assessed, not_assessed
from overt.quality.view import FaceView

_ENOUGH = 0.10
_ADVICE_BELOW = -0.02


def measure(view: FaceView) -> Assessment:
    """Room around the face; raw in face widths."""
    box = view.face.box
    if box.width <= 0:
        return not_assessed(Measure.CROP_OF_THE_FACE_IMAGE, "the face has no size")
    room = min(box.x, box.y, view.width - box.x - box.width, view.height - box.y - box.height)
    raw = room / box.width
    value = 100 * (raw + _ENOUGH) / (2 * _ENOUGH)
    return assessed(Measure.CROP_OF_THE_FACE_IMAGE, raw, value, advice(raw))


def advice(raw: float) -> str | None:
    """What to do better, by the raw value; None when there is nothing to say."""
    return "Part of the face is outside the photo: step back or centre it." if raw < _ADVICE_BELOW else None
