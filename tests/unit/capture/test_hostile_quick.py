"""Two hundred hostile files through the decoder alone; tests/journeys/test_hostile_files.py runs 2,000 to the end."""

from collections import Counter

from overt.capture.decode import decode
from overt.errors import CaptureRefusal
from unit.capture.hostile import hostile_files, sources


def test_each_is_a_photo_or_a_refusal() -> None:
    outcomes: Counter[str] = Counter()
    for _, photo in hostile_files(seed=1, count=200, files=sources(), large=False):
        try:
            decode(photo)
            outcomes["photo"] += 1
        except CaptureRefusal as refusal:
            outcomes[refusal.code] += 1
    assert outcomes.total() == 200
    assert set(outcomes) == {"photo", "unreadable_image", "image_too_large", "animated_image"}
    assert outcomes["photo"] > 30
