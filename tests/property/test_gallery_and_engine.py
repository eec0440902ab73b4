"""Must hold: under interleaved imports, reviews, erasures and passing days, the running index answers as the slow
reference does over what the gallery should hold. Real PostgreSQL, two processes' worth of indexes.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from overt.candidates.display import Rules, choose
from overt.identifiers import PersonId, ReferenceId
from overt.scope import Label, Outcome, Scope
from overt.search.contract import Row, Scored
from overt.search.reference_engine import ReferenceEngine
from overt.store.desks import calibration_for
from overt.store.gallery.browsing import review
from overt.store.gallery.index import GalleryIndex
from overt.store.keys import PersonKeys
from overt.store.search_cache.cache import SearchFolder
from overt.template.template import Template
from simulators.camera import photograph, simulated_vector
from simulators.force import Force, demonstration, open_folder, write_manifest

LABELS = st.fixed_dictionaries(
    {"outcome": st.sampled_from(["convicted", "charged", "acquitted"]), "under_18": st.sampled_from(["false", "true"])}
)


class Gallery(RuleBasedStateMachine):
    """The model is a dictionary; the system is an instance that all runs share, emptied before each."""

    force: Force
    elsewhere: GalleryIndex
    kept: GalleryIndex
    """Keeps its tiles on disk, and is opened anew now and then."""
    open_kept: Callable[[], GalleryIndex]
    kept_in: Path
    next_person = 0

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[ReferenceId, tuple[PersonId, Label, int]] = {}
        for person in {one.person for one in self.force.instance.browser.page()}:
            self.force.instance.erasure.erase(person)

    @rule(labels=LABELS, days=st.integers(0, 4), same_face=st.booleans())
    def enrol(self, labels: dict[str, str], days: int, same_face: bool) -> None:
        """A new person; sometimes with a face that somebody else has too, so that scores tie exactly."""
        number = Gallery.next_person = Gallery.next_person + 1
        face = min(each[2] for each in self.model.values()) if same_face and self.model else number
        review_on = (self.force.clock().date() + timedelta(days=days)).isoformat()
        with tempfile.TemporaryDirectory() as folder:
            write_manifest(Path(folder), (number,), 1, self.force.clock().date(), {**labels, "review_on": review_on})
            (Path(folder) / f"{number}-0.sim").write_bytes(photograph(face, 0, copy=number))
            assert self.force.instance.importer().run(Path(folder), lambda _done, _total: None).imported == 1
        listed = self.force.instance.browser.of_person(f"p{number}")[0]
        self.model[listed.reference] = (listed.person, listed.label, face)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        person = self.model[data.draw(st.sampled_from(sorted(self.model)))][0]
        self.force.instance.erasure.erase(person)
        self.model = {reference: each for reference, each in self.model.items() if each[0] != person}

    @precondition(lambda self: self.model)
    @rule(data=st.data(), days=st.integers(0, 6), outcome=st.sampled_from([Outcome.CONVICTED, Outcome.ACQUITTED]))
    def review(self, data: st.DataObject, days: int, outcome: Outcome) -> None:
        reference = data.draw(st.sampled_from(sorted(self.model)))
        today = self.force.clock().date()
        until = today + timedelta(days=days)
        review(self.force.instance.ledger, reference, review_on=until, outcome=outcome, now=self.force.clock)
        person, label, number = self.model[reference]
        self.model[reference] = (person, replace(label, review_on=until, outcome=outcome, decided_on=today), number)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.force.clock.forward(days=days)

    @rule()
    def restart(self) -> None:
        Gallery.kept.close()
        Gallery.kept = Gallery.open_kept()

    @rule(data=st.data())
    def restart_over_a_damaged_file(self, data: st.DataObject) -> None:
        """Any byte of any file: dropped and read from the rows again, never believed."""
        Gallery.kept.current()
        Gallery.kept.close()
        files = sorted(path for path in self.kept_in.iterdir() if path.stat().st_size)
        file = data.draw(st.sampled_from(files))
        content = bytearray(file.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        file.write_bytes(content)
        Gallery.kept = Gallery.open_kept()

    @invariant()
    def the_index_answers_as_the_reference(self) -> None:
        contract = self.force.templates.contract
        reference = ReferenceEngine(contract.digest, contract.dimension)
        vectors = {each[2]: simulated_vector(each[2], 0, contract.dimension) for each in self.model.values()}
        reference.insert([Row(one, label, vectors[number]) for one, (_, label, number) in self.model.items()])
        probe = Template(simulated_vector(1, 7, contract.dimension), contract.digest)
        now = self.force.clock()
        for scope in self.scopes():
            expected = reference.search(probe, scope, -1.0, now)
            for index in (self.force.instance.index, self.elsewhere, Gallery.kept):
                engine = index.current()
                assert engine.search(probe, scope, -1.0, now) == expected
                assert engine.scope_size(scope, now) == len(expected)
                if expected:
                    limit = expected[len(expected) // 2].score
                    assert engine.search(probe, scope, limit, now) == reference.search(probe, scope, limit, now)

    def scopes(self) -> Iterator[Scope]:
        adult = self.force.instance.scopes()[0]
        yield adult
        yield replace(adult, include_under_18=True)


@pytest.mark.slow
def test_the_gallery_and_the_engine_agree() -> None:
    with ExitStack() as stack:
        force = stack.enter_context(demonstration(stack.enter_context(open_folder())))
        contract = force.templates.contract
        keys = PersonKeys.open(force.instance.key_folder.persons, force.instance.key_folder.master())
        Gallery.force = force
        apart = stack.enter_context(open_folder())
        at = SearchFolder(apart / "search", apart / "search.key")
        opened = partial(GalleryIndex, force.instance.engine, keys, contract.digest, contract.dimension)
        Gallery.elsewhere = opened()
        Gallery.kept_in, Gallery.open_kept = at.folder, partial(opened, at)
        Gallery.kept = Gallery.open_kept()
        run_state_machine_as_test(Gallery, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))  # type: ignore[no-untyped-call]


def test_an_answer_shows_each_person_once_and_no_more_than_the_cap(shared_force: Force) -> None:
    """Several images of one person, and more people than the cap: the nearest of each, in shuffled order."""
    table = calibration_for(shared_force.templates.contract)
    scored = [Scored(ReferenceId(number), 0.9 - number / 100) for number in range(1, 9)]
    people = {ReferenceId(number): PersonId(UUID(int=number // 2)) for number in range(1, 9)}
    shown = choose(scored, people, table, Rules(0.5, 1000, 3), bytes(range(32)))
    assert sorted(one.reference for one in shown.candidates) == [1, 2, 4]
    assert shown.people_left_out == 2
