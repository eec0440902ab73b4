"""The questions, read from `questions.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `fact`: the name of what answers it (`facts`); None leaves it to people."""

    id: str
    theme: str
    sources: tuple[str, ...]
    asks: str
    shown_by: tuple[str, ...]
    people: str
    fact: str | None = None


@cache
def questions() -> tuple[Question, ...]:
    """All of them, in the order of the file; package data, constant."""
    text = files("overt.scorecard").joinpath("questions.toml").read_text("utf-8")
    return tuple(_question(table) for table in tomllib.loads(text)["question"])


def _question(table: dict[str, Any]) -> Question:
    lists = {name: tuple(table[name]) for name in ("sources", "shown_by")}
    return Question(**{**table, **lists})
