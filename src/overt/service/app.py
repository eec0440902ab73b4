"""The application: endpoints, pages, the one error handler, and what holds for all of it.

Rules:
* Only the names it was started for are answered (against DNS rebinding).
* No endpoint takes a list of photographs, a video, a URL or a file; and none but a capture's a large body.
"""

import os
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.trustedhost import TrustedHostMiddleware

from overt import __version__
from overt.service import access, encounters, pages, practice, problems, receipts
from overt.service.bodies import InstanceView
from overt.service.headers import HEADERS, SafeHeaders, SameOrigin
from overt.service.policy_in_force import PolicyInForce
from overt.service.signing_in import Where
from overt.service.site import Site, localhost_site
from overt.service.small_bodies import SmallBodies
from overt.store.desks import Desks
from overt.store.instance import Instance
from overt.store.practice_desks import practices_of
from overt.store.running_build import running_build

HOSTS = ("localhost", "127.0.0.1", "[::1]")
LOCALHOST = localhost_site(8765)


def make_app(
    instance: Instance | None,
    desks: Desks | None,
    site: Site = LOCALHOST,
    hosts: Sequence[str] = HOSTS,
    demonstration_key: bytes | None = None,
) -> FastAPI:
    """The application over an opened instance; without one, only its interface description can be made.

    Args:
        instance: the instance.
        desks: its use cases.
        site: under which address it is reached.
        hosts: names that a request may ask for; any other is refused.
        demonstration_key: 32 bytes that let somebody into a demonstration without a passkey; None for no such way.
    """
    app = FastAPI(
        title="Overt",
        version=__version__,
        description="Operator-initiated facial recognition: one encounter, one photograph, one officer who decides.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,  # it would lead to the host that a request names
        responses=problems.RESPONSES,
    )
    app.state.instance, app.state.desks, app.state.site = instance, desks, site
    problems.install(app, HEADERS)
    app.include_router(access.router)
    app.include_router(encounters.router)
    app.include_router(receipts.router)
    app.include_router(practice.router)
    app.get("/api/v1/instance", tags=["instance"])(about)
    if instance is not None:
        key = demonstration_key if instance.about.demonstration else None
        app.state.access = access.access_desks(instance, site, os.urandom, key)
        app.state.practices = practices_of(instance)
        pages.add_to(app, instance, site)
    if instance is not None:
        app.add_middleware(PolicyInForce, state=app.state, instance=instance)
    app.add_middleware(SmallBodies)
    app.add_middleware(SameOrigin, origin=site.origin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(SafeHeaders)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend the schema
    return app


def describe(app: FastAPI) -> dict[str, object]:
    """The OpenAPI document, with the form of every refusal."""
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    document["components"]["schemas"]["Problem"] = problems.SCHEMA
    return document


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
