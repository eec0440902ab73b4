"""A page with one question and a list of answers; nothing pre-selected."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from overt.service.pages.render import Renderer
from overt.service.pages.ways import Way, way_page
from overt.service.signing_in import SignedIn


def choice_page(
    request: Request,
    pages: Renderer,
    who: SignedIn,
    way: Way,
    encounter: str,
    name: str,
    options: Mapping[str, object],
    *,
    missing: bool = False,
    error: str | None = None,
    at: str | None = None,
    chosen: str = "",
    template: str = "choice.html",
    **values: Any,
) -> HTMLResponse:
    """Ask one question of an open or a finished check.

    Args:
        name: of the field; its texts are `question.NAME` and those below it.
        options: code to label.
        missing: it was sent without an answer.
        error: what was wrong with the answer, in words.
        at: the field of the page that is wrong, when it is not the question's own.
        chosen: what was just sent, when something else was wrong.
        template: a page that adds something to the question.
    """
    said = pages.texts(request).text(f"question.{name}.missing") if missing else error
    return way_page(
        request,
        pages,
        who,
        way,
        template,
        encounter=encounter,
        status=400 if said else 200,
        name=name,
        options=options,
        errors={at or name: said} if said else {},
        chosen=chosen,
        **values,
    )
