"""Refusals of the gallery: what may be enrolled, and how."""

from overt.errors.tree import Refusal


class GalleryRefusal(Refusal):
    """The gallery may not hold or do this."""

    code = "gallery_refused"
    status = 422
    rule = "rules: gallery"


class ManifestUnreadable(GalleryRefusal):
    code = "manifest_unreadable"
    message = "The manifest cannot be read."
    remedy = "Give a UTF-8 CSV file with the columns that `overt gallery import --help` lists."


class RelationsRefused(GalleryRefusal):
    code = "relations_refused"
    message = "The file of relations cannot be taken."
    remedy = "Correct the file; `overt gallery relate --help` says what it holds. Nothing of it was taken."


class LabelsRefused(GalleryRefusal):
    code = "labels_refused"
    message = "These labels do not go together."
    remedy = "A missing person's image has the outcome not-applicable. Correct the labels."


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
