"""Rules that change, and are obeyed; every way in which they are not is found and named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from verify_simulators.lying_ledger import (
    ALL_OF_THEM,
    BUILD,
    CHECK,
    LOOSER_POLICY,
    OTHER_POLICY,
    POLICY,
    RULES,
    SEARCH,
    TEXTS,
    LyingLedger,
    policy,
)

from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.keys import read_digests
from overt_verify.note import VerifierKey
from overt_verify.stricter import not_stricter
from overt_verify.tiles import LedgerFolder

Tale = Callable[[LyingLedger], object]
OPENED = "encounter:check:opened"


def later(log: LyingLedger, days: int) -> LyingLedger:
    return log.later(days=days)


def verdict(log: LyingLedger, root: Path) -> Code | None:
    try:
        audit(LedgerFolder(log.publish(root)), VerifierKey.parse(log.vkey))
    except VerificationError as error:
        return error.code
    return None


def loosened(log: LyingLedger, *, days: int = 14, signed_by: tuple[str, ...] = ALL_OF_THEM) -> LyingLedger:
    log.announce(LOOSER_POLICY, "2026-11-15", signed_by)
    return later(log, days).adopt(LOOSER_POLICY, "loosened", signed_by)


HONEST: dict[str, Tale] = {
    "nothing changes": lambda log: log,
    "tightened": lambda log: log.adopt(OTHER_POLICY).check(),
    "tightened by the oversight body": lambda log: log.adopt(OTHER_POLICY, signed_by=("oversight",)),
    "loosened": lambda log: loosened(log).check(),
    "announced only": lambda log: log.announce(LOOSER_POLICY, "2026-11-15").check(),
    "suspended and lifted": lambda log: (
        log.suspend(1, "everything", "all").suspend(1, "everything", "all", "lifted").check()
    ),
    "another place is suspended": lambda log: log.suspend(1, "place", "home").check(),
    "another ground is suspended": lambda log: log.suspend(1, "ground", "wanted").check(),
    "an officer is suspended": lambda log: log.suspend(1, "officer", "one").check(),
    "half of a merged ground": lambda log: log.suspend(1, "ground", "deceased").add(
        OPENED, CHECK | {"ground": "missing-or-deceased"}
    ),
}
LIES: dict[str, tuple[Tale, Code]] = {
    "an old policy": (
        lambda log: setattr(log.adopt(OTHER_POLICY), "policy", POLICY) or log.check(),
        Code.POLICY_SUPERSEDED,
    ),
    "a second first": (lambda log: log.adopt(OTHER_POLICY, "first"), Code.POLICY_CHANGE),
    "no first": (lambda log: log.edit_fields(1, change="tightened"), Code.POLICY_CHANGE),
    "an unknown change": (lambda log: log.adopt(OTHER_POLICY, "corrected"), Code.POLICY_CHANGE),
    "adopted again": (lambda log: log.adopt(OTHER_POLICY).adopt(POLICY), Code.POLICY_CHANGE),
    "loosened in silence": (
        lambda log: log.adopt(LOOSER_POLICY, "loosened", ALL_OF_THEM),
        Code.LOOSENING_NOT_ANNOUNCED,
    ),
    "loosened a day early": (lambda log: loosened(log, days=13), Code.LOOSENING_TOO_EARLY),
    "announced for the past": (lambda log: log.announce(LOOSER_POLICY, "2026-10-31"), Code.LOOSENING_TOO_EARLY),
    "without the oversight body": (lambda log: loosened(log, signed_by=("chief", "deputy")), Code.POLICY_NOT_SIGNED),
    "with one of the force": (lambda log: loosened(log, signed_by=("chief", "oversight")), Code.POLICY_NOT_SIGNED),
    "announced without signatures": (
        lambda log: log.announce(LOOSER_POLICY, "2026-11-15", ("chief",)),
        Code.POLICY_NOT_SIGNED,
    ),
    "signed by nobody entitled": (lambda log: log.adopt(OTHER_POLICY, signed_by=("nobody",)), Code.POLICY_NOT_SIGNED),
    "looser, called tightened": (
        lambda log: log.adopt(LOOSER_POLICY, "tightened", ALL_OF_THEM),
        Code.POLICY_CHANGE,
    ),
    "a suspension twice": (
        lambda log: log.suspend(1, "place", "home").suspend(1, "place", "street"),
        Code.SUSPENSION_ORDER,
    ),
    "lifted, never ordered": (lambda log: log.suspend(1, "place", "home", "lifted"), Code.SUSPENSION_ORDER),
    "lifted for another": (
        lambda log: log.suspend(1, "everything", "all").suspend(1, "place", "home", "lifted"),
        Code.SUSPENSION_ORDER,
    ),
    "checks while all is suspended": (lambda log: log.suspend(1, "everything", "all").check(), Code.SUSPENSION_IGNORED),
    "a search while all is suspended": (
        lambda log: (
            log.add(OPENED, CHECK)
            .add("encounter:notice:recorded", {"notice": "given-or-deceased"})
            .suspend(1, "everything", "all")
            .add("encounter:search:performed", SEARCH)
        ),
        Code.SUSPENSION_IGNORED,
    ),
    "in a suspended place": (lambda log: log.suspend(1, "place", "street").check(), Code.SUSPENSION_IGNORED),
    "on a suspended ground": (
        lambda log: log.suspend(1, "ground", "identity-doubted").check(),
        Code.SUSPENSION_IGNORED,
    ),
    "on a merged ground, both suspended": (
        lambda log: (
            log.suspend(1, "ground", "deceased")
            .suspend(2, "ground", "missing")
            .add(OPENED, CHECK | {"ground": "missing-or-deceased"})
        ),
        Code.SUSPENSION_IGNORED,
    ),
}


@pytest.mark.parametrize("tale", HONEST)
def test_honest_changes(tmp_path: Path, tale: str) -> None:
    log = LyingLedger().begin().check()
    HONEST[tale](log)
    assert verdict(log, tmp_path) is None


@pytest.mark.parametrize("tale", LIES)
def test_lies_about_the_rules(tmp_path: Path, tale: str) -> None:
    log = LyingLedger().begin()
    change, code = LIES[tale]
    change(log)
    assert verdict(log, tmp_path) == code


@pytest.mark.parametrize("which", [POLICY, OTHER_POLICY])
def test_a_text_that_is_missing_or_another(tmp_path: Path, which: str) -> None:
    log = LyingLedger().begin().adopt(OTHER_POLICY)
    path = log.publish(tmp_path) / "policy" / which.removeprefix("sha256:")
    path.write_bytes(path.read_bytes().replace(b'"places":["home"', b'"places":["shop"'))
    with pytest.raises(VerificationError) as caught:
        audit(LedgerFolder(tmp_path), VerifierKey.parse(log.vkey))
    assert caught.value.code == Code.POLICY_TEXT_MISMATCH
    path.unlink()
    with pytest.raises(VerificationError) as caught:
        audit(LedgerFolder(tmp_path), VerifierKey.parse(log.vkey))
    assert (caught.value.code, caught.value.index) == (Code.POLICY_NOT_PUBLISHED, 1 if which == POLICY else 3)


def test_a_text_that_names_no_signatories(tmp_path: Path) -> None:
    bare = policy(signatories={"force": [], "oversight": "nobody"})
    log = LyingLedger().begin().adopt(bare)
    assert verdict(log, tmp_path) == Code.POLICY_TEXT_MISMATCH


@pytest.mark.parametrize(
    ("member", "before", "after", "stricter"),
    [
        ("candidates", {"cap": 3}, {"cap": 2}, True),
        ("candidates", {"cap": 3}, {"cap": 4}, False),
        ("pilot", {"ends": "2027-01-02"}, {"ends": "2027-01-01"}, True),
        ("pilot", {"ends": "2027-01-01"}, {"ends": "2027-01-02"}, False),
        ("threshold", {"set_for": 1000}, {"set_for": 2000}, True),
        ("threshold", {"set_for": 2000}, {"set_for": 1000}, False),
        ("grounds", {"wanted": {"places": ["a", "b"]}}, {"wanted": {"places": ["b"]}}, True),
        ("grounds", {"wanted": {"places": ["a", "b"]}}, {"wanted": {"places": ["b", "c"]}}, False),
        ("grounds", {"wanted": {"enabled": True}}, {"wanted": {"enabled": False}}, True),
        ("grounds", {"wanted": {"enabled": False}}, {"wanted": {"enabled": True}}, False),
        ("grounds", {"wanted": {"offence": False}}, {"wanted": {"offence": True}}, True),
        ("codes", {"areas": {"a": "A", "b": "B"}}, {"areas": {"a": "A"}}, True),
        ("codes", {"areas": {"a": "A"}}, {"areas": {"a": "A", "b": "B"}}, False),
        ("codes", {"areas": {"a": "A"}}, {"areas": {"a": "B"}}, False),
        ("notice", {"standard": "One."}, {"standard": "Two."}, False),
    ],
)
def test_what_is_stricter(member: str, before: object, after: object, stricter: bool) -> None:
    one, other = {**RULES, member: before}, {**RULES, member: after, "version": "two"}
    assert (not list(not_stricter(one, other))) is stricter  # type: ignore[arg-type]


def test_every_text_of_these_tests_is_kept_under_its_digest() -> None:
    assert {POLICY, OTHER_POLICY, LOOSER_POLICY} <= TEXTS.keys()


def test_only_published_programs(tmp_path: Path) -> None:
    log = LyingLedger().begin().check()
    root = log.publish(tmp_path)
    audit(LedgerFolder(root), VerifierKey.parse(log.vkey), builds=frozenset({BUILD, OTHER_POLICY}))
    log.add("encounter:check:refused", {"refusal": "no_face"}, build=OTHER_POLICY)
    log.publish(tmp_path)
    with pytest.raises(VerificationError) as caught:
        audit(LedgerFolder(root), VerifierKey.parse(log.vkey), builds=frozenset({BUILD}))
    assert (caught.value.code, caught.value.index) == (Code.BUILD_NOT_PUBLISHED, len(log.entries) - 1)


def test_the_longest_silence(tmp_path: Path) -> None:
    log = LyingLedger().begin()
    key = VerifierKey.parse(log.vkey)
    summary = audit(LedgerFolder(log.publish(tmp_path)), key).summary
    assert (summary.silence_hours, summary.silence_before) == (0, None)
    for days in (1, 3, 3, 2):
        later(log, days).refuse()
    summary = audit(LedgerFolder(log.publish(tmp_path)), key).summary
    assert (summary.silence_hours, summary.silence_before) == (72, 22)


def test_the_file_of_programs(tmp_path: Path) -> None:
    path = tmp_path / "builds"
    path.write_text(f"# published programs\n\n{BUILD} release 1\n{OTHER_POLICY}\n")
    assert read_digests(path) == {BUILD, OTHER_POLICY}
    path.write_text("none\n")
    with pytest.raises(VerificationError) as caught:
        read_digests(path)
    assert caught.value.code == Code.NOTHING_TO_VERIFY
