"""Hostile files: drawn ones of every kind and size, known bombs, and mutations of given files. Seeded, endless.

Each file has a label, so that a failure can be told and made again from its seed and number.
"""

import io
import itertools
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image

from unit.capture.drawn import (
    TINY_HEIC,
    drawn_face,
    file_of,
    moving,
    png,
    png_chunk,
    png_header,
    quarters,
    scan_bomb,
    with_orientation,
)

Rng = np.random.Generator
File = tuple[str, bytes]

KINDS = ("JPEG", "PNG", "WEBP")
OTHER_KINDS = ("GIF", "TIFF", "BMP", "ICO", "PPM", "PDF", "TGA", "PCX", "SGI", "DDS", "JPEG2000", "EPS", "ICNS")
MAGICS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\x00\x00\x00WEBPVP8 ", b"RIFF\x40\x00\x00\x00WEBPVP8L",
    b"RIFF\x40\x00\x00\x00WEBPVP8X", b"\x00\x00\x00\x1cftypheic", b"GIF89a", b"II*\x00", b"%PDF-1.7", b"<svg",
)  # fmt: skip
EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def sources(photos: Sequence[bytes] = ()) -> list[bytes]:
    """Whole files to mutate: a drawn face, two of them, the given photographs, in every kind."""
    pictures = [drawn_face(320), np.hstack([drawn_face(240), drawn_face(240)])]
    for photo in photos:
        image = Image.open(io.BytesIO(photo)).convert("RGB")
        image.thumbnail((480, 480))
        pictures.append(np.asarray(image))
    files = [file_of(picture, kind) for picture in pictures for kind in KINDS]
    files += [file_of(pictures[0], "JPEG", progressive=True), with_orientation(pictures[0], "JPEG", 6)]
    return [*files, *photos, TINY_HEIC]


def hostile_files(seed: int, count: int, files: Sequence[bytes], large: bool) -> Iterator[File]:
    """`count` files: the bombs first (`large`: also those that take a second each), then mutations and random ones."""
    rng = np.random.default_rng(seed)
    fixed = [*bombs(), *(large_pictures() if large else ()), *odd_pictures()]
    for number in range(count):
        if number < len(fixed):
            yield fixed[number]
        elif number % 8 == 0:
            yield f"{number} random", random_file(rng)
        elif number % 8 == 1:
            yield f"{number} drawn", drawn_file(rng)
        else:
            change = MUTATIONS[int(rng.integers(len(MUTATIONS)))]
            yield f"{number} {change.__name__}", change(rng, files[int(rng.integers(len(files)))], files)


# --- files that attack by what they say ----------------------------------------------------------------------------


def bombs() -> Iterator[File]:
    flat = zlib.compress(bytes(40_000_000), 9)
    whole = file_of(quarters(), "PNG")
    yield "empty", b""
    yield "16 MB of nothing", bytes(16_000_000)
    yield "14 MB behind a picture", file_of(drawn_face(320), "JPEG") + bytes(14_000_000)
    for width, height in ((50_000, 50_000), (2**31 - 1, 1), (1, 2**31 - 1), (65_535, 65_535), (20_000_001, 1), (0, 0)):
        yield f"png {width} x {height}", png(width, height, flat)
    yield "png with too much data", png(64, 64, flat)
    yield "png with too little data", png(4000, 4000, zlib.compress(bytes(1000)))
    for name in (b"zTXt", b"iCCP"):
        yield f"png {name.decode()} bomb", whole[:33] + png_chunk(name, b"k\x00\x00" + flat) + whole[33:]
    yield "png iTXt bomb", whole[:33] + png_chunk(b"iTXt", b"k\x00\x01\x00\x00\x00" + flat) + whole[33:]
    yield "png of 100,000 chunks", whole[:33] + png_chunk(b"tEXt", b"k\x00v") * 100_000 + whole[33:]
    yield "png without palette", png_header(8, 8, 8, 3) + png_chunk(b"IDAT", zlib.compress(bytes(80)))
    yield "jpeg of 1,000 scans", scan_bomb(1000)
    yield "jpeg of 60 scans", scan_bomb(60)
    for marker in (0xC0, 0xC2):
        yield f"jpeg of 65,535 x 65,535 ({marker:x})", resized_jpeg(65_535, 65_535, marker == 0xC2)
    yield "jpeg claiming 4,400 x 4,400", resized_jpeg(4400, 4400, progressive=True)
    yield "lossless webp of 16,383 x 16,383", resized_webp()
    for kind in ("PNG", "WEBP", "GIF"):
        yield f"moving {kind}", moving(kind)
    for exif in (b"Exif\x00\x00", b"Exif\x00\x00II*\x00\xff\xff\xff\xff", b"Exif\x00\x00MM\x00*" + b"\xff" * 200):
        for kind in KINDS:
            yield f"{kind} with broken exif", file_of(quarters(), kind, exif=exif)


