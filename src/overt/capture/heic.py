"""HEIC photographs, through the optional part `pi-heif` (libheif without an encoder, LGPL).

Rules:
* Without that part a HEIC file is a clear refusal, never a crash; nothing else depends on it.
* libheif applies the file's own turns and mirrors, so its EXIF orientation is not applied a second time.
* The size is read from the header and checked before a pixel is decoded.
"""

import importlib
from typing import Any

import numpy as np

from overt.capture.limits import check_size
from overt.capture.photo import Pixels
from overt.errors import AnimatedImage, HeicNotSupported


def decode_heic(photo: bytes) -> Pixels:
    """The primary image of a HEIC file, uint8 RGB.

    Raises:
        HeicNotSupported: `pi-heif` is not installed.
        ImageTooLarge: over the limits of `limits.py`.
        AnimatedImage: more than one image.
    """
    file = _reader().open_heif(photo, convert_hdr_to_8bit=True)
    if len(file) != 1:
        raise AnimatedImage()
    check_size(*file.size)
    pixels = np.asarray(file)
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3):
        raise ValueError("an unexpected HEIC layout")
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    return _over_white(pixels) if pixels.shape[2] == 4 else pixels


def _over_white(pixels: Pixels) -> Pixels:
    alpha = pixels[:, :, 3:].astype(np.uint16)
    mixed = (pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)


def _reader() -> Any:
    try:
        return importlib.import_module("pi_heif")
    except ImportError as error:
        raise HeicNotSupported() from error
