"""What differs between two policies, and whether each difference is stricter or looser (rules.md, "Power to change").

Rules:
* A difference is stricter only where this module knows it to be: a lower cap, an earlier end, a place less, a sign-off
  more. Everything else is looser, a changed word too: a notice can be loosened by its wording.
* One looser difference makes the whole change a loosening.
* The version's name is the only member that is neither.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from overt.policy.values import Policy


class Direction(StrEnum):
    """What a difference does to what officers may do, or to what is kept and how long."""

    STRICTER = "stricter"
    LOOSER = "looser"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Difference:
    """One member of the canonical document that changes. `member` is its dotted path; None: it was or is not there."""

    member: str
    before: object
    after: object
    direction: Direction

    def sentence(self) -> str:
        """For people to read."""
        return f"{self.direction}: {self.member}: {_shown(self.before)} -> {_shown(self.after)}"


_Stricter = Callable[[Any, Any], bool]


def _lower(before: Any, after: Any) -> bool:
    return type(before) is type(after) and after < before


def _higher(before: Any, after: Any) -> bool:
    return type(before) is type(after) and after > before


def _fewer(before: Any, after: Any) -> bool:
    return isinstance(before, list) and isinstance(after, list) and set(after) < set(before)


def _switched_on(before: Any, after: Any) -> bool:
    return before is False and after is True


def _switched_off(before: Any, after: Any) -> bool:
    return before is True and after is False


def _gone(before: Any, after: Any) -> bool:
    return before is not None and after is None


_STRICTER: tuple[tuple[str, _Stricter], ...] = (
    ("signatories.notice_days", _higher),
    ("witnesses.stop_after_hours", _lower),
    ("pilot.starts", _higher),  # days are ISO strings, whose order is theirs
    ("pilot.ends", _lower),
    ("pilot.officer_cap", _lower),
    ("pilot.checks_per_area_hour", _lower),
    ("limits.*", _lower),
    ("grounds.*.enabled", _switched_off),
    ("grounds.*.offence", _switched_on),
    ("grounds.*.sign_off", _switched_on),
    *((f"grounds.*.{name}", _fewer) for name in ("galleries", "places", "ages", "notices", "details", "powers")),
    *((f"codes.{name}.*", _gone) for name in ("powers", "offences", "places", "areas", "ages", "details")),
    ("codes.corroboration.*", _gone),
    ("outcomes.*.adverse", _switched_on),
    ("outcomes.*.asks_video", _switched_on),
    ("gallery.outcomes.*", _fewer),
    ("gallery.review_interval_days", _lower),
    ("gallery.ceiling", _lower),
    ("candidates.cap", _lower),
    ("threshold.target_fpir_per_million", _lower),
    ("threshold.set_for", _higher),
    ("deadlines.*", _lower),
)
"""Member -> whether going from one value to the other is known to be stricter. `*` is one step of the path."""
_NEITHER = ("version",)


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Every member that differs, in the order of its path."""
    old, new = dict(_leaves(json.loads(before.canonical))), dict(_leaves(json.loads(after.canonical)))
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return tuple(
        Difference(".".join(path), old.get(path), new.get(path), _direction(path, old.get(path), new.get(path)))
        for path in paths
    )


def loosens(found: tuple[Difference, ...]) -> bool:
    """Whether the change as a whole is a loosening."""
    return any(each.direction is Direction.LOOSER for each in found)


def _direction(path: tuple[str, ...], before: object, after: object) -> Direction:
    member = ".".join(path)
    if member in _NEITHER:
        return Direction.NEITHER
    stricter = any(
        fnmatchcase(member, pattern) and len(path) == pattern.count(".") + 1 and known(before, after)
        for pattern, known in _STRICTER
    )
    return Direction.STRICTER if stricter else Direction.LOOSER


def _leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Everything below objects; an array is one value, in which the order of codes does not count."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, (*path, name))
    else:
        yield path, value


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"
