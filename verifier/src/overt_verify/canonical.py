"""RFC 8785 (JCS) for values without fractions: all that ledger entries, receipts and commitments may hold.

Rules:
* Bytes are accepted only when they are exactly the serialisation of what they parse to: one value, one spelling.
* Never a fraction, an exponent, a lone surrogate, or an integer of 2^53 and beyond; at most 32 arrays and objects
  inside one another. `true`, `false` and `null` only where the caller allows them (an entry never holds them).
"""

import json
import re
from collections.abc import Mapping
from typing import NoReturn

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

DEEPEST = 32
"""Most arrays and objects inside one another."""
_MUST_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_LITERALS = {True: "true", False: "false", None: "null"}


def parse(data: bytes, *, literals: bool) -> JsonValue:
    """Read canonical bytes.

    Args:
        data: the bytes, of a length that the caller has limited.
        literals: whether `true`, `false` and `null` may stand in them.

    Raises:
        ValueError: with a plain reason, when the bytes are not canonical or hold a value that is not allowed.
    """
    try:
        text = data.decode("utf-8")
        value: JsonValue = _DECODER.decode(text)
        _check(value, DEEPEST, literals)
        canonical = _quick(value) if text.isascii() else serialise(value).decode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ValueError(_reason(error)) from error
    if canonical != text:
        raise ValueError("it is not in the one canonical spelling")
    return value


def serialise(value: JsonValue) -> bytes:
    """The canonical bytes of a value.

    Raises:
        ValueError: a string holds a lone surrogate.
    """
    return _text(value).encode("utf-8")


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return f'"{_MUST_ESCAPE.sub(_escape, value)}"'
    if value is None or isinstance(value, bool):
        return _LITERALS[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in _ordered(value)) + "}"


def _ordered(members: Mapping[str, JsonValue]) -> list[str]:
    return sorted(members, key=lambda name: name.encode("utf-16-be"))


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def _quick(value: JsonValue) -> str:
    """The canonical text where that is ASCII, several times as fast; elsewhere some text that is not ASCII either."""
    return _ENCODER.encode(value)


def _check(value: JsonValue, depth: int, literals: bool) -> None:
    if value is None or isinstance(value, bool):
        if not literals:
            raise ValueError("it holds true, false or null")
    elif isinstance(value, list | dict):
        if depth == 0:
            raise ValueError("it is nested too deeply")
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth - 1, literals)


def _integer(text: str) -> int:
    value = int(text) if len(text) <= 17 else 2**53
    if abs(value) >= 2**53:
        raise ValueError("it holds an integer of 2^53 or beyond")
    return value


def _refuse(_: str) -> NoReturn:
    raise ValueError("it holds a number that is not an integer")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_refuse, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, UnicodeEncodeError):
        return "it holds half a surrogate pair"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
