"""The book of practice moves as the force's book does: the same desks make the same moves over both.

Both desks have one policy, one gallery, one clock and one supply of randomness each that starts alike, so that equal
courses are equal to the last bit: encounters, answers and refusals. Only the record differs: practice writes none.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from overt.access import Shutter
from overt.authority import Authority
from overt.encounter import CandidateAnswer, Comparison, Corroboration, Decision, Demographics, Identity, Outcome
from overt.encounter.desk import Desk, Surroundings
from overt.encounter.ports import EligibleCandidate
from overt.encounter.reveal_desk import RevealDesk
from overt.encounter.search_desk import SearchDesk
from overt.errors import Refusal
from overt.identifiers import EncounterId, OfficerId
from overt.practice.book import NO_ENTRY, PracticeBook
from overt.practice.people import PracticePeople
from overt.practice.seconds import PracticeSeconds
from overt.search.contract import Scored
from overt.store.creation import demo_device_id
from overt.store.desks import calibration_for
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force, random_bytes

COLLEAGUE = OfficerId("demo-supervisor")
RISK = {**STREET, "ground": "missing", "details": "cannot-give", "power": "common-law-life", "offence": "not-required"}
OPENINGS: list[dict[str, Any]] = [
    dict(STREET),
    {**STREET, "ground": "wanted", "power": "warrant"},
    RISK,
    {**RISK, "ground": "unconscious"},
]
Step = tuple[str, Any]

STEPS = st.one_of(
    st.tuples(st.just("notice"), st.sampled_from(["given", "not-understood", "unconscious", "nonsense"])),
    st.tuples(st.just("capture"), st.sampled_from(["p1", "p2", "stranger", "no face", "replayed", "not signed"])),
    st.tuples(st.just("again"), st.sampled_from([b"session", b"another"])),
    st.tuples(st.just("compare"), st.sampled_from(["same", "different", "cannot-tell", "nonsense"])),
    st.tuples(st.just("reveal"), st.sampled_from([b"session", b"another"])),
    st.tuples(st.just("decide"), st.sampled_from(["follow-lead", "none-of-them", "no-candidate", "nonsense"])),
    st.tuples(st.just("outcome"), st.sampled_from(["let-go", "detained", "detained with a document", "arrested"])),
    st.tuples(st.just("demographics"), st.sampled_from(["not-stated", "nonsense"])),
    st.tuples(st.just("decline receipt"), st.none()),
    st.tuples(st.just("identity"), st.sampled_from(["document", "not-established"])),
    st.tuples(st.just("end"), st.sampled_from(["declined-photo", "mistake", "nonsense"])),
    st.tuples(st.just("followed"), st.sampled_from(["left", "nonsense"])),
    st.tuples(st.just("owed notice"), st.none()),
    st.tuples(st.just("somebody else's"), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 61, 1801])),
)
WHOLE: list[Step] = [
    ("notice", "given"),
    ("capture", "p1"),
    ("compare", "same"),
    ("reveal", b"session"),
    ("decide", "follow-lead"),
    ("outcome", "detained with a document"),
    ("demographics", "not-stated"),
    ("decline receipt", None),
]


@dataclass
class Side:
    """One of the two: desks over one of the books."""

    force: Force
    desk: Desk
    search: SearchDesk
    later: RevealDesk
    encounter: EncounterId | None = None

    @property
    def open_one(self) -> EncounterId:
        assert self.encounter is not None
        return self.encounter

    def take(self, step: Step) -> str:
        """What came of a step: nothing, or the refusal."""
        name, value = step
        try:
            getattr(self, name.replace(" ", "_").replace("'", ""))(value)
        except Refusal as refusal:
            return f"{refusal.code}: {refusal.detail}"
        return ""

    def open(self, fields: Mapping[str, Any]) -> None:
        self.encounter = self.desk.open(fields, OFFICER).id

    def notice(self, code: str) -> None:
        self.desk.notice(self.open_one, OFFICER, code)

    def capture(self, what: str) -> None:
        shots = {"p1": photograph(1, 99), "p2": photograph(2, 99), "no face": photograph(1, faces=0)}
        photo = shots.get(what, photograph(777))
        nonce = self.desk.nonce(self.open_one, OFFICER, demo_device_id(self.force.instance.about.id))
        signature = self.force.sign(nonce.value, self.open_one, photo)
        if what == "not signed":
            signature = bytes(64)
        if what == "replayed":
            self.desk.people.use_nonce(nonce.value)
        signed = (nonce.value, signature, Shutter.GUIDED)
        self.search.capture(self.open_one, OFFICER, [photo], *signed, b"session", nonce.device)

    def again(self, session: bytes) -> None:
        self.search.again(self.open_one, OFFICER, session)

    def compare(self, verdict: str) -> None:
        shown = self.desk.book.load(self.open_one).candidates
        answers = tuple(CandidateAnswer(each, {"eyes": "similar"}, verdict, 9000) for each in shown)
        self.later.compare(self.open_one, OFFICER, Comparison(answers), b"session")

    def reveal(self, session: bytes) -> None:
        self.later.reveal(self.open_one, OFFICER, session)

    def decide(self, code: str) -> None:
        shown = self.desk.book.load(self.open_one).candidates
        lead = shown[0] if shown and code == "follow-lead" else None
        self.later.decide(self.open_one, OFFICER, Decision(code, lead))

    def outcome(self, what: str) -> None:
        now = self.force.clock()
        before = (Corroboration("document", now - timedelta(minutes=1), "123"),) if "document" in what else ()
        self.later.outcome(self.open_one, OFFICER, Outcome(what.split()[0], now, before))

    def demographics(self, code: str) -> None:
        self.later.demographics(self.open_one, OFFICER, Demographics(code, code, code, code))

    def decline_receipt(self, _: None) -> None:
        self.later.issue(self.open_one, OFFICER, declined=True)

    def identity(self, by: str) -> None:
        who = "not-known" if by == "not-established" else "not-enrolled"
        self.later.identity(self.open_one, OFFICER, Identity(by, who))

    def end(self, code: str) -> None:
        self.desk.end(self.open_one, OFFICER, code)

    def followed(self, code: str) -> None:
        self.desk.followed(self.open_one, OFFICER, code)

    def owed_notice(self, _: None) -> None:
        self.desk.owed_notice(self.open_one, OFFICER)

    def somebody_elses(self, _: None) -> None:
        self.desk.end(self.open_one, COLLEAGUE, "mistake")


def eligible(force: Force) -> Callable[[Authority, Sequence[Scored]], list[EligibleCandidate]]:
    """The force's own gallery, read again as its book reads it."""

    def read(authority: Authority, scored: Sequence[Scored]) -> list[EligibleCandidate]:
        listed = [(force.instance.browser.one(one.reference), one.score) for one in scored]
        return [
            EligibleCandidate(each.reference, each.person, score, each.label.captured_on, each.label.outcome.value)
            for each, score in listed
            if authority.scope.covers(each.label, authority.as_of)
        ]

    return read


