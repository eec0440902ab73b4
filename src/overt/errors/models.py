"""Refusals of a model file."""

from overt.errors.tree import Refusal


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


class ContractUnknown(ModelRefusal):
    code = "contract_unknown"
    status = 404
    message = "There is no template contract of that name, or several manifests leave open which one is meant."
    remedy = "Name one of the contracts at hand with --contract, and a manifest of your own with --manifest."
