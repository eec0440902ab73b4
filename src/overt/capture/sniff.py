"""What kind of file some bytes are, from their first bytes alone.

Rules:
* A closed list: JPEG, PNG, WebP, HEIC. A name or a declared media type is never asked.
* A decoder is only ever handed bytes of its own kind, so that no rarely used decoder is reachable.
"""

from enum import StrEnum

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})


class Kind(StrEnum):
    """File kinds that can be a photograph here; the values are Pillow's format names."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIC = "HEIC"


def sniff(photo: bytes) -> Kind | None:
    """The kind of file, or None for any other."""
    if photo.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if photo.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if photo[:4] == b"RIFF" and photo[8:12] == b"WEBP":
        return Kind.WEBP
    if photo[4:8] == b"ftyp" and photo[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
    return None
