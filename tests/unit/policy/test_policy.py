"""The demonstration policy is rules.md as data; what contradicts itself is no policy."""

from dataclasses import replace
from datetime import date

import pytest

from overt.errors import GroundOff, PolicyInvalid, UnknownCode
from overt.identifiers import Digest
from overt.policy import demonstration_policy, departures, parse_policy, scope_for
from overt.policy.checks import check_consistency
from overt.policy.floor import check_floor
from overt.scope import Outcome, Source
from unit.encounter.builders import CONTRACT, POLICY, RISK, fields, with_grounds
from unit.policy.test_document import changed

RISKS = {"missing", "imminent-serious-harm", "unconscious", "deceased"}


def test_the_lists_of_the_rules() -> None:
    codes = POLICY.codes
    assert set(POLICY.grounds) == RISKS | {"identity-doubted", "wanted", "intelligence-of-risk"}
    assert {code for code, rules in POLICY.grounds.items() if not rules.enabled} == {"intelligence-of-risk"}
    assert set(codes.details) == {"given-doubted", "not-given", "refused", "false-known", "cannot-give"}
    assert set(codes.tried_first) == {
        "asked-again",
        "document",
        "address-check",
        "mobile-fingerprint",
        "contact-person",
        "not-available",
    }
    assert set(codes.places) == {
        "street",
        "vehicle",
        "public-building",
        "home",
        "school",
        "medical",
        "worship",
        "assembly",
    }
    assert set(codes.ages) == {"adult", "child", "unsure"}
    assert set(codes.notices) == {"given", "not-understood", "unconscious", "deceased"}
    assert set(codes.without_this) == {"would-arrest", "would-report", "would-let-go", "would-seek-help"}
    assert set(codes.ends) == {
        "declined-photo",
        "identity-now-given",
        "covered",
        "wrong-person",
        "mistake",
        "no-signal",
        "not-completed",
    }
    assert set(codes.identity_established_by) == {"fingerprint", "document", "court", "not-established"}


def test_the_numbers_of_the_rules() -> None:
    assert POLICY.candidates_cap == 3
    assert POLICY.threshold.target_fpir_per_million == 1_000_000 // 100
    assert POLICY.threshold.set_for == 120_000
    assert POLICY.limits.session_idle_minutes == 15
    assert POLICY.limits.capture_seconds == 60
    assert POLICY.deadlines.identity_established_days == 30
    assert POLICY.gallery.review_interval_days == 3653


def test_what_may_be_searched() -> None:
    assert POLICY.gallery.outcomes == {
        Source.CUSTODY: {Outcome.CONVICTED, Outcome.CHARGED, Outcome.BAILED},
        Source.MISSING: {Outcome.NOT_APPLICABLE},
    }


def test_dates_are_put_in_and_may_lie_in_the_past() -> None:
    policy = parse_policy(demonstration_policy(date(2020, 1, 1), date(2020, 6, 30)))
    assert (policy.pilot.starts, policy.pilot.ends) == (date(2020, 1, 1), date(2020, 6, 30))
    with pytest.raises(PolicyInvalid, match="ends before it starts"):
        parse_policy(demonstration_policy(date(2020, 6, 30), date(2020, 1, 1)))


def test_a_demonstration_says_so() -> None:
    assert POLICY.demonstration
    assert "DEMONSTRATION" in POLICY.force
    assert "DEMONSTRATION" in POLICY.complaints
    assert all("DEMONSTRATION placeholder" in each.name and each.digest == "placeholder" for each in POLICY.activation)


def test_a_policy_cannot_be_changed_after_it_was_checked() -> None:
    with pytest.raises(TypeError):
        POLICY.grounds["identity-doubted"] = POLICY.grounds["missing"]  # type: ignore[index]
    with pytest.raises(TypeError):
        POLICY.codes.places["beach"] = "Beach"  # type: ignore[index]
    with pytest.raises(TypeError):
        POLICY.gallery.outcomes[Source.CUSTODY] = frozenset(Outcome)  # type: ignore[index]


