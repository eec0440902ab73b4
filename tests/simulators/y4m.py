"""Y4M files (YUV4MPEG2), as Chromium plays them for a camera: each frame raw, BT.601 in video range, 4:2:0.

Chromium reads the file anew each time a page opens the camera, and from its start; at its end it begins again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from overt.capture.photo import Pixels

RATE = 10
"""Frames a second."""

_HEADER = re.compile(rb"YUV4MPEG2 W(\d+) H(\d+) F(\d+):1 Ip A1:1 C420jpeg\n")
_FRAME = b"FRAME\n"


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Frames of one size; both sides even."""

    frames: tuple[Pixels, ...]
    rate: int = RATE


def write_y4m(film: Film, path: Path) -> Path:
    """Write a film; a browser that reads an older one of that name meanwhile is not disturbed."""
    height, width = film.frames[0].shape[:2]
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{film.rate}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in film.frames:
            file.write(_FRAME + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())
    return beside.replace(path)


def read_y4m(path: Path) -> Film:
    """Read a film that `write_y4m` wrote.

    Raises:
        ValueError: it is not such a file.
    """
    content = path.read_bytes()
    header = _HEADER.match(content)
    if not header:
        raise ValueError("no header of a Y4M file")
    width, height, rate = (int(group) for group in header.groups())
    return Film(tuple(_frames(content[header.end() :], width, height)), rate)


def _frames(content: bytes, width: int, height: int) -> Iterator[Pixels]:
    size = len(_FRAME) + width * height * 3 // 2
    if len(content) % size:
        raise ValueError("a frame is cut off")
    for start in range(0, len(content), size):
        if content[start : start + len(_FRAME)] != _FRAME:
            raise ValueError("a frame does not begin where it should")
        planes = np.frombuffer(content[start + len(_FRAME) : start + size], np.uint8)
        yield np.asarray(cv2.cvtColor(planes.reshape(height * 3 // 2, width), cv2.COLOR_YUV2RGB_I420), np.uint8)
