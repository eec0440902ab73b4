"""How large a photograph may be. Checked on the byte count and on the file's header, before a pixel is decoded."""

from overt.errors import ImageTooLarge

MAX_BYTES = 15_000_000
"""15 MB; over HTTP the body is cut off at the same count."""

MAX_PIXELS = 20_000_000
"""20 megapixels: 60 MB of RGB, so that a decode with its copies stays well under 1 GB."""

MAX_SIDE = 32_767
"""No camera is this wide; one-pixel strips of 20 million columns are only ever an attack."""


def check_bytes(count: int) -> None:
    """Raises:
    ImageTooLarge: more than `MAX_BYTES`.
    """
    if count > MAX_BYTES:
        raise ImageTooLarge("The file is larger than 15 MB.")


def check_size(width: int, height: int) -> None:
    """Raises:
    ImageTooLarge: more than `MAX_PIXELS`, or a side over `MAX_SIDE`.
    """
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageTooLarge("The photograph has more than 20 megapixels, or a side that no camera makes.")
