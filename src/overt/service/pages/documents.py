"""What allows the checks, for everybody: the documents of the policy in force, each in full.

Rule: nothing here needs a session, and nothing is decided here; what is shown lies beside the public log as well.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from overt.service.pages.asking import Pages
from overt.service.signing_in import Where

router = APIRouter()
_PLAIN = {"cache-control": "max-age=3600"}


@router.get("/documents")
def documents(request: Request, pages: Pages, where: Where) -> HTMLResponse:
    """Which documents the policy stands on, and which of them are public."""
    there = {str(each.digest): each.index for each in where.documents.all()}
    listed = [(each, there.get(each.digest)) for each in where.policy.activation]
    return pages.page(request, "documents.html", policy=where.policy, listed=listed)


@router.get("/documents/{digest}")
def document(digest: str, where: Where) -> Response:
    """The full text of one."""
    text = where.documents.in_full(f"sha256:{digest}")
    if text is None:
        return Response("There is no such document.\n", 404, media_type="text/plain; charset=utf-8")
    return Response(text, media_type="text/plain; charset=utf-8", headers=_PLAIN)
