"""The pages of a witness: nothing from elsewhere, nothing unescaped, and a receipt page with its pinned key."""

import hashlib
import html
import re
from pathlib import Path

import pytest
from verify_simulators.lying_ledger import LyingLedger
from verify_simulators.newsroom import Clock, found, only_log, serving, witness_of

from overt_verify.errors import Code, VerificationError
from overt_verify.witness.pages import PAGE_FILE, ReceiptPage

PAGE = (
    '<!DOCTYPE html><p id="key-hint">One line.</p><textarea id="key" name="key" rows="5"></textarea><script>1</script>'
)


@pytest.fixture
def page(tmp_path: Path) -> ReceiptPage:
    (tmp_path / PAGE_FILE).write_text(PAGE)
    return ReceiptPage.read(tmp_path)


def test_the_file_is_handed_out_as_it_is_with_its_digest(
    ledger: LyingLedger, page: ReceiptPage, tmp_path: Path
) -> None:
    with serving(found(tmp_path / "w", ledger), page) as served:
        status, headers, body = served.ask("GET", f"/{PAGE_FILE}")
        assert (status, body) == (200, PAGE.encode())
        assert headers["Content-Disposition"] == f'attachment; filename="{PAGE_FILE}"'
        front = served.ask("GET", "/")[2].decode()
    assert hashlib.sha256(body).hexdigest() in front


def test_the_pinned_key_stands_in_it_and_nothing_else_changes(
    ledger: LyingLedger, page: ReceiptPage, tmp_path: Path
) -> None:
    witness = found(tmp_path / "w", ledger)
    with serving(witness, page) as served:
        status, _, body = served.ask("GET", f"/receipt/{only_log(witness).hash}/{ledger.vkey.split('+')[1]}")
        assert served.ask("GET", f"/receipt/{only_log(witness).hash}/00000000")[0] == 404
    assert status == 200
    text = body.decode()
    assert f'<textarea id="key" name="key" readonly rows="5">{html.escape(ledger.vkey)}</textarea>' in text
    back = text.replace(html.escape(ledger.vkey), "").replace(" readonly", "")
    assert back.replace("This key was pinned by the witness gazette.example/witness. ", "") == PAGE


def test_a_renewed_key_has_a_page_of_its_own(ledger: LyingLedger, page: ReceiptPage, tmp_path: Path) -> None:
    renewed = LyingLedger(seed=9)
    witness = found(tmp_path / "w")
    (tmp_path / "w" / "witness.toml").write_text(f'[[log]]\nkeys = ["{ledger.vkey}", "{renewed.vkey}"]\n')
    witness = witness_of(tmp_path / "w", Clock())
    with serving(witness, page) as served:
        links = re.findall(r'href="(/receipt/[^"]+)"', served.ask("GET", "/")[2].decode())
        pages = [html.unescape(served.ask("GET", link)[2].decode()) for link in links]
    assert [[log.vkey in page for log in (ledger, renewed)] for page in pages] == [[True, False], [False, True]]


@pytest.mark.parametrize("text", ["", PAGE + PAGE, PAGE.replace("textarea", "input"), PAGE.replace("key-hint", "hint")])
def test_another_file_is_not_served(tmp_path: Path, text: str) -> None:
    (tmp_path / PAGE_FILE).write_text(text)
    with pytest.raises(VerificationError) as caught:
        ReceiptPage.read(tmp_path)
    assert caught.value.code is Code.BAD_WITNESS


def test_status_for_browsers_and_for_programs(ledger: LyingLedger, tmp_path: Path) -> None:
    with serving(found(tmp_path / "w", ledger)) as served:
        _, headers, body = served.ask("GET", "/status", None, Accept="text/html,*/*")
        assert headers["Content-Type"].startswith("text/html")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert b"Late." in body
        assert b"The log was never seen." in body
        for path in ("/status", "/status.json"):
            assert served.ask("GET", path)[1]["Content-Type"] == "application/json"


def test_what_a_log_calls_itself_is_escaped(tmp_path: Path) -> None:
    hostile = LyingLedger("<script>alert(1)</script>/log&")
    witness = found(tmp_path / "w", hostile.begin())
    witness.add_checkpoint(hostile.submission(0))
    with serving(witness) as served:
        body = served.ask("GET", "/")[2].decode()
    assert "<script" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_a_page_asks_nobody_for_anything(ledger: LyingLedger, page: ReceiptPage, tmp_path: Path) -> None:
    with serving(found(tmp_path / "w", ledger), page) as served:
        body = served.ask("GET", "/")[2].decode()
    assert re.findall(r"(?:src|href)=\"(?!/)", body) == []
