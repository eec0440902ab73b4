"""Must hold: the first page weighs less than 150 kB as it is sent, and nobody else is asked.

What a phone loads for the first time is counted with its headers, and with what its service worker fetches. That only
the camera's page loads the detector is shown in `camera/test_guidance.py`; what stays on the phone after a check, in
`way/test_whole_way.py`.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request

from simulators.browser import Phone, Phones
from simulators.force import Force
from simulators.launching import Setting
from simulators.serving import session_cookie

pytestmark = pytest.mark.slow
BUDGET = 150_000
MODEL = re.compile(r"wasm|onnx|detector")


def cold(phones: Phones, address: str) -> tuple[Phone, list[Request]]:
    """A phone that has never been here, and everything that it will have asked for."""
    phone = phones.open(Setting(address=address))
    asked: list[Request] = []
    phone.context.on("requestfinished", lambda request: asked.append(request))
    return phone, asked


def weight(asked: list[Request]) -> int:
    sizes = [request.sizes() for request in asked]
    return sum(max(0, size["responseBodySize"]) + max(0, size["responseHeadersSize"]) for size in sizes)


def test_the_first_page_before_anybody_signs_in(phones: Phones, address: str) -> None:
    phone, asked = cold(phones, address)
    phone.go("/")
    phone.page.wait_for_load_state("networkidle")
    assert 10_000 < weight(asked) < BUDGET
    assert {urlsplit(request.url).netloc for request in asked} == {urlsplit(address).netloc}
    assert not [request.url for request in asked if MODEL.search(request.url)]


def test_an_officers_first_page_on_a_phone_that_has_nothing_yet(phones: Phones, force: Force, address: str) -> None:
    phone, asked = cold(phones, address)
    phone.context.add_cookies([session_cookie(force, address)])
    phone.go("/")
    phone.page.get_by_role("heading", level=1).wait_for()
    phone.page.wait_for_load_state("networkidle")
    assert 10_000 < weight(asked) < BUDGET
    assert not [request.url for request in asked if MODEL.search(request.url)]


def test_a_persons_page_of_a_receipt(phones: Phones, address: str) -> None:
    phone, asked = cold(phones, address)
    phone.go("/receipt")
    phone.page.wait_for_load_state("networkidle")
    assert 10_000 < weight(asked) < BUDGET
    assert phone.cached() == set()
