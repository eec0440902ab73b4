"""Manifests of other people's models, given as examples, are in the form; nothing of the models is here."""

from pathlib import Path

import pytest

from overt.models.manifest import parse_manifest, shipped_manifest

ROOT = Path(__file__).resolve().parents[3]
MANIFESTS = sorted((ROOT / "examples" / "models").glob("*.toml"))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_an_example_is_a_manifest_with_the_shipped_detector(path: Path) -> None:
    manifest, shipped = parse_manifest(path.read_text(encoding="utf-8")), shipped_manifest()
    detector = shipped.contract.detection.file
    assert manifest.files[detector] == shipped.files[detector]
    assert manifest.contract.digest != shipped.contract.digest


def test_there_is_one_and_no_model_beside_it() -> None:
    assert MANIFESTS
    assert {path.suffix for path in (ROOT / "examples").rglob("*") if path.is_file()} == {".toml", ".csv"}
