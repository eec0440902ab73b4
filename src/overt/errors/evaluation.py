"""Refusals of an evaluation: the people, what is said of them, and where templates of their images are kept."""

from overt.errors.tree import Refusal


class EvaluationRefusal(Refusal):
    """The evaluation cannot be made of this."""

    code = "evaluation_refused"
    status = 422
    rule = "evaluation: input"


class EvaluationOnInstance(EvaluationRefusal):
    code = "evaluation_on_instance"
    status = 403
    rule = "rules: against becoming something else"
    message = "An evaluation does not run on an instance's settings or in its folders."
    remedy = (
        "Unset OVERT_INSTANCE and OVERT_DATABASE_URL, leave out --instance, and keep images, output and cache outside "
        "every instance."
    )


class EvaluationImagesUnusable(EvaluationRefusal):
    code = "evaluation_images_unusable"
    message = "The folder of images is not one folder a person."
    remedy = "Give a readable folder that holds one folder a person, with JPEG, PNG, WebP or HEIC images in it."


class EvaluationLabelsInvalid(EvaluationRefusal):
    code = "evaluation_labels_invalid"
    message = "The labels are not in the expected form."
    remedy = "Correct the file: UTF-8 CSV, a header, the folder's name in the first column, one row a person."


class EvaluationCleanupInvalid(EvaluationRefusal):
    code = "evaluation_cleanup_invalid"
    message = "A clean-up list is not in the expected form."
    remedy = "Correct the list: columns action, subject, person; the actions are drop and same_person."


class EvaluationScoresInvalid(EvaluationRefusal):
    code = "evaluation_scores_invalid"
    message = "The file of scores is not in the expected form."
    remedy = (
        "Correct the file: Parquet or UTF-8 CSV with the columns probe, reference, score; each two images once, higher "
        "is nearer; an image without a template alone in its line."
    )


class EvaluationTooSmall(EvaluationRefusal):
    code = "evaluation_too_small"
    message = "There are too few people or images for an evaluation."
    remedy = "Add people: some with two images or more, and some who stay outside the gallery."


class EvaluationCacheUnsafe(EvaluationRefusal):
    code = "evaluation_cache_unsafe"
    status = 409
    rule = "evaluation: the cache"
    message = "The folder for templates is open to others, or is not a folder."
    remedy = "Name a folder of your own with mode 0700, or one that does not exist yet."


class EvaluationPartMissing(EvaluationRefusal):
    code = "evaluation_part_missing"
    status = 503
    rule = "evaluation: output"
    message = "Scores cannot be read or written here: an optional part is not installed."
    remedy = "Install the optional part `overt[scores]`, or leave out --scores and give scores as CSV."


class EvaluationStopped(EvaluationRefusal):
    code = "evaluation_stopped"
    status = 503
    message = "A process that makes templates ended before its time, as when memory runs out."
    remedy = "Run the command again, with fewer --processes: it goes on where it was."
