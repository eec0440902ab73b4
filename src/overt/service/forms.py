"""What a page's form sends: a short, url-encoded body, read whole into memory.

Rules:
* Never multipart, which frameworks spool to disk (a lint forbids it); a form has no place for a file.
* A form is small; whatever is larger is refused before it is read to its end.
* An answer is text: no control character, which no key types and no database takes.
"""

import re
from datetime import date
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

from overt.errors import UsageError

MOST_BYTES = 16_384
MOST_FIELDS = 64
_MEDIA_TYPE = "application/x-www-form-urlencoded"
_FIGURES = {"year": re.compile("[0-9]{4}"), "month": re.compile("[0-9]{1,2}"), "day": re.compile("[0-9]{1,2}")}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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

    def day(self) -> date | None:
        """The day that was entered in figures as `day`, `month` and `year` (four); None when there is no such day."""
        parts = {name: self.one(name) for name in ("year", "month", "day")}
        if not all(_FIGURES[name].fullmatch(part) for name, part in parts.items()):
            return None
        try:
            return date(**{name: int(part) for name, part in parts.items()})
        except ValueError:
            return None

    def __contains__(self, name: str) -> bool:
        return name in self._fields


async def read_form(request: Request) -> Form:
    """Read a form.

    Raises:
        UsageError: of another type, too large, not url-encoded UTF-8, or with a control character.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _MEDIA_TYPE:
        raise UsageError("A form is sent url-encoded.")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise UsageError("The form is too large.")
        parts.append(part)
    return Form(parse_form(b"".join(parts)))


def parse_form(body: bytes) -> dict[str, list[str]]:
    """The fields of an url-encoded body, each with its values in the order sent.

    Raises:
        UsageError: not url-encoded UTF-8, more than `MOST_FIELDS`, or with a control character other than a line's end
            or a tab.
    """
    try:
        text = body.decode("utf-8")
        fields = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise UsageError("The form is not url-encoded UTF-8.") from None
    if any(_CONTROL.search(each) for name, values in fields.items() for each in (name, *values)):
        raise UsageError("The form holds a control character.")
    return fields


Sent = Annotated[Form, Depends(read_form)]
