"""The built scripts, styles and the face detector of the pages (from `web/`).

Rules:
* Only files that the build wrote are served, looked up in a list made at start; a path is never put together.
* A file with its digest in the name never changes and is cached; the service worker keeps its name and is not.
* A worker runs under the policy of its own file, not of the page: the detector's may compile WASM, as the camera page.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from overt.errors import PagesNotBuilt
from overt.service.headers import DETECTOR_POLICY

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
    ".onnx": "application/octet-stream",
}
_DETECTOR = "detector-worker-"
_REFUSED = re.compile(r"q\s*=\s*0(\.0*)?")
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True)
class StaticFiles:
    """The build's files.

    Args:
        folder: where the build wrote them.
    """

    folder: Path = FOLDER

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the build says it made.

        Raises:
            PagesNotBuilt: nothing was built.
        """
        try:
            found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text())
        except (OSError, ValueError):
            raise PagesNotBuilt() from None
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Every file that may be served."""
        return frozenset(path.name for path in self.folder.iterdir() if path.suffix in _TYPES)

    def url(self, source: str) -> str:
        """Where a page finds what was built from a source file, such as `src/page.ts`."""
        return f"/static/{self.manifest[source]['file']}"

    def response(self, name: str, accepts: str, cache: str) -> Response:
        """One file, compressed as the browser takes it; 404 for a name that the build did not write."""
        if name not in self.names:
            return Response(status_code=404)
        headers = {"cache-control": cache, "vary": "accept-encoding"}
        if name.startswith(_DETECTOR):
            headers["content-security-policy"] = DETECTOR_POLICY
        path = self.folder / name
        for encoding, ending in _ENCODINGS:
            packed = path.with_name(name + ending)
            if _takes(accepts, encoding) and packed.is_file():
                headers["content-encoding"] = encoding
                path = packed
                break
        return Response(path.read_bytes(), media_type=_TYPES[Path(name).suffix], headers=headers)


def _takes(accepts: str, encoding: str) -> bool:
    """Whether an `Accept-Encoding` names an encoding and does not refuse it (`q=0`)."""
    for part in accepts.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        if name == encoding:
            return not any(_REFUSED.fullmatch(each) for each in parameters)
    return False


def static_router(files: StaticFiles) -> APIRouter:
    """The two addresses of built files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{name}")
    def static(name: str, request: Request) -> Response:
        return files.response(name, request.headers.get("accept-encoding", ""), FOR_EVER)

    @router.get("/sw.js")
    def service_worker(request: Request) -> Response:
        return files.response("sw.js", request.headers.get("accept-encoding", ""), "no-cache")

    return router
