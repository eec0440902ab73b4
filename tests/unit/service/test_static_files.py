"""The build's files: only those that it wrote, compressed as the browser takes it, each with its own cache."""

import gzip
import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from overt.errors import PagesNotBuilt
from overt.service.headers import CONTENT_POLICY, DETECTOR_POLICY, SafeHeaders
from overt.service.static_files import FOR_EVER, StaticFiles, static_router

SCRIPT = b"export const page = 1;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "static"
    made.mkdir()
    (made / "page-abc.js").write_bytes(SCRIPT)
    (made / "page-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (made / "page-abc.js.br").write_bytes(b"as if brotli")
    (made / "detector-worker-1.js").write_bytes(b"1;")
    (made / "sw.js").write_bytes(b"2;")
    for name in ("overt-abc.css", "icon.svg", "phone.png", "ort.wasm", "yunet.onnx"):
        (made / name).write_bytes(name.encode())
    (made / "notes.txt").write_text("not for anybody")
    (made / "overt-receipt-check.html").write_text("has an address of its own")
    (made / "manifest.json").write_text(json.dumps({"src/page.ts": {"file": "page-abc.js"}}))
    (tmp_path / "secret.js").write_text("outside")
    return made


@pytest.fixture
def client(folder: Path) -> TestClient:
    app = FastAPI()
    app.include_router(static_router(StaticFiles(folder)))
    app.add_middleware(SafeHeaders)
    return TestClient(app, headers={"accept-encoding": "identity"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page-abc.js", "text/javascript; charset=utf-8"),
        ("overt-abc.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("phone.png", "image/png"),
        ("ort.wasm", "application/wasm"),
        ("yunet.onnx", "application/octet-stream"),
    ],
)
def test_a_file_is_served_for_what_it_is_and_for_ever(client: TestClient, folder: Path, name: str, kind: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.content == (folder / name).read_bytes()
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "manifest.json",
        "overt-receipt-check.html",
        "page-abc.js.gz",
        "page-abc.js.br",
        "page.js",
        "",
        ".",
        "..",
        "../secret.js",
        "..%2fsecret.js",
        "%2e%2e/secret.js",
        "..%5csecret.js",
        "page-abc.js%00",
        "PAGE-ABC.JS",
    ],
)
def test_nothing_else_is_there(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert b"outside" not in answer.content


def test_the_service_worker_keeps_its_name_and_is_asked_for_anew(client: TestClient) -> None:
    answer = client.get("/sw.js")
    assert (answer.content, answer.headers["cache-control"]) == (b"2;", "no-cache")


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("br; q=0.000", None),
        ("br;q=0.001", "br"),
        ("", None),
        ("identity", None),
        ("deflate, brotli, x-gzip", None),
    ],
)
def test_a_file_is_compressed_as_the_browser_takes_it(folder: Path, accepts: str, encoding: str | None) -> None:
    """Asked of the files themselves, since a client would unpack what it gets."""
    answer = StaticFiles(folder).response("page-abc.js", accepts, FOR_EVER)
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "accept-encoding"
    packed = {"br": b"as if brotli", "gzip": (folder / "page-abc.js.gz").read_bytes(), None: SCRIPT}
    assert answer.body == packed[encoding]


def test_a_file_that_was_not_compressed_is_served_as_it_is(folder: Path) -> None:
    answer = StaticFiles(folder).response("ort.wasm", "br, gzip", FOR_EVER)
    assert (answer.body, answer.headers.get("content-encoding")) == (b"ort.wasm", None)


def test_only_the_worker_that_looks_for_faces_may_compile(client: TestClient) -> None:
    assert client.get("/static/detector-worker-1.js").headers["content-security-policy"] == DETECTOR_POLICY
    for name in ("/static/page-abc.js", "/sw.js", "/static/ort.wasm"):
        assert client.get(name).headers["content-security-policy"] == CONTENT_POLICY


def test_a_page_finds_what_was_built(folder: Path) -> None:
    assert StaticFiles(folder).url("src/page.ts") == "/static/page-abc.js"


@pytest.mark.parametrize("manifest", [None, "", "{", "\x00"])
def test_pages_that_were_not_built_say_so(folder: Path, manifest: str | None) -> None:
    if manifest is None:
        (folder / "manifest.json").unlink()
    else:
        (folder / "manifest.json").write_text(manifest)
    with pytest.raises(PagesNotBuilt):
        StaticFiles(folder).url("src/page.ts")
