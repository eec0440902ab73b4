"""Only the one canonical spelling is read (RFC 8785)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt_verify.canonical import JsonValue, _quick, parse, serialise

# RFC 8785, section 3.2.3: the order of member names by UTF-16 code units.
ORDERED = (
    '{"\\r":"Carriage Return","1":"One","\x80":"Control\x7f","ö":"Latin Small Letter O With Diaeresis",'
    '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
)

values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_the_quick_way_says_the_same_of_ascii(value: JsonValue) -> None:
    """The quick text is the canonical one, or neither is ASCII, so that both refuse the same ASCII bytes."""
    slow = serialise(value).decode()
    assert _quick(value) == slow or not (_quick(value).isascii() or slow.isascii())


def test_reads_the_order_of_the_standard() -> None:
    value = parse(ORDERED.encode(), literals=False)
    assert isinstance(value, dict)
    assert list(value) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


def test_escapes_as_the_standard_does() -> None:
    assert serialise('\u20ac$\u000f\nA\'B"\\\\"/') == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'


@given(values)
def test_reads_what_it_writes(value: JsonValue) -> None:
    assert parse(serialise(value), literals=True) == value


@pytest.mark.parametrize(
    "text",
    ['{"b":1,"a":2}', '{"a":1,"a":1}', '{"a": 1}', " {}", "{}\n", '"\\u0041"', '"\\/"', '"\\u001F"', "1.0", "1e3", "-0",
     "01", "9007199254740992", "-9007199254740992", "9" * 5000, "NaN", "Infinity", "true", "null", "[true]", "", "[",
     '"\\ud800"', '{"\\ud800":1}', "[" * 40 + "]" * 40, "[" * 60000, '{"a":' * 10000, '"\t"'],
)  # fmt: skip
def test_refuses_everything_else(text: str) -> None:
    with pytest.raises(ValueError, match="it "):
        parse(text.encode(), literals=False)


@pytest.mark.parametrize("data", [b"\xff", b'"\xed\xa0\x80"', '"a"'.encode("utf-16"), b"\xef\xbb\xbf{}", b'"\xc0\x80"'])
def test_refuses_what_is_not_utf8(data: bytes) -> None:
    with pytest.raises(ValueError, match="it is not"):
        parse(data, literals=False)


def test_nests_32_deep_and_no_deeper() -> None:
    assert parse(b"[" * 32 + b"]" * 32, literals=False)
    with pytest.raises(ValueError, match="too deeply"):
        parse(b"[" * 33 + b"]" * 33, literals=False)
