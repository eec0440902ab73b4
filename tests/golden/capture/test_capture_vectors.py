"""The published vectors of a capture are what this program makes, accepts and refuses."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from golden.capture import vectors
from overt.access import CaptureNonce, DeviceKey, Shutter, capture_message, verify_capture
from overt.capture.burst import read_burst, write_burst
from overt.errors import BurstUnreadable, CaptureSignatureInvalid
from overt.identifiers import EncounterId

PUBLISHED: dict[str, Any] = json.loads(vectors.FILE.read_text(encoding="ascii"))
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_published_file_is_what_this_program_makes() -> None:
    assert vectors.FILE.read_text(encoding="ascii") == vectors.dump()


def verify(sample: dict[str, Any], frames: list[bytes], shutter: str) -> str:
    encounter, device = EncounterId(UUID(sample["encounter"])), DeviceKey(UUID(int=1), vectors.POINT)
    nonce = CaptureNonce(bytes.fromhex(sample["nonce"]), encounter, device.id, NOW)
    digests, signature = [sha256(frame).digest() for frame in frames], bytes.fromhex(sample["signature"])
    return verify_capture(
        device, nonce, encounter, Shutter(shutter), digests, signature, NOW, nonce_used=False
    ).signature


@pytest.mark.parametrize("sample", PUBLISHED["signatures"], ids=lambda sample: f"{len(sample['frames'])} frames")
def test_a_published_signature_checks_for_its_frames_and_shutter_only(sample: dict[str, Any]) -> None:
    frames, shutter = [bytes.fromhex(frame) for frame in sample["frames"]], sample["shutter"]
    digests = [sha256(frame).digest() for frame in frames]
    made = capture_message(
        bytes.fromhex(sample["nonce"]), EncounterId(UUID(sample["encounter"])), Shutter(shutter), digests
    )
    assert made.decode() == sample["message"]
    assert verify(sample, frames, shutter) == "valid"
    other = {"guided": "override", "override": "guided"}[shutter]
    for wrong in ((frames, other), ([*frames[:-1], b"another"], shutter), ([b"first", *frames][:5], shutter)):
        with pytest.raises(CaptureSignatureInvalid):
            verify(sample, *wrong)


@pytest.mark.parametrize("sample", PUBLISHED["bursts"], ids=lambda sample: f"{len(sample['frames'])} frames")
def test_a_published_burst_is_read_and_written(sample: dict[str, Any]) -> None:
    frames, body = tuple(map(bytes.fromhex, sample["frames"])), bytes.fromhex(sample["body"])
    assert read_burst(body) == frames
    assert write_burst(frames) == body


@pytest.mark.parametrize("sample", PUBLISHED["invalid_bursts"], ids=lambda sample: sample["reason"])
def test_a_published_invalid_burst_is_refused(sample: dict[str, Any]) -> None:
    with pytest.raises(BurstUnreadable):
        read_burst(bytes.fromhex(sample["body"]))
