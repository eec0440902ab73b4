"""Find model files, read them once, and check what was read.

Rules:
* A folder named by the caller or by OVERT_MODELS comes first, then the installed package that brings the file.
* The package is located, never imported: its files are data.
* The bytes that were checked are handed on; nobody reads the file a second time.
"""

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

from overt.errors import ModelDigestMismatch, ModelFileMissing
from overt.models.manifest import ModelFile

FOLDER_VARIABLE = "OVERT_MODELS"


def read_model(file: ModelFile, folder: Path | None = None) -> bytes:
    """The bytes of a model file.

    Args:
        file: its entry in the manifest.
        folder: where to look first.

    Raises:
        ModelFileMissing: it is in none of the places.
        ModelDigestMismatch: the first file found is not the manifest's; the other places are not tried then.
    """
    for place in _places(file, folder):
        try:
            model = (place / file.name).read_bytes()
        except OSError:
            continue
        if "sha256:" + hashlib.sha256(model).hexdigest() != file.digest:
            raise ModelDigestMismatch(f"The model file {file.name} is not the one that the manifest names.")
        return model
    raise ModelFileMissing(f"The model file {file.name} is missing.")


def _places(file: ModelFile, folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
    if named := os.environ.get(FOLDER_VARIABLE):
        yield Path(named)
    spec = importlib.util.find_spec(file.package) if file.package.isidentifier() else None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield from (Path(location) / name for name in ("models", "data"))
