"""Once-tags in bounded memory: the same answers as with all of them in a set, however few are held."""

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_audit import SEARCHED, SIGNED, refused, run
from verify_simulators.lying_ledger import LyingLedger

from overt_verify import once, story
from overt_verify.errors import Code, VerificationError
from overt_verify.once import OnceTags

FEW = (1, 2, 7, 50)


def tag_of(number: int) -> bytes:
    """Tags that differ at either end only."""
    return bytes([number % 3]) + bytes(30) + bytes([number])


def earliest(tags: list[bytes]) -> int | None:
    """The slow, obvious answer."""
    return next((index for index, tag in enumerate(tags) if tag in tags[:index]), None)


@given(st.lists(st.integers(0, 40).map(tag_of), max_size=60), st.integers(1, 9))
def test_the_earliest_repetition_is_found_whatever_is_held(tags: list[bytes], held: int) -> None:
    kept = OnceTags(held)
    at_once = next((index for index, tag in enumerate(tags) if not kept.add(tag, index, SEARCHED)), None)
    at_end = kept.repetition()
    kept.close()
    found = [index for index in (at_once, at_end[1] if at_end else None) if index is not None]
    assert (min(found) if found else None) == earliest(tags)
    if at_end is not None:
        assert at_end == (tags[at_end[1]], at_end[1], SEARCHED)


@pytest.fixture(params=FEW)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The audit holds so few tags."""
    monkeypatch.setattr(story, "OnceTags", partial(OnceTags, request.param))
    return int(request.param)


def test_an_honest_log_is_the_same_log(ledger: LyingLedger, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(folder, ledger)
    for held in FEW:
        monkeypatch.setattr(story, "OnceTags", partial(OnceTags, held))
        assert run(folder, ledger) == expected


@pytest.mark.parametrize("lie", SIGNED)
def test_every_lie_is_told_in_the_same_words(
    ledger: LyingLedger, tmp_path: Path, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    SIGNED[lie][0](ledger)
    ledger.publish(tmp_path)
    plain = refused(tmp_path, ledger)
    for held in FEW:
        monkeypatch.setattr(story, "OnceTags", partial(OnceTags, held))
        told = refused(tmp_path, ledger)
        assert (told.code, told.message, told.index) == (plain.code, plain.message, plain.index)


Change = Callable[[LyingLedger], object]


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (lambda log: log.edit(250, hour="2026-11-01T00Z"), Code.ONCE_TAG_REPEATED),
        (lambda log: log.edit(30, hour="2026-11-01T00Z"), Code.HOUR_WENT_BACK),
    ],
)
def test_the_earlier_of_two_faults_is_named(
    ledger: LyingLedger, tmp_path: Path, few: int, before: Change, code: Code
) -> None:
    """One is seen when its entry is read, the other may be seen only when all have been read."""
    before(ledger)
    ledger.edit(200, once=ledger.entries[50]["once"])
    assert refused(ledger.publish(tmp_path), ledger).code == code


def test_at_one_entry_the_tag_comes_before_the_order(tmp_path: Path, few: int) -> None:
    log = LyingLedger().begin().check()
    log.add("encounter:receipt:issued", {"declined": "no"}, once=log.entries[3]["once"])
    assert refused(log.publish(tmp_path), log).code == Code.ONCE_TAG_REPEATED


def test_a_disk_without_room_is_no_verdict(
    ledger: LyingLedger, folder: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(once.os, "write", full)
    assert refused(folder, ledger).code == Code.UNREADABLE_FILE


def test_a_temporary_file_that_shrank_is_no_verdict() -> None:
    kept = OnceTags(1)
    for number in range(3):
        assert kept.add(tag_of(number), number, SEARCHED)
    file: BinaryIO | None = kept._file
    assert file is not None
    os.truncate(file.fileno(), 41)
    with pytest.raises(VerificationError) as caught:
        kept.repetition()
    assert caught.value.code == Code.UNREADABLE_FILE
    kept.close()
