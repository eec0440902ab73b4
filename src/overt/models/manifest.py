"""Which model files there are, by digest, with licence and origin, and the template contract that they make.

Rules:
* A manifest is read strictly: a member more or less is a refusal, and so is a runtime outside the closed list.
* Licence and origin of every file are written down; a model without them cannot be listed.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from overt.errors import ModelManifestInvalid
from overt.identifiers import Digest
from overt.template.contract import TemplateContract
from overt.template.contract_form import contract_from, members

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_FILE = {"name": str, "digest": str, "licence": str, "origin": str, "package": str, "package_version": str}


class Runtime(StrEnum):
    """What runs an embedder."""

    OPENCV = "opencv"
    ONNX_RUNTIME = "onnxruntime"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model file.

    Args:
        name: plain file name, no folder.
        digest: SHA-256 of its bytes.
        package: the installed package that brings it as data; empty when only a folder holds it.
    """

    name: str
    digest: Digest
    licence: str
    origin: str
    package: str
    package_version: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A detector, an embedder, what runs it, and the contract of the templates they make."""

    files: Mapping[str, ModelFile]
    embedder_runtime: Runtime
    contract: TemplateContract


def shipped_manifest() -> Manifest:
    """The manifest of the models that `make setup` installs."""
    return parse_manifest(resources.files("overt.models").joinpath("manifest.toml").read_text("utf-8"))


def fast_manifest() -> Manifest:
    """The same models under a contract that costs less time and errs more."""
    return parse_manifest(resources.files("overt.models").joinpath("manifest-fast.toml").read_text("utf-8"))


def parse_manifest(text: str) -> Manifest:
    """A manifest from TOML in the form of `manifest.toml`.

    Raises:
        ModelManifestInvalid: not that form.
    """
    try:
        top = members(tomllib.loads(text), {"file": list, "run": dict, "contract": dict}, "manifest")
        files = {file.name: file for file in (model_file(table) for table in top["file"])}
        runtime = Runtime(members(top["run"], {"embedder": str}, "run")["embedder"])
        digests = {file.name: file.digest for file in files.values()}
        return Manifest(files, runtime, contract_from({**top["contract"], "files": digests}))
    except ValueError as error:  # a TOML error is one too
        raise ModelManifestInvalid(f"The model manifest is not in the expected form: {error}.") from None


def model_file(table: object) -> ModelFile:
    """One `[[file]]` of a manifest.

    Raises:
        ValueError: not that form, or without licence and origin.
    """
    values = members(table, _FILE, "file")
    if not _PLAIN_NAME.fullmatch(values["name"]):
        raise ValueError("file: a name has letters, digits, dots, dashes and no folder")
    if not values["licence"] or not values["origin"]:
        raise ValueError("file: licence and origin are written down")
    return ModelFile(**values)
