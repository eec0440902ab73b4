"""QR codes in a terminal, read back from what is drawn."""

import cv2
import numpy as np
import pytest

from overt.cli.qr import qr_lines

_HALVES = {" ": (False, False), "\u2580": (True, False), "\u2584": (False, True), "\u2588": (True, True)}


def drawn(lines: list[str], side: int = 8) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """The lines as pixels, dark on light."""
    rows = [[_HALVES[each][half] for each in line] for line in lines for half in (0, 1)]
    dark = np.asarray(rows, bool).repeat(side, 0).repeat(side, 1)
    return np.where(dark, 0, 255).astype(np.uint8)


LONG = "http://overt.division-of-the-north-west.constabulary-of-a-county-with-a-long-name.example:65535/"


@pytest.mark.parametrize("address", ["http://overt.test/", "http://overt.force.example:8080/", LONG])
def test_a_phone_reads_the_address(address: str) -> None:
    lines = qr_lines(address)
    assert len({len(line) for line in lines}) == 1
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(drawn(lines))
    assert text == address


def test_the_code_has_its_quiet_zone() -> None:
    lines = qr_lines("http://overt.test/")
    assert lines[0].strip() == lines[1].strip() == "", "four modules above"
    assert all(line.startswith("    ") and line.endswith("    ") for line in lines)
