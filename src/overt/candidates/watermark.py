"""A candidate's picture with a visible mark of who looks at it, and in which check.

Rules:
* The mark is in the pixels, over the whole picture and again in full at its foot, so that a screenshot carries it.
* It leaves the face to be seen: thin, and neither dark nor bright.
* A reference without a picture (synthetic filler) is a grey field that says so.
"""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from overt.capture.decode import decode
from overt.capture.encode import encode_jpeg
from overt.capture.photo import Photo

LONGEST_SIDE = 800
_STRENGTH = 64  # of 255: seen on light and on dark skin, and not in the way
_FOOT = 200
_NO_PICTURE = (480, 600)


def watermarked(picture: bytes | None, lines: Sequence[str]) -> bytes:
    """The picture as JPEG, at most `LONGEST_SIDE` pixels, with the mark in it.

    Args:
        picture: a JPEG of the gallery, or None when there is none.
        lines: short texts of the mark.
    """
    image = _opened(picture)
    mark = Image.new("RGBA", image.size, (0, 0, 0, 0))
    _across(mark, " ".join(lines))
    _at_the_foot(mark, lines)
    marked = Image.alpha_composite(image.convert("RGBA"), mark).convert("RGB")
    return encode_jpeg(Photo(np.asarray(marked)), LONGEST_SIDE)


def _opened(picture: bytes | None) -> Image.Image:
    if picture is None:
        image = Image.new("RGB", _NO_PICTURE, (128, 128, 128))
        ImageDraw.Draw(image).text((24, 24), "No picture", font=_font(28), fill=(255, 255, 255))
        return image
    image = Image.open(io.BytesIO(encode_jpeg(decode(picture), LONGEST_SIDE)))
    image.load()
    return image


def _across(mark: Image.Image, text: str) -> None:
    """The text again and again, rising, over the whole picture."""
    width, height = mark.size
    size = max(12, width // 28)
    step = size * 5
    side = width + height
    tilted = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(tilted)
    row = "   ".join([text] * (2 + side // max(1, len(text) * size // 2)))
    for at in range(0, side, step):
        draw.text((-(at * 2 % (step * 3)), at), row, font=_font(size), fill=(255, 255, 255, _STRENGTH))
        draw.text((1 - (at * 2 % (step * 3)), at + 1), row, font=_font(size), fill=(0, 0, 0, _STRENGTH))
    tilted = tilted.rotate(30)
    left, top = (side - width) // 2, (side - height) // 2
    mark.alpha_composite(tilted.crop((left, top, left + width, top + height)))


def _at_the_foot(mark: Image.Image, lines: Sequence[str]) -> None:
    width, height = mark.size
    size = max(11, width // 30)
    font, draw = _font(size), ImageDraw.Draw(mark)
    rows = [row for line in lines for row in _broken(line, font, width - 12)]
    top = height - (size + 4) * len(rows) - 4
    draw.rectangle((0, top, width, height), fill=(0, 0, 0, _FOOT))
    for at, row in enumerate(rows):
        draw.text((6, top + 3 + at * (size + 4)), row, font=font, fill=(255, 255, 255, 255))


def _broken(line: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> list[str]:
    """A line as rows that are no wider than the picture; a letter at least a row."""
    rows = [""]
    for letter in line:
        if rows[-1] and font.getlength(rows[-1] + letter) > width:
            rows.append("")
        rows[-1] += letter
    return rows


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
