import pytest

from overt.errors import HostNameRefused
from overt.store.host_name import host_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("overt.force.example", "overt.force.example"),
        ("Overt.Force.EXAMPLE", "overt.force.example"),
        ("overt.local", "overt.local"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("1.2.3.4.example", "1.2.3.4.example"),
        ("a" * 63 + ".b-c", "a" * 63 + ".b-c"),
        ("a." * 126 + "b", "a." * 126 + "b"),
    ],
)
def test_a_dns_name_is_taken_in_lower_case(text: str, name: str) -> None:
    assert host_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "overt",
        "example.",
        ".example",
        "overt..example",
        "*.force.example",
        "overt.*",
        "-overt.example",
        "overt-.example",
        "overt_.example",
        "overt.example/",
        "https://overt.example",
        "overt.example:8443",
        "overt .example",
        "overt.example\n",
        "b\u00fccher.example",
        "\uff4fvert.example",
        "\u212aelvin.example",
        "a" * 64 + ".example",
        "a." * 126 + "bc",
        "<script>.example",
        "{{origin}}.example",
    ],
)
def test_what_is_no_host_name_is_refused(text: str) -> None:
    with pytest.raises(HostNameRefused):
        host_name(text)


@pytest.mark.parametrize("text", ["127.0.0.1", "1.1", "10.0x1f", "a.0x", "192.168.000.001", "a.b.7", "99999.99999"])
def test_an_address_in_any_spelling_of_a_browser_is_refused(text: str) -> None:
    with pytest.raises(HostNameRefused, match="address"):
        host_name(text)


@pytest.mark.parametrize("text", ["::1", "[::1]", "fe80::1"])
def test_an_address_of_version_6_is_refused(text: str) -> None:
    with pytest.raises(HostNameRefused):
        host_name(text)


@pytest.mark.parametrize("text", ["localhost", "LocalHost", "overt.localhost"])
def test_localhost_is_a_demonstrations_alone(text: str) -> None:
    with pytest.raises(HostNameRefused, match="demonstration"):
        host_name(text)
