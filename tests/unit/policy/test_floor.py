"""Each rule of the floor: a policy that breaks it, alone, is refused by its name; a stricter one is not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from overt.errors import PolicyTooLoose
from overt.policy import Policy, parse_policy
from overt.policy.floor import FLOOR, check_floor
from overt.scope import Outcome, Source
from simulators.production import production_policy
from unit.encounter.builders import POLICY, with_grounds
from unit.policy.test_document import changed

FORCE = parse_policy(production_policy(date(2026, 11, 23)))
ORDINARY = ("identity-doubted", "wanted", "intelligence-of-risk")
RISKS = ("missing", "imminent-serious-harm", "unconscious", "deceased")


def plus(ground: str, name: str, code: str) -> Policy:
    return with_grounds(POLICY, ground, **{name: getattr(POLICY.grounds[ground], name) | {code}})


def with_codes(**changes: Any) -> Policy:
    return replace(POLICY, codes=replace(POLICY.codes, **changes))


def with_signatories(**changes: Any) -> Policy:
    return replace(POLICY, signatories=replace(POLICY.signatories, **changes))


CASES: list[tuple[str, Policy]] = [
    ("grounds", replace(POLICY, grounds={**POLICY.grounds, "protest": POLICY.grounds["intelligence-of-risk"]})),
    *(("private-places", plus(g, "places", p)) for g in ORDINARY for p in ("home", "school", "medical", "worship")),
    *(("children", plus(g, "ages", age)) for g in ORDINARY for age in ("child", "unsure")),
    *(("not-understood", plus(g, "notices", "not-understood")) for g in ORDINARY),
    *(("silent-notice", plus(g, "notices", "unconscious")) for g in (*ORDINARY, "missing", "deceased")),
    *(("silent-notice", plus(g, "notices", "deceased")) for g in (*ORDINARY, "missing", "unconscious")),
    *(("custody-only", with_grounds(POLICY, g, galleries=(Source.CUSTODY, Source.MISSING))) for g in ORDINARY[:2]),
    *(("missing-first", with_grounds(POLICY, g, galleries=(Source.CUSTODY,))) for g in RISKS),
    *(("missing-first", with_grounds(POLICY, g, galleries=(Source.CUSTODY, Source.MISSING))) for g in RISKS),
    *(("offence", with_grounds(POLICY, g, offence=False)) for g in ORDINARY[:2]),
    *(("power", with_grounds(POLICY, g, powers=frozenset())) for g in ("identity-doubted", "missing")),
    ("intelligence", with_grounds(POLICY, "intelligence-of-risk", sign_off=False)),
    ("intelligence", with_grounds(POLICY, "intelligence-of-risk", sign_off=False, enabled=True)),
    ("candidates", replace(POLICY, candidates_cap=7)),
    ("candidates", replace(POLICY, candidates_cap=0)),
    (
        "sources",
        replace(POLICY, gallery=replace(POLICY.gallery, outcomes={"passport": frozenset({Outcome.CONVICTED})})),  # type: ignore[dict-item]
    ),
    ("corroboration", with_codes(corroboration={**POLICY.codes.corroboration, "looks-like-the-photo": "x"})),
    ("corroboration", with_codes(corroboration={**POLICY.codes.corroboration, "admitted-after-photo": "x"})),
    *(
        ("ends", with_codes(ends={code: text for code, text in POLICY.codes.ends.items() if code != gone}))
        for gone in POLICY.codes.ends
    ),
    ("established-by", with_codes(identity_established_by={**POLICY.codes.identity_established_by, "face": "x"})),
    ("identity-deadline", replace(POLICY, deadlines=replace(POLICY.deadlines, identity_established_days=31))),
    ("capture-age", replace(POLICY, limits=replace(POLICY.limits, capture_seconds=61))),
    ("two-people", with_signatories(force=POLICY.signatories.force[:1])),
    ("two-people", with_signatories(force=(POLICY.signatories.force[0], POLICY.signatories.oversight))),
    ("notice-period", with_signatories(notice_days=13)),
    ("witnesses", replace(FORCE, witnesses=replace(FORCE.witnesses, known=()))),
    ("unwitnessed", replace(POLICY, witnesses=replace(POLICY.witnesses, stop_after_hours=25))),
    ("own-keys", replace(FORCE, signatories=POLICY.signatories)),
    ("no-other", with_codes(offences={**POLICY.codes.offences, "other": "x"})),
    ("no-other", with_codes(details={**POLICY.codes.details, "other-reason": "x"})),
    ("no-other", replace(POLICY, outcomes={**POLICY.outcomes, "other": POLICY.outcomes["let-go"]})),
]


@pytest.mark.parametrize(("name", "policy"), CASES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(CASES)])
def test_a_looser_policy_is_refused_by_the_name_of_the_rule(name: str, policy: Policy) -> None:
    with pytest.raises(PolicyTooLoose) as caught:
        check_floor(policy)
    assert caught.value.broken == (name,)
    assert caught.value.code == "policy_too_loose"
    assert caught.value.detail in {rule.sentence for rule in FLOOR}


def test_every_rule_of_the_floor_was_broken_once() -> None:
    assert {name for name, _ in CASES} == {rule.name for rule in FLOOR}
    assert len({rule.name for rule in FLOOR}) == len(FLOOR)


def test_every_broken_rule_is_named_at_once() -> None:
    policy = replace(plus("wanted", "places", "school"), candidates_cap=9)
    with pytest.raises(PolicyTooLoose) as caught:
        check_floor(policy)
    assert caught.value.broken == ("private-places", "candidates")
    assert "Homes, schools" in caught.value.detail
    assert "At most 6" in caught.value.detail


def test_the_floor_holds_when_a_text_is_read() -> None:
    with pytest.raises(PolicyTooLoose, match="Homes, schools"):
        parse_policy(changed('places = ["street", "vehicle"', 'places = ["school", "vehicle"'))
    with pytest.raises(PolicyTooLoose, match="offence"):
        parse_policy(changed("offence = true", "offence = false"))
    with pytest.raises(PolicyTooLoose, match="whatever else"):
        parse_policy(changed('theft = "Theft"', 'other = "Theft"'))


@pytest.mark.parametrize(
    "policy",
    [
        with_grounds(POLICY, "missing", galleries=(Source.MISSING,), places=frozenset({"street"}), sign_off=True),
        with_grounds(POLICY, "identity-doubted", enabled=False, places=frozenset({"street"}), sign_off=True),
        with_grounds(POLICY, "imminent-serious-harm", ages=frozenset({"adult"}), offence=True),
        replace(POLICY, grounds={"missing": POLICY.grounds["missing"]}),
        replace(POLICY, candidates_cap=1),
        replace(POLICY, deadlines=replace(POLICY.deadlines, identity_established_days=1)),
        with_codes(corroboration={"fingerprint": "A fingerprint"}),
    ],
)
def test_a_stricter_policy_is_a_policy(policy: Policy) -> None:
    check_floor(policy)
