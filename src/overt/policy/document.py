"""Text of a policy in, checked document out. Hostile text meets `PolicyInvalid` and nothing else.

Rules:
* The canonical text is RFC 8785 JSON of the parsed document: strings, integers, booleans, arrays, objects. No floats.
  A TOML date is written as its ISO string, so both spellings of a date give one digest.
* The shape is `policy.schema.json`; a copy stands in `spec/` for those outside (a test compares the two).
"""

import json
import tomllib
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, cast

from jsonschema import Draft202012Validator

from overt.errors import LedgerFormatError, PolicyInvalid
from overt.identifiers import Digest, JsonValue
from overt.ledger.canonical import canonical, parse_canonical

MAX_CHARACTERS = 1_000_000
Document = dict[str, Any]
"""What the schema has approved: its types are known, so `Any` ends here."""


def read_toml(text: str) -> Document:
    """Parse TOML text and check its shape.

    Raises:
        PolicyInvalid: too long, not TOML, a value that canonical JSON here cannot hold, or not of the schema's shape.
    """
    if len(text) > MAX_CHARACTERS:
        raise PolicyInvalid(f"The policy is longer than {MAX_CHARACTERS} characters.")
    try:
        parsed = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyInvalid(f"The policy is not TOML: {_short(str(error))}.") from None
    return _checked(cast(JsonValue, _plain(parsed)))


def read_canonical(text: str) -> Document:
    """Read back what `canonical_text` wrote.

    Raises:
        PolicyInvalid: not the canonical spelling, or not of the schema's shape.
    """
    try:
        return _checked(parse_canonical(text.encode("utf-8", "replace"), 4 * MAX_CHARACTERS))
    except LedgerFormatError as error:
        raise PolicyInvalid(f"The policy's canonical text cannot be read: {error}") from None


def canonical_text(document: Document) -> str:
    """The RFC 8785 text of a document."""
    return canonical(cast(JsonValue, document)).decode("utf-8")


def digest_of(canonical_policy: str) -> Digest:
    """SHA-256 of the canonical text in UTF-8."""
    return Digest("sha256:" + sha256(canonical_policy.encode("utf-8")).hexdigest())


@cache
def schema() -> JsonValue:
    """The JSON Schema (2020-12) of a policy document; package data, constant."""
    return cast(JsonValue, json.loads(files("overt.policy").joinpath("policy.schema.json").read_text("utf-8")))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(cast(Any, schema()))


def _plain(value: object) -> object:
    """The same value with dates as ISO strings; times of day have no place in a policy."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            return value


def _checked(value: JsonValue) -> Document:
    try:
        canonical(value)
    except LedgerFormatError as error:
        raise PolicyInvalid(f"The policy cannot be written canonically: {error}") from None
    problems = sorted(_validator().iter_errors(cast(Any, value)), key=lambda found: found.json_path)
    if problems:
        shown = "; ".join(f"{found.json_path.removeprefix('$.')}: {_short(found.message)}" for found in problems[:5])
        raise PolicyInvalid(f"The policy is not of the written form. {shown}.")
    return cast(Document, value)


def _short(message: str) -> str:
    return message if len(message) <= 200 else message[:199] + "…"
