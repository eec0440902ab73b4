"""A photo back to JPEG bytes, with nothing in the file but the picture: what the gallery stores."""

import io

from PIL import Image

from overt.capture.photo import Photo

LONGEST_SIDE = 1600
QUALITY = 92


def encode_jpeg(photo: Photo, longest_side: int = LONGEST_SIDE) -> bytes:
    """Encode as baseline JPEG without metadata.

    Args:
        photo: any size.
        longest_side: larger photos are shrunk so that their longest side has this many pixels; at least 1.
    """
    image = Image.fromarray(photo.pixels)
    if max(image.size) > longest_side:
        image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
