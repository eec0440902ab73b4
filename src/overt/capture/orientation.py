"""Turn pixels the way the camera was held (Exif 2.32, tag Orientation, 1..8)."""

from collections.abc import Callable

import numpy as np

from overt.capture.photo import Pixels

_TURNS: dict[int, Callable[[Pixels], Pixels]] = {
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p.transpose(1, 0, 2)[:, ::-1],
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p.transpose(1, 0, 2)[::-1],
}


def upright(pixels: Pixels, orientation: object) -> Pixels:
    """The pixels in display orientation.

    Args:
        pixels: (height, width, 3) as stored.
        orientation: the tag's value as found in the file; anything but an integer of 2..8 leaves the pixels alone.
    """
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))
