"""The first page, and what stands beside every page: language, light or dark, icon, manifest, the page without signal.

Rule: whoever is signed in sees what waits for them; whoever is not learns nothing about the instance but its name.
"""

from importlib import resources

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from overt.errors import NotSignedIn, OvertError, Refusal, SessionExpired
from overt.service.forms import Sent
from overt.service.pages.asking import Pages, go, renderer_of
from overt.service.pages.catalogue import offered
from overt.service.pages.home import home_page
from overt.service.pages.render import LANGUAGE_COOKIE, SCHEME_COOKIE
from overt.service.pages.ways import is_practice_path
from overt.service.signing_in import Here, MaybeWho, Where
from overt.service.site import Site

router = APIRouter()
_YEAR = 365 * 86_400


@router.get("/")
def first(request: Request, pages: Pages, who: MaybeWho, where: Where) -> HTMLResponse:
    """What waits for somebody who is signed in; how to sign in for everybody else."""
    if who is not None:
        return home_page(request, pages, who, where)
    return pages.page(request, "first.html", ended="ended" in request.query_params)


@router.get("/join")
def join(request: Request, pages: Pages) -> HTMLResponse:
    """Where a one-time link leads; its secret stands in the fragment, which never reaches us."""
    return pages.page(request, "join.html")


@router.get("/offline")
def offline(request: Request, pages: Pages) -> HTMLResponse:
    """What is shown when there is no signal; kept by the service worker."""
    return pages.page(request, "offline.html")


@router.get("/complain")
def complain(request: Request, pages: Pages) -> HTMLResponse:
    """How to complain, with a receipt or without."""
    return pages.page(request, "complain.html")


@router.post("/language")
def choose_language(form: Sent, site: Here) -> RedirectResponse:
    """Keep the language that somebody chose on this browser."""
    wanted = form.one("language")
    known = wanted if wanted in {each.language for each in offered()} else "en"
    return _kept(site, LANGUAGE_COOKIE, known, form.one("back"))


@router.post("/scheme")
def choose_scheme(form: Sent, site: Here) -> RedirectResponse:
    """Keep light or dark on this browser."""
    return _kept(site, SCHEME_COOKIE, "dark" if form.one("scheme") == "dark" else "light", form.one("back"))


def _kept(site: Site, name: str, value: str, back: str) -> RedirectResponse:
    # Only a path of ours: `//elsewhere` and `/\elsewhere` are other sites' to a browser.
    path = back if back.startswith("/") and back[1:2] not in ("/", "\\") and back.isprintable() else "/"
    response = go(path)
    response.set_cookie(name, value, max_age=_YEAR, samesite="strict", httponly=True, secure=site.secure)
    return response


@router.get("/manifest.webmanifest")
def manifest(where: Where) -> JSONResponse:
    """What makes the pages installable on a phone."""
    name = "Overt DEMONSTRATION" if where.about.demonstration else "Overt"
    drawn = {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}
    icons = [{"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)]
    values = {
        "name": name,
        "short_name": "Overt",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5d66",
        "icons": [*icons, drawn],
    }
    return JSONResponse(values, media_type="application/manifest+json", headers={"cache-control": "max-age=3600"})


@router.get("/icon.svg")
def icon() -> Response:
    """The icon."""
    data = (resources.files("overt.service.pages") / "icon.svg").read_bytes()
    return Response(data, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})


@router.get("/icon-{size}.png")
def icon_of(size: int, pages: Pages) -> Response:
    """The icon, for phones that take no SVG."""
    return pages.files.response(f"icon-{size}.png", "", "max-age=86400")


def show_refusal(request: Request, error: OvertError) -> Response:
    """A refusal or a fault as a page; whoever is not signed in (any more) is sent to the first page."""
    if isinstance(error, NotSignedIn | SessionExpired):
        return go("/?ended")
    recorded = error.recorded_at if isinstance(error, Refusal) else None
    pages = renderer_of(request)
    return pages.page(
        request,
        "refusal.html",
        status=error.status,
        said=pages.texts(request).said(error),
        code=error.code,
        recorded=recorded,
        practice=is_practice_path(request.url.path),
    )
