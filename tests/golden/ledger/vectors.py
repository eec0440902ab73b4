"""Makes `spec/ledger-entry-vectors.json` anew: `PYTHONPATH=src:tests python -m golden.ledger.vectors`.

Nothing here is random, so the file changes only when the format does, and then on purpose.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from overt.identifiers import Digest
from overt.ledger.canonical import canonical
from overt.ledger.commitment import commit, once_tag
from overt.ledger.deeds import FORMS, Deed
from overt.ledger.entry import EntryDraft, SealedEntry, hour_of, seal
from overt.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from overt.ledger.note import Signer, sign_note
from overt.ledger.proof import build_proof
from overt.ledger.receipt import build_receipt
from unit.ledger.paper_log import PaperLog

FILE = Path(__file__).parents[3] / "spec" / "ledger-entry-vectors.json"
SIGNER = Signer("overt.example/test-log", sha256(b"test key, never used for anything else").digest())
BUILD = Digest("sha256:" + sha256(b"build").hexdigest())
SIGNATORIES = {
    name: Signer(f"overt.example/{name}", sha256(name.encode()).digest()) for name in ("one", "two", "three")
}
POLICY_TEXT = canonical(
    {
        "demonstration": True,
        "pilot": {"starts": "2026-11-01", "ends": "2027-04-30"},
        "signatories": {
            "force": [SIGNATORIES["one"].key.encode(), SIGNATORIES["two"].key.encode()],
            "oversight": SIGNATORIES["three"].key.encode(),
        },
    }
).decode()
POLICY = Digest("sha256:" + sha256(POLICY_TEXT.encode()).hexdigest())
CONTRACT = "sha256:" + sha256(b"contract").hexdigest()
SIZE = 300
OPENED_AT, RECEIPT_AT = 123, 132
LOG_RULE = (
    "Entry 0 is instance:ledger:created with this origin, entry 1 policy:version:adopted with change first, "
    "demonstration yes and version test-1. Entry 123 is the sample check-opened, entry 132 the sample receipt-issued. "
    "Entries 124 to 131 are encounter:follow-up:recorded; once and follow_up of entry i: SHA-256 of i in decimal. "
    "Any other entry i is gallery:relation:recorded with count i. The hour of entry i is 2026-11-01T00Z plus one hour "
    "for every 30 entries before it; build is sha256: and the SHA-256 of the five bytes build, policy likewise of the "
    "policy's text, the first line of its note. Entries are in RFC 8785 form."
)
REFERENCE = "7K3M-9QXD"

OPENED_FIELDS: dict[str, Any] = {
    "ground": "identity-doubted",
    "details": "given-doubted",
    "power": "pace-61-6a",
    "offence": "theft",
    "tried_first": ("document", "asked-again"),
    "place": "street",
    "age": "adult",
    "without_this": "would-arrest",
    "simulated": "no",
}
OPENED_PRIVATE: dict[str, Any] = {
    "officer": "demo-officer",
    "operator": None,
    "area": "north-4",
    "encounter": "6f1c2a34-9d1e-4b43-8a52-0c1b6a1f7a10",
    "sign_off": None,
}
SAMPLES: dict[str, tuple[EntryDraft, int]] = {
    "ledger-created": (EntryDraft(Deed.INSTANCE_LEDGER_CREATED, {"origin": SIGNER.name, "continues": "none"}, {}), 0),
    "loosening-announced": (
        EntryDraft(
            Deed.POLICY_LOOSENING_ANNOUNCED, {"earliest": "2026-11-15", "proposed": CONTRACT, "version": "two"}, {}
        ),
        1,
    ),
    "suspension-ordered": (
        EntryDraft(
            Deed.POLICY_SUSPENSION_ORDERED,
            {"number": 3, "reach": "place", "suspended": "school"},
            {"order": {"code": "school", "number": 3, "reach": "place"}},
        ),
        1,
    ),
    "officer-authorised": (
        EntryDraft(
            Deed.OFFICER_ACCOUNT_AUTHORISED, {"seat": "new", "trained_until": "2028-02-29"}, {"officer": "demo-officer"}
        ),
        1,
    ),
    "batch-imported": (
        EntryDraft(
            Deed.GALLERY_BATCH_IMPORTED,
            {
                "count": 12,
                "root": sha256(b"root").hexdigest(),
                "source_mix": ("missing=2", "custody=10"),
                "outcome_mix": ("convicted=7", "charged=3", "not-applicable=2"),
                "synthetic": "no",
            },
            {},
        ),
        2,
    ),
    "check-opened": (EntryDraft(Deed.ENCOUNTER_CHECK_OPENED, OPENED_FIELDS, OPENED_PRIVATE), OPENED_AT),
    "check-opened-deceased": (
        EntryDraft(
            Deed.ENCOUNTER_CHECK_OPENED,
            {**OPENED_FIELDS, "ground": "deceased", "offence": "not-required", "details": "cannot-give"},
            {**OPENED_PRIVATE, "sign_off": {"by": "demo-supervisor", "reference": "Zoë “7” \n\u2028"}},
        ),
        OPENED_AT,
    ),
    "notice-deceased": (EntryDraft(Deed.ENCOUNTER_NOTICE_RECORDED, {"notice": "deceased"}, {}), OPENED_AT),
    "capture-refused-again": (
        EntryDraft(Deed.ENCOUNTER_CAPTURE_REFUSED, {"refusal": "no_face"}, {}, once_number=2),
        OPENED_AT,
    ),
    "search-performed": (
        EntryDraft(
            Deed.ENCOUNTER_SEARCH_PERFORMED,
            {"contract": CONTRACT, "threshold_millionths": -123456, "scope_size_band": 100000},
            {
                "result": [{"reference": 41, "score": 612345}],
                "authority": {"as_of": "2026-11-06T03:04:05Z"},
                "signature": None,
            },
        ),
        OPENED_AT,
    ),
    "follow-up": (
        EntryDraft(
            Deed.ENCOUNTER_FOLLOW_UP_RECORDED, {}, {"follow_up": {"kind": "identity", "value": None}}, once_number=3
        ),
        OPENED_AT,
    ),
    "day-closed": (
        EntryDraft(
            Deed.INSTANCE_DAY_CLOSED,
            {"day": "2026-11-01", "counts": CONTRACT},
            {"journal": {"lines": 7, "chain": "00" * 32}},
        ),
        299,
    ),
    "records-destroyed": (
        EntryDraft(
            Deed.INSTANCE_RECORDS_DESTROYED,
            {"destroyed": ("openings", "answers")},
            {"numbers": {"answers": 1, "openings": 40}},
        ),
        299,
    ),
    "receipt-issued": (
        EntryDraft(
            Deed.ENCOUNTER_RECEIPT_ISSUED,
            {"declined": "no"},
            {"receipt": {"reference": REFERENCE, "officer": "PC 1234", "outcome": "released"}},
        ),
        RECEIPT_AT,
    ),
}


def build() -> dict[str, Any]:
    """Everything in the file."""
    sealed = {name: _seal(name) for name in SAMPLES}
    log, bodies = _log(sealed)
    return {
        "about": "Vectors for spec/ledger-entry.md and spec/receipt.md, format 1. Bytes are hex or base64 as named; a "
        "text (entry, checkpoint, proof, receipt) is the UTF-8 bytes themselves.",
        "commitments": [_commitment(n, value) for n, value in enumerate(_values())],
        "once_tags": [_once(number) for number in (1, 2, 10)],
        "entries": [_entry(name, sealed[name]) for name in SAMPLES],
        "invalid_entries": [{"reason": reason, "base64": _b64(body)} for reason, body in invalid_entries(sealed)],
        "log": _log_vectors(log, bodies),
        "receipts": [
            {"entry": OPENED_AT, "receipt": _opened(log, sealed)},
            {"entry": RECEIPT_AT, "receipt": _issued(log, sealed)},
        ],
        "invalid_receipts": [{"reason": why, "receipt": text} for why, text in invalid_receipts(_issued(log, sealed))],
    }


def dump() -> str:
    """The file's text."""
    return json.dumps(build(), indent=1) + "\n"


