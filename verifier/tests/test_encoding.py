"""One value has one spelling."""

import pytest

from overt_verify import encoding


@pytest.mark.parametrize("text", ["", "AA==", "AAE=", "AAEC", "+/+/"])
def test_reads_standard_base64(text: str) -> None:
    assert encoding.base64_bytes(text) is not None


@pytest.mark.parametrize("text", ["A", "AA", "AB==", "AA==\n", " AA==", "-_-_", "AA=A", "é", "A===", "AAAA===="])
def test_refuses_other_spellings_of_base64(text: str) -> None:
    assert encoding.base64_bytes(text) is None


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("10", 10), (str(2**63 - 1), 2**63 - 1)])
def test_reads_decimals(text: str, value: int) -> None:
    assert encoding.decimal(text) == value


@pytest.mark.parametrize("text", ["", "00", "01", "-1", "+1", "1 ", "1\n", "1_0", "١", str(2**63), "9" * 5000])
def test_refuses_other_decimals(text: str) -> None:
    assert encoding.decimal(text) is None


@pytest.mark.parametrize("text", ["2026-02-28T00Z", "2028-02-29T23Z"])
def test_reads_hours(text: str) -> None:
    assert encoding.is_hour(text)


@pytest.mark.parametrize(
    "text",
    ["2026-02-29T00Z", "2026-02-28T24Z", "2026-02-28T00:00Z", "2026-02-28T00", "2026-2-28T00Z", "2026-02-28t00z",
     "0000-01-01T00Z", "2026-02-28T00Z\n"],
)  # fmt: skip
def test_refuses_what_is_no_hour(text: str) -> None:
    assert not encoding.is_hour(text)


def test_digests_are_lower_case() -> None:
    assert encoding.is_digest("sha256:" + "0a" * 32)
    assert not encoding.is_digest("sha256:" + "0A" * 32)
    assert not encoding.is_digest("0a" * 32)
