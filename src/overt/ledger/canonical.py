"""One spelling for everything: RFC 8785 JSON without fractions, and base64 and integers with no second form.

Rules:
* What is read must be, byte for byte, what writing it again gives. So two readers never disagree about what was hashed.
* No floats; integers below 2**53 in size; nothing stands inside more than `MAX_DEPTH` arrays and objects. Hostile bytes
  meet `LedgerFormatError` only.
"""

import base64
import binascii
import json
import re
from typing import Any, NoReturn, cast

import rfc8785

from overt.errors import LedgerFormatError
from overt.identifiers import JsonValue

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def canonical(value: JsonValue) -> bytes:
    """The RFC 8785 (JCS) bytes of a value.

    Raises:
        LedgerFormatError: a float, an integer of 2**53 or more, a key that is not a string, a lone surrogate,
            something that is not JSON, or a value inside more than `MAX_DEPTH` arrays and objects.
    """
    _check(value, MAX_DEPTH)
    try:
        return rfc8785.dumps(cast(Any, value))
    except (rfc8785.CanonicalizationError, UnicodeError):
        raise LedgerFormatError("A text holds a character that cannot be written.") from None


def parse_canonical(data: bytes, limit: int) -> JsonValue:
    """Read JSON that must be its own RFC 8785 serialisation.

    Args:
        data: the bytes, as received.
        limit: the most bytes that are looked at.

    Raises:
        LedgerFormatError: too long, not JSON, outside what `canonical` allows, or not the canonical spelling
            (white space, order, escapes, a member twice).
    """
    if len(data) > limit:
        raise LedgerFormatError(f"The text is longer than {limit} bytes.")
    try:
        value = cast(JsonValue, json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float))
    except (ValueError, RecursionError):
        raise LedgerFormatError("The bytes are not JSON of strings and integers.") from None
    if canonical(value) != data:
        raise LedgerFormatError("The bytes are not the RFC 8785 form of what they hold.")
    return value


def _no_float(_: str) -> NoReturn:
    raise ValueError


def _check(value: object, depth: int) -> None:
    if depth < 0:
        raise LedgerFormatError(f"A value is nested more than {MAX_DEPTH} deep.")
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > MAX_INTEGER:
                raise LedgerFormatError("An integer is 2**53 or more.")
        case list():
            for item in value:
                _check(item, depth - 1)
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise LedgerFormatError("A member's name is not a string.")
            for item in value.values():
                _check(item, depth - 1)
        case _:
            raise LedgerFormatError("A value is not a string, an integer, an array or an object.")


def encode_base64(data: bytes) -> str:
    """RFC 4648 section 4, with padding."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes of a base64 text that is spelt exactly as `encode_base64` would.

    Raises:
        LedgerFormatError: another alphabet, missing padding, or stray bits in the last character.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if encode_base64(data) != text:
        raise LedgerFormatError("A base64 text is not in its one form.")
    return data


def parse_decimal(text: str) -> int:
    """A number below 2**63 in ASCII decimal without leading zeros (tree sizes and indexes).

    Raises:
        LedgerFormatError: any other spelling, or too large.
    """
    if not _DECIMAL.fullmatch(text) or int(text) >= 2**63:
        raise LedgerFormatError("A number is not in plain decimal.")
    return int(text)
