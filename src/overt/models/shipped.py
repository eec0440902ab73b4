"""Manifest in, ready pipeline out: the one place where ports meet their fillings."""

import time
from pathlib import Path

from overt.errors import ModelUnusable
from overt.models.eyelids import installed_eyelids
from overt.models.files import read_model
from overt.models.manifest import Manifest, Runtime, shipped_manifest
from overt.models.onnx_embedder import OnnxEmbedder
from overt.models.opencv_embedder import OpenCvEmbedder
from overt.models.yunet import YuNet
from overt.template.centre import read_centre
from overt.template.pipeline import Clock, TemplatePipeline
from overt.template.ports import FaceEmbedder
from overt.template.template import Vector


def load_shipped_pipeline(models_dir: Path | None = None, clock: Clock = time.perf_counter) -> TemplatePipeline:
    """The pipeline of the shipped models: YuNet, SFace, contract `yunet-sface-looks-2`. Takes about 0.2 s.

    Args:
        models_dir: where to look for the model files before OVERT_MODELS and the installed package.
        clock: for the timings only.

    Raises:
        ModelRefusal: one of its leaves: a file is missing or not the right one, or cannot be run.
    """
    return load_pipeline(shipped_manifest(), models_dir, clock)


def load_pipeline(
    manifest: Manifest, models_dir: Path | None = None, clock: Clock = time.perf_counter
) -> TemplatePipeline:
    """The pipeline that a manifest describes, such as that of a force's own embedder.

    Raises:
        ModelRefusal: as `load_shipped_pipeline`.
    """
    contract = manifest.contract
    detector = YuNet(read_model(manifest.files[contract.detection.file], models_dir), contract.detection)
    embedder = _embedder(manifest, read_model(manifest.files[contract.embedder], models_dir))
    centre = _centre(manifest, models_dir)
    return TemplatePipeline(detector, embedder, contract, clock, centre, installed_eyelids(models_dir))


def _centre(manifest: Manifest, models_dir: Path | None) -> Vector | None:
    contract = manifest.contract
    if not contract.centre:
        return None
    try:
        return read_centre(read_model(manifest.files[contract.centre], models_dir), contract.dimension)
    except ValueError as error:
        raise ModelUnusable(f"The centre cannot be read: {error}.") from None


def _embedder(manifest: Manifest, model: bytes) -> FaceEmbedder:
    match manifest.embedder_runtime:
        case Runtime.OPENCV:
            return OpenCvEmbedder(model, manifest.contract.input)
        case Runtime.ONNX_RUNTIME:
            return OnnxEmbedder(model, manifest.contract.input)
