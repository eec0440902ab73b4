"""The demonstration's photographs: read out of pinned source distributions, checked by digest, never installed.

Rule: bytes of another digest than the pinned one are refused, so nobody's photograph gets in by accident.
"""

import hashlib
import io
import tarfile
import tomllib
from importlib import resources
from pathlib import Path

from PIL import Image

from overt.errors import DemonstrationPhotosMissing


def load_photographs(archives: Path) -> dict[str, bytes]:
    """All photographs by label.

    Args:
        archives: the folder with the two source distributions, as `make demo` fetches them.

    Raises:
        DemonstrationPhotosMissing: an archive or a member is missing, or is not the pinned one.
    """
    pins = tomllib.loads((resources.files("overt.cli.demo") / "photographs.toml").read_text(encoding="utf-8"))
    return {label: _member(archives / pin["archive"], pin["member"], pin["sha256"]) for label, pin in pins.items()}


def montage(left: bytes, right: bytes) -> bytes:
    """Two portraits side by side at the same height, as a JPEG: a photograph of two people."""
    images = [Image.open(io.BytesIO(each)).convert("RGB") for each in (left, right)]
    height = 800
    scaled = [each.resize((round(each.width * height / each.height), height)) for each in images]
    joined = Image.new("RGB", (sum(each.width for each in scaled), height))
    joined.paste(scaled[0], (0, 0))
    joined.paste(scaled[1], (scaled[0].width, 0))
    return as_jpeg(joined)


def empty_street() -> bytes:
    """A picture without a face: sky, wall and pavement as plain gradients."""
    picture = Image.linear_gradient("L").resize((900, 1200)).convert("RGB")
    picture.paste((92, 84, 76), (0, 700, 900, 960))
    picture.paste((120, 120, 124), (0, 960, 900, 1200))
    return as_jpeg(picture)


def as_jpeg(picture: Image.Image) -> bytes:
    """The bytes of a picture as JPEG."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=92)
    return stream.getvalue()


def _member(archive: Path, member: str, sha256: str) -> bytes:
    try:
        with tarfile.open(archive) as opened:
            file = opened.extractfile(member)
            content = file.read() if file else b""
    except (OSError, KeyError, tarfile.TarError) as error:
        raise DemonstrationPhotosMissing() from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DemonstrationPhotosMissing("A photograph of the demonstration is not the pinned one.")
    return content
