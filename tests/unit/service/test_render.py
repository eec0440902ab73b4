"""From a template and its values to a page: escaped, marked, in the language and the light that were chosen."""

import json
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, DictLoader, Environment

from overt.service.headers import CONTENT_POLICY, DETECTOR_POLICY
from overt.service.pages.render import Renderer, _as_data, make_renderer
from overt.service.site import localhost_site
from overt.service.static_files import StaticFiles
from simulators.force import Force

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def asked(path: str = "/", cookies: str = "") -> Request:
    headers = [(b"cookie", cookies.encode())] if cookies else []
    return Request({"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""})


def small(template: str) -> Renderer:
    """A renderer of one template, for an instance of which little is known."""
    environment = Environment(loader=DictLoader({"x.html": template}), autoescape=True, undefined=ChainableUndefined)
    instance = SimpleNamespace(about=SimpleNamespace(demonstration=False), policy=SimpleNamespace(force="Force"))
    return Renderer(environment, StaticFiles(), localhost_site(8765), cast(Any, instance))


def rendered(template: str, cookies: str = "", **values: Any) -> str:
    return bytes(small(template).page(asked("/here", cookies), "x.html", **values).body).decode()


@given(st.dictionaries(st.text(), JSON, max_size=4) | st.lists(JSON, max_size=4))
def test_data_for_a_script_is_the_same_data_and_ends_no_element(value: Any) -> None:
    text = str(_as_data(value))
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)


@given(st.text())
def test_every_value_is_escaped(value: str) -> None:
    page = rendered('<p title="{{ value }}">{{ value }}</p>', value=value)
    inside = page.removeprefix('<p title="').removesuffix("</p>")
    assert not re.search("[<>\"']", inside.replace('">', "", 1))


def test_a_text_of_the_catalogue_with_a_value_is_escaped_once() -> None:
    assert rendered('{{ t("home.hello", account=who) }}', who="<b>&").count("&lt;b&gt;&amp;") == 1


@pytest.mark.parametrize(
    ("cookies", "scheme"),
    [("", ""), ("overt-scheme=dark", "dark"), ("overt-scheme=light", "light"), ('overt-scheme="><script>', "")],
)
def test_light_or_dark_is_one_of_two_or_the_phones(cookies: str, scheme: str) -> None:
    assert rendered("[{{ scheme }}]", cookies) == f"[{scheme}]"


@pytest.mark.parametrize("cookies", ["", "overt-language=en", "overt-language=cy", "overt-language=../../etc"])
def test_only_a_language_that_is_offered_is_shown(cookies: str) -> None:
    assert rendered("{{ catalogue.language }}", cookies) == "en"


def test_moments_are_written_for_people() -> None:
    moment = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
    assert rendered("{{ day(moment) }}", moment=date(2026, 11, 3)) == "3 November 2026"
    assert re.fullmatch(r"\d\d:\d5", rendered("{{ clock_time(moment) }}", moment=moment))


def test_what_a_template_may_leave_out_is_nothing() -> None:
    assert rendered("{{ who }} {{ practice }} {{ errors }} {{ back }}") == "None False {} None"


def test_a_page_has_the_strict_policy_unless_it_says_another() -> None:
    for policy in (CONTENT_POLICY, DETECTOR_POLICY):
        answer = small("x").page(asked(), "x.html", content_policy=policy)
        assert answer.headers["content-security-policy"] == policy
    assert small("x").page(asked(), "x.html", status=409).status_code == 409
    assert small("x").page(asked(), "x.html").headers["content-security-policy"] == CONTENT_POLICY


@pytest.mark.parametrize(
    "template", ["complain.html", "offline.html", "join.html", "first.html", "judged.html", "receipt.html"]
)
def test_what_is_a_demonstration_or_practice_says_so_on_every_page(shared_force: Force, template: str) -> None:
    pages = make_renderer(localhost_site(8765), shared_force.instance)
    values = {"texts": {}} if template == "receipt.html" else {}
    page = bytes(pages.page(asked(), template, **values).body).decode()
    assert "DEMONSTRATION" in page
    assert "PRACTICE" not in page
    if template != "receipt.html":
        assert "PRACTICE" in bytes(pages.page(asked(), template, practice=True, **values).body).decode()
