"""An encounter in storage: what is written is read back, and nothing else is read."""

import json
from copy import deepcopy
from typing import Any

import pytest

from overt.encounter import (
    Corroboration,
    Encounter,
    FieldCorrection,
    Identity,
    Outcome,
    State,
    correct,
    end,
    identity_established,
    record_outcome,
    record_what_followed,
    step_refused,
)
from overt.errors import EncounterUnreadable, NoticeMissing
from unit.encounter.builders import KEY, NOW, POLICY, RISK, at, carried_to, fields, later


def full() -> Encounter:
    """A check in which everything that a record may hold is there."""
    coded = fields(RISK, operator="demo-colleague", age="child", sign_off="demo-supervisor")
    decided = at(State.DECIDED, coded=coded)
    outcome = Outcome("arrested", later(minutes=5), (Corroboration("document", NOW, "passport 1"),), "no-video")
    encounter = record_outcome(POLICY, decided, outcome, later(minutes=9)).encounter
    encounter = identity_established(POLICY, encounter, Identity("court", "not-known"), NOW).encounter
    encounter = correct(POLICY, encounter, FieldCorrection("place", "vehicle"), NOW).encounter
    return step_refused(encounter, NoticeMissing()).encounter


def through_json(encounter: Encounter) -> Any:
    return json.loads(json.dumps(encounter.to_record()))


@pytest.mark.parametrize("state", State)
def test_every_state_comes_back_as_it_was(state: State) -> None:
    encounter = end(POLICY, at(State.OPENED), "no-signal").encounter if state is State.ENDED else at(state)
    assert Encounter.from_record(through_json(encounter)) == encounter


def test_everything_comes_back_as_it_was() -> None:
    declined = end(POLICY, at(State.NOTICED), "declined-photo").encounter
    for encounter in (full(), record_what_followed(POLICY, declined, "left", NOW).encounter):
        assert Encounter.from_record(through_json(encounter)) == encounter


@pytest.mark.parametrize("name", sorted(through_json(at(State.OPENED))))
def test_a_member_left_out_is_unreadable(name: str) -> None:
    record = through_json(full())
    del record[name]
    with pytest.raises(EncounterUnreadable):
        Encounter.from_record(record)


BROKEN: dict[tuple[str | int, ...], list[object]] = {
    ("state",): ["elsewhere", None, 3],
    ("id",): ["not-a-uuid", "{00000000-0000-0000-0000-000000000007}", 7],
    ("once_key",): ["zz", " 00", None],
    ("opened_at",): ["2026-11-23T14:30:00", "yesterday", 5],
    ("simulated",): ["no", 0, None],
    ("past",): ["encounter:check:opened", ["encounter:check:invented"], None],
    ("candidates",): [["31"], [1.0], "31", [True]],
    ("fields", "tried_first"): ["asked-again", [1]],
    ("fields", "intelligence_expires"): ["soon", 20270101],
    ("comparison", "answers", 0, "features"): [{"eyes": 1}, ["eyes"]],
    ("outcome", "corroborations", 0): ["document", {"code": "document"}],
    ("fields",): [None, [], "x"],
}


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, values in BROKEN.items() for value in values])
def test_a_broken_record_is_unreadable(path: tuple[str | int, ...], value: object) -> None:
    record = deepcopy(through_json(full()))
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(EncounterUnreadable):
        Encounter.from_record(record)


def test_a_member_too_many_is_unreadable() -> None:
    with pytest.raises(EncounterUnreadable):
        Encounter.from_record({**through_json(full()), "probe": "…"})


def test_the_secret_stands_in_the_record_and_in_no_entry() -> None:
    moves = carried_to(State.COMPLETED)
    assert moves[-1].encounter.to_record()["once_key"] == KEY.hex()
    assert KEY.hex() not in json.dumps([{**each.entry.private, **each.entry.fields} for each in moves])
