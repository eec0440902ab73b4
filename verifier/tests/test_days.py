"""Days that are closed, filled up and counted; places and thresholds; a log that continues another."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from verify_simulators.lying_ledger import OTHER_POLICY, LyingLedger, canonical, policy

from overt_verify.audit import AuditReport, audit
from overt_verify.checkpoint import open_checkpoint
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.stats import ALL, Stats, stats
from overt_verify.tiles import LedgerFolder

FOLLOW_UP = "encounter:follow-up:recorded"
SEARCHED = "encounter:search:performed"
LOOSE = policy(version="loose", threshold={"target_fpir_per_million": 9000, "set_for": 10000})
LARGE = policy(version="large", threshold={"target_fpir_per_million": 2500, "set_for": 20000})


def run(log: LyingLedger, root: Path, prior: bytes | None = None, of: LyingLedger | None = None) -> AuditReport:
    key = VerifierKey.parse(log.vkey)
    kept = None if prior is None else open_checkpoint(prior, VerifierKey.parse((of or log).vkey))
    return audit(LedgerFolder(log.publish(root)), key, kept)


def refused(log: LyingLedger, root: Path) -> Code:
    with pytest.raises(VerificationError) as caught:
        run(log, root)
    assert caught.value.meaning
    return caught.value.code


def days(count: int) -> LyingLedger:
    """A log of so many closed days, a check on each."""
    log = LyingLedger().begin()
    for _ in range(count):
        log.check().later(days=1)
    return log


def searched(threshold: int, band: int = 5000, log: LyingLedger | None = None) -> LyingLedger:
    """One check more, with another threshold or scope."""
    log = (log or LyingLedger().begin()).check()
    return log.edit_fields(log.last(SEARCHED), threshold_millionths=threshold, scope_size_band=band)


def test_closed_days_verify(tmp_path: Path) -> None:
    report = run(days(3).refuse(), tmp_path)
    assert sorted(report.days) == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert (report.summary.days_closed, report.summary.days_open) == (3, 0)


def test_a_day_without_the_instance_is_counted_as_open(tmp_path: Path) -> None:
    log = days(1)
    log.hour = log.hour.replace(day=4)
    assert run(log.check().later(days=1).refuse(), tmp_path).summary.days_open == 2


def test_a_day_of_nothing_but_follow_ups_is_a_day(tmp_path: Path) -> None:
    log = LyingLedger().begin().later(days=1)
    log.hour = log.hour.replace(hour=0)
    assert run(log.close_day(), tmp_path).summary.days_closed == 2


LIES: dict[str, tuple[Callable[[LyingLedger], object], Code]] = {
    "a day left open": (lambda log: log.drop(log.last("instance:day:closed")), Code.DAY_ORDER),
    "an entry for a closed day": (
        lambda log: log.edit(log.last("encounter:check:refused"), hour="2026-11-02T23Z"),
        Code.DAY_ORDER,
    ),
    "the wrong day closed": (
        lambda log: log.edit_fields(log.last("instance:day:closed"), day="2026-11-01"),
        Code.DAY_ORDER,
    ),
    "a follow-up too few": (lambda log: log.drop(log.last(FOLLOW_UP)), Code.NOT_PADDED),
    "no follow-ups": (
        lambda log: [log.drop(log.last(FOLLOW_UP)) for _ in range(8)],
        Code.NOT_PADDED,
    ),
    "a follow-up that tells its hour": (
        lambda log: [log.edit(at, hour="2026-11-02T09Z") for at in range(log.last(FOLLOW_UP), len(log.entries))],
        Code.HOUR_TOLD,
    ),
    "a receipt that tells its hour": (
        lambda log: [
            log.edit(at, hour="2026-11-02T09Z") for at in range(log.last("encounter:receipt:issued"), len(log.entries))
        ],
        Code.HOUR_TOLD,
    ),
    "a refusal that is not counted": (
        lambda log: log.insert(log.find("encounter:check:opened"), log.entry("encounter:check:refused", REFUSED)),
        Code.COUNTS_DIFFER,
    ),
    "other counts": (
        lambda log: log.edit_fields(log.last("instance:day:closed"), counts="sha256:" + "0" * 64),
        Code.COUNTS_DIFFER,
    ),
}
REFUSED = {"refusal": "ground_not_allowed_here"}


@pytest.mark.parametrize("lie", LIES)
def test_lies_about_days(tmp_path: Path, lie: str) -> None:
    log = days(2).refuse()
    change, code = LIES[lie]
    if lie.endswith("tells its hour"):
        del log.entries[-1]
    change(log)
    assert refused(log, tmp_path) == code


def test_places_under_the_cap(tmp_path: Path) -> None:
    log = LyingLedger().begin().authorise().authorise().authorise("kept").authorise("none").authorise("none")
    assert run(log, tmp_path).summary.entries == 8
    assert refused(log.authorise(), tmp_path) == Code.CAP_PASSED


THRESHOLDS: dict[str, tuple[Callable[[], LyingLedger], Code | None]] = {
    "one": (lambda: searched(495000, log=searched(495000)), None),
    "stricter for more": (lambda: searched(500000, 20000, searched(495000)), None),
    "stricter by a stricter policy": (
        lambda: searched(499000, log=searched(495000).affect(OTHER_POLICY, 499000).adopt(OTHER_POLICY)),
        None,
    ),
    "stricter for a larger gallery": (
        lambda: searched(499000, log=searched(495000).affect(LARGE, 499000).adopt(LARGE, "x")),
        None,
    ),
    "another than its effect told": (
        lambda: searched(499000, log=searched(495000).affect(OTHER_POLICY, 500000).adopt(OTHER_POLICY)),
        Code.EFFECT_MISMATCH,
    ),
    "moved": (lambda: searched(495001, log=searched(495000)), Code.THRESHOLD_MOVED),
    "lower for more": (lambda: searched(494000, 20000, searched(495000)), Code.THRESHOLD_MOVED),
    "lower by the same target": (
        lambda: searched(494000, log=searched(495000).adopt(OTHER_POLICY)),
        Code.THRESHOLD_MOVED,
    ),
}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_thresholds(tmp_path: Path, name: str) -> None:
    make, code = THRESHOLDS[name]
    log = make()
    for entry in log.entries:
        fields = entry["fields"]
        assert isinstance(fields, dict)
        if fields.get("change") == "x":
            fields["change"] = "tightened"
    if code is None:
        run(log, tmp_path)
    else:
        assert refused(log, tmp_path) == code


def test_a_looser_target_may_lower_it(tmp_path: Path) -> None:
    log = searched(495000).affect(LOOSE, 480000).announce(LOOSE, "2026-11-15").later(days=14)
    log.adopt(LOOSE, "loosened", ("chief", "deputy", "oversight"))
    run(searched(480000, log=log), tmp_path)


# Counts that the force publishes, and those that its entries give.


def counted(log: LyingLedger, root: Path) -> Stats:
    return stats(LedgerFolder(root), run(log, root))


def publish_counts(log: LyingLedger, root: Path, day: str) -> Path:
    path = root / "counts" / f"{day}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(canonical({"day": day, "deeds": log.counts(day)}))
    return path


def test_counts_add_up(tmp_path: Path) -> None:
    log = days(2).refuse()
    publish_counts(log, tmp_path, "2026-11-02")
    found = counted(log, tmp_path)
    assert (found.compared, found.not_published) == (1, ("2026-11-01",))
    assert found.periods[ALL] == found.periods["2026-11"]
    assert found.periods[ALL]["encounter:check:opened"]["count"] == 2
    assert found.periods[ALL]["encounter:check:opened"]["tried_first"] == {"asked-again": 2, "document": 2}
    assert found.periods[ALL][SEARCHED] == {"count": 2}, "thresholds and contracts are no codes"
    assert FOLLOW_UP not in found.periods[ALL], "nobody outside may count them"


def test_published_counts_that_differ(tmp_path: Path) -> None:
    log = days(2).refuse()
    path = publish_counts(log, tmp_path, "2026-11-02")
    path.write_bytes(path.read_bytes().replace(b'"count":1', b'"count":2', 1))
    with pytest.raises(VerificationError) as caught:
        counted(log, tmp_path)
    assert caught.value.code == Code.COUNTS_DIFFER


def test_a_log_without_a_closed_day_has_nothing_to_count(tmp_path: Path) -> None:
    with pytest.raises(VerificationError) as caught:
        counted(LyingLedger().begin(), tmp_path)
    assert caught.value.code == Code.NOTHING_TO_VERIFY


# A second log.


def test_a_second_origin_that_continues_the_first(tmp_path: Path) -> None:
    first = LyingLedger().begin().check()
    text = first.checkpoint().decode().partition("\n\n")[0] + "\n"
    second = LyingLedger("force.example/log-2", seed=2)
    second.continues = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    report = run(second.begin().check(), tmp_path, first.checkpoint(), first)
    assert report.prior_size is None
    assert json.dumps(report.summary.deeds)


@pytest.mark.parametrize("continues", ["none", "sha256:" + "0" * 64])
def test_a_second_origin_that_does_not_chain_to_the_first(tmp_path: Path, continues: str) -> None:
    first = LyingLedger().begin().check()
    second = LyingLedger("force.example/log-2", seed=2)
    second.continues = continues
    with pytest.raises(VerificationError) as caught:
        run(second.begin().check(), tmp_path, first.checkpoint(), first)
    assert (caught.value.code, caught.value.index) == (Code.NOT_CHAINED, 0)


def test_nor_does_one_that_continues_an_older_checkpoint(tmp_path: Path) -> None:
    first = LyingLedger().begin().check()
    older = first.checkpoint(3).decode().partition("\n\n")[0] + "\n"
    second = LyingLedger("force.example/log-2", seed=2)
    second.continues = "sha256:" + hashlib.sha256(older.encode()).hexdigest()
    with pytest.raises(VerificationError) as caught:
        run(second.begin().check(), tmp_path, first.checkpoint(), first)
    assert caught.value.code == Code.NOT_CHAINED
