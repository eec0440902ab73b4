"""The mark in a candidate's picture: everywhere, readable at the foot, and not in the way of the face."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from overt.candidates.watermark import LONGEST_SIDE, watermarked
from overt.capture.encode import encode_jpeg
from overt.capture.photo import Photo

LINES = ("pc-17", "0b5e7a52  2026-11-23 14:30 UTC")


def plain(width: int, height: int, shade: int = 128) -> bytes:
    """A picture of one shade: what else is in it afterwards is the mark."""
    return encode_jpeg(Photo(np.full((height, width, 3), shade, np.uint8)), max(width, height))


def pixels(data: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), np.float64)


@pytest.mark.parametrize("shade", [20, 60, 128, 200, 240])
def test_the_mark_is_over_the_whole_picture_on_every_skin(shade: int) -> None:
    marked = pixels(watermarked(plain(400, 480, shade), LINES))
    above_the_foot = marked[:420]
    for rows in np.array_split(above_the_foot, 4):
        for part in np.array_split(rows, 4, axis=1):
            assert np.abs(part - shade).max() > 12, "a screenshot of a part carries it, too"


@pytest.mark.parametrize("shade", [20, 128, 240])
def test_the_mark_leaves_the_face_to_be_seen(shade: int) -> None:
    changed = np.abs(pixels(watermarked(plain(400, 480, shade), LINES))[:420] - shade)
    assert (changed > 12).mean() < 0.2, "most of the picture is as it was"
    assert changed.max() < 90, "and nothing is covered"


def test_the_foot_says_it_in_full() -> None:
    foot = pixels(watermarked(plain(400, 480, 230), LINES))[-40:]
    assert np.median(foot) < 90, "a dark bar"
    assert foot.max() > 200, "with light letters"
    assert pixels(watermarked(plain(400, 480, 230), ()))[-30:].mean() > 150, "and none where there is nothing to say"


def test_the_foot_cuts_no_long_name_off() -> None:
    """Two accounts that differ in their last letter only, on a narrow picture."""
    feet = [pixels(watermarked(plain(200, 300), ("a" * 63 + last, LINES[1])))[-110:] for last in "iW"]
    assert np.abs(feet[0] - feet[1])[:, :190].max() > 100


def test_another_officer_check_or_moment_is_another_mark() -> None:
    picture = plain(300, 300)
    marks = {
        watermarked(picture, lines)
        for lines in (LINES, ("pc-18", LINES[1]), (LINES[0], "0b5e7a52  2026-11-23 14:31 UTC"))
    }
    assert len(marks) == 3
    assert watermarked(picture, LINES) == watermarked(picture, LINES)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (16, 12), (60, 800), (800, 60), (600, 800), (2000, 1500)])
def test_a_picture_of_any_size_is_shown_no_larger_than_it_is_compared(width: int, height: int) -> None:
    marked = Image.open(io.BytesIO(watermarked(plain(width, height), LINES)))
    scale = min(1, LONGEST_SIDE / max(width, height))
    assert marked.size == (round(width * scale), round(height * scale))


def test_a_reference_without_a_picture_is_a_grey_field_that_says_so() -> None:
    marked = pixels(watermarked(None, LINES))
    assert marked.shape == (600, 480)
    assert abs(np.median(marked) - 128) < 3
    assert marked[24:60, 24:200].max() > 230, "the words"
    assert np.median(marked[-30:]) < 60, "and the mark"


def test_nothing_but_the_picture_leaves() -> None:
    source = Image.new("RGB", (64, 64), (200, 180, 160))
    exif = source.getexif()
    exif[0x010E] = "taken in custody"
    data = io.BytesIO()
    source.save(data, "JPEG", exif=exif, comment=b"taken in custody")
    assert b"taken in custody" in data.getvalue()
    marked = watermarked(data.getvalue(), LINES)
    assert b"custody" not in marked
    assert marked.startswith(b"\xff\xd8")
    assert not Image.open(io.BytesIO(marked)).getexif()
