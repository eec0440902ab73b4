"""The desks of practice: the use cases of a check with memory behind them, beside those of `desks`.

What is taken of the instance: its clock, its policy to copy, its accounts and phones to read, its pipeline to look at
photographs, and the verifications of its sessions to use up. Nothing else: no book, ledger, index, gallery or key.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from overt.candidates.calibration import CalibrationTable
from overt.encounter import Encounter
from overt.encounter.desk import Surroundings
from overt.encounter.opening_desk import OpeningDesk
from overt.encounter.reveal_desk import RevealDesk
from overt.encounter.search_desk import SearchDesk
from overt.encounter.sign_off_desk import SignOffDesk
from overt.encounter.viewing_desk import ViewingDesk
from overt.identifiers import EncounterId, OfficerId
from overt.policy import Policy
from overt.practice.book import PracticeBook
from overt.practice.desk import PracticeDesk, PracticeReceipts
from overt.practice.drafts import PracticeDrafts
from overt.practice.gallery import PracticeGallery
from overt.practice.people import PracticePeople, PracticeSignOffs
from overt.practice.policy import practice_policy
from overt.practice.remarks import Lessons, lessons_of
from overt.practice.scenes import Scenario, scene_of
from overt.practice.seconds import PracticeLinks, PracticeSeconds
from overt.practice.templates import PracticeTemplates
from overt.store.desks import Desks, calibration_for
from overt.store.instance import Instance


@dataclass(frozen=True, slots=True)
class Practice:
    """One scenario, with everything behind it. Each has tables of its own: a check stays in its scenario."""

    scenario: Scenario
    desks: Desks
    policy: Policy
    drafts: PracticeDrafts
    gallery: PracticeGallery
    book: PracticeBook
    links: PracticeLinks

    def open_ones(self, officer: OfficerId) -> list[Encounter]:
        """The practice checks of one's own that can go on, newest first."""
        return self.book.open_ones(officer)

    def second_link(self, actor: OfficerId, encounter: EncounterId) -> bytes:
        """The secret of a link by which another officer joins a practice check of the actor's."""
        return self.links.second_link(actor, self.scenario, encounter)

    def photograph(self, encounter: EncounterId) -> bytes:
        """The drawing of who stands before the camera, as JPEG."""
        return self.gallery.photograph(encounter)

    def lessons(self, encounter: Encounter) -> Lessons | None:
        """What a trainer would say of a check that is over; None while it goes on."""
        if encounter.is_open:
            return None
        second = self.desks.viewing.second(encounter.id) if encounter.comparison is not None else None
        return lessons_of(self.policy, encounter, scene_of(self.scenario, encounter.id), second)


@dataclass(frozen=True, slots=True)
class Practices:
    """Every scenario, and the links by which a second officer joins one of their checks."""

    of: Mapping[Scenario, Practice]
    links: PracticeLinks


def practices_of(instance: Instance) -> Practices:
    """The practice of an opened instance; it begins empty."""
    around = Surroundings(draw=os.urandom, now=instance.clock, stopwatch=time.perf_counter)
    calibration = calibration_for(instance.pipeline.contract)
    links = PracticeLinks(os.urandom, instance.clock)
    made = {scenario: _practice(instance, scenario, around, calibration, links) for scenario in Scenario}
    return Practices(MappingProxyType(made), links)


def _practice(
    instance: Instance,
    scenario: Scenario,
    around: Surroundings,
    calibration: CalibrationTable,
    links: PracticeLinks,
) -> Practice:
    templates, now = PracticeTemplates(instance.pipeline), instance.clock
    policy = practice_policy(instance.policy, templates.contract.digest)
    gallery = PracticeGallery(scenario, policy, calibration, templates.contract, now)
    book, seconds = PracticeBook(now, gallery.eligible), PracticeSeconds(now)
    drafts = PracticeDrafts(instance.sessions, now)
    desk = PracticeDesk(policy, book, PracticePeople(instance.accounts, now), around)
    reveal = RevealDesk(desk, gallery, calibration, "", seconds)
    sign_offs = SignOffDesk(desk, drafts, PracticeSignOffs(now))
    desks = Desks(
        opening=OpeningDesk(desk, drafts, sign_offs),
        sign_offs=sign_offs,
        check=desk,
        search=SearchDesk(desk, templates, gallery, calibration),
        viewing=ViewingDesk(desk, gallery, gallery, seconds),
        reveal=reveal,
        receipts=PracticeReceipts(desk, reveal),
    )
    return Practice(scenario, desks, policy, drafts, gallery, book, links)
