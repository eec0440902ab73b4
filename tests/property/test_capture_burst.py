"""A burst is read back as it was written; whatever other bytes are, they are refused with one refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.access.devices import MOST_FRAMES
from overt.capture.burst import MEDIA_TYPE, is_burst, read_burst, write_burst
from overt.capture.limits import MAX_BYTES
from overt.errors import BurstUnreadable

FRAMES = st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=MOST_FRAMES)


@given(FRAMES)
def test_what_is_written_is_read(frames: list[bytes]) -> None:
    assert read_burst(write_burst(frames)) == tuple(frames)


@given(st.binary(max_size=200))
def test_bytes_are_a_burst_in_one_way_or_refused(body: bytes) -> None:
    try:
        frames = read_burst(body)
    except BurstUnreadable:
        return
    assert write_burst(frames) == body


@given(FRAMES, st.binary(min_size=1, max_size=3))
def test_nothing_stands_behind_the_last_frame(frames: list[bytes], more: bytes) -> None:
    with pytest.raises(BurstUnreadable):
        read_burst(write_burst(frames) + more)


@given(FRAMES, st.data())
def test_a_body_that_was_cut_is_refused_or_ends_with_a_whole_frame(frames: list[bytes], data: st.DataObject) -> None:
    whole = write_burst(frames)
    ends = [len(write_burst(frames[:count])) for count in range(1, len(frames))]
    cut = data.draw(st.integers(0, len(whole) - 1))
    if cut in ends:
        assert read_burst(whole[:cut]) == tuple(frames[: 1 + ends.index(cut)])
    else:
        with pytest.raises(BurstUnreadable):
            read_burst(whole[:cut])


@given(FRAMES, st.data(), st.binary(min_size=1, max_size=6))
def test_a_changed_body_says_something_else_or_is_refused(
    frames: list[bytes], data: st.DataObject, patch: bytes
) -> None:
    whole = write_burst(frames)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + patch + whole[at + len(patch) :]
    try:
        read = read_burst(changed)
    except BurstUnreadable:
        return
    assert (read == tuple(frames)) is (changed == whole)


@pytest.mark.parametrize("count", [1, MOST_FRAMES])
def test_the_largest_body_is_read_and_one_byte_more_is_not(count: int) -> None:
    size = MAX_BYTES // count - 4
    frames = [bytes([number + 1]) * size for number in range(count)]
    body = write_burst(frames)
    assert len(body) == MAX_BYTES
    assert read_burst(body) == tuple(frames)
    larger = [*frames[:-1], frames[-1] + b"\x00"]
    with pytest.raises(BurstUnreadable):
        write_burst(larger)
    with pytest.raises(BurstUnreadable):
        read_burst(b"".join(len(frame).to_bytes(4, "big") + frame for frame in larger))


@pytest.mark.parametrize("frames", [[], [b""], [b"a", b""], [b"a"] * (MOST_FRAMES + 1)])
def test_what_is_no_burst_is_not_written(frames: list[bytes]) -> None:
    with pytest.raises(BurstUnreadable):
        write_burst(frames)


@pytest.mark.parametrize(
    ("header", "burst"),
    [
        (MEDIA_TYPE, True),
        (f" {MEDIA_TYPE.upper()} ; v=1", True),
        ("image/jpeg", False),
        (f"multipart/form-data; boundary={MEDIA_TYPE}", False),
        (f"{MEDIA_TYPE}2", False),
        ("", False),
        (None, False),
    ],
)
def test_only_a_type_that_says_so_is_a_burst(header: str | None, burst: bool) -> None:
    assert is_burst(header) is burst
