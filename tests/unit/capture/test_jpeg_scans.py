"""The guard against JPEGs that take hours to decode."""

import pytest

from overt.capture.jpeg_scans import scans_of
from unit.capture.drawn import file_of, quarters, scan_bomb


def test_usual_files() -> None:
    assert scans_of(file_of(quarters(), "JPEG")) == 1
    assert 2 <= scans_of(file_of(quarters(), "JPEG", progressive=True)) <= 16
    assert scans_of(b"") == scans_of(b"\xff\xd8") == 0


def test_repeated_scans_are_counted() -> None:
    assert scans_of(scan_bomb(500)) >= 500


@pytest.mark.parametrize("noise", [b"\x00", b"\x12\x34", b"\xff", b"\xff\x02\x7f\xff", b"\xff\xd0", b"\xff\x01"])
def test_noise_before_a_marker_hides_no_scan(noise: bytes) -> None:
    file = scan_bomb(20)
    first = file.index(b"\xff\xc4", file.index(b"\xff\xda"))
    assert scans_of(file[:first] + noise + file[first:]) == scans_of(file)


def test_previews_and_appended_pictures_do_not_count() -> None:
    file, preview = file_of(quarters(), "JPEG"), file_of(quarters(16, 16), "JPEG", progressive=True)
    segment = b"\xff\xe1" + (len(preview) + 2).to_bytes(2, "big") + preview
    assert scans_of(file[:2] + segment + file[2:] + scan_bomb(100)) == 1
