"""What a page's form sends: a short, url-encoded body, read whole into memory.

Rules:
* Never multipart, which frameworks spool to disk (a lint forbids it); a form has no place for a file.
* A form is small; whatever is larger is refused before it is read to its end.
"""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

from overt.errors import UsageError

MOST_BYTES = 16_384
MOST_FIELDS = 64
_MEDIA_TYPE = "application/x-www-form-urlencoded"


class Form:
    """The answers of one form; a name that was not sent is not answered."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """The answer to a question with one answer, without surrounding spaces; empty when there is none."""
        values = self._fields.get(name, [])
        return values[0].strip() if values else ""

    def several(self, name: str) -> list[str]:
        """The answers to a question that may have several."""
        return [value.strip() for value in self._fields.get(name, []) if value.strip()]

    def __contains__(self, name: str) -> bool:
        return name in self._fields


async def read_form(request: Request) -> Form:
    """Read a form.

    Raises:
        UsageError: of another type, too large, or not url-encoded UTF-8.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _MEDIA_TYPE:
        raise UsageError("A form is sent url-encoded.")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise UsageError("The form is too large.")
        parts.append(part)
    try:
        text = b"".join(parts).decode("utf-8")
        return Form(parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise UsageError("The form is not url-encoded UTF-8.") from None


Sent = Annotated[Form, Depends(read_form)]
