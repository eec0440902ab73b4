"""The demonstration policy: rules.md as data, with the dates of a pilot put in. For the demonstration instance only."""

from datetime import date
from functools import cache
from importlib.resources import files


def demonstration_policy(pilot_starts: date, pilot_ends: date) -> str:
    """TOML text of the demonstration policy; `parse_policy` reads it.

    Args:
        pilot_starts: first UTC day of use.
        pilot_ends: last UTC day of use; not before the first (`parse_policy` refuses that), but it may lie in the past.
    """
    text = _template()
    for mark, day in (("1970-01-01", pilot_starts), ("1970-01-02", pilot_ends)):
        text = text.replace(mark, day.isoformat(), 1)
    return text


@cache
def _template() -> str:
    return files("overt.policy").joinpath("demonstration.toml").read_text("utf-8")
