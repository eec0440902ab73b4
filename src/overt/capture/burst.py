"""Several frames of one capture in one raw body; format: `spec/capture-burst.md`.

    body = frame, frame, ...        frame = its length (4 bytes, big-endian), its bytes

Rules:
* 1 to `MOST_FRAMES` frames, none of them empty, nothing behind the last, at most `MAX_BYTES` in all.
* Whatever else the bytes are meets one refusal, `BurstUnreadable`; no frame is looked into here.
* No form, no multipart: nothing that a library would spool to a file.
"""

from collections.abc import Sequence

from overt.access.devices import MOST_FRAMES
from overt.capture.limits import MAX_BYTES
from overt.errors import BurstUnreadable

MEDIA_TYPE = "application/vnd.overt.burst"
LENGTH_BYTES = 4


def read_burst(body: bytes) -> tuple[bytes, ...]:
    """The frames of a body, in the order sent.

    Raises:
        BurstUnreadable: the body is not exactly that.
    """
    if len(body) > MAX_BYTES:
        raise BurstUnreadable()
    frames: list[bytes] = []
    at = 0
    while at < len(body):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(body[at:start], "big")
        if not start < at <= len(body) or len(frames) == MOST_FRAMES:
            raise BurstUnreadable()
        frames.append(body[start:at])
    if not frames:
        raise BurstUnreadable()
    return tuple(frames)


def write_burst(frames: Sequence[bytes]) -> bytes:
    """The body that `read_burst` reads back.

    Args:
        frames: 1 to `MOST_FRAMES`, none empty, at most `MAX_BYTES` with their lengths.

    Raises:
        BurstUnreadable: they are not.
    """
    body = b"".join(len(frame).to_bytes(LENGTH_BYTES, "big") + frame for frame in frames)
    if not 1 <= len(frames) <= MOST_FRAMES or not all(frames) or len(body) > MAX_BYTES:
        raise BurstUnreadable()
    return body


def is_burst(content_type: str | None) -> bool:
    """Whether a request's `Content-Type` says that its body is a burst; parameters are no part of the name."""
    return (content_type or "").partition(";")[0].strip().lower() == MEDIA_TYPE
