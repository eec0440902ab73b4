"""The pages that people hold in their hands: one question a page, readable without a script, thin over the desks."""

from fastapi import FastAPI

from overt.service.pages import (
    about_person,
    checks,
    comparing,
    documents,
    front,
    identity,
    joining,
    opening,
    outcome,
    people,
    practice,
    receipts,
    result,
    seconding,
    sign_offs,
)
from overt.service.pages.render import make_renderer
from overt.service.site import Site
from overt.service.static_files import static_router
from overt.store.instance import Instance

# The ways of a check come last: their addresses begin with a name that others could be taken for.
PARTS = (
    front,
    documents,
    joining,
    people,
    receipts,
    sign_offs,
    practice,
    opening,
    checks,
    comparing,
    seconding,
    result,
    outcome,
    about_person,
    identity,
)


def add_to(app: FastAPI, instance: Instance, site: Site) -> None:
    """Add every page to the application."""
    renderer = make_renderer(site, instance)
    app.state.renderer, app.state.show_refusal = renderer, front.show_refusal
    app.include_router(static_router(renderer.files))
    for part in PARTS:
        app.include_router(part.router, include_in_schema=False)