def _secret(what: str) -> bytes:
    return sha256(what.encode()).digest()


def _b64(data: bytes) -> str:
    return b64encode(data).decode()


def _hour(index: int) -> str:
    return hour_of(datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=index // 30))


def _seal(name: str) -> SealedEntry:
    draft, index = SAMPLES[name]
    openings = iter([_secret(f"opening {name} {each}") for each in sorted(draft.private)])
    secret = _secret(f"secret {name}") if FORMS[draft.deed].in_encounter else None
    return seal(draft, hour=_hour(index), build=BUILD, policy=POLICY, draw=lambda: next(openings), secret=secret)


def _values() -> list[Any]:
    return [
        None,
        True,
        0,
        -(2**53) + 1,
        "",
        'é "\\/\x1f\u2028\U0001f600',
        [],
        {},
        {"\U0001f600": 1, "\ufb33": 2, "a": [{"b": False}]},
    ]


def _commitment(number: int, value: Any) -> dict[str, Any]:
    opening = _secret(f"opening {number}")
    return {
        "opening": opening.hex(),
        "value": value,
        "canonical_base64": _b64(canonical(value)),
        "commitment": commit(opening, value),
    }


def _once(number: int) -> dict[str, Any]:
    deed = Deed.ENCOUNTER_FOLLOW_UP_RECORDED
    return {
        "secret": _secret("once").hex(),
        "deed": deed,
        "number": number,
        "once": once_tag(_secret("once"), deed, number),
    }


def _entry(name: str, sealed: SealedEntry) -> dict[str, Any]:
    draft, index = SAMPLES[name]
    read = json.loads(sealed.body)
    return {
        "name": name,
        "deed": draft.deed,
        "handed_over": dict(draft.fields),
        "private": dict(draft.private),
        "once_number": draft.once_number,
        "hour": _hour(index),
        "build": BUILD,
        "policy": POLICY,
        "openings": {each: opening.opening.hex() for each, opening in sealed.openings.items()},
        "secret": _secret(f"secret {name}").hex() if FORMS[draft.deed].in_encounter else None,
        "commitments": read["commitments"],
        "once": read.get("once"),
        "entry": sealed.body.decode(),
        "leaf_hash": leaf_hash(sealed.body).hex(),
    }


def _log(sealed: dict[str, SealedEntry]) -> tuple[PaperLog, list[bytes]]:
    fixed = {0: "ledger-created", OPENED_AT: "check-opened", RECEIPT_AT: "receipt-issued"}
    bodies = [sealed[fixed[i]].body if i in fixed else _filler(i) for i in range(SIZE)]
    for index in range(OPENED_AT + 1, RECEIPT_AT):
        bodies[index] = _follow_up(index)
    log = PaperLog(SIGNER)
    log.append(bodies)
    return log, bodies


def _follow_up(index: int) -> bytes:
    tag = sha256(str(index).encode()).hexdigest()
    entry = {"v": 1, "deed": Deed.ENCOUNTER_FOLLOW_UP_RECORDED, "hour": _hour(index), "build": BUILD, "policy": POLICY}
    return canonical({**entry, "fields": {}, "commitments": {"follow_up": tag}, "once": tag})


def _filler(index: int) -> bytes:
    fields = {"change": "first", "demonstration": "yes", "version": "test-1"}
    first = EntryDraft(Deed.POLICY_VERSION_ADOPTED, fields, {})
    draft = first if index == 1 else EntryDraft(Deed.GALLERY_RELATION_RECORDED, {"count": index}, {})
    return seal(draft, hour=_hour(index), build=BUILD, policy=POLICY, draw=bytes, secret=None).body


def _log_vectors(log: PaperLog, bodies: list[bytes]) -> dict[str, Any]:
    inclusion = [(0, 1), (0, 300), (OPENED_AT, 300), (255, 256), (256, 257), (299, 300)]
    consistency = [(0, 300), (1, 300), (3, 7), (255, 256), (256, 300), (257, 300), (300, 300)]
    return {
        "rule": LOG_RULE,
        "policy": sign_note(f"{POLICY_TEXT}\n", [SIGNATORIES["one"]]).decode(),
        "origin": SIGNER.name,
        "key_seed": SIGNER.seed.hex(),
        "vkey": SIGNER.key.encode(),
        "size": SIZE,
        "leaf_hashes": {str(i): leaf_hash(bodies[i]).hex() for i in (0, 1, OPENED_AT, RECEIPT_AT, 299)},
        "roots": {str(size): log.root(size).hex() for size in (0, 1, 2, 3, 7, 255, 256, 257, 300)},
        "tiles": {path: sha256(data).hexdigest() for path, data in sorted(log.files.items())},
        "inclusion": [
            {"index": i, "size": n, "hashes": [each.hex() for each in inclusion_proof(i, n, log.node)]}
            for i, n in inclusion
        ],
        "consistency": [
            {"old": m, "new": n, "hashes": [each.hex() for each in consistency_proof(m, n, log.node)]}
            for m, n in consistency
        ],
        "checkpoint": log.checkpoint().decode(),
        "proof": {"index": OPENED_AT, "proof": build_proof(OPENED_AT, log.checkpoint(), log.node).encode().decode()},
    }


def _opened(log: PaperLog, sealed: dict[str, SealedEntry]) -> str:
    return _receipt(log, sealed["check-opened"], OPENED_AT, ("officer", "encounter"))


def _issued(log: PaperLog, sealed: dict[str, SealedEntry]) -> str:
    return _receipt(log, sealed["receipt-issued"], RECEIPT_AT, ("receipt",))


def _receipt(log: PaperLog, entry: SealedEntry, index: int, names: tuple[str, ...]) -> str:
    proof = build_proof(index, log.checkpoint(), log.node).encode()
    openings = {name: entry.openings[name] for name in names}
    complaint = "Write to complaints@overt.example and quote the reference."
    return build_receipt(REFERENCE, complaint, entry.body, openings, proof, SIGNER.key).decode()


def invalid_entries(sealed: dict[str, SealedEntry]) -> list[tuple[str, bytes]]:
    """Bytes that a reader must refuse, each for one reason."""
    opened, batch = sealed["check-opened"].body, sealed["batch-imported"].body
    search, officer = sealed["search-performed"].body, sealed["officer-authorised"].body
    notice, created = sealed["notice-deceased"].body, sealed["ledger-created"].body
    return [
        ("no bytes", b""),
        ("an array", b"[]"),
        ("a space after the first brace", b"{ " + officer[1:]),
        ("a newline at the end", officer + b"\n"),
        ("a byte order mark", b"\xef\xbb\xbf" + officer),
        ("not UTF-8", officer.replace(b"gallery", b"g\xffllery").replace(b"officer:", b"o\xfficer:")),
        ("an escape that is not needed", created.replace(b"overt.example", b"\\u006fvert.example")),
        ("half a surrogate pair", created.replace(b"overt.example", b"\\ud800vert.example")),
        ("a member twice", officer.replace(b'"v":1', b'"v":1,"v":1')),
        ("members out of order", b'{"v":1,' + officer[1:].replace(b',"v":1', b"")),
        ("nested a thousand deep", b"[" * 1000 + b"]" * 1000),
        *[(why, _changed(officer, change)) for why, change in _ENVELOPE],
        *[(why, _changed(opened, change)) for why, change in _OPENED],
        *[(why, _changed(batch, change)) for why, change in _BATCH],
        *[(why, _changed(search, change)) for why, change in _SEARCH],
        *[
            (f"the notice {code}, unmerged", _changed(notice, _put(code, "fields", "notice")))
            for code in ("given", "deceased")
        ],
        *[(f"an origin with {what}", _changed(created, _put(text, "fields", "origin"))) for what, text in _ORIGINS],
    ]


Change = Callable[[dict[str, Any]], object]


def _changed(body: bytes, change: Change) -> bytes:
    value = json.loads(body)
    change(value)
    return rfc8785.dumps(value)


def _put(value: Any, *path: str) -> Change:
    def change(whole: dict[str, Any]) -> None:
        for name in path[:-1]:
            whole = whole[name]
        whole[path[-1]] = value

    return change


def _drop(*path: str) -> Change:
    def change(whole: dict[str, Any]) -> None:
        for name in path[:-1]:
            whole = whole[name]
        del whole[path[-1]]

    return change


_HEX = "0123456789abcdef" * 4
_ENVELOPE: list[tuple[str, Change]] = [
    ("a member that the page does not name", _put("x", "note")),
    ("a once-tag outside an encounter", _put(_HEX, "once")),
    ("no policy", _drop("policy")),
    ("another format", _put(2, "v")),
    ("the format as a string", _put("1", "v")),
    ("the format as true", _put(True, "v")),
    ("the format as a fraction", _put(1.5, "v")),
    ("a deed that is not in the list", _put("officer:account:praised", "deed")),
    ("a deed in capitals", _put("OFFICER:account:authorised", "deed")),
    ("a deed that is an array", _put(["officer:account:authorised"], "deed")),
    ("a time finer than the hour", _put("2026-11-01T01:30Z", "hour")),
    ("an hour that does not exist", _put("2026-11-01T24Z", "hour")),
    ("a day that does not exist", _put("2026-02-29T01Z", "hour")),
    ("digits that are not ASCII", _put("2026-11-01T0\u0661Z", "hour")),
    ("a build in upper case", _put("sha256:" + _HEX.upper(), "build")),
    ("a build without its prefix", _put(_HEX, "build")),
    ("a policy that is too short", _put("sha256:" + _HEX[1:], "policy")),
    ("fields that are an array", _put([], "fields")),
    ("no fields", _put({}, "fields")),
    ("a field of another deed", _put("yes", "fields", "simulated")),
    ("a date that does not exist", _put("2027-02-29", "fields", "trained_until")),
    ("a date in another spelling", _put("20280229", "fields", "trained_until")),
    ("no commitments", _put({}, "commitments")),
    ("a commitment of another deed", _put(_HEX, "commitments", "area")),
    ("a commitment in upper case", _put(_HEX.upper(), "commitments", "officer")),
    ("a commitment that is too short", _put(_HEX[2:], "commitments", "officer")),
    ("a commitment that is null", _put(None, "commitments", "officer")),
]
_OPENED: list[tuple[str, Change]] = [
    ("an encounter without its once-tag", _drop("once")),
    ("a once-tag that is too long", _put(_HEX + "0", "once")),
    ("the area in clear", _put("north-4", "fields", "area")),
    ("the ground missing, unmerged", _put("missing", "fields", "ground")),
    ("the ground deceased, unmerged", _put("deceased", "fields", "ground")),
    ("a code with a space", _put("near the station", "fields", "place")),
    ("a code with a capital", _put("Street", "fields", "place")),
    ("a code that is empty", _put("", "fields", "place")),
    ("a code of 65 characters", _put("a" * 65, "fields", "place")),
    ("a code that is a number", _put(7, "fields", "place")),
    ("a code with a newline after it", _put("street\n", "fields", "place")),
    ("yes/no that is neither", _put("maybe", "fields", "simulated")),
    ("yes/no that is true", _put(True, "fields", "simulated")),
    ("codes in the order they were pressed", _put(["document", "asked-again"], "fields", "tried_first")),
    ("a code twice", _put(["document", "document"], "fields", "tried_first")),
    ("no codes", _put([], "fields", "tried_first")),
    ("codes as a string", _put("document", "fields", "tried_first")),
    ("65 codes", _put([f"c{n:02d}" for n in range(65)], "fields", "tried_first")),
]
_BATCH: list[tuple[str, Change]] = [
    ("a negative count", _put(-1, "fields", "count")),
    ("a count as a string", _put("12", "fields", "count")),
    ("a count as a fraction", _put(12.5, "fields", "count")),
    ("a count of 2^53", lambda whole: whole["fields"].__setitem__("count", float(2**53))),
    ("a root with a prefix", _put("sha256:" + _HEX, "fields", "root")),
    ("a mix out of order", _put(["missing=2", "custody=10"], "fields", "source_mix")),
    ("a mix with a code twice", _put(["custody=1", "custody=2"], "fields", "source_mix")),
    ("a mix with a leading zero", _put(["custody=010"], "fields", "source_mix")),
    ("a mix without a count", _put(["custody"], "fields", "source_mix")),
]
_SEARCH: list[tuple[str, Change]] = [
    ("a size that is not a band", _put(95000, "fields", "scope_size_band")),
    ("a threshold that is true", _put(True, "fields", "threshold_millionths")),
    ("a contract that is no digest", _put("sface", "fields", "contract")),
]
_ORIGINS = [
    ("a space", "overt.example/a b"),
    ("a plus", "overt.example+a"),
    ("nothing in it", ""),
    ("an accent", "zo\u00eb.example"),
]


def invalid_receipts(receipt: str) -> list[tuple[str, str]]:
    """Receipts that a reader must refuse, each for one reason."""
    whole = json.loads(receipt)
    opening, proof = whole["inside"]["openings"][0], whole["inside"]["proof"]
    other = Signer(SIGNER.name, _secret("another key"))
    changes: list[tuple[str, Change]] = [
        ("another format", _put(2, "v")),
        ("a member that the page does not name", _put("PC 1234", "front", "officer")),
        ("no complaint", _put("", "front", "complaint")),
        ("a reference in another form", _put("7k3m-9qxd", "front", "reference")),
        ("a reference that the entry does not commit to", _put("7K3M-9QXE", "front", "reference")),
        ("an hour that is not the entry's", _put("2026-11-06T05Z", "front", "hour")),
        ("the key of somebody else", _put(other.key.encode(), "inside", "vkey")),
        ("the origin of another log", _put("overt.example/other", "inside", "origin")),
        ("an entry that is not the one proven", _put(_b64(_seal("check-opened").body), "inside", "entry")),
        (
            "an opened value that was changed",
            _put([{**opening, "value": {"reference": REFERENCE}}], "inside", "openings"),
        ),
        ("an opening that was changed", _put([{**opening, "opening": _HEX}], "inside", "openings")),
        ("an opening of no commitment", _put([{**opening, "name": "officer"}], "inside", "openings")),
        ("an opening twice", _put([opening, opening], "inside", "openings")),
        ("a proof of another index", _put(proof.replace("index 132", "index 133"), "inside", "proof")),
        ("a proof without its last hash", _put(_without_last_hash(proof), "inside", "proof")),
        ("a checkpoint of another size", _put(proof.replace("\n300\n", "\n301\n"), "inside", "proof")),
        ("a checkpoint without a signature", _put(proof[: proof.index("\u2014")], "inside", "proof")),
    ]
    return [(why, _changed(receipt.encode(), change).decode()) for why, change in changes]


def _without_last_hash(proof: str) -> str:
    head, _, checkpoint = proof.partition("\n\n")
    return head.rpartition("\n")[0] + "\n\n" + checkpoint


if __name__ == "__main__":
    FILE.write_text(dump(), encoding="ascii")
