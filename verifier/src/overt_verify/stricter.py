"""Which members of a policy are stricter in the one that follows it (spec/policy.md, "How a policy changes").

Rule: what the table does not know to be stricter is not.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from overt_verify.canonical import JsonValue

_LOWER, _HIGHER, _FEWER, _ON, _OFF, _GONE = "lower", "higher", "fewer", "on", "off", "gone"
_GROUND = dict.fromkeys(("galleries", "places", "ages", "notices", "details", "powers"), _FEWER)
_TABLE: Mapping[str, str] = MappingProxyType(
    {
        "signatories/notice_days": _HIGHER,
        "witnesses/stop_after_hours": _LOWER,
        "pilot/starts": _HIGHER,
        "pilot/ends": _LOWER,
        "pilot/officer_cap": _LOWER,
        "pilot/checks_per_area_hour": _LOWER,
        "limits/*": _LOWER,
        "grounds/*/enabled": _OFF,
        "grounds/*/offence": _ON,
        "grounds/*/sign_off": _ON,
        **{f"grounds/*/{name}": how for name, how in _GROUND.items()},
        **{
            f"codes/{name}/*": _GONE
            for name in ("powers", "offences", "places", "areas", "ages", "details", "corroboration")
        },
        "outcomes/*/adverse": _ON,
        "outcomes/*/asks_video": _ON,
        "gallery/outcomes/*": _FEWER,
        "gallery/review_interval_days": _LOWER,
        "gallery/ceiling": _LOWER,
        "candidates/cap": _LOWER,
        "threshold/target_fpir_per_million": _LOWER,
        "threshold/set_for": _HIGHER,
        "deadlines/*": _LOWER,
    }
)
_Path = tuple[str, ...]


def differing(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> Iterator[tuple[str, ...]]:
    """The paths of the members that differ, in order."""
    old, new = dict(_leaves(dict(before))), dict(_leaves(dict(after)))
    return (path for path in sorted(old.keys() | new.keys()) if old.get(path) != new.get(path))


def not_stricter(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> Iterator[str]:
    """The members that differ and are not known to be stricter, by path; the version's name is not looked at."""
    old, new = dict(_leaves(dict(before))), dict(_leaves(dict(after)))
    for path in sorted(old.keys() | new.keys()):
        one, other = old.get(path), new.get(path)
        if path != ("version",) and one != other and not _is_stricter(_how(path), one, other):
            yield ".".join(path)


def _how(path: _Path) -> str | None:
    """What would make this member stricter: by its own name, or with one step left open."""
    steps = [path, *((*path[:at], "*", *path[at + 1 :]) for at in range(1, len(path)))]
    return next((how for each in steps if (how := _TABLE.get("/".join(each))) is not None), None)


def _is_stricter(how: str | None, before: JsonValue, after: JsonValue) -> bool:
    match how, before, after:
        case (("lower" | "higher"), str(), str()):
            return (after < before) is (how == _LOWER)
        case (("lower" | "higher"), int(), int()):
            return (after < before) is (how == _LOWER)
        case "fewer", list(), list():
            return {str(each) for each in after} < {str(each) for each in before}
        case "on", False, True:
            return True
        case "off", True, False:
            return True
        case "gone", _, None:
            return before is not None
        case _:
            return False


def _leaves(value: JsonValue, path: _Path = ()) -> Iterator[tuple[_Path, JsonValue]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, (*path, name))
    else:
        yield path, value