def both_sides(force: Force) -> tuple[Side, Side]:
    instance = force.instance
    # Fresh each time, and not Hypothesis' own: the force's book keeps for ever what has had an identifier.
    seed = random_bytes(16)
    calibration = calibration_for(force.templates.contract)

    def side(book: Any, people: Any, seconds: Any) -> Side:
        around = Surroundings(draw=random.Random(seed).randbytes, now=force.clock, stopwatch=lambda: 0.0)
        desk = Desk(instance.policy, book, people, around)
        search = SearchDesk(desk, force.templates, instance.index, calibration)
        return Side(force, desk, search, RevealDesk(desk, instance.browser, calibration, "", seconds))

    practised = PracticeBook(force.clock, eligible(force))
    return (
        side(instance.book, instance.accounts, instance.viewing),
        side(practised, PracticePeople(instance.accounts, force.clock), PracticeSeconds(force.clock)),
    )


@pytest.fixture(scope="module")
def enrolled(shared_force: Force) -> Force:
    shared_force.enrol(1, 2)
    return shared_force


def same_course(force: Force, opening: Mapping[str, Any], steps: list[Step]) -> Side:
    """Take the same steps on both sides; the side of practice."""
    real, practised = both_sides(force)
    assert real.take(("open", opening)) == practised.take(("open", opening)) == ""
    for step in steps:
        if step[0] == "wait":
            force.clock.forward(seconds=step[1])
            continue
        came = practised.take(step)
        assert real.take(step) == came, step
        assert real.desk.book.load(real.open_one) == practised.desk.book.load(practised.open_one), step
    return practised


