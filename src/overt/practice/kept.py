"""What practice remembers: a bounded table in memory, for several threads, gone with the process.

Rules:
* At most `most` values, and at most `most_each` of one owner. The oldest makes room: first the owner's own, so that
  nobody crowds out others by trying again and again.
* No value is older than `longest`, counted from when it was put there last; nor from the future, which only a clock
  that was set back can make it.
* `change` is to this table what a transaction with a locked row is to the database: nobody comes between.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many values, how many of one owner, and for how long."""

    most: int
    most_each: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class _Held(Generic[Value]):
    value: Value
    owner: Hashable
    since: datetime


class Kept(Generic[Key, Value]):
    """One table.

    Args:
        now: the present moment, aware.
        bounds: how much it holds.
    """

    def __init__(self, now: Callable[[], datetime], bounds: Bounds) -> None:
        self._now, self._bounds = now, bounds
        self._held: dict[Key, _Held[Value]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        with self._lock:
            return len(self._held)

    def put(self, key: Key, value: Value, owner: Hashable) -> None:
        """Keep a value, in the place of one with this key."""
        with self._lock:
            self._put(key, value, owner)

    def put_new(self, key: Key, value: Value, owner: Hashable) -> bool:
        """Keep a value unless there is one with this key; whether it was kept."""
        with self._lock:
            held = self._held.get(key)
            if held is not None and self._in_time(held):
                return False
            self._put(key, value, owner)
            return True

    def get(self, key: Key) -> Value | None:
        """The value of a key; None when there is none (any more)."""
        with self._lock:
            held = self._held.get(key)
            return held.value if held is not None and self._in_time(held) else None

    def change(self, key: Key, how: Callable[[Value], Value]) -> Value | None:
        """Put a value in the place of the one that `how` is given; returns the new one, None when there is none.

        What `how` raises is raised, and nothing changes.
        """
        with self._lock:
            held = self._held.get(key)
            if held is None or not self._in_time(held):
                return None
            value = how(held.value)
            self._held[key] = _Held(value, held.owner, held.since)
            return value

    def drop(self, key: Key) -> bool:
        """Forget a value; whether there was one."""
        with self._lock:
            held = self._held.pop(key, None)
            return held is not None and self._in_time(held)

    def all(self) -> list[Value]:
        """Every value, the newest first."""
        with self._lock:
            return [held.value for held in reversed(self._held.values()) if self._in_time(held)]

    def _put(self, key: Key, value: Value, owner: Hashable) -> None:
        self._forget_old()
        self._held.pop(key, None)
        self._make_room([each for each, held in self._held.items() if held.owner == owner], self._bounds.most_each)
        self._make_room(list(self._held), self._bounds.most)
        self._held[key] = _Held(value, owner, self._now())

    def _in_time(self, held: _Held[Value]) -> bool:
        return held.since <= self._now() <= held.since + self._bounds.longest

    def _forget_old(self) -> None:
        for key in [key for key, held in self._held.items() if not self._in_time(held)]:
            del self._held[key]

    def _make_room(self, keys: list[Key], most: int) -> None:
        """Drop the first of `keys` (the oldest) until one more fits."""
        for key in keys[: max(0, len(keys) + 1 - most)]:
            del self._held[key]
