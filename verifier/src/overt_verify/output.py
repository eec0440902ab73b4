"""What the commands print: one JSON object, or lines for people. Nothing is decided here.

Rules:
* Text from a ledger or a receipt reaches a terminal in ASCII with escapes only.
* The JSON of a success has `verified` true; of a failure, false and an `error` with code, message, meaning and index.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict

from overt_verify.audit import AuditReport
from overt_verify.canonical import JsonValue
from overt_verify.checkpoint import Checkpoint
from overt_verify.entry import Entry
from overt_verify.errors import VerificationError, shown
from overt_verify.receipt import Receipt
from overt_verify.stats import Stats
from overt_verify.summary import Summary

Data = dict[str, object]
_MOST_LINES = 20
NOT_TRUSTED = "The key was the receipt's own: this proves nothing about who signed it."


def checkpoint_data(checkpoint: Checkpoint) -> Data:
    """Origin, size and root in base64."""
    root = base64.b64encode(checkpoint.root).decode()
    extensions = list(checkpoint.extensions)
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": root, "extensions": extensions}


def audit_data(report: AuditReport) -> Data:
    """All that an audit found."""
    summary = report.summary
    derived = {"searches": summary.searches, "officers": summary.officers}
    prior = {"continues": report.prior_size}
    return {"checkpoint": checkpoint_data(report.checkpoint), **prior, **asdict(summary), **derived}


def audit_lines(report: AuditReport) -> list[str]:
    """An audit for people."""
    summary = report.summary
    head = [*_checkpoint_lines(report.checkpoint), *_prior_lines(report), *_numbers(summary)]
    return [
        *head,
        *_counts("Deeds", summary.deeds),
        *_counts("Builds seen (entries by each)", summary.builds),
        *_counts("Policies seen (entries under each)", summary.policies),
        *_counts("Refusals", summary.refusals),
        *_counts("Early ends", summary.early_ends),
    ]


def stats_data(counted: Stats) -> Data:
    """Counts by period, and how they compare."""
    compared = {"files_that_agree": counted.compared, "not_published": list(counted.not_published)}
    return {"checkpoint": checkpoint_data(counted.report.checkpoint), "periods": dict(counted.periods), **compared}


def stats_lines(counted: Stats) -> list[str]:
    """Counts for people."""
    days = len(counted.report.days)
    missing = [f"  not published: {', '.join(counted.not_published[:_MOST_LINES])}"] if counted.not_published else []
    lines = [f"  {days} closed days; {counted.compared} published files agree with the entries", *missing]
    for period, deeds in sorted(counted.periods.items()):
        lines += [f"{period}:", *(f"  {_json(numbers['count']):>9}  {deed}" for deed, numbers in sorted(deeds.items()))]
    return [*_checkpoint_lines(counted.report.checkpoint), *lines]


def entry_data(entry: Entry) -> Data:
    """An entry's members."""
    values = {"deed": entry.deed, "hour": entry.hour, "build": entry.build, "policy": entry.policy, "once": entry.once}
    return {**values, "fields": dict(entry.fields), "commitments": dict(entry.commitments)}


def entry_lines(index: int, entry: Entry, checkpoint: Checkpoint) -> list[str]:
    """An entry for people."""
    values: Mapping[str, object] = entry_data(entry)
    lines = [f"  {name}: {_json(value)}" for name, value in values.items() if value is not None]
    return [f"Entry {index} is in the log.", *_checkpoint_lines(checkpoint), *lines]


def receipt_data(receipt: Receipt) -> Data:
    """All that a receipt shows."""
    front = {"reference": receipt.reference, "hour": receipt.hour, "complaint": receipt.complaint}
    place = {"index": receipt.inclusion.index, "checkpoint": checkpoint_data(receipt.inclusion.checkpoint)}
    key = {"own_key": receipt.own_key, "warning": NOT_TRUSTED if receipt.own_key else None}
    return {**front, "entry": entry_data(receipt.entry), "opened": dict(receipt.opened), **place, **key}


def receipt_lines(receipt: Receipt) -> list[str]:
    """A receipt for people."""
    opened: Mapping[str, JsonValue] = receipt.opened
    inclusion = receipt.inclusion
    return [
        *([f"WARNING: {NOT_TRUSTED}"] if receipt.own_key else []),
        f"Receipt {receipt.reference} of {receipt.hour}.",
        *entry_lines(inclusion.index, receipt.entry, inclusion.checkpoint),
        "What the receipt opens:" if opened else "The receipt opens no commitment.",
        *(f"  {name}: {_json(value)}" for name, value in opened.items()),
    ]


def compare_lines(older: Checkpoint, newer: Checkpoint) -> list[str]:
    """A comparison for people."""
    return ["Both views are of one history.", *_checkpoint_lines(older), *_checkpoint_lines(newer)]


def failure_data(error: VerificationError) -> Data:
    """The `error` of a failure."""
    return {"code": error.code.value, "message": error.message, "meaning": error.meaning, "index": error.index}


def failure_lines(error: VerificationError) -> list[str]:
    """A failure for people."""
    return [f"NOT VERIFIED ({error.code.value})", f"  {error.message}", f"  {error.meaning}"]


def _checkpoint_lines(checkpoint: Checkpoint) -> list[str]:
    root = base64.b64encode(checkpoint.root).decode()
    also = [f"  also signed: {shown(line)}" for line in checkpoint.extensions[:_MOST_LINES]]
    return [f"  checkpoint of {shown(checkpoint.origin)}: {checkpoint.size} entries, root {root}", *also]


def _prior_lines(report: AuditReport) -> list[str]:
    return [] if report.prior_size is None else [f"  continues your earlier checkpoint of {report.prior_size} entries"]


def _numbers(summary: Summary) -> list[str]:
    marked = ["  DEMONSTRATION: a policy of this log says so"] if summary.demonstration else []
    return [
        *marked,
        f"  entries: {summary.entries}, from {summary.first_hour} to {summary.last_hour}",
        f"  searches: {summary.searches}; refusals: {sum(summary.refusals.values())}; "
        f"early ends: {sum(summary.early_ends.values())}; simulated deeds: {summary.simulated}",
        f"  officer accounts: {summary.officers}; days closed: {summary.days_closed}, left open: {summary.days_open}",
        f"  longest silence: {summary.silence_hours} hours"
        + ("" if summary.silence_before is None else f", before entry {summary.silence_before}"),
        f"  references imported: {summary.references_imported}, erased: {summary.references_erased}",
    ]


def _counts(title: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    rest = len(counts) - _MOST_LINES
    lines = [f"  {count:>9}  {shown(name, 100)[1:-1]}" for name, count in list(counts.items())[:_MOST_LINES]]
    return [f"{title}:", *lines, *([f"  and {rest} more (see --json)"] if rest > 0 else [])]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True)
