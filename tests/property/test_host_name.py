"""Laws of host names: whatever is taken can be signed, and never reads as an address."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.errors import HostNameRefused
from overt.store.host_name import host_name
from overt.store.keys.local_root import issue, make_authority
from simulators.certificates import verifies

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LABELS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=5).map(".".join)
ODD = st.text(st.sampled_from("aA0x9.-_*:/[] \n\u00fc"), max_size=20)


@given(NAMES | ODD | st.ip_addresses().map(str) | st.text())
def test_a_name_that_is_taken_is_one_spelling_of_a_dns_name(text: str) -> None:
    try:
        name = host_name(text)
    except HostNameRefused:
        return
    assert name == name.lower() == host_name(name) == host_name(text.upper())
    assert name.isascii()
    assert 3 <= len(name) <= 253
    assert all(0 < len(label) < 64 for label in name.split("."))
    with pytest.raises(ValueError, match="does not appear to be"):
        ip_address(name)


@given(st.lists(LABELS, min_size=2, max_size=4).map(".".join))
def test_for_each_name_that_is_taken_there_is_a_root(text: str) -> None:
    try:
        name = host_name(text)
    except HostNameRefused:
        return
    issuer = make_authority(name, NOW)
    assert verifies(issuer.root, issue(issuer, name, NOW), name, NOW)
