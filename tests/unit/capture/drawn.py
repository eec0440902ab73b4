"""Pictures drawn for tests, and files of every kind made from them. No person is in any of them."""

import base64
import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from overt.capture.face import Box, DetectedFace

# 24 x 16: red, green / blue, light grey; made with libheif, 620 bytes.
TINY_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAABoAABAAAAAAAAAMwAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADc"
    "aXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAA"
    "AwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFw"
    "AAAAGAAAAAEAAAAQAAAAAf///9gAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAA1G1kYXQAAADI"
    "KAGvBPIegwKQQlFUe/RnX/7Y/f9pz7/QUEKqJHHxMi1vF3saV3MUBs3Hw0zNUVisOvMY2uVv/ICVknxS18aeCXk8n6DD7O+z2efh/pfICUjCaV47"
    "ggUkEz9ApegZwwDOjKljYxd3D7AMfjy8O2++avVBq08TJ8mvz7CFvUlMdVwWe9epwLHnGfhj9PcCvGL+CxSsJEbTC3hYXCz9LkXpgKAnV5lwsJhA"
    "OcfcEeoTU/04ZmXmQ+OfRhKSiMAdcqaLyBA3fOovHwg="
)


def quarters(width: int = 48, height: int = 32) -> NDArray[np.uint8]:
    """Red, green over blue, light grey: no two corners alike, so that every turn can be told."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (200, 30, 30)
    pixels[: height // 2, width // 2 :] = (30, 200, 30)
    pixels[height // 2 :, : width // 2] = (30, 30, 200)
    pixels[height // 2 :, width // 2 :] = (220, 220, 220)
    return pixels


def file_of(picture: Image.Image | NDArray[np.uint8], kind: str, **options: object) -> bytes:
    """The picture as a file of Pillow's format `kind`."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    image.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def with_orientation(pixels: NDArray[np.uint8], kind: str, orientation: object) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return file_of(pixels, kind, exif=exif.tobytes())


def moving(kind: str) -> bytes:
    """Three frames."""
    frames = [Image.new("RGB", (32, 32), (shade, 0, 0)) for shade in (10, 90, 200)]
    return file_of(frames[0], kind, save_all=True, append_images=frames[1:])


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def png(width: int, height: int, body: bytes) -> bytes:
    """A PNG with any header over any compressed body."""
    return png_header(width, height) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def scan_bomb(scans: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    file = file_of(quarters(), "JPEG", progressive=True)
    last = file.rindex(b"\xff\xda")
    return file[:last] + file[last:-2] * scans + file[-2:]


def a_face(x: float = 100, y: float = 100, width: float = 80, score: float = 0.9) -> DetectedFace:
    """An upright frontal face of the proportions of the aligned reference."""
    scale = width / 80
    spots = ((22, 35), (58, 35), (40, 56), (25, 76), (55, 76))
    a, b, c, d, e = ((x + scale * dx, y + scale * dy) for dx, dy in spots)
    return DetectedFace(Box(x, y, width, 1.3 * width), (a, b, c, d, e), score)


def drawn_face(side: int) -> NDArray[np.uint8]:
    """A cartoon that the detector takes for a face."""
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    pixels = np.full((side, side, 3), 200, np.uint8)
    pixels[(x / 0.28) ** 2 + (y / 0.38) ** 2 < 1] = (224, 172, 140)
    for centre in (-0.11, 0.11):
        pixels[((x - centre) / 0.055) ** 2 + ((y + 0.08) / 0.025) ** 2 < 1] = (250, 250, 250)
        pixels[((x - centre) / 0.022) ** 2 + ((y + 0.08) / 0.022) ** 2 < 1] = (40, 30, 20)
        pixels[(abs(x - centre) < 0.065) & (abs(y + 0.14) < 0.01)] = (70, 50, 40)
        pixels[((x - centre * 0.25) / 0.012) ** 2 + ((y - 0.075) / 0.008) ** 2 < 1] = (120, 70, 60)
    pixels[(abs(x) < 0.012) & (y > -0.06) & (y < 0.07)] = (200, 145, 115)
    pixels[(x / 0.1) ** 2 + ((y - 0.19) / 0.022) ** 2 < 1] = (170, 60, 60)
    pixels[(y < -0.2) & ((x / 0.3) ** 2 + (y / 0.4) ** 2 < 1)] = (60, 40, 30)
    return pixels
