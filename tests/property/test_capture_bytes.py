"""Whatever the bytes: a photo or a refusal, and no other exception."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from overt.capture.decode import decode
from overt.capture.photo import Photo
from overt.errors import CaptureRefusal
from unit.capture.drawn import TINY_HEIC, file_of, quarters, scan_bomb

FILES = (*(file_of(quarters(), kind) for kind in ("JPEG", "PNG", "WEBP")), scan_bomb(3), TINY_HEIC)
MAGICS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x01\x00\x00WEBP", b"\x00\x00\x00\x1cftypheic")


def outcome(photo: bytes) -> Photo | CaptureRefusal:
    try:
        return decode(photo)
    except CaptureRefusal as refusal:
        return refusal


@given(st.sampled_from(MAGICS), st.binary(max_size=400))
@example(MAGICS[2], b"VP8X")
def test_random_bytes_behind_each_magic(magic: bytes, rest: bytes) -> None:
    assert outcome(magic + rest)


@given(st.sampled_from(FILES), st.data())
def test_any_bytes_of_a_file_changed(file: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(file) - 1))
    patch = data.draw(st.binary(min_size=1, max_size=8))
    changed = file[:at] + patch + file[at + data.draw(st.integers(0, 8)) :]
    result = outcome(changed)
    if isinstance(result, Photo):
        assert result.pixels.dtype == np.uint8
        assert result.width * result.height <= 20_000_000
