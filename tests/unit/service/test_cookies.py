"""The cookie of a session: unreadable to scripts, not sent by other sites, gone with the browser."""

from http.cookies import SimpleCookie

import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from overt.service.cookies import clear_session, cookie_name, set_session, token_of
from overt.service.site import Site, https_site, localhost_site

SITES = [https_site("overt.force.example", 8443), localhost_site(8765)]


def asked(site: Site, cookie: str | None = None, authorization: str | None = None) -> bytes:
    headers = []
    if cookie is not None:
        headers.append((b"cookie", f"{cookie_name(site)}={cookie}".encode()))
    if authorization is not None:
        headers.append((b"authorization", authorization.encode()))
    return token_of(Request({"type": "http", "headers": headers}), site)


def morsel(response: Response, site: Site):  # type: ignore[no-untyped-def]
    return SimpleCookie(response.headers["set-cookie"])[cookie_name(site)]


@pytest.mark.parametrize("site", SITES, ids=["TLS", "localhost"])
def test_a_cookie_is_kept_from_scripts_other_sites_and_other_hosts(site: Site) -> None:
    response = Response()
    set_session(response, site, b"t" * 32)
    cookie = morsel(response, site)
    assert cookie["httponly"]
    assert cookie["samesite"] == "strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert (cookie["expires"], cookie["max-age"]) == ("", ""), "it ends with the browser"
    assert bool(cookie["secure"]) == site.secure
    assert cookie_name(site).startswith("__Host-") == site.secure


@pytest.mark.parametrize("site", SITES, ids=["TLS", "localhost"])
def test_clearing_it_says_the_same_of_it(site: Site) -> None:
    """A browser takes away only what is said alike; `__Host-` cookies cannot even be set otherwise."""
    response = Response()
    clear_session(response, site)
    cookie = morsel(response, site)
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", "0", "/")
    assert bool(cookie["secure"]) == site.secure


@given(st.binary(min_size=32, max_size=32))
def test_what_was_set_is_what_comes_back(token: bytes) -> None:
    for site in SITES:
        response = Response()
        set_session(response, site, token)
        value = morsel(response, site).value
        assert asked(site, cookie=value) == token
        assert asked(site, authorization=f"Bearer {value}") == token
        assert asked(site, authorization=f"bearer {value}") == token


def test_a_header_goes_before_a_cookie() -> None:
    assert asked(SITES[0], cookie="YWFhYQ==", authorization="Bearer YmJiYg==") == b"bbbb"
    assert asked(SITES[0], cookie="YWFhYQ==", authorization="Basic YmJiYg==") == b"aaaa"


@pytest.mark.parametrize(
    "text", ["YWFhYQ", "YWFhYR==", "YWFh YQ==", "!YWFhYQ==", "YWFhYQ==x", "YWFhYQ===", "YW%46hYQ=="]
)
def test_a_token_is_the_text_that_was_handed_out_and_no_other(text: str) -> None:
    assert asked(SITES[0], cookie=text) == asked(SITES[0], authorization=f"Bearer {text}") == b""


def test_no_token_is_empty() -> None:
    assert asked(SITES[0]) == b""
    assert asked(SITES[0], authorization="Bearer") == b""
    assert asked(SITES[1], cookie="") == b""


@given(st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters=';," \\'), max_size=80))
def test_any_value_is_a_token_or_none(value: str) -> None:
    for token in (asked(SITES[0], cookie=value), asked(SITES[0], authorization=f"Bearer {value}")):
        assert isinstance(token, bytes)
