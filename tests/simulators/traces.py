"""What a kept probe would look like on disk, in every encoding that somebody might keep it in, and a grep for it.

Compressed forms of a form are not looked for, but what PostgreSQL compresses is read back through PostgreSQL, too.
"""

import base64
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from overt.capture.encode import encode_jpeg
from overt.capture.photo import Photo
from overt.search.nibbles import coded

WINDOW = 64
WRAPPED = 1216
"""A multiple of 64 and of 76: a window of wrapped base64 that begins there stays on one line."""
LEAST, ANCHOR = 16, 8
CHUNK = 8 << 20
Found = tuple[str, str]
"""Label and encoding."""


@dataclass(frozen=True)
class Trace:
    """One encoding of one thing: all of it (for planting), and the parts of it that are looked for."""

    encoding: str
    whole: bytes
    parts: tuple[bytes, ...]


def file_traces(name: str, content: bytes) -> Iterator[Trace]:
    """A file as it is, as Python would print it, in hex, and in base64 wherever it may begin."""
    yield _trace(name, content)
    yield _trace(f"{name} repr", repr(content).encode())
    yield from _texts(name, content)


def pixel_traces(name: str, pixels: NDArray[np.uint8]) -> Iterator[Trace]:
    """An image as it lies in memory, in both orders of colours."""
    yield _trace(f"{name} RGB", pixels.tobytes())
    yield _trace(f"{name} BGR", np.ascontiguousarray(pixels[:, :, ::-1]).tobytes())


def picture_traces(name: str, pixels: NDArray[np.uint8]) -> Iterator[Trace]:
    """An image as the two libraries at hand, and the gallery, would write it."""
    yield from (_trace(f"{name} {kind} (Pillow)", _pillow(pixels, kind)) for kind in ("PNG", "JPEG", "WEBP"))
    reverse = np.ascontiguousarray(pixels[:, :, ::-1])
    for kind in (".png", ".jpg", ".webp"):
        yield _trace(f"{name} {kind} (OpenCV)", cv2.imencode(kind, reverse)[1].tobytes())
    yield gallery_trace(name, pixels)


def gallery_trace(name: str, pixels: NDArray[np.uint8]) -> Trace:
    """An image as the gallery keeps those of enrolled people, before it seals them."""
    return _trace(f"{name} JPEG (gallery)", encode_jpeg(Photo(pixels)))


def vector_traces(name: str, vector: NDArray[np.float32]) -> Iterator[Trace]:
    """A vector as numbers of every width in both orders of bytes, as the engine's codes, and as text."""
    for kind in ("<f4", ">f4", "<f2", ">f2", "<f8", ">f8"):
        yield _numbers(f"{name} {kind}", vector.astype(kind).tobytes(), np.dtype(kind).itemsize)
    yield _numbers(f"{name} codes", coded(vector[np.newaxis]).codes[0].tobytes(), 1)
    yield _numbers(f"{name} int8 of 1/127", np.rint(vector * 127 / np.abs(vector).max()).astype(np.int8).tobytes(), 1)
    yield from _texts(f"{name} float32", vector.astype("<f4").tobytes(), window=48, step=4)
    yield from _texts(f"{name} float16", vector.astype("<f2").tobytes(), window=48, step=4)
    wide = [repr(float(each)) for each in vector]
    yield Trace(f"{name} text", ", ".join(wide).encode(), _parts_of_numbers(wide, 16))
    short = [str(each) for each in vector]
    for between in (", ", ",", " ", "\n"):
        yield Trace(f"{name} short text {between!r}", between.join(short).encode(), _pairs(short, between))


def digest_traces(content: bytes) -> Iterator[Trace]:
    """Every digest of a file that somebody might take for an identifier."""
    for kind in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        yield from small_traces(kind, hashlib.new(kind, content).digest())


def small_traces(name: str, value: bytes) -> Iterator[Trace]:
    """A short value (16 to 64 bytes) as it is, in hex and in base64."""
    for encoding, whole in (("", value), (" hex", value.hex().encode()), (" HEX", value.hex().upper().encode())):
        yield Trace(f"{name}{encoding}", whole, (whole,))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(value).rstrip(b"=")
        yield Trace(f"{name} {encode.__name__}", whole, (whole,))


