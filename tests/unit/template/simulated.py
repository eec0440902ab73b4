"""A detector and an embedder without a model.

The detector answers by a script and remembers what it was shown. The embedder looks at mean colours in a grid, so that
a mirror image or a shift changes its answer.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from overt.capture.face import DetectedFace
from overt.capture.photo import Pixels
from overt.identifiers import Digest
from overt.template.contract import Detection, Input, Look, TemplateContract
from overt.template.pipeline import TemplatePipeline

CONTRACT = TemplateContract(
    id="simulated-1",
    detection=Detection("simulated", "detector.onnx", 640, 600, 300),
    looks=(Look(192, 200, "as-is"),),
    alignment="arcface-similarity-1",
    input=Input(112, "rgb", ("0", "0", "0"), ("1", "1", "1")),
    mirror="mean-of-unit-vectors",
    embedder="embedder.onnx",
    centre="",
    dimension=48,
    files={"detector.onnx": Digest("sha256:" + "0" * 64), "embedder.onnx": Digest("sha256:" + "1" * 64)},
)


@dataclass
class ScriptedDetector:
    """Answers each look with the next entry of a script and remembers what it was shown."""

    script: list[tuple[DetectedFace, ...]]
    looks: list[tuple[Pixels, int]] = field(default_factory=list)

    def detect(self, pixels: Pixels, longest_side: int, *, enlarge: bool = False) -> tuple[DetectedFace, ...]:
        first = longest_side == CONTRACT.detection.longest_side
        assert enlarge != first, "only the first look at a photograph leaves a small one as it is"
        self.looks.append((pixels.copy(), longest_side))
        return self.script[len(self.looks) - 1]


@dataclass
class GridEmbedder:
    """Mean colours of a 4 x 4 grid."""

    seen: list[Pixels] = field(default_factory=list)

    def embed(self, aligned: Pixels) -> NDArray[np.float32]:
        self.seen.append(aligned.copy())
        means = aligned.reshape(4, 28, 4, 28, 3).mean((1, 3), np.float32).ravel() + np.float32(1)
        return means * means[0]  # as with real embedders, the mirror's length is another


class CountingClock:
    """Each look at it is one second after the last."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def pipeline(*script: tuple[DetectedFace, ...], **changes: object) -> TemplatePipeline:
    """A pipeline over `CONTRACT`, whose detector answers by the script."""
    contract = replace(CONTRACT, **changes)  # type: ignore[arg-type]
    return TemplatePipeline(ScriptedDetector(list(script)), GridEmbedder(), contract, CountingClock())
