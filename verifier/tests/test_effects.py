"""A change of who is found or searched for has its effect on the errors, signed, published, and as it comes out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from verify_simulators import effects
from verify_simulators.lying_ledger import (
    ALL_OF_THEM,
    CONTRACT,
    LOOSER_POLICY,
    OTHER_CONTRACT,
    OTHER_POLICY,
    RULES,
    TEXTS,
    LyingLedger,
    model,
    policy,
)

from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.report_rates import read_report
from overt_verify.tiles import LedgerFolder

UNTOUCHED = policy(version="untouched", complaints="to the ombudsman")
MODEL = policy(version="model", model=model(OTHER_CONTRACT))


def verdict(log: LyingLedger, root: Path, change: Callable[[Path], object] = lambda _: None) -> Code | None:
    folder = log.publish(root)
    change(folder)
    try:
        audit(LedgerFolder(folder), VerifierKey.parse(log.vkey))
    except VerificationError as error:
        return error.code
    return None


def loosened(log: LyingLedger, to: str) -> LyingLedger:
    return log.announce(to, "2026-11-15").later(days=14).adopt(to, "loosened", ALL_OF_THEM)


def told(**lies: object) -> LyingLedger:
    """A stricter policy whose effect was told with other members."""
    return LyingLedger().begin().affect(OTHER_POLICY, **lies).adopt(OTHER_POLICY)


def side(document: str, **members: object) -> dict[str, object]:
    """The later side of the true effect of `OTHER_POLICY`, or of another, with other members."""
    true = effects.effect(RULES, json.loads(TEXTS[document]))
    then = true["then"]
    assert isinstance(then, dict)
    return then | members


def scope(**members: object) -> list[dict[str, object]]:
    scopes = side(OTHER_POLICY)["scopes"]
    assert isinstance(scopes, list)
    return [scopes[0] | members]


def fewer_false_candidates() -> list[dict[str, object]]:
    (one,) = scope()
    groups = json.loads(json.dumps(one["groups"]))
    groups[1]["fpir"]["k"] = 0
    return scope(groups=groups)


def silent(log: LyingLedger) -> LyingLedger:
    log.effects.clear()
    return log


TRUE: dict[str, Callable[[], LyingLedger]] = {
    "stricter": lambda: LyingLedger().begin().adopt(OTHER_POLICY).check(),
    "looser": lambda: loosened(LyingLedger().begin(), LOOSER_POLICY).check(),
    "announced before a stricter one": lambda: (
        LyingLedger().begin().announce(LOOSER_POLICY, "2026-11-15").adopt(OTHER_POLICY).later(days=14)
        .adopt(LOOSER_POLICY, "loosened", ALL_OF_THEM)
    ),
    "nothing of these": lambda: loosened(LyingLedger().begin(), UNTOUCHED).check(),
    "another model": lambda: loosened(LyingLedger().begin(), MODEL),
    "an effect that was not needed": lambda: loosened(LyingLedger().begin().affect(UNTOUCHED, 495000), UNTOUCHED),
}  # fmt: skip
LIES: dict[str, tuple[Callable[[], LyingLedger], Code]] = {
    "none": (lambda: silent(LyingLedger().begin().adopt(OTHER_POLICY)), Code.EFFECT_MISSING),
    "none of a looser one": (lambda: silent(loosened(LyingLedger().begin(), LOOSER_POLICY)), Code.EFFECT_MISSING),
    "touches less": (lambda: told(touches=[]), Code.EFFECT_MISMATCH),
    "of another policy": (lambda: told(then=side(LOOSER_POLICY)), Code.EFFECT_MISMATCH),
    "of another cap": (lambda: told(then=side(OTHER_POLICY, candidates=1)), Code.EFFECT_MISMATCH),
    "another report": (lambda: told(then=side(OTHER_POLICY, report="sha256:" + "0" * 64)), Code.EFFECT_MISMATCH),
    "other notes": (lambda: told(then=side(OTHER_POLICY, notes=[])), Code.EFFECT_MISMATCH),
    "no scope": (lambda: told(then=side(OTHER_POLICY, scopes=[])), Code.EFFECT_MISMATCH),
    "another place": (
        lambda: told(then=side(OTHER_POLICY, scopes=scope(grounds={"wanted": ["home"]}))),
        Code.EFFECT_MISMATCH,
    ),
    "other numbers": (lambda: told(then=side(OTHER_POLICY, scopes=fewer_false_candidates())), Code.EFFECT_MISMATCH),
    "more references": (lambda: told(then=side(OTHER_POLICY, scopes=scope(references=2000))), Code.EFFECT_MISMATCH),
    "no object": (lambda: told(then=None), Code.EFFECT_MISMATCH),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_comes_out_is_taken(tmp_path: Path, name: str) -> None:
    assert verdict(TRUE[name](), tmp_path) is None


@pytest.mark.parametrize("name", LIES)
def test_what_does_not_is_named(tmp_path: Path, name: str) -> None:
    make, code = LIES[name]
    assert verdict(make(), tmp_path) == code


def test_another_model_is_named(tmp_path: Path) -> None:
    """A search with the old model, under a policy that names another one."""
    assert verdict(loosened(LyingLedger().begin(), MODEL).check(), tmp_path) == Code.MODEL_NOT_IN_POLICY


def only(root: Path, folder: str) -> Path:
    (found,) = [each for each in (root / folder).iterdir() if CONTRACT in each.read_text() or folder == "effect"]
    return found


PUBLISHED: dict[str, Callable[[Path], object]] = {
    "no effect": lambda root: only(root, "effect").unlink(),
    "another effect": lambda root: only(root, "effect").write_bytes(b"{}"),
}
REPORTS: dict[str, Callable[[Path], object]] = {
    "none": lambda root: only(root, "report").unlink(),
    "another": lambda root: only(root, "report").write_bytes(effects.report("sha256:" + "0" * 64)),
}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("changed", [False, True])
def test_a_model_that_runs_has_its_report_published(tmp_path: Path, name: str, changed: bool) -> None:
    log = LyingLedger().begin()
    assert (
        verdict((log.adopt(OTHER_POLICY) if changed else log).check(), tmp_path, REPORTS[name]) == Code.REPORT_MISMATCH
    )


def test_a_report_of_another_model_is_none(tmp_path: Path) -> None:
    swapped = policy(version="swapped", model={**model(CONTRACT), "report": model(OTHER_CONTRACT)["report"]})
    log = LyingLedger()
    log.add("instance:ledger:created", {"origin": log.origin, "continues": "none"})
    assert verdict(log.adopt(swapped, "first", ("nobody",)).authorise().check(), tmp_path) == Code.REPORT_MISMATCH


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_was_signed_is_published(tmp_path: Path, name: str) -> None:
    log = LyingLedger().begin().adopt(OTHER_POLICY).check()
    assert verdict(log, tmp_path, PUBLISHED[name]) == Code.EFFECT_MISMATCH


BROKEN: dict[str, Callable[[dict[str, object]], object]] = {
    "no groups": lambda report: report.update(at_thresholds=[]),
    "a rate less": lambda report: report["at_thresholds"][0]["fpir"].pop(),  # type: ignore[index]
    "falling": lambda report: report["at_thresholds"][0]["thresholds"].reverse(),  # type: ignore[index]
    "no number": lambda report: report["at_thresholds"][0]["thresholds"].__setitem__(0, None),  # type: ignore[index]
    "no size": lambda report: report["identification"].update(gallery_size=0),  # type: ignore[attr-defined]
    "people who are no number": lambda report: report["at_thresholds"][0].update(people="many"),  # type: ignore[index]
    "probes that are none": lambda report: report["at_thresholds"][0]["fnir"][0].update(n=True),  # type: ignore[index]
    "notes that are none": lambda report: report["data"].update(notes=[1]),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_report_that_is_none(name: str) -> None:
    values = json.loads(effects.report(CONTRACT))
    BROKEN[name](values)
    with pytest.raises(VerificationError) as caught:
        read_report(json.dumps(values).encode(), "sha256:" + "0" * 64)
    assert caught.value.code == Code.REPORT_MISMATCH


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"at_thresholds": NaN}', b"1e999"])
def test_bytes_that_are_no_report(data: bytes) -> None:
    with pytest.raises(VerificationError):
        read_report(data, "sha256:" + "0" * 64)


def test_beyond_what_was_measured_everybody_counts() -> None:
    report = read_report(effects.report(CONTRACT), "sha256:" + "0" * 64)
    (low, _), (high, _) = report.at(100_000, 10), report.at(900_000, 10)
    assert isinstance(low, dict)
    assert isinstance(high, dict)
    assert low["fpir"] == {"n": 300, "k": 300, "estimate": 1_000_000, "low": 1_000_000, "high": 1_000_000}
    assert high["fnir"] == {"n": 400, "k": 400, "estimate": 1_000_000, "low": 1_000_000, "high": 1_000_000}
    assert high["fpir_of_scope"] == [0, 0], "fewer references than in the report show no more"