class Grep:
    """Looks for many parts at once, at every offset.

    Each part has an anchor: eight of its bytes that are no run of one value. Four table look-ups and one search among
    the anchors leave a few offsets, which are then compared in full.
    """

    def __init__(self, labelled: Mapping[str, Iterable[Trace]]) -> None:
        self._parts: dict[int, list[tuple[bytes, int, Found]]] = defaultdict(list)
        self._longest = LEAST
        for label, traces in labelled.items():
            for trace in traces:
                for part in trace.parts:
                    at = _anchor(part)
                    key = int.from_bytes(part[at : at + ANCHOR], "big")
                    self._parts[key].append((part, at, (label, trace.encoding)))
                    self._longest = max(self._longest, len(part))
        self._keys = np.array(sorted(self._parts), np.uint64)
        self._pairs = np.zeros((ANCHOR // 2, 1 << 16), dtype=bool)
        for number, table in enumerate(self._pairs):
            table[self._keys >> np.uint64(48 - 16 * number) & np.uint64(0xFFFF)] = True

    def __len__(self) -> int:
        return sum(map(len, self._parts.values()))

    def content(self, data: bytes) -> set[Found]:
        """What is in these bytes: (label, encoding)."""
        if len(data) < LEAST:
            return set()
        octets = np.frombuffer(data, np.uint8)
        pairs = (octets[:-1].astype(np.uint16) << 8) | octets[1:]
        likely = np.flatnonzero(self._pairs[0][pairs[: len(octets) - ANCHOR + 1]])
        for number, table in enumerate(self._pairs[1:], 1):
            likely = likely[table[pairs[likely + 2 * number]]]
        keys = np.zeros(len(likely), np.uint64)
        for number in range(ANCHOR // 2):
            keys |= pairs[likely + 2 * number].astype(np.uint64) << np.uint64(48 - 16 * number)
        there = self._keys[np.searchsorted(self._keys, keys).clip(max=len(self._keys) - 1)] == keys
        return {
            found
            for at, key in zip(likely[there].tolist(), keys[there].tolist(), strict=True)
            for part, anchor, found in self._parts[key]
            if at >= anchor and data.startswith(part, at - anchor)
        }

    def file(self, path: Path) -> set[Found]:
        """What is in a file; nothing when it is gone meanwhile."""
        found: set[Found] = set()
        try:
            with path.open("rb") as file:
                tail = b""
                while block := file.read(CHUNK):
                    found |= self.content(tail + block)
                    tail = block[-self._longest :]
        except FileNotFoundError:
            pass
        return found

    def files(self, paths: Iterable[Path]) -> dict[Path, set[Found]]:
        """What is in each of these files, as far as anything is."""
        return {path: found for path in paths if (found := self.file(path))}


def windows(whole: bytes, size: int = WINDOW, count: int = 5, step: int = 1) -> tuple[bytes, ...]:
    """Parts from the further half, where a file is its own and not its format's tables; flat ones are left out."""
    if len(whole) <= 2 * size:
        return (whole[: len(whole) // step * step],)
    starts = [len(whole) * (40 + 50 * number // count) // 100 // step * step for number in range(count)]
    parts = (whole[start : start + size] for start in starts)
    return tuple(part for part in parts if len(set(part)) >= ANCHOR)


def _anchor(part: bytes) -> int:
    """The first place in the part with eight bytes as different as any, beginning with two that are not equal."""
    return max(
        range(len(part) - ANCHOR + 1), key=lambda at: (part[at] != part[at + 1], len(set(part[at : at + ANCHOR])))
    )


def _trace(encoding: str, whole: bytes) -> Trace:
    return Trace(encoding, whole, windows(whole))


def _texts(name: str, content: bytes, window: int = WINDOW, step: int = WRAPPED) -> Iterator[Trace]:
    for encoding, whole in (("hex", content.hex().encode()), ("HEX", content.hex().upper().encode())):
        yield Trace(f"{name} {encoding}", whole, windows(whole, window, step=step))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            whole = encode(b"\0" * before + content)
            yield Trace(f"{name} {encode.__name__} +{before}", whole, windows(whole, window, step=step))


def _numbers(encoding: str, whole: bytes, width: int) -> Trace:
    size = LEAST * width
    starts = range(0, len(whole) - size + 1, 2 * size)
    return Trace(encoding, whole, tuple(whole[start : start + size] for start in starts))


def _parts_of_numbers(texts: list[str], digits: int) -> tuple[bytes, ...]:
    """Long numbers without sign and point, each rare enough to be looked for alone."""
    return tuple(text.encode() for each in texts if len(text := each.partition(".")[2]) >= digits and "e" not in text)


def _pairs(texts: list[str], between: str) -> tuple[bytes, ...]:
    joined = (between.join(pair).encode() for pair in zip(texts[::8], texts[1::8], strict=False))
    return tuple(each for each in joined if len(each) >= LEAST)


def _pillow(pixels: NDArray[np.uint8], kind: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()
