"""The application: endpoints, the one error handler, and headers that hold for all of it.

Rules:
* Only the names it was started for are answered (against DNS rebinding); nothing is cached that is not said to be.
* No endpoint takes a list of photographs, a video, a URL or a form.
"""

from collections.abc import Sequence
from importlib import resources

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from overt import __version__
from overt.service import encounters, problems
from overt.service.bodies import InstanceView
from overt.service.signing_in import Where, Who
from overt.service.site import Site, localhost_site
from overt.store.desks import Desks
from overt.store.instance import Instance
from overt.store.running_build import running_build

HOSTS = ("localhost", "127.0.0.1", "[::1]")
LOCALHOST = localhost_site(8765)
HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=()",
}
NO_STORE = (b"cache-control", b"no-store")


def make_app(
    instance: Instance | None, desks: Desks | None, site: Site = LOCALHOST, hosts: Sequence[str] = HOSTS
) -> FastAPI:
    """The application over an opened instance; without one, only its interface description can be made.

    Args:
        instance: the instance.
        desks: its use cases.
        site: under which address it is reached.
        hosts: names that a request may ask for; any other is refused.
    """
    app = FastAPI(
        title="Overt",
        version=__version__,
        description="Operator-initiated facial recognition: one encounter, one photograph, one officer who decides.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        responses=problems.RESPONSES,
    )
    app.state.instance, app.state.desks, app.state.site = instance, desks, site
    problems.install(app)
    app.include_router(encounters.router)
    app.get("/", include_in_schema=False, response_class=HTMLResponse)(first_page)
    app.get("/overt.css", include_in_schema=False)(style)
    app.get("/api/v1/instance", tags=["instance"])(about)
    app.delete("/api/v1/session", status_code=204, tags=["instance"])(sign_out)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(SafeHeaders)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend the schema
    return app


def describe(app: FastAPI) -> dict[str, object]:
    """The OpenAPI document, with the form of every refusal."""
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    document["components"]["schemas"]["Problem"] = problems.SCHEMA
    return document


def first_page(where: Where) -> str:
    """What stands here, for somebody who opens the address in a browser."""
    text = (resources.files("overt.service") / "first_page.html").read_text(encoding="utf-8")
    kind = "DEMONSTRATION: not for real checks" if where.about.demonstration else "Instance"
    return text.replace("{{kind}}", kind).replace("{{policy}}", where.policy.digest)


def style() -> Response:
    """The first page's style."""
    return Response((resources.files("overt.service") / "first_page.css").read_bytes(), media_type="text/css")


def about(where: Where) -> InstanceView:
    """What this service is: build and policy, by digest."""
    return InstanceView(
        name="Overt",
        demonstration=where.about.demonstration,
        version=__version__,
        build=running_build(),
        policy=where.policy.digest,
        pilot_ends=where.policy.pilot.ends.isoformat(),
    )


def sign_out(who: Who, where: Where) -> Response:
    """End this session."""
    where.accounts.close_session(who.token_hash)
    return Response(status_code=204)


class SafeHeaders:
    """Adds the headers that hold for every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                cached = any(name.lower() == b"cache-control" for name, _ in headers)
                message["headers"] = [*headers, *HEADERS.items(), *([] if cached else [NO_STORE])]
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)
