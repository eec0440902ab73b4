"""What made a template: everything that changes its numbers, and a digest over it. Format 2; spec/template-contract.md.

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

VERSION = 2
COLOURS = ("rgb", "bgr")
VIEWS = ("as-is", "mirrored")
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
class Look:
    """One more look for the five points, whose mean over all looks counts.

    A square of `crop_percent` of the face box's longer side around its centre, brought to `side` pixels, seen as it is
    or `mirrored`.
    """

    side: int
    crop_percent: int
    view: str


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
        looks: further looks for the five points, after the first.
        centre: file name of what is taken from the embedding; empty: nothing is.
        files: digest of each file, by name; exactly the detector's, the embedder's and the centre's.

    Raises:
        ValueError: a value out of its range.
    """

    id: str
    detection: Detection
    looks: tuple[Look, ...]
    alignment: str
    input: Input
    mirror: str
    embedder: str
    centre: str
    dimension: int
    files: Mapping[str, Digest]

    def __post_init__(self) -> None:
        problem = next((text for text, holds in self._rules() if not holds), None)
        if problem is not None:
            raise ValueError(f"template contract: {problem}")

    def _rules(self) -> tuple[tuple[str, bool], ...]:
        seen, fed = self.detection, self.input
        named = {seen.file, self.embedder, *([self.centre] if self.centre else [])}
        return (
            ("names are lower case", all(_NAME.fullmatch(name) for name in (self.id, seen.detector))),
            ("longest_side is 64..2048", 64 <= seen.longest_side <= 2048),
            ("scores and overlaps are thousandths", 0 < seen.least_score < 1000 and 0 < seen.most_overlap < 1000),
            ("there are at most 8 further looks", len(self.looks) <= 8),
            ("a look is 64..1024 pixels of 100..400 percent, as-is or mirrored", all(map(_look_holds, self.looks))),
            ("alignment is " + METHOD, self.alignment == METHOD),
            ("side is 32..512", 32 <= fed.side <= 512),
            ("colour is rgb or bgr", fed.colour in COLOURS),
            ("means and divisors are decimals", all(_DECIMAL.fullmatch(text) for text in fed.mean + fed.divisor)),
            ("a divisor is not zero", all(float(text) != 0 for text in fed.divisor)),
            ("mirror is " + " or ".join(MIRRORS), self.mirror in MIRRORS),
            ("dimension is 16..4096", 16 <= self.dimension <= 4096),
            ("files are the models and the centre", set(self.files) == named),
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
        seen, fed = self.detection, self.input
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
            "looks": [{"side": look.side, "crop_percent": look.crop_percent, "view": look.view} for look in self.looks],
            "alignment": self.alignment,
            "input": {
                "side": fed.side,
                "colour": fed.colour,
                "mean": list(fed.mean),
                "divisor": list(fed.divisor),
            },
            "mirror": self.mirror,
            "embedder": self.embedder,
            "centre": self.centre,
            "dimension": self.dimension,
            "files": {name: str(digest) for name, digest in self.files.items()},
        }


def _look_holds(look: Look) -> bool:
    return 64 <= look.side <= 1024 and 100 <= look.crop_percent <= 400 and look.view in VIEWS