def resized_jpeg(width: int, height: int, progressive: bool) -> bytes:
    """A small JPEG whose frame header claims another size."""
    file = bytearray(file_of(drawn_face(64), "JPEG", progressive=progressive))
    at = file.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    file[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(file)


def resized_webp() -> bytes:
    file = bytearray(file_of(quarters(), "WEBP", lossless=True))
    at = file.index(b"VP8L") + 9
    file[at : at + 4] = struct.pack("<I", 16_382 | 16_382 << 14)
    return bytes(file)


def large_pictures() -> Iterator[File]:
    """The most that is allowed, in the modes that take the most memory."""
    size = (5000, 4000)
    for mode, kind, options in (
        ("RGBA", "PNG", {"compress_level": 1}),
        ("I;16", "PNG", {"compress_level": 1}),
        ("CMYK", "JPEG", {}),
        ("CMYK", "JPEG", {"progressive": True}),
        ("RGBA", "WEBP", {"method": 0}),
    ):
        exif = Image.Exif()
        exif[0x0112] = 6
        yield f"20 megapixels {mode} {kind}", file_of(Image.new(mode, size), kind, exif=exif.tobytes(), **options)


def odd_pictures() -> Iterator[File]:
    face = Image.fromarray(drawn_face(300))
    for kind in OTHER_KINDS:
        yield f"a {kind}", file_of(face, kind)
    for kind, modes in (("PNG", ("1", "L", "LA", "P", "RGBA")), ("JPEG", ("L", "CMYK")), ("WEBP", ("RGBA",))):
        for mode in modes:
            yield f"{mode} {kind}", file_of(face.convert(mode), kind)
    for width, height in ((1, 1), (1, 30_000), (30_000, 1), (3, 3), (16_000, 20)):
        yield f"{width} x {height}", file_of(Image.new("RGB", (width, height), (120, 90, 60)), "PNG")
    for orientation in (*range(10), 65_535):
        yield f"orientation {orientation}", with_orientation(drawn_face(200), "JPEG", orientation)


# --- files made at random ------------------------------------------------------------------------------------------


def random_file(rng: Rng) -> bytes:
    return MAGICS[int(rng.integers(len(MAGICS)))] + rng.bytes(int(rng.integers(0, 3000)))


def drawn_file(rng: Rng) -> bytes:
    """A whole file of noise, flat colour or faces, in any size up to 700 pixels."""
    width, height = (int(v) for v in rng.integers(1, 700, 2))
    match int(rng.integers(3)):
        case 0:
            pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
        case 1:
            pixels = np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)
        case _:
            side = int(rng.integers(20, 300))
            pixels = np.tile(drawn_face(side), (1 + height // side // 2, 1 + width // side // 2, 1))
    return file_of(pixels, KINDS[int(rng.integers(3))])


# --- mutations of whole files --------------------------------------------------------------------------------------


def cut(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    return file[: int(rng.integers(len(file)))]


def flip_bits(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    out = bytearray(file)
    for at in rng.integers(0, len(file), int(rng.integers(1, 20))):
        out[int(at)] ^= 1 << int(rng.integers(8))
    return bytes(out)


def flip_header_bits(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    return flip_bits(rng, file[:200], files) + file[200:]


def write_extreme(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    """A length or size field set to an edge value."""
    kind = (">B", ">H", "<H", ">I", "<I")[int(rng.integers(5))]
    limit = 1 << 8 * struct.calcsize(kind)
    number = struct.pack(kind, EXTREMES[int(rng.integers(len(EXTREMES)))] % limit)
    at = int(rng.integers(min(len(file), 700)))
    return file[:at] + number + file[at + len(number) :]


def drop_part(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    start, end = sorted(int(v) for v in rng.integers(0, len(file), 2))
    return file[:start] + file[end:]


def repeat_part(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    start = int(rng.integers(len(file)))
    part = file[start : start + int(rng.integers(1, 4000))]
    return file[:start] + part * int(rng.integers(1, 60)) + file[start:]


def splice(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    other = files[int(rng.integers(len(files)))]
    return file[: int(rng.integers(len(file)))] + other[int(rng.integers(len(other))) :]


def noise_part(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    start = int(rng.integers(len(file)))
    length = int(rng.integers(1, 400))
    return file[:start] + rng.bytes(length) + file[start + length :]


def swap_magic(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    magic = MAGICS[int(rng.integers(len(MAGICS)))]
    return magic + file[len(magic) :]


def mend_png(rng: Rng, file: bytes, files: Sequence[bytes]) -> bytes:
    """Flipped bits in a PNG, with every checksum made right again, so that the damage reaches the decoder."""
    source = next(one for one in itertools.chain([file], files) if one.startswith(b"\x89PNG"))
    chunks, at = [], 8
    while at + 12 <= len(source):
        length = int.from_bytes(source[at : at + 4], "big")
        name, data = source[at + 4 : at + 8], source[at + 8 : at + 8 + length]
        chunks.append(png_chunk(name, flip_bits(rng, data, files) if data and rng.random() < 0.5 else data))
        at += 12 + length
    return source[:8] + b"".join(chunks)


MUTATIONS: tuple[Callable[[Rng, bytes, Sequence[bytes]], bytes], ...] = (
    cut, flip_bits, flip_header_bits, write_extreme, drop_part, repeat_part, splice, noise_part, swap_magic, mend_png,
)  # fmt: skip
