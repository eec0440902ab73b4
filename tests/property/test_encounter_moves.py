"""No sequence of moves reaches a search without an open, noticed check; every move is one entry; what was fixed stays.

A model that knows nothing of the machine's states, only the list of what was done, says what may happen next.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import hypothesis.strategies as st
from hypothesis import event, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from overt import errors
from overt.authority import Authority
from overt.encounter import (
    CodedFields,
    Corroboration,
    Decision,
    Encounter,
    FieldCorrection,
    Identity,
    Move,
    Outcome,
    authorise_search,
    capture_refused,
    correct,
    decide,
    end,
    give_owed_notice,
    identity_established,
    issue_receipt,
    owed,
    record_comparison,
    record_demographics,
    record_notice,
    record_outcome,
    record_what_followed,
    reveal,
    search_answered,
    step_refused,
)
from overt.encounter.steps import FollowUp
from overt.identifiers import ReferenceId
from overt.ledger.commitment import once_tag
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from unit.encounter.builders import (
    CONTRACT,
    NOT_STATED,
    NOW,
    PEOPLE,
    POLICY,
    RISK,
    answer,
    comparison,
    fields,
    opened,
)

LAWFUL = (
    fields(),
    fields(ground="wanted", power="warrant"),
    fields(RISK),
    fields(RISK, age="unsure", sign_off="demo-supervisor"),
    fields(RISK, ground="unconscious", notice="unconscious"),
    fields(RISK, ground="deceased", notice="deceased"),
)
REFERENCES = st.lists(st.integers(1, 9).map(ReferenceId), max_size=3, unique=True).map(tuple)
WAITS = st.sampled_from([0, 1, 30, 61, 600, 1799, 1801])


def done_by(entry: EntryDraft) -> Deed | FollowUp:
    """What an entry tells; of a follow-up what only its opening tells."""
    if entry.deed is not Deed.ENCOUNTER_FOLLOW_UP_RECORDED:
        return entry.deed
    private = entry.private["follow_up"]
    assert isinstance(private, dict)
    return FollowUp(str(private["kind"]))


class Checks(RuleBasedStateMachine):
    """One check, and everything that anybody may try with it."""

    encounter: Encounter
    coded: CodedFields

    @initialize(coded=st.sampled_from(LAWFUL), steps=st.integers(0, 8))
    def open(self, coded: CodedFields, steps: int) -> None:
        """A check that has come some way already: chance alone would rarely come past the comparison."""
        self.coded, self.now = coded, NOW
        self.entries: list[EntryDraft] = []
        self.authorities: list[Authority] = []
        self.notice: str | None = None
        self.compared = False
        self._take(opened(coded))
        for _ in range(steps):
            self.carry_on()

    # --- what was done, without the machine's own words --------------------------------------------------------------

    def did(self, deed: Deed | FollowUp) -> bool:
        return any(done is deed for done in map(done_by, self.entries))

    @property
    def over(self) -> bool:
        """Ended early, told in vain, or completed."""
        in_vain = self.notice == "not-understood" and self.coded.ground in ("identity-doubted", "wanted")
        return in_vain or self.did(Deed.ENCOUNTER_CHECK_ENDED) or self.did(Deed.ENCOUNTER_RECEIPT_ISSUED)

    def _take(self, move: Move) -> None:
        self.encounter = move.encounter
        self.entries.append(move.entry)

    def attempt(self, make: Callable[[], Move], may: bool) -> bool:
        """Try a move; it happens exactly when the model says that it may, and else changes nothing."""
        before = self.encounter
        try:
            move = make()
        except errors.Refusal as refusal:
            refused = refusal.code
        else:
            refused = ""
            self._take(move)
        assert may == (not refused), refused or self.entries[-1].deed
        assert may or self.encounter is before
        return may

    # --- everything that may be tried, in any order ------------------------------------------------------------------

    @rule(seconds=WAITS)
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(code=st.sampled_from([*POLICY.codes.notices, "shown"]))
    def tell(self, code: str) -> None:
        ordinary = self.coded.ground in ("identity-doubted", "wanted")
        living = self.coded.ground in ("missing", "imminent-serious-harm")
        fits = {
            "given": ordinary or living,
            "not-understood": ordinary or living,
            "unconscious": self.coded.ground == "unconscious",
            "deceased": self.coded.ground == "deceased",
        }
        may = self.notice is None and not self.over and fits.get(code, False)
        if self.attempt(lambda: record_notice(POLICY, self.encounter, code, self.now), may):
            self.notice = code

    @property
    def searchable(self) -> bool:
        in_time = self.now - NOW <= timedelta(minutes=30)
        return self.notice is not None and not self.over and not self.did(Deed.ENCOUNTER_SEARCH_PERFORMED) and in_time

    @rule()
    def ask_to_search(self) -> None:
        try:
            authority = authorise_search(POLICY, self.encounter, PEOPLE, CONTRACT, self.now)
        except errors.Refusal:
            assert not self.searchable
        else:
            assert self.searchable
            self.authorities.append(authority)

    @rule()
    def spoil_a_photograph(self) -> None:
        may = self.notice is not None and not self.over and not self.did(Deed.ENCOUNTER_SEARCH_PERFORMED)
        self.attempt(lambda: capture_refused(self.encounter, errors.CaptureRefusal()), may)

    @precondition(lambda self: self.authorities)
    @rule(data=st.data(), shown=REFERENCES)
    def search(self, data: st.DataObject, shown: tuple[ReferenceId, ...]) -> None:
        authority = data.draw(st.sampled_from(self.authorities))
        fresh = self.now - authority.as_of <= timedelta(seconds=60)
        may = self.searchable and fresh
        self.attempt(lambda: search_answered(POLICY, self.encounter, authority, answer(shown), self.now), may)

    @rule(verdict=st.sampled_from(list(POLICY.codes.verdicts)))
    def compare(self, verdict: str) -> None:
        may = self.did(Deed.ENCOUNTER_SEARCH_PERFORMED) and not self.over and not self.compared
        said = comparison(self.encounter, verdict)
        self.compared |= self.attempt(lambda: record_comparison(POLICY, self.encounter, said), may)

    @rule()
    def look(self) -> None:
        may = self.compared and not self.over and not self.did(Deed.ENCOUNTER_CANDIDATES_REVEALED)
        self.attempt(lambda: reveal(self.encounter), may)

    @rule(code=st.sampled_from(list(POLICY.decisions)), reference=st.none() | st.integers(1, 9).map(ReferenceId))
    def settle_on(self, code: str, reference: ReferenceId | None) -> None:
        shown = self.encounter.candidates
        fits = {
            "follow-lead": reference in shown,
            "none-of-them": bool(shown) and reference is None,
            "cannot-tell": bool(shown) and reference is None,
            "no-candidate": not shown and reference is None,
        }
        due = self.did(Deed.ENCOUNTER_CANDIDATES_REVEALED) and not self.did(Deed.ENCOUNTER_DECISION_RECORDED)
        made = Decision(code, reference)
        self.attempt(lambda: decide(POLICY, self.encounter, made), due and fits[code] and not self.over)

    @rule(
        code=st.sampled_from(list(POLICY.outcomes)),
        minutes=st.lists(st.integers(-2, 2), max_size=2),
        video=st.none() | st.just("no-video"),
    )
    def act(self, code: str, minutes: list[int], video: str | None) -> None:
        at = self.now - timedelta(minutes=2)
        relied_on = tuple(Corroboration("document", at - timedelta(minutes=each), "passport") for each in minutes)
        backed = code in ("let-go", "advice", "helped", "family-informed") or any(each > 0 for each in minutes)
        filmed = code != "arrested" or video is not None
        due = self.did(Deed.ENCOUNTER_DECISION_RECORDED) and not self.did(FollowUp.OUTCOME)
        may = due and not self.over and backed and filmed and at >= NOW
        outcome = Outcome(code, at, relied_on, video)
        self.attempt(lambda: record_outcome(POLICY, self.encounter, outcome, self.now), may)

    @rule()
    def ask_about_themselves(self) -> None:
        asked = self.did(FollowUp.DEMOGRAPHICS)
        may = self.encounter.outcome is not None and not asked and not self.over
        self.attempt(lambda: record_demographics(POLICY, self.encounter, NOT_STATED), may)

    @rule(declined=st.booleans())
    def hand_out_a_receipt(self, declined: bool) -> None:
        issued = self.did(Deed.ENCOUNTER_RECEIPT_ISSUED)
        may = not issued and (self.over or self.did(FollowUp.DEMOGRAPHICS))
        self.attempt(lambda: issue_receipt(POLICY, self.encounter, "AB12-CD34", declined), may)

    @rule(code=st.sampled_from([*POLICY.codes.ends, "other"]), really=st.integers(0, 5))
    def stop(self, code: str, really: int) -> None:
        code = code if really == 0 else "other"  # else hardly any check would live long
        may = not self.over and code in POLICY.codes.ends
        self.attempt(lambda: end(POLICY, self.encounter, code), may)

    @rule(by=st.sampled_from(list(POLICY.codes.identity_established_by)))
    def establish(self, by: str) -> None:
        established = self.did(FollowUp.IDENTITY)
        decided = self.did(Deed.ENCOUNTER_DECISION_RECORDED) or self.over
        may = self.did(Deed.ENCOUNTER_SEARCH_PERFORMED) and decided and not established
        self.attempt(lambda: identity_established(POLICY, self.encounter, Identity(by, "not-known"), self.now), may)

    @rule()
    def tell_later(self) -> None:
        told = [entry for entry in self.entries if entry.deed is Deed.ENCOUNTER_NOTICE_RECORDED]
        may = self.notice == "unconscious" and len(told) == 1
        self.attempt(lambda: give_owed_notice(self.encounter, self.now), may)

    @rule(code=st.sampled_from(list(POLICY.codes.followed)))
    def say_what_followed(self, code: str) -> None:
        may = self.encounter.end == "declined-photo" and not self.encounter.followed
        self.attempt(lambda: record_what_followed(POLICY, self.encounter, code, self.now), may)

    @rule(name=st.sampled_from(["place", "age", "ground", "officer"]))
    def change_a_field(self, name: str) -> None:
        code = {"place": "home", "age": "child", "ground": "missing", "officer": "somebody"}[name]
        may = (self.over or self.did(Deed.ENCOUNTER_SEARCH_PERFORMED)) and name != "officer"
        self.attempt(lambda: correct(POLICY, self.encounter, FieldCorrection(name, code), self.now), may)

    @rule()
    def be_refused(self) -> None:
        self.attempt(lambda: step_refused(self.encounter, errors.NoticeMissing()), True)

    @rule()
    def carry_on(self) -> None:
        """The next lawful step, whatever it is."""
        past = self.encounter.past
        if self.notice is None:
            self.tell(self.coded.notice or "given")
        elif Deed.ENCOUNTER_SEARCH_PERFORMED not in past and self.searchable and not self.over:
            authority = authorise_search(POLICY, self.encounter, PEOPLE, CONTRACT, self.now)
            self.attempt(lambda: search_answered(POLICY, self.encounter, authority, answer(), self.now), True)
        elif not self.compared:
            self.compare("same")
        elif Deed.ENCOUNTER_CANDIDATES_REVEALED not in past:
            self.look()
        elif Deed.ENCOUNTER_DECISION_RECORDED not in past:
            code = "none-of-them" if self.encounter.candidates else "no-candidate"
            self.settle_on(code, None)
        elif FollowUp.OUTCOME not in past:
            self.now += timedelta(minutes=3)
            self.act("reported", [1], None)
        elif FollowUp.DEMOGRAPHICS not in past:
            self.ask_about_themselves()
        else:
            self.hand_out_a_receipt(False)

    def teardown(self) -> None:
        if hasattr(self, "encounter"):
            event(f"came to {self.encounter.state}")

    # --- what holds whatever was tried -------------------------------------------------------------------------------

    @invariant()
    def one_entry_for_each_move(self) -> None:
        assert [done_by(entry) for entry in self.entries] == list(self.encounter.past)
        assert self.encounter.version == len(self.entries)

    @invariant()
    def no_tag_is_made_twice(self) -> None:
        tags = {once_tag(self.encounter.once_key, entry.deed, entry.once_number) for entry in self.entries}
        assert len(tags) == len(self.entries)

    @invariant()
    def a_search_was_told_of_before_and_is_alone(self) -> None:
        past = list(self.encounter.past)
        assert past.count(Deed.ENCOUNTER_SEARCH_PERFORMED) <= 1
        if Deed.ENCOUNTER_SEARCH_PERFORMED in past:
            before = past[: past.index(Deed.ENCOUNTER_SEARCH_PERFORMED)]
            assert before[0] is Deed.ENCOUNTER_CHECK_OPENED
            assert Deed.ENCOUNTER_NOTICE_RECORDED in before
            assert Deed.ENCOUNTER_CHECK_ENDED not in before
        else:
            assert self.encounter.candidates == ()

    @invariant()
    def the_fields_are_frozen(self) -> None:
        assert replace(self.encounter.fields, notice=None) == replace(self.coded, notice=None)
        assert self.encounter.fields.notice == self.notice

    @invariant()
    def nothing_in_clear_tells_who_was_shown(self) -> None:
        for entry in self.entries:
            assert not {"result", "decision", "outcome", "candidates", "score"} & set(entry.fields)

    @invariant()
    def it_can_be_stored_at_any_time(self) -> None:
        assert Encounter.from_record(self.encounter.to_record()) == self.encounter

    @invariant()
    def what_is_owed_has_a_deadline(self) -> None:
        def late(now: datetime) -> list[bool]:
            return [each.overdue for each in owed(POLICY, self.encounter, now)]

        assert not any(late(NOW))
        assert all(late(self.now + timedelta(days=31)))


Checks.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestChecks = Checks.TestCase
