"""Bytes of a file in, pixels out, or a refusal."""

import io
import sys
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from overt.capture import limits
from overt.capture.decode import decode
from overt.errors import AnimatedImage, HeicNotSupported, ImageTooLarge, UnreadableImage
from unit.capture.drawn import (
    TINY_HEIC,
    file_of,
    moving,
    png,
    png_chunk,
    png_header,
    quarters,
    scan_bomb,
    with_orientation,
)


def near(pixels: np.ndarray, wanted: np.ndarray, tolerance: int = 12) -> bool:
    """Equal but for what lossy files lose, away from the borders between the quarters."""
    here, there = pixels[4::8, 4::8].astype(int), wanted[4::8, 4::8].astype(int)
    return here.shape == there.shape and int(np.abs(here - there).max()) <= tolerance


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_gives_the_picture(kind: str) -> None:
    photo = decode(file_of(quarters(), kind))
    assert near(photo.pixels, quarters())
    assert (photo.width, photo.height) == (48, 32)
    assert not photo.pixels.flags.writeable


def test_heic_gives_the_picture() -> None:
    photo = decode(TINY_HEIC)
    assert photo.pixels.shape == (16, 24, 3)
    assert near(photo.pixels, quarters(24, 16), 25)


def test_heic_without_its_reader_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(HeicNotSupported) as refused:
        decode(TINY_HEIC)
    assert "overt[heic]" in refused.value.remedy


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(kind: str, orientation: int) -> None:
    file = with_orientation(quarters(), kind, orientation)
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB"))
    assert np.array_equal(decode(file).pixels, wanted)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_as_stored(orientation: int) -> None:
    assert near(decode(with_orientation(quarters(), "JPEG", orientation)).pixels, quarters())


def test_broken_exif_is_as_stored() -> None:
    file = file_of(quarters(), "JPEG", exif=b"Exif\x00\x00MM\x00\x2a\x00\x00\xff\xff\x00\x00garbage")
    assert near(decode(file).pixels, quarters())


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_jpeg_modes(mode: str) -> None:
    image = Image.fromarray(quarters()).convert(mode)
    assert near(decode(file_of(image, "JPEG")).pixels, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_other_png_modes(mode: str) -> None:
    image = Image.fromarray(quarters()).convert(mode)
    assert np.array_equal(decode(file_of(image, "PNG")).pixels, np.asarray(image.convert("RGB")))


def test_sixteen_bits_keep_the_upper_eight() -> None:
    ramp = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
    pixels = decode(file_of(Image.fromarray(ramp), "PNG")).pixels
    assert np.array_equal(pixels[:, :, 0], (ramp >> 8).astype(np.uint8))
    assert np.array_equal(pixels[:, :, 0], pixels[:, :, 2])


def test_sixteen_bits_in_colour() -> None:
    rows = b"".join(b"\x00" + (b"\x80\xff" + b"\x10\x00" + b"\xff\x01") * 4 for _ in range(4))
    file = png_header(4, 4, depth=16) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    assert decode(file).pixels[2, 2].tolist() == [0x80, 0x10, 0xFF]


def test_hidden_pixels_do_not_count() -> None:
    pixels = np.dstack([quarters(), np.zeros((32, 48), np.uint8)])
    assert decode(file_of(pixels, "PNG")).pixels.min() == 255
    palette = Image.fromarray(quarters()).convert("P", palette=Image.Palette.ADAPTIVE)
    hidden = palette.getpixel((0, 0))
    assert decode(file_of(palette, "PNG", transparency=hidden)).pixels[2, 2].tolist() == [255, 255, 255]


def test_several_jpegs_in_one_file_give_the_first() -> None:
    other = Image.new("RGB", (48, 32))
    file = file_of(Image.fromarray(quarters()), "MPO", save_all=True, append_images=[other])
    assert near(decode(file).pixels, quarters())


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(kind: str) -> None:
    with pytest.raises(AnimatedImage):
        decode(moving(kind))


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO", "PPM", "JPEG2000", "PDF", "AVIF"])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(UnreadableImage):
        decode(file_of(quarters(), kind))


@pytest.mark.parametrize(
    "photo", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"%!PS-Adobe", b"RIFF....WEBP"]
)
def test_what_is_no_photograph_is_refused(photo: bytes) -> None:
    with pytest.raises(UnreadableImage):
        decode(photo)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_half_a_file_is_refused(kind: str, share: float) -> None:
    file = TINY_HEIC if kind == "HEIC" else file_of(quarters(400, 300), kind)
    with pytest.raises(UnreadableImage):
        decode(file[: int(len(file) * share)])


def test_size_limits_hold_at_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    file = file_of(quarters(), "PNG")
    monkeypatch.setattr(limits, "MAX_PIXELS", 48 * 32)
    monkeypatch.setattr(limits, "MAX_BYTES", len(file))
    assert decode(file).width == 48
    monkeypatch.setattr(limits, "MAX_BYTES", len(file) - 1)
    with pytest.raises(ImageTooLarge):
        decode(file)
    monkeypatch.setattr(limits, "MAX_BYTES", len(file))
    monkeypatch.setattr(limits, "MAX_PIXELS", 48 * 32 - 1)
    with pytest.raises(ImageTooLarge):
        decode(file)


def test_size_limits_hold_for_heic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PIXELS", 24 * 16 - 1)
    with pytest.raises(ImageTooLarge):
        decode(TINY_HEIC)


def test_the_limits_are_the_written_ones() -> None:
    assert (limits.MAX_BYTES, limits.MAX_PIXELS) == (15_000_000, 20_000_000)


@pytest.mark.parametrize("size", [(5001, 4000), (20_000, 20_000), (2**31 - 1, 2**31 - 1), (40_000, 1), (1, 40_000)])
def test_a_huge_header_is_refused_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLarge):
        decode(png(*size, zlib.compress(b"\x00" * 100)))


def test_compressed_metadata_bombs_are_refused_or_dropped() -> None:
    bomb = zlib.compress(b"x" * 80_000_000)
    for chunk in (png_chunk(b"zTXt", b"k\x00\x00" + bomb), png_chunk(b"iCCP", b"k\x00\x00" + bomb)):
        file = file_of(quarters(), "PNG")
        try:
            photo = decode(file[:33] + chunk + file[33:])
        except UnreadableImage:
            continue
        assert np.array_equal(photo.pixels, quarters())


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    assert decode(scan_bomb(2)).width == 48
    with pytest.raises(UnreadableImage, match="very long"):
        decode(scan_bomb(1000))


def test_a_refusal_does_not_quote_the_file() -> None:
    file = bytearray(file_of(quarters(), "PNG"))
    file[12:16] = b"EVIL"
    with pytest.raises(UnreadableImage) as refused:
        decode(bytes(file))
    assert "EVIL" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