@settings(max_examples=60)
@given(
    opening=st.sampled_from(OPENINGS),
    ahead=st.integers(0, len(WHOLE)),
    steps=st.lists(STEPS, max_size=10),
)
def test_every_move_is_made_and_refused_alike(
    enrolled: Force, opening: dict[str, Any], ahead: int, steps: list[Step]
) -> None:
    """From some way into a check, since chance alone would rarely come past the comparison."""
    begun = WHOLE[:ahead]
    if opening["ground"] == "unconscious" and begun:
        begun = [("notice", "unconscious"), *begun[1:]]
    practised = same_course(enrolled, opening, begun + steps)
    kept = practised.desk.book.stored_answer(practised.open_one)
    assert kept is None or kept.index == NO_ENTRY


def test_what_goes_wrong_on_the_way_goes_wrong_alike(enrolled: Force) -> None:
    wrong: list[Step] = [
        ("somebody else's", None),
        ("end", "nonsense"),
        ("notice", "nonsense"),
        ("capture", "no face"),
        ("capture", "replayed"),
        ("capture", "not signed"),
        ("again", b"another"),
        ("compare", "nonsense"),
        ("decide", "nonsense"),
        ("outcome", "detained"),
        ("demographics", "nonsense"),
        ("followed", "left"),
        ("owed notice", None),
    ]
    course = [step for right in WHOLE for step in (*wrong, right)]
    practised = same_course(enrolled, STREET, [*course, ("identity", "document")])
    stored = practised.desk.book.load(practised.open_one)
    assert (stored.state.value, stored.identity is not None) == ("completed", True)
    assert len(stored.step_refusals) > 90


def test_what_is_kept_of_an_answer_is_alike(enrolled: Force) -> None:
    real, practised = both_sides(enrolled)
    for side in (real, practised):
        for step in [("open", STREET), *WHOLE[:2]]:
            assert side.take(step) == ""
    ours, theirs = (side.desk.book.stored_answer(side.open_one) for side in (real, practised))
    assert ours is not None
    assert theirs is not None
    assert (ours.body, ours.session) == (theirs.body, theirs.session)
    assert len(ours.body["candidates"]) == 1


def test_an_unknown_check_is_unknown_to_both(enrolled: Force) -> None:
    real, practised = both_sides(enrolled)
    practised.take(("open", STREET))
    real.encounter = practised.encounter
    for step in WHOLE:
        assert real.take(step).startswith("encounter_unknown:")
    real, practised = both_sides(enrolled)
    real.take(("open", STREET))
    practised.encounter = real.encounter
    for step in WHOLE:
        assert practised.take(step).startswith("encounter_unknown:")


@pytest.mark.parametrize("change", [{"tried_first": []}, {"place": "school"}, {"age": "child"}, {"officer": "nobody"}])
def test_an_opening_is_refused_alike(enrolled: Force, change: dict[str, Any]) -> None:
    real, practised = both_sides(enrolled)
    came = practised.take(("open", {**STREET, **change}))
    assert came
    assert real.take(("open", {**STREET, **change})) == came
