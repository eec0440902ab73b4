"""What the gallery stores: the picture and nothing else."""

import io

import numpy as np
from PIL import Image

from overt.capture.decode import decode
from overt.capture.encode import encode_jpeg
from overt.capture.photo import Photo
from unit.capture.drawn import file_of, quarters


def test_metadata_does_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "CANARYMAKER", "CANARYOWNER"
    file = file_of(quarters(), "JPEG", exif=exif.tobytes(), comment=b"CANARYCOMMENT", icc_profile=b"CANARYPROFILE" * 20)
    assert file.count(b"CANARY") > 3
    stored = encode_jpeg(decode(file))
    assert b"CANARY" not in stored
    image = Image.open(io.BytesIO(stored))
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_it_decodes_to_nearly_the_same() -> None:
    pixels = decode(encode_jpeg(Photo(quarters(480, 320)))).pixels
    inner = np.abs(pixels.astype(int) - quarters(480, 320))[40:-40:16, 40:-40:16]
    assert np.median(inner) <= 2


def test_the_longest_side_is_limited() -> None:
    assert decode(encode_jpeg(Photo(quarters(3200, 800)))).pixels.shape == (400, 1600, 3)
    assert decode(encode_jpeg(Photo(quarters(300, 900)), longest_side=90)).pixels.shape == (90, 30, 3)
    assert decode(encode_jpeg(Photo(quarters(1600, 16)))).pixels.shape == (16, 1600, 3)
