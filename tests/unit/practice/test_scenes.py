"""Who plays in a practice check, and how they come to be candidates."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from overt.authority import Authority
from overt.candidates.calibration import CalibrationTable
from overt.encounter import authorise_search, record_notice
from overt.encounter.fields import CodedFields
from overt.errors import ContractMismatch, NoFace
from overt.identifiers import EncounterId, ReferenceId
from overt.models.manifest import shipped_manifest
from overt.policy import Policy
from overt.practice.gallery import SIZE, PracticeGallery
from overt.practice.policy import practice_policy
from overt.practice.scenes import PEOPLE, Drawn, Scenario, drawn_of, scene_of
from overt.practice.templates import PracticeTemplates, probe_vector
from overt.scope import Outcome, Source
from overt.search.exact_engine import ExactEngine
from overt.search.gallery_backed import GallerySearch
from overt.store.desks import calibration_for
from overt.template.template import Template
from simulators.camera import SimulatedTemplates, photograph
from unit.encounter.builders import NOW, POLICY, RISK, fields, opened
from unit.encounter.builders import PEOPLE as PRESENT

TEMPLATES = PracticeTemplates(SimulatedTemplates())
TABLE: CalibrationTable = calibration_for(shipped_manifest().contract)
PRACTICE: Policy = practice_policy(POLICY, TEMPLATES.contract.digest)
GROUNDS = {
    "identity-doubted": fields(),
    "wanted": fields(ground="wanted", power="warrant"),
    "missing": fields(RISK),
    "imminent-serious-harm": fields(RISK, ground="imminent-serious-harm"),
    "unconscious": fields(RISK, ground="unconscious", notice="unconscious"),
    "deceased": fields(RISK, ground="deceased", notice="deceased"),
    "a child": fields(RISK, age="child", sign_off="demo-supervisor"),
}


def gallery(scenario: Scenario, policy: Policy = PRACTICE) -> PracticeGallery:
    return PracticeGallery(scenario, policy, TABLE, TEMPLATES.contract, lambda: NOW)


def authority(coded: CodedFields, encounter: UUID, policy: Policy = PRACTICE) -> Authority:
    check = opened(coded, policy, encounter_id=EncounterId(encounter)).encounter
    noticed = record_notice(policy, check, coded.notice or "given", NOW).encounter
    return authorise_search(policy, noticed, PRESENT, TEMPLATES.contract.digest, NOW)


def found(scenario: Scenario, coded: CodedFields, encounter: UUID) -> list[tuple[ReferenceId, float]]:
    """What a practice check shows, by the way of a real one."""
    its, permission = gallery(scenario), authority(coded, encounter)
    search = GallerySearch(its.current())
    size = search.scope_size(permission, NOW)
    threshold = TABLE.threshold(0.01, max(size, PRACTICE.threshold.set_for))
    template = Template(probe_vector(TEMPLATES.contract.dimension), TEMPLATES.contract.digest)
    scored = search.find(template, threshold, permission, NOW)
    return [(each.reference, each.score) for each in its.eligible(permission, scored)]


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("scenario", Scenario)
def test_every_ground_shows_what_the_scenario_says(scenario: Scenario, ground: str) -> None:
    check = uuid4()
    shown = found(scenario, GROUNDS[ground], check)
    scene = scene_of(scenario, EncounterId(check))
    in_order = list(dict.fromkeys(drawn_of(reference) for reference, _ in shown))
    assert in_order == list(scene.candidates)
    if scenario is Scenario.ENROLLED:
        assert scene.candidates[0] == scene.person
    if scenario is Scenario.NOT_ENROLLED:
        assert shown == []


def test_look_alikes_are_as_near_as_two_photographs_of_one_person() -> None:
    shown = dict.fromkeys(score for _, score in found(Scenario.ALIKE, GROUNDS["identity-doubted"], uuid4()))
    first, second = shown
    assert 0 < first - second < TABLE.lookalike_margin


def test_a_weak_candidate_reads_weaker_than_a_strong_one() -> None:
    (_, strong), (_, weak) = found(Scenario.ENROLLED, GROUNDS["identity-doubted"], uuid4())
    assert TABLE.expected_false(strong, SIZE) < 1e-4 < TABLE.expected_false(weak, SIZE) <= 0.0101


def test_the_nearest_of_two_look_alikes_is_the_person_half_the_time() -> None:
    scenes = [scene_of(Scenario.ALIKE, EncounterId(UUID(bytes=bytes((0, 0, byte)) + bytes(13)))) for byte in range(256)]
    nearest = [each.candidates[0] == each.person for each in scenes]
    assert nearest.count(True) == 128
    assert all(set(each.candidates) == {each.person, Drawn(each.person.number, alike=True)} for each in scenes)


def test_everybody_plays_and_nobody_stands_beside_themselves() -> None:
    scenes = [
        scene_of(Scenario.ENROLLED, EncounterId(UUID(bytes=bytes((a, b)) + bytes(14))))
        for a in range(48)
        for b in range(40)
    ]
    assert {each.person.number for each in scenes} == set(range(PEOPLE))
    assert all(len(set(each.candidates)) == 2 for each in scenes)


def test_one_check_has_one_scene() -> None:
    check = EncounterId(uuid4())
    assert scene_of(Scenario.ALIKE, check) == scene_of(Scenario.ALIKE, check)


@pytest.mark.parametrize("reference", [0, -1, 1 + 2 * 2 * PEOPLE, 2**62])
def test_other_references_are_nobodys(reference: int) -> None:
    its = gallery(Scenario.ENROLLED)
    assert drawn_of(ReferenceId(reference)) is None
    assert its.names_of([ReferenceId(reference)]) == {}
    assert its.image(ReferenceId(reference)) is None


def test_each_reference_has_a_name_and_a_picture() -> None:
    its, who = gallery(Scenario.ENROLLED), Drawn(3, alike=True)
    both = [who.reference(source) for source in Source]
    assert {each.display_name for each in its.names_of(both).values()} == {"Invented person 8"}
    assert its.image(both[0]) == its.image(both[1])
    check = EncounterId(uuid4())
    person = scene_of(Scenario.ENROLLED, check).person
    assert its.photograph(check) != its.image(person.reference(Source.CUSTODY))


def test_a_policy_that_searches_few_outcomes_is_followed() -> None:
    few = replace(POLICY, gallery=replace(POLICY.gallery, outcomes={Source.CUSTODY: frozenset({Outcome.CHARGED})}))
    its = gallery(Scenario.ENROLLED, practice_policy(few, TEMPLATES.contract.digest))
    size = GallerySearch(its.current()).scope_size(
        authority(fields(), uuid4(), practice_policy(few, TEMPLATES.contract.digest)), NOW
    )
    assert size == SIZE


# --- templates and permissions of practice are good for nothing else ------------------------------------------------


def test_whoever_is_photographed_the_template_is_the_same() -> None:
    made = [TEMPLATES.make_burst([photograph(person, shot)]).template for person in range(3) for shot in range(2)]
    assert len({each.vector.tobytes() for each in made}) == 1
    own = SimulatedTemplates().make_burst([photograph(1)]).template.vector
    assert not np.array_equal(made[0].vector, own)


def test_a_photograph_that_cannot_be_used_is_refused_as_in_a_real_check() -> None:
    with pytest.raises(NoFace):
        TEMPLATES.make_burst([photograph(1, faces=0)])


def test_a_real_index_refuses_a_permission_of_practice() -> None:
    """Even one that somebody wires to the desks of practice by mistake."""
    contract = shipped_manifest().contract
    real = GallerySearch(ExactEngine(contract.digest, contract.dimension))
    permission = authority(fields(), uuid4())
    template = TEMPLATES.make_burst([photograph(1)]).template
    with pytest.raises(ContractMismatch):
        real.find(template, 0.5, permission, NOW)
    own = SimulatedTemplates().make_burst([photograph(1)]).template
    with pytest.raises(ContractMismatch):
        real.find(own, 0.5, permission, NOW)
    with pytest.raises(ContractMismatch):
        real.scope_size(permission, NOW)


def test_the_contract_of_practice_is_nobody_elses() -> None:
    real = shipped_manifest().contract
    assert TEMPLATES.contract.digest != real.digest
    assert replace(TEMPLATES.contract, id=real.id) == real


def test_labels_are_of_today_whenever_that_is() -> None:
    later = PracticeGallery(Scenario.ENROLLED, PRACTICE, TABLE, TEMPLATES.contract, lambda: NOW + timedelta(days=9999))
    permission = authority(fields(), uuid4())
    late = Authority(
        permission.encounter,
        permission.officer,
        permission.scope,
        NOW + timedelta(days=9999),
        permission.policy,
        permission._made_by,
    )
    assert later.current().scope_size(late.scope, late.as_of) == SIZE
