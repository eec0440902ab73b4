"""Every refusal as RFC 9457 problem details; the one error handler of the service.

Rules:
* A refusal keeps its code, its HTTP status and its remedy; it is never a 500.
* A fault says that something broke and nothing else: no traceback, no value of the request.
* A page's refusal is a page (`app.state.show_refusal`), an interface's a document: the address decides.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from overt.errors import Fault, NoSuchPage, OvertError, Refusal, UsageError

MEDIA_TYPE = "application/problem+json"
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A refusal or a fault, as problem details (RFC 9457).",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "code", "remedy"],
    "properties": {
        "type": {"type": "string", "description": "`urn:overt:` and the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One plain sentence about this case."},
        "code": {"type": "string", "description": "Stable; see docs/refusals.md."},
        "remedy": {"type": "string", "description": "What to do about it."},
        "rule": {"type": "string", "description": "Where the rule is written."},
        "ledger_index": {"type": "integer", "description": "The ledger entry that records the refusal."},
    },
}


def problem(error: OvertError) -> JSONResponse:
    """An error as a response."""
    body: dict[str, Any] = {
        "type": f"urn:overt:{error.code}",
        "title": error.message,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "remedy": error.remedy,
    }
    if error.rule:
        body["rule"] = error.rule
    if isinstance(error, Refusal) and error.recorded_at is not None:
        body["ledger_index"] = error.recorded_at
    return JSONResponse(body, error.status, media_type=MEDIA_TYPE)


def install(app: FastAPI, headers: Mapping[bytes, bytes]) -> None:
    """Make every error of the application a problem document, or a page that says the same.

    Args:
        headers: of the answer to a fault, which is made outside the middleware that adds them to all others.
    """

    def shown(request: Request) -> Callable[[Request, OvertError], Response] | None:
        """What shows a refusal as a page; None where a document is due."""
        interface = request.url.path.startswith("/api/")
        return None if interface else getattr(request.app.state, "show_refusal", None)

    def answer(request: Request, error: OvertError) -> Response:
        show = shown(request)
        return show(request, error) if show else problem(error)

    @app.exception_handler(OvertError)
    async def refused(request: Request, error: OvertError) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        # Only where and what kind: the values may be anything, and are not repeated.
        places = sorted({".".join(str(part) for part in each["loc"] if part != "body") for each in error.errors()})
        return answer(request, UsageError(f"Not in the expected form: {', '.join(places)[:200] or 'the body'}."))

    @app.exception_handler(HTTPException)
    async def no_such_page(request: Request, error: HTTPException) -> Response:
        # Somebody who opens a form's address, or comes back to it, is at no page.
        if error.status_code == HTTPStatus.NOT_FOUND or shown(request):
            return answer(request, NoSuchPage())
        title = HTTPStatus(error.status_code).phrase
        body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": f"{title}."}
        extra = {"code": "http", "remedy": "Correct the address or the method."}
        return JSONResponse({**body, **extra}, error.status_code, media_type=MEDIA_TYPE)

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        fault = answer(request, Fault())
        own = {name for name, _ in fault.raw_headers}
        fault.raw_headers.extend(each for each in headers.items() if each[0] not in own)
        return fault
