"""What is stricter, what is looser: one change at a time, and the verifier's own table says the same."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.policy import Policy
from overt.policy.change import Direction, differences, loosens
from overt.policy.document import canonical_text
from overt_verify.stricter import not_stricter
from unit.encounter.builders import POLICY

Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> Policy:
    """The policy with another document; only the document is compared, so nothing else of it is made anew."""
    document = json.loads(POLICY.canonical)
    edit(document)
    return replace(POLICY, canonical=canonical_text(document))


def put(*path: Any, value: object) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return edit


def without(*path: Any) -> Edit:
    def edit(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document.remove(path[-1]) if isinstance(document, list) else document.pop(path[-1])

    return edit


STRICTER: dict[str, Edit] = {
    "signatories.notice_days": put("signatories", "notice_days", value=28),
    "witnesses.stop_after_hours": put("witnesses", "stop_after_hours", value=12),
    "pilot.starts": put("pilot", "starts", value="2026-12-01"),
    "pilot.ends": put("pilot", "ends", value="2027-01-31"),
    "pilot.officer_cap": put("pilot", "officer_cap", value=9),
    "pilot.checks_per_area_hour": put("pilot", "checks_per_area_hour", value=5),
    "limits.check_minutes": put("limits", "check_minutes", value=10),
    "limits.capture_seconds": put("limits", "capture_seconds", value=30),
    "limits.session_idle_minutes": put("limits", "session_idle_minutes", value=5),
    "grounds.wanted.enabled": put("grounds", "wanted", "enabled", value=False),
    "grounds.missing.offence": put("grounds", "missing", "offence", value=True),
    "grounds.wanted.sign_off": put("grounds", "wanted", "sign_off", value=True),
    "grounds.missing.galleries": without("grounds", "missing", "galleries", "custody"),
    "grounds.missing.places": without("grounds", "missing", "places", "school"),
    "grounds.missing.ages": without("grounds", "missing", "ages", "child"),
    "grounds.missing.notices": without("grounds", "missing", "notices", "not-understood"),
    "grounds.wanted.details": without("grounds", "wanted", "details", "refused"),
    "grounds.wanted.powers": without("grounds", "wanted", "powers", "pace-24"),
    "codes.offences.theft": without("codes", "offences", "theft"),
    "codes.corroboration.document": without("codes", "corroboration", "document"),
    "outcomes.let-go.adverse": put("outcomes", "let-go", "adverse", value=True),
    "outcomes.let-go.asks_video": put("outcomes", "let-go", "asks_video", value=True),
    "gallery.outcomes.custody": without("gallery", "outcomes", "custody", "convicted"),
    "gallery.review_interval_days": put("gallery", "review_interval_days", value=30),
    "gallery.ceiling": put("gallery", "ceiling", value=100),
    "candidates.cap": put("candidates", "cap", value=1),
    "threshold.target_fpir_per_million": put("threshold", "target_fpir_per_million", value=100),
    "threshold.set_for": put("threshold", "set_for", value=10_000_000),
    "deadlines.notice_owed_days": put("deadlines", "notice_owed_days", value=1),
}


@pytest.mark.parametrize("member", STRICTER)
def test_stricter_one_way_is_looser_the_other(member: str) -> None:
    new = edited(STRICTER[member])
    (there,) = differences(POLICY, new)
    (back,) = differences(new, POLICY)
    assert (there.member, there.direction) == (member, Direction.STRICTER)
    assert (back.member, back.direction) == (member, Direction.LOOSER)
    assert (back.before, back.after) == (there.after, there.before)
    assert not loosens((there,))
    assert loosens((there, back))
    assert there.sentence().startswith(f"stricter: {member}: ")


LOOSER: dict[str, Edit] = {
    "witnesses.known": put("witnesses", "known", value=[{"address": "https://gazette.example", "key": "a"}]),
    "complaints": put("complaints", value="Nowhere."),
    "notice.standard": put("notice", "standard", value="Look here."),
    "codes.features.hands": put("codes", "features", "hands", value="Hands"),
    "codes.offences.new": put("codes", "offences", "new", value="New"),
    "grounds.wanted.text": put("grounds", "wanted", "text", value="Whoever"),
    "retention.answers_days": put("retention", "answers_days", value=1),
    "signatories.oversight": put("signatories", "oversight", value="somebody else"),
    "signatories.force": lambda document: document["signatories"]["force"].pop(),
    "activation": lambda document: document["activation"].pop(),
    "grounds.wanted.places": lambda document: document["grounds"]["wanted"].update(places=["home", "street"]),
    "model.contract": put("model", "contract", value="sha256:" + "1" * 64),
}


@pytest.mark.parametrize("member", LOOSER)
def test_what_is_not_known_to_be_stricter_is_looser(member: str) -> None:
    (found,) = differences(POLICY, edited(LOOSER[member]))
    assert (found.member, found.direction) == (member, Direction.LOOSER)


def test_the_name_of_the_version_is_neither() -> None:
    (found,) = differences(POLICY, edited(put("version", value="two")))
    assert found.direction is Direction.NEITHER
    assert not loosens((found,))


def test_nothing_differs_from_itself() -> None:
    assert differences(POLICY, POLICY) == ()


EDITS = st.sampled_from([*STRICTER.items(), *LOOSER.items()])


@given(st.lists(EDITS, max_size=4, unique_by=lambda each: each[0]), st.booleans())
def test_outsiders_come_to_the_same_conclusion(edits: list[tuple[str, Edit]], back: bool) -> None:
    def all_of_them(document: dict[str, Any]) -> None:
        for _, edit in edits:
            edit(document)

    one, other = POLICY, edited(all_of_them)
    if back:
        one, other = other, one
    looser = [each.member for each in differences(one, other) if each.direction is Direction.LOOSER]
    assert list(not_stricter(json.loads(one.canonical), json.loads(other.canonical))) == looser