# --- scope -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", [each for each in POLICY.grounds if each != "intelligence-of-risk"])
def test_a_ground_opens_its_galleries_only(ground: str) -> None:
    scope = scope_for(POLICY, replace(fields(), ground=ground), CONTRACT)
    sources = {Source.MISSING, Source.CUSTODY} if ground in RISKS else {Source.CUSTODY}
    assert set(scope.outcomes) == sources
    assert scope.contract == CONTRACT
    assert all(scope.outcomes[source] == POLICY.gallery.outcomes[source] for source in sources)


@pytest.mark.parametrize("age", ["adult", "child", "unsure"])
def test_children_are_in_scope_on_a_risk_ground_only(age: str) -> None:
    for ground in ("identity-doubted", "wanted", *sorted(RISKS)):
        scope = scope_for(POLICY, replace(fields(), ground=ground, age=age), CONTRACT)
        assert scope.include_under_18 is (ground in RISKS and age != "adult")


def test_custody_images_only_where_the_policy_says_so() -> None:
    policy = with_grounds(POLICY, "missing", galleries=(Source.MISSING,))
    assert set(scope_for(policy, fields(RISK), CONTRACT).outcomes) == {Source.MISSING}


def test_no_scope_for_a_ground_that_is_off_or_unknown() -> None:
    with pytest.raises(GroundOff):
        scope_for(POLICY, replace(fields(), ground="intelligence-of-risk"), CONTRACT)
    with pytest.raises(UnknownCode):
        scope_for(POLICY, replace(fields(), ground="protest"), Digest("x"))


# --- contradictions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('powers = ["common-law-crime", "pace-24", "warrant"]', 'powers = ["spell"]', "wanted names powers .* spell"),
        (
            'powers = ["common-law-life"] # the same as for missing',
            'powers = ["common-law-life", "mental-capacity-5"] #',
            "tell them apart",
        ),
        ('theft = "Theft"', 'not-required = "None"', "not-required stands for none"),
        ('missing = ["not-applicable"]', 'missing = ["convicted"]', "no outcome but not-applicable"),
        ('custody = ["convicted"', 'custody = ["not-applicable"', "always has an outcome"),
        (', missing = ["not-applicable"]', "", "galleries in which nothing may be searched: missing"),
        ('kind = "nothing-shown"', 'kind = "lead"', "a code of each kind"),
        ("adverse = true, asks_video = true", "adverse = false, asks_video = true", "one against the person"),
        ('kind = "legal-mandate"', 'kind = "dpia"', "listed twice"),
    ],
)
def test_a_contradiction_is_named(before: str, after: str, named: str) -> None:
    with pytest.raises(PolicyInvalid, match=named):
        parse_policy(changed(before, after))


@pytest.mark.parametrize("name", ["ethnicity_self", "ethnicity_officer", "sex", "age_band"])
def test_every_question_can_be_left_unanswered(name: str) -> None:
    answers = {code: text for code, text in getattr(POLICY.demographics, name).items() if code != "not-stated"}
    policy = replace(POLICY, demographics=replace(POLICY.demographics, **{name: answers}))
    with pytest.raises(PolicyInvalid, match=f"{name} lacks not-stated"):
        check_consistency(policy)


def test_some_outcome_is_not_against_the_person() -> None:
    policy = replace(POLICY, outcomes={"arrested": POLICY.outcomes["arrested"]})
    with pytest.raises(PolicyInvalid, match="not against the person"):
        check_consistency(policy)


# --- departures ------------------------------------------------------------------------------------------------------


def test_the_demonstration_departs_from_nothing() -> None:
    assert departures(POLICY) == ()


def test_what_a_policy_turned_on_is_shown() -> None:
    policy = with_grounds(POLICY, "intelligence-of-risk", enabled=True)
    policy = with_grounds(policy, "missing", places=policy.grounds["missing"].places | {"assembly"})
    outcomes = {**policy.gallery.outcomes, Source.CUSTODY: frozenset({Outcome.ACQUITTED, Outcome.NO_FURTHER_ACTION})}
    policy = replace(policy, candidates_cap=6, gallery=replace(policy.gallery, outcomes=outcomes))
    check_floor(policy)
    assert departures(policy) == (
        "Checks at an assembly are allowed on the ground missing.",
        "The ground intelligence-of-risk is turned on.",
        "References with the outcome no-further-action (custody) are searched.",
        "References with the outcome acquitted (custody) are searched.",
        "Up to 6 candidates are shown.",
    )
