"""How many scans a JPEG holds: the guard against progressive files that are cheap to send and take hours to decode.

A progressive JPEG (ITU-T T.81) refines the picture scan by scan. A scan may say in ten bytes "nothing changes", yet
the decoder walks every block for it: 15 MB hold hundreds of thousands of such scans over 20 megapixels. Cameras and
encoders write at most about a dozen; baseline files at most four.
"""

import re

MAX_SCANS = 64

_EOI, _SOS = 0xD9, 0xDA
_SEGMENT = re.compile(rb"\xff[\xc0-\xcf\xd9-\xfe]")
"""Markers that end a scan: frames, tables, scans, end, applications, comments. Not among them: stuffed bytes (FF 00),
fill bytes, restarts (FF D0-D7) and reserved markers, which decoders step over without reading a length."""


def scans_of(photo: bytes) -> int:
    """Count the start-of-scan markers up to the end of the first image.

    Reads as decoders do: stray bytes before a marker are stepped over. Previews inside segments and data after the
    image (a second picture, a video) are not counted.
    """
    scans, at = 0, 2
    while found := _SEGMENT.search(photo, at):
        marker, at = photo[found.start() + 1], found.end()
        if marker == _EOI:
            break
        scans += marker == _SOS
        at += int.from_bytes(photo[at : at + 2], "big")
    return scans
