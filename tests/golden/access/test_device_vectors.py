"""The published vectors of a phone's sign-in are what this program makes and accepts."""

import json
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from golden.access import vectors
from overt.access import DeviceKey, is_this_device, sign_in_message

PUBLISHED: dict[str, Any] = json.loads(vectors.FILE.read_text(encoding="ascii"))


def test_the_published_file_is_what_this_program_makes() -> None:
    assert vectors.FILE.read_text(encoding="ascii") == vectors.dump()


@pytest.mark.parametrize("sample", PUBLISHED["sign_ins"], ids=lambda sample: sample["device"])
def test_a_published_signature_checks_for_its_phone_and_challenge_only(sample: dict[str, Any]) -> None:
    challenge, device = bytes.fromhex(sample["challenge"]), UUID(sample["device"])
    key, signature = DeviceKey(device, vectors.POINT), bytes.fromhex(sample["signature"])
    assert sign_in_message(challenge, device).decode() == sample["message"]
    assert sample["message"].split("\n") == ["overt-sign-in-v1", sample["challenge"], sample["device"], ""]
    assert is_this_device(key, challenge, signature)
    assert not is_this_device(key, challenge[::-1] + b"\x00", signature)
    assert not is_this_device(DeviceKey(uuid4(), vectors.POINT), challenge, signature)


@pytest.mark.parametrize(("one", "other"), list(permutations(PUBLISHED["sign_ins"], 2)))
def test_one_signature_is_not_another(one: dict[str, Any], other: dict[str, Any]) -> None:
    key = DeviceKey(UUID(one["device"]), vectors.POINT)
    assert not is_this_device(key, bytes.fromhex(one["challenge"]), bytes.fromhex(other["signature"]))
