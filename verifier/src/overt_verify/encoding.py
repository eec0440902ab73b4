"""Strict readings of the small encodings: base64, decimal, hex, digests, dates and hours.

One value has one spelling: whatever would read as the same value in another spelling is refused, so that two readers
never disagree about which bytes were meant. Each function returns None for refusal; callers say what it means for them.
"""

import base64
import binascii
import datetime
import re

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_HEX64 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_HOUR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3])Z", re.ASCII)


def base64_bytes(text: str) -> bytes | None:
    """Standard base64 with padding (RFC 4648, section 4), no line breaks, no stray bits in the last character."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return data if base64.b64encode(data) == text.encode("ascii") else None


def hash_bytes(text: str) -> bytes | None:
    """32 bytes in base64."""
    data = base64_bytes(text)
    return data if data is not None and len(data) == 32 else None


def decimal(text: str) -> int | None:
    """A count below 2^63, without sign or leading zeros."""
    value = int(text) if _DECIMAL.fullmatch(text) else None
    return value if value is not None and value < 2**63 else None


def is_hex64(text: str) -> bool:
    """64 lower-case hex digits."""
    return _HEX64.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """`sha256:` and 64 lower-case hex digits."""
    return _DIGEST.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """A day that exists, `YYYY-MM-DD`."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_hour(text: str) -> bool:
    """A UTC hour that exists, `YYYY-MM-DDTHHZ`; such hours order as their text does."""
    found = _HOUR.fullmatch(text)
    return found is not None and is_date(found.group(1))
