"""From a template and its values to a page.

Rules:
* Every value is escaped (Jinja's autoescape); texts come from the catalogue, labels of codes from the policy.
* A page never depends on a script to be read. What a script needs is put beside it as data, never as code.
* DEMONSTRATION and PRACTICE stand on every page that is one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from overt import __version__
from overt.service.headers import CONTENT_POLICY
from overt.service.pages.catalogue import Catalogue, catalogue_for, offered
from overt.service.site import Site
from overt.service.static_files import StaticFiles
from overt.store.instance import Instance

LANGUAGE_COOKIE = "overt-language"
SCHEME_COOKIE = "overt-scheme"
_SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Renderer:
    """Makes the pages of one service."""

    environment: Environment
    files: StaticFiles
    site: Site
    instance: Instance

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        content_policy: str = CONTENT_POLICY,
        **values: Any,
    ) -> HTMLResponse:
        """One page as a response.

        Args:
            template: its file below `templates/`.
            content_policy: for a page that needs another than the strict one.
            values: what the template names.
        """
        texts = self.texts(request)
        scheme = request.cookies.get(SCHEME_COOKIE)
        common = {
            "t": texts.text,
            "catalogue": texts,
            "languages": offered(),
            "scheme": scheme if scheme in _SCHEMES else "",
            "built": self.files.url,
            "instance": self.instance.about,
            "policy": self.instance.policy,
            "version": __version__,
            # An address that leads nowhere is not said again: it may hold what somebody meant for another place.
            "path": "/" if status == 404 else request.url.path,
            "script_texts": lambda prefix: _as_data(texts.having(prefix)),
            "data": _as_data,
            "day": lambda moment: _day(texts, moment),
            "clock_time": lambda moment: _time(texts, moment),
        }
        absent: dict[str, object] = {"who": None, "practice": False, "errors": {}, "back": None}
        html = self.environment.get_template(template).render({**absent, **common, **values})
        return HTMLResponse(html, status, headers={"content-security-policy": content_policy})

    def texts(self, request: Request) -> Catalogue:
        """The texts in the language that was chosen on this browser."""
        return catalogue_for(request.cookies.get(LANGUAGE_COOKIE))


def make_renderer(site: Site, instance: Instance) -> Renderer:
    """The renderer of a service."""
    loader = ChoiceLoader(
        [
            PackageLoader("overt.service.pages"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return Renderer(environment, StaticFiles(), site, instance)


def _as_data(value: Mapping[str, object] | list[object]) -> Markup:
    """JSON that may stand inside a `<script type="application/json">`: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - no character of markup is left in it


def _day(texts: Catalogue, moment: datetime) -> str:
    return str(format_date(moment, format="long", locale=_locale(texts)))


def _time(texts: Catalogue, moment: datetime) -> str:
    return str(format_time(moment.astimezone(), format="HH:mm", locale=_locale(texts)))


def _locale(texts: Catalogue) -> str:
    return {"en": "en_GB"}.get(texts.language, texts.language)
