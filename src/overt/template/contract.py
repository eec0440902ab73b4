"""What made a template: everything that changes its numbers, and a digest over it. Format 1; spec/template-contract.md.

Rules:
* Two templates may be compared only when the digests of their contracts are equal.
* The digest is SHA-256 over the RFC 8785 JSON of `to_json`: strings and integers only, so it has one spelling.
* Which runtime runs an embedder is not part of it: the same file under two runtimes gives the same template
  (`tests/unit/models/test_onnx_embedder.py` holds them to a cosine of 0.9999).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import rfc8785

from overt.identifiers import Digest, JsonValue
from overt.template.align import METHOD

VERSION = 1
COLOURS = ("rgb", "bgr")
MIRRORS = ("mean-of-unit-vectors", "none")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Detection:
    """The detector and its settings; scores and overlaps in thousandths, sides in pixels."""

    detector: str
    file: str
    longest_side: int
    least_score: int
    most_overlap: int


@dataclass(frozen=True, slots=True)
class Landmarks:
    """How often the five points are found: once, or averaged with a second look at a crop of the face.

    The crop is a square of `crop_percent` of the face box's longer side, looked at with `crop_side` pixels.
    """

    passes: int
    crop_side: int
    crop_percent: int


@dataclass(frozen=True, slots=True)
class Input:
    """What the embedder is fed: (pixel - mean) / divisor, in decimal notation for each channel of `colour`."""

    side: int
    colour: str
    mean: _Triple
    divisor: _Triple


@dataclass(frozen=True, slots=True)
class TemplateContract:
    """One way of making templates.

    Args:
        id: a readable name; not compared, but part of the digest.
        embedder: file name of the embedding model.
        files: digest of each model file, by name; exactly the detector's and the embedder's.

    Raises:
        ValueError: a value out of its range.
    """

    id: str
    detection: Detection
    landmarks: Landmarks
    alignment: str
    input: Input
    mirror: str
    embedder: str
    dimension: int
    files: Mapping[str, Digest]

    def __post_init__(self) -> None:
        problem = next((text for text, holds in self._rules() if not holds), None)
        if problem is not None:
            raise ValueError(f"template contract: {problem}")

    def _rules(self) -> tuple[tuple[str, bool], ...]:
        seen, face, fed = self.detection, self.landmarks, self.input
        return (
            ("names are lower case", all(_NAME.fullmatch(name) for name in (self.id, seen.detector))),
            ("longest_side is 64..2048", 64 <= seen.longest_side <= 2048),
            ("scores and overlaps are thousandths", 0 < seen.least_score < 1000 and 0 < seen.most_overlap < 1000),
            ("there are 1 or 2 passes", face.passes in (1, 2)),
            ("the crop is 64..2048 pixels of 100..400 percent", _crop_holds(face)),
            ("alignment is " + METHOD, self.alignment == METHOD),
            ("side is 32..512", 32 <= fed.side <= 512),
            ("colour is rgb or bgr", fed.colour in COLOURS),
            ("means and divisors are decimals", all(_DECIMAL.fullmatch(text) for text in fed.mean + fed.divisor)),
            ("a divisor is not zero", all(float(text) != 0 for text in fed.divisor)),
            ("mirror is " + " or ".join(MIRRORS), self.mirror in MIRRORS),
            ("dimension is 16..4096", 16 <= self.dimension <= 4096),
            ("files are the two models", set(self.files) == {seen.file, self.embedder}),
            ("digests are sha256", all(_DIGEST.fullmatch(digest) for digest in self.files.values())),
        )

    @property
    def digest(self) -> Digest:
        """`sha256:` over the canonical JSON."""
        return Digest("sha256:" + hashlib.sha256(self.canonical()).hexdigest())

    def canonical(self) -> bytes:
        """RFC 8785 JSON, UTF-8."""
        return rfc8785.dumps(self.to_json())

    def to_json(self) -> dict[str, JsonValue]:
        """As written in spec/template-contract.md."""
        seen, face, fed = self.detection, self.landmarks, self.input
        return {
            "v": VERSION,
            "id": self.id,
            "detection": {
                "detector": seen.detector,
                "file": seen.file,
                "longest_side": seen.longest_side,
                "least_score": seen.least_score,
                "most_overlap": seen.most_overlap,
            },
            "landmarks": {"passes": face.passes, "crop_side": face.crop_side, "crop_percent": face.crop_percent},
            "alignment": self.alignment,
            "input": {
                "side": fed.side,
                "colour": fed.colour,
                "mean": list(fed.mean),
                "divisor": list(fed.divisor),
            },
            "mirror": self.mirror,
            "embedder": self.embedder,
            "dimension": self.dimension,
            "files": {name: str(digest) for name, digest in self.files.items()},
        }


def _crop_holds(face: Landmarks) -> bool:
    return 64 <= face.crop_side <= 2048 and 100 <= face.crop_percent <= 400
