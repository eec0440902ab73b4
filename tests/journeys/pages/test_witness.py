"""The pages of a witness in a real browser, on a narrow phone: status, and a receipt checked with its pinned key."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.witness.answers import Answers
from overt_verify.witness.cli import open_witness
from overt_verify.witness.pages import ReceiptPage
from overt_verify.witness.secret import make_secret
from overt_verify.witness.server import WitnessServer
from overt_verify.witness.settings import Log, add_log
from overt_verify.witness.witness import Witness
from simulators.browser import Phone, Phones
from simulators.launching import Setting
from simulators.receipts import BUILT, VECTORS, code_of, good, outside

KEY = VECTORS["log"]["vkey"]


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A witness that follows the log of the published vectors."""
    make_secret(tmp_path / "w", "gazette.example/witness")
    add_log(tmp_path / "w", Log((VerifierKey.parse(KEY),)))
    return open_witness(tmp_path / "w")


@pytest.fixture
def phone(witness: Witness, phones: Phones) -> Iterator[Phone]:
    """A phone on the witness's address."""
    page = ReceiptPage.read(BUILT.parent)
    server = WitnessServer(("127.0.0.1", 0), Answers(witness, page), lambda _: None)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        opened = phones.open(Setting(address=f"http://127.0.0.1:{server.server_address[1]}"), "reader")
        # A browser asks every site for an icon; a witness has none.
        opened.expect("Failed to load resource.*404")
        yield opened
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_status_on_a_narrow_phone(phone: Phone, witness: Witness) -> None:
    log = witness.log(VECTORS["log"]["origin"])
    error = VerificationError(Code.FORKED, "Two signed checkpoints of sizes 260 and 300 have different histories.")
    with witness.store.locked():
        witness.store.found(log, error, witness.clock())
    phone.go("/status")
    assert "Late. The log was never seen." in phone.page.inner_text("main")
    assert "forked" in phone.page.inner_text(".found")
    good(phone.page)
    phone.step("status")


def test_receipts_are_checked_with_the_pinned_key(phone: Phone, witness: Witness) -> None:
    phone.go("/")
    phone.page.click("text=Check a receipt with this key")
    page = phone.page
    assert page.input_value("#key") == KEY
    assert not page.is_editable("#key")
    assert "pinned by the witness gazette.example/witness" in page.inner_text("#key-hint")
    for each in [*VECTORS["receipts"], *VECTORS["invalid_receipts"]]:
        data = each["receipt"].encode()
        page.set_input_files("#file", {"name": "r.json", "mimeType": "application/json", "buffer": data})
        page.click("button")
        page.wait_for_selector("[data-verdict=good], [data-verdict=bad]")
        assert code_of(page.inner_text("[data-verdict]")) == outside(data, KEY)
    good(page)
    phone.step("receipt")
