"""One spelling: RFC 8785 without fractions, base64 and decimals in one form."""

from typing import Any

import pytest

from overt.errors import LedgerFormatError
from overt.ledger.canonical import (
    MAX_DEPTH,
    canonical,
    decode_base64,
    encode_base64,
    parse_canonical,
    parse_decimal,
)


def nested(depth: int) -> Any:
    """0 inside `depth` arrays."""
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


def test_members_are_ordered_by_utf16_as_in_rfc_8785_3_2_3() -> None:
    value: Any = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert canonical(value).decode() == '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"\U0001f600":5,"\ufb33":3}'


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, -(2**53), {1: "a"}, b"a", {"a": (1,)}, "\ud800", {"\udfff": 1}]
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(LedgerFormatError):
        canonical(value)


def test_depth_has_a_limit_for_writers_and_readers() -> None:
    assert parse_canonical(canonical(nested(MAX_DEPTH)), 1000) == nested(MAX_DEPTH)
    with pytest.raises(LedgerFormatError):
        canonical(nested(MAX_DEPTH + 1))
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(LedgerFormatError):
            parse_canonical(b"[" * depth + b"0" + b"]" * depth, 10**6)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1 ",
        b"-0",
        b"01",
        b"1.0",
        b"1e2",
        b"NaN",
        b"Infinity",
        b'"\\u0061"',
        b'"\\/"',
        b'"\xff"',
        b'"\\ud800"',
        *[
            b"\xef\xbb\xbf1",
            b'{"a":1,"a":1}',
            b'{"b":1,"a":1}',
            b"[1, 2]",
            b"9007199254740992",
            b"1" * 5000,
            b"{",
            b"\x00",
        ],
        "1".encode("utf-16"),
    ],
)
def test_bytes_in_another_spelling_are_refused(data: bytes) -> None:
    with pytest.raises(LedgerFormatError):
        parse_canonical(data, 10_000)


def test_the_limit_counts_bytes() -> None:
    assert parse_canonical('"é"'.encode(), 4) == "é"
    with pytest.raises(LedgerFormatError):
        parse_canonical('"é"'.encode(), 3)


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "Q Q=", "QQ==\n", "-_8=", "é", "QQ==QQ=="])
def test_base64_has_one_form(text: str) -> None:
    assert decode_base64(encode_base64(b"A")) == b"A"
    with pytest.raises(LedgerFormatError):
        decode_base64(text)


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "-1", " 1", "1\n", "\u0661", "1_0", str(2**63), "9" * 40])
def test_decimals_have_one_form(text: str) -> None:
    assert (parse_decimal("0"), parse_decimal(str(2**63 - 1))) == (0, 2**63 - 1)
    with pytest.raises(LedgerFormatError):
        parse_decimal(text)
