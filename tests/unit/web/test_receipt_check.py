"""The page that checks receipts from a disk: the same sources give the same bytes, and their digest is published."""

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from overt.service.pages.receipt_check import NAME, digest, receipt_check
from overt.service.static_files import FOLDER
from simulators.commands import ROOT
from simulators.scripts import WEB, npm

CATALOGUE = Path("src/overt/service/messages/en.po")
PAGE = receipt_check(FOLDER).decode("utf-8")


def test_the_published_digest_is_that_of_the_built_page() -> None:
    text = (ROOT / "docs" / "receipts.md").read_text(encoding="utf-8")
    published = re.findall(rf"^([0-9a-f]{{64}})  {NAME}$", text, re.MULTILINE)
    assert published == [digest(FOLDER)], "write the digest that `make setup` prints into docs/receipts.md"


@pytest.mark.slow
def test_another_folder_and_another_hour_give_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(WEB / "node_modules")
    (copy.parent / CATALOGUE).parent.mkdir(parents=True)
    shutil.copy(ROOT / CATALOGUE, copy.parent / CATALOGUE)
    done = npm("run", "--silent", "build", "--", "--logLevel", "error", folder=copy)
    assert done.status == 0, done.err
    built = (copy.parent / FOLDER.relative_to(ROOT) / NAME).read_bytes()
    assert built == receipt_check(FOLDER)
    assert f"{hashlib.sha256(built).hexdigest()}  {NAME}" in done.out, "and the build prints what it is"


def test_the_page_is_whole_and_fetches_nothing() -> None:
    assert re.findall(r"(?:src|href|action)=", PAGE) == []
    assert re.findall(r"\{\{|\}\}", re.sub(r"<script>.*</script>", "", PAGE, flags=re.DOTALL)) == []
    assert "default-src 'none'" in PAGE
    for reaching in ("fetch(", "XMLHttpRequest", "WebSocket", "import(", "localStorage", "indexedDB", "eval("):
        assert reaching not in PAGE


def test_the_page_names_no_place_where_it_was_made() -> None:
    assert str(ROOT) not in PAGE
    assert "node_modules" not in PAGE
