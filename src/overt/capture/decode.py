"""Bytes of a file in, pixels out, or a refusal.

Rules:
* JPEG, PNG, WebP and (optional part) HEIC, told by their first bytes; Pillow may try that one format only.
* The size limits hold before decoding (`limits.py`), and so does the scan limit of a JPEG (`jpeg_scans.py`).
* A truncated file is refused whole: half a face is not a face. A moving picture is refused.
* Several JPEGs in one file (multi-picture format, as many phones write): the first one is the photograph.
* Only pixels leave, turned upright. A broken orientation tag means "as stored".
* Whatever a decoder throws at hostile bytes becomes `UnreadableImage`, with nothing of the file in its message.
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from overt.capture.colour import to_rgb
from overt.capture.heic import decode_heic
from overt.capture.jpeg_scans import MAX_SCANS, scans_of
from overt.capture.limits import check_bytes, check_size
from overt.capture.orientation import upright
from overt.capture.photo import Photo, Pixels
from overt.capture.sniff import Kind, sniff
from overt.errors import AnimatedImage, ImageTooLarge, UnreadableImage

_DECODER_ERRORS = (
    # Every family that Pillow, zlib and libheif raise on malformed input; a closed list, so that our own errors and
    # an interrupt pass through. MemoryError: a decoder asked for an absurd buffer and got none. Warning: Pillow warns
    # of broken metadata, which is an exception under `python -W error`.
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, Warning, struct.error, zlib.error,
)  # fmt: skip
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_ORIENTATION_TAG = 0x0112


def decode(photo: bytes) -> Photo:
    """Decode one photograph.

    Args:
        photo: the file's bytes.

    Returns:
        Its pixels in display orientation, uint8 RGB.

    Raises:
        ImageTooLarge: over 15 MB or 20 megapixels.
        AnimatedImage: more than one frame.
        HeicNotSupported: HEIC without the optional part.
        UnreadableImage: anything else that is not a whole photograph.
    """
    check_bytes(len(photo))
    kind = sniff(photo)
    if kind is None:
        raise UnreadableImage("This file is not a JPEG, PNG, WebP or HEIC photograph.")
    try:
        return Photo(decode_heic(photo) if kind is Kind.HEIC else _decode_with_pillow(photo, kind))
    except _BOMBS:
        raise ImageTooLarge() from None
    except _DECODER_ERRORS:
        raise UnreadableImage() from None  # a decoder's own words may quote the file


def _decode_with_pillow(photo: bytes, kind: Kind) -> Pixels:
    if kind is Kind.JPEG and scans_of(photo) > MAX_SCANS:
        raise UnreadableImage("This JPEG is built to take very long to decode.")
    with Image.open(io.BytesIO(photo), formats=[kind.value]) as image:
        check_size(*image.size)
        if kind is not Kind.JPEG and getattr(image, "is_animated", False):
            raise AnimatedImage()
        image.load()
        return upright(np.asarray(to_rgb(image)), _orientation(image))


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(_ORIENTATION_TAG)
    except _DECODER_ERRORS:
        return None
