"""Frozen values to JSON-able records and back, by their type hints. Strict: what is not exactly a record is a fault.

Used for storage only. Knows texts, whole numbers, booleans, bytes (hex), dates and aware moments (ISO), UUIDs, enums,
tuples, mappings of texts, optional values and frozen dataclasses of these; nothing that a record names is imported.
"""

import types
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from overt.errors import EncounterUnreadable


def encode(value: object) -> Any:
    """The JSON-able form of a value."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return value.value
        case str():
            return str(value)
        case bytes():
            return value.hex()
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case tuple():
            return [encode(item) for item in value]
        case Mapping():
            return {str(key): encode(item) for key, item in value.items()}
    if is_dataclass(value):
        return {each.name: encode(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a record")


def decode(kind: Any, record: object) -> Any:
    """The value of type `kind` that a record holds.

    Raises:
        EncounterUnreadable: the record is not exactly what `encode` makes of such a value.
    """
    try:
        value = _decode(kind, record)
    except (ValueError, TypeError):
        raise EncounterUnreadable() from None
    if encode(value) != record:
        raise EncounterUnreadable()
    return value


def _decode(kind: Any, record: Any) -> Any:
    kind = getattr(kind, "__supertype__", kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if record is None else _first_that_reads(arguments, record)
    if origin is tuple:
        return tuple(_decode(arguments[0], item) for item in _exactly(list, record))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_exactly(str, key): _exactly(str, item) for key, item in _exactly(dict, record).items()}
    if is_dataclass(kind):
        return _decode_dataclass(kind, _exactly(dict, record))
    return _decode_scalar(kind, record)


def _first_that_reads(kinds: tuple[Any, ...], record: Any) -> Any:
    *earlier, last = (each for each in kinds if each is not types.NoneType)
    for kind in earlier:
        with suppress(ValueError, TypeError):
            return _decode(kind, record)
    return _decode(last, record)


def _decode_scalar(kind: Any, record: Any) -> Any:
    if kind in (str, int, bool):
        return _exactly(kind, record)
    text = _exactly(str, record)
    if kind is bytes:
        return bytes.fromhex(text)
    if kind is datetime:
        return _aware(datetime.fromisoformat(text))
    return date.fromisoformat(text) if kind is date else kind(text)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError
    return moment


def _decode_dataclass(kind: Any, record: dict[str, Any]) -> Any:
    hints = _hints(kind)
    if set(record) != set(hints):
        raise ValueError
    return kind(**{name: _decode(hint, record[name]) for name, hint in hints.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _exactly(kind: type, record: Any) -> Any:
    if type(record) is not kind:
        raise TypeError
    return record
