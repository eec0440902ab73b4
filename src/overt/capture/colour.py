"""Any of Pillow's picture modes to plain 8-bit RGB.

Rules:
* What the eye sees is what is compared: transparency is laid over white, so pixels hidden under it do not count.
* Sixteen bits keep their upper eight. (Pillow's own conversion clips instead, and turns such a photo white.)
* Colour profiles are not applied: a hostile profile is one more parser to attack, and sRGB is what phones send.
"""

import numpy as np
from PIL import Image

_SIXTEEN_BIT = frozenset({"I", "I;16", "I;16L", "I;16B"})


def to_rgb(image: Image.Image) -> Image.Image:
    """The same picture in mode RGB.

    Args:
        image: loaded, in a mode that JPEG, PNG or WebP files come in.
    """
    if image.mode in _SIXTEEN_BIT:
        return _upper_byte(image).convert("RGB")
    if image.has_transparency_data:
        return _over_white(image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _upper_byte(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    if values.dtype != np.uint16:
        values = values.clip(0, 65535)
    return Image.fromarray((values >> 8).astype(np.uint8))


def _over_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return white
