"""What a change of the policy does to the error rates: made, and held against what was signed."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from overt.candidates.calibration import MILLION
from overt.candidates.effect import Change, Evidence, effect_text, read_effect, require_effect
from overt.candidates.report_rates import read_report
from overt.errors import EffectInvalid, PolicyInvalid, ReportMissing
from overt.identifiers import Digest
from overt.ledger.canonical import canonical
from overt.policy.change import differences
from overt.policy.effect import Touched, effect_digest, read_signed_text, text_to_sign, touched
from overt.scope import Source
from simulators.signatories import demonstration_changed
from unit.candidates.reports import report, written
from unit.candidates.tables import TABLE
from unit.encounter.builders import POLICY

CONTRACT = POLICY.model.contract
OTHER = Digest("sha256:" + "d" * 64)
REPORTS = {each: read_report(written(report(each))) for each in (CONTRACT, OTHER)}
EVIDENCE = Evidence(
    {each: replace(TABLE, contract=each) for each in (CONTRACT, OTHER)}, {one.digest: one for one in REPORTS.values()}
)
SHIPPED = POLICY.model.report
IN_FORCE = demonstration_changed(POLICY, (SHIPPED, REPORTS[CONTRACT].digest), ("demonstration-2", "demonstration-1"))
CUSTODY, BOTH = (Source.CUSTODY,), (Source.MISSING, Source.CUSTODY)
SIZES = {CUSTODY: 150_000, BOTH: 150_020}
STREET_ONLY = ('places = ["street", "vehicle", "public-building"]', 'places = ["street"]')
MODEL = (f'{CONTRACT}"\nreport = "{REPORTS[CONTRACT].digest}', f'{OTHER}"\nreport = "{REPORTS[OTHER].digest}')


def changed(*changes: tuple[str, str]) -> Change:
    own = (SHIPPED, REPORTS[CONTRACT].digest)
    return Change(IN_FORCE, demonstration_changed(POLICY, own, *changes), SIZES, SIZES)


def document(change: Change) -> Any:
    return json.loads(effect_text(change, EVIDENCE))


TOUCHING = [
    (("million = 10000", "million = 2500"), Touched.THRESHOLD),
    (("set_for = 120000", "set_for = 600000"), Touched.THRESHOLD),
    (MODEL, Touched.MODEL),
    (STREET_ONLY, Touched.PLACE),
    (('street = "Street or open public space"', 'street = "A street"'), Touched.PLACE),
    (('galleries = ["missing", "custody"]', 'galleries = ["missing"]'), Touched.SOURCE),
    (('["convicted", "charged", "bailed"]', '["convicted"]'), Touched.SOURCE),
    (("ceiling = 1000000", "ceiling = 900000"), Touched.SOURCE),
    (("enabled = true", "enabled = false"), Touched.GROUND),
    (("cap = 3", "cap = 4"), Touched.CAP),
    (("officer_cap = 100", "officer_cap = 101"), Touched.CAP),
    (("checks_per_area_hour = 20000", "checks_per_area_hour = 30000"), Touched.CAP),
]


@pytest.mark.parametrize(("change", "what"), TOUCHING, ids=lambda each: str(each)[:40])
def test_what_touches_who_is_found(change: tuple[str, str], what: Touched) -> None:
    made = changed(change)
    assert touched(differences(made.before, made.after)) == (what,)
    assert document(made)["touches"] == [what.value]


@pytest.mark.parametrize(
    "change", [("answers_days = 31", "answers_days = 30"), ("notice_days = 14", "notice_days = 15")]
)
def test_what_does_not(change: tuple[str, str]) -> None:
    assert touched(differences(POLICY, demonstration_changed(POLICY, change))) == ()


def test_both_sides_have_their_threshold_and_rates_by_group() -> None:
    change = changed(("million = 10000", "million = 2500"))
    found = document(change)
    for side, policy in (("now", change.before), ("then", change.after)):
        assert (found[side]["policy"], found[side]["contract"]) == (policy.digest, CONTRACT)
        custody, both = found[side]["scopes"]
        assert (custody["galleries"], both["galleries"]) == (["custody"], ["missing", "custody"])
        target = policy.threshold.target_fpir_per_million / MILLION
        # The gallery has outgrown what the policy is set for: checks use the threshold of its own size.
        assert custody["threshold_millionths"] == round(TABLE.threshold(target, 150_000) * MILLION)
        assert [(row["column"], row["value"]) for row in custody["groups"]] == [(None, None), ("sex", "F")]
        (row, _) = REPORTS[CONTRACT].at(custody["threshold_millionths"], 150_000)
        assert custody["groups"][0]["fnir"]["k"] == row.fnir.k
        assert custody["groups"][0]["fpir_of_scope"] == list(row.fpir_of_scope)
    assert found["now"]["scopes"][0]["threshold_millionths"] < found["then"]["scopes"][0]["threshold_millionths"]
    assert found["then"]["notes"] == ["made up"]


def test_a_smaller_scope_has_the_threshold_that_the_policy_is_set_for() -> None:
    few = {CUSTODY: 60, BOTH: 70}
    found = json.loads(effect_text(replace(changed(("cap = 3", "cap = 2")), now=few, then=few), EVIDENCE))
    custody, both = found["now"]["scopes"]
    assert custody["threshold_millionths"] == both["threshold_millionths"]
    assert custody["threshold_millionths"] == round(TABLE.threshold(0.01, 120_000) * MILLION)


def test_places_and_grounds_are_told() -> None:
    found = document(changed(STREET_ONLY))
    now, then = (found[side]["scopes"][0]["grounds"] for side in ("now", "then"))
    assert now["identity-doubted"] == ["public-building", "street", "vehicle"]
    assert then["identity-doubted"] == ["street"]
    assert now["wanted"] == then["wanted"]


def test_a_ground_that_is_off_searches_nothing() -> None:
    assert all(
        "intelligence-of-risk" not in scope["grounds"]
        for scope in document(changed(("cap = 3", "cap = 2")))["now"]["scopes"]
    )


def test_another_model_has_its_own_report() -> None:
    found = document(changed(MODEL))
    assert found["now"]["report"] == REPORTS[CONTRACT].digest
    assert found["then"]["report"] == REPORTS[OTHER].digest != found["now"]["report"]


def test_a_model_without_a_table_or_a_report_has_no_effect() -> None:
    with pytest.raises(EffectInvalid, match=OTHER):
        effect_text(changed(MODEL), replace(EVIDENCE, tables={CONTRACT: TABLE}))
    with pytest.raises(ReportMissing):
        effect_text(changed(MODEL), replace(EVIDENCE, reports={REPORTS[CONTRACT].digest: REPORTS[CONTRACT]}))


def test_a_report_of_another_model_is_none() -> None:
    with pytest.raises(EffectInvalid, match="another model"):
        effect_text(changed((REPORTS[CONTRACT].digest, REPORTS[OTHER].digest)), EVIDENCE)


def test_what_was_made_is_taken() -> None:
    change = changed(("cap = 3", "cap = 2"))
    require_effect(effect_text(change, EVIDENCE), change.before, change.after, EVIDENCE)


def put(*path: Any, value: Any) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = value

    return change


LIES: dict[str, Callable[[Any], Any]] = {
    "fewer false candidates": put("then", "scopes", 0, "groups", 1, "fpir", "k", value=0),
    "a lower bound": put("then", "scopes", 0, "groups", 0, "fpir_of_scope", 1, value=1),
    "fewer misses": put("now", "scopes", 0, "groups", 0, "fnir", "estimate", value=0),
    "another threshold": put("then", "scopes", 0, "threshold_millionths", value=100),
    "a group less": lambda found: found["then"]["scopes"][0]["groups"].pop(),
    "a scope less": lambda found: found["then"]["scopes"].pop(),
    "a scope twice": lambda found: found["then"]["scopes"].append(found["then"]["scopes"][0]),
    "other notes": put("then", "notes", value=[]),
    "touches nothing": put("touches", value=[]),
    "references that are none": put("then", "scopes", 0, "references", value=-1),
    "references that are true": put("then", "scopes", 0, "references", value=True),
    "a gallery that there is not": put("then", "scopes", 0, "galleries", value=["passports"]),
    "no scopes": put("then", "scopes", value=None),
    "no side": put("now", value=[]),
    "a member more": put("more", value=1),
    "another cap": put("then", "candidates", value=9),
}


@pytest.mark.parametrize("name", LIES)
def test_what_comes_out_otherwise_is_refused(name: str) -> None:
    change = changed(("cap = 3", "cap = 2"))
    found = document(change)
    LIES[name](found)
    with pytest.raises(EffectInvalid):
        require_effect(canonical(found), change.before, change.after, EVIDENCE)


@pytest.mark.parametrize("text", [b"", b"[]", b"{ }", b'{"a":1.5}', b"\xff", b"{}"])
def test_bytes_that_are_no_effect(text: bytes) -> None:
    with pytest.raises(EffectInvalid):
        require_effect(text, IN_FORCE, IN_FORCE, EVIDENCE)


def test_an_effect_is_an_object() -> None:
    with pytest.raises(EffectInvalid):
        read_effect(b"[]")


# The text that is signed.


def test_policy_and_effect_are_signed_as_one_text() -> None:
    digest = effect_digest(b"{}")
    text = text_to_sign(POLICY, digest)
    assert text == f"{POLICY.canonical}\neffect {digest}\n"
    assert read_signed_text(text) == (POLICY, digest)
    assert read_signed_text(text_to_sign(POLICY)) == (POLICY, None)


@pytest.mark.parametrize("rest", ["effect sha256:0\n", "more\n", "effect {0}\nmore\n", "\n", "effect {0}\n\n"])
def test_nothing_else_follows_the_policy(rest: str) -> None:
    with pytest.raises(PolicyInvalid):
        read_signed_text(f"{POLICY.canonical}\n" + rest.format(effect_digest(b"")))
