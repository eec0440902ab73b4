"""An instance that keeps a ledger, honestly or not: the test-only writer.

It shares nothing with the verifier: its JSON, its tree and its tiles are made the slow way. Lies told before `publish`
are signed by the log; lies told to the published files are a mirror's.
"""

import base64
import copy
import datetime
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verify_simulators import effects, tree
from verify_simulators.effects import canonical

BUILD = "sha256:" + hashlib.sha256(b"build").hexdigest()
CONTRACT = "sha256:" + hashlib.sha256(b"contract").hexdigest()
OTHER_CONTRACT = "sha256:" + hashlib.sha256(b"another").hexdigest()
CHECK = {
    "ground": "identity-doubted",
    "details": "given-doubted",
    "power": "pace-61-6a",
    "offence": "theft",
    "tried_first": ["asked-again", "document"],
    "place": "street",
    "age": "adult",
    "without_this": "would-arrest",
    "simulated": "yes",
}
SEARCH = {"contract": CONTRACT, "threshold_millionths": 495000, "scope_size_band": 5000}
COMMITMENTS = {
    "policy:suspension:ordered": "order",
    "policy:suspension:lifted": "order",
    "officer:account:authorised": "officer",
    "officer:account:revoked": "officer",
    "encounter:check:opened": "officer operator area encounter sign_off",
    "encounter:check:refused": "officer fields",
    "encounter:search:performed": "result authority signature",
    "encounter:comparison:recorded": "comparison",
    "encounter:candidates:revealed": "reveal",
    "encounter:decision:recorded": "decision",
    "encounter:follow-up:recorded": "follow_up",
    "instance:day:closed": "journal",
    "encounter:receipt:issued": "receipt",
}
RECEIPT = {"reference": "7K3M-9QXD", "officer": "PC 1234"}


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def vkey(name: str, key: Ed25519PrivateKey) -> str:
    """A verifier key."""
    material = b"\x01" + key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(material).decode()}"


def signature(name: str, key: Ed25519PrivateKey, text: str) -> str:
    """A line of a note."""
    key_id = bytes.fromhex(vkey(name, key).split("+")[1])
    return f"\u2014 {name} {base64.b64encode(key_id + key.sign(text.encode())).decode()}\n"


SIGNATORIES = {
    name: Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    for name in ("chief", "deputy", "oversight", "nobody")
}
ALL_OF_THEM = ("chief", "deputy", "oversight")


def model(contract: str) -> dict[str, object]:
    """A model, and its evaluation."""
    return {"contract": contract, "report": _digest(effects.report(contract))}


RULES = {
    "version": "one",
    "demonstration": True,
    "codes": {"areas": {"north": "North"}},
    "model": model(CONTRACT),
    "candidates": {"cap": 3},
    "pilot": {"officer_cap": 3, "starts": "2026-11-01", "ends": "2027-04-30"},
    "threshold": {"target_fpir_per_million": 2500, "set_for": 10000},
    "grounds": {"wanted": {"enabled": True, "galleries": ["custody"], "places": ["home", "street"], "text": "wanted"}},
    "signatories": {
        "force": [vkey("chief", SIGNATORIES["chief"]), vkey("deputy", SIGNATORIES["deputy"])],
        "oversight": vkey("oversight", SIGNATORIES["oversight"]),
        "notice_days": 14,
    },
}
TEXTS: dict[str, str] = {}
"""Digest -> text of every policy that a test has written."""


def policy(**members: object) -> str:
    """The digest of a policy that differs from `RULES` in these members."""
    text = canonical(RULES | members).decode()
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    TEXTS[digest] = text
    return digest


def document(text: bytes = b"# DPIA\n", kind: str = "dpia", **members: object) -> dict[str, object]:
    """An item of a policy's `activation`, signed by `nobody`."""
    digest = "sha256:" + hashlib.sha256(text).hexdigest()
    return {"kind": kind, "digest": digest, "signed_by": vkey("nobody", SIGNATORIES["nobody"]), **members}


POLICY = policy()
OTHER_POLICY = policy(version="two", candidates={"cap": 2})
LOOSER_POLICY = policy(version="three", candidates={"cap": 4})


class LyingLedger:
    """Entries as dictionaries, a key, an hour; every random value comes from a counter."""

    def __init__(self, origin: str = "force.example/log", seed: int = 1) -> None:
        self.origin = origin
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"key %d" % seed).digest())
        self.entries: list[dict[str, object]] = []
        self.openings: dict[str, str] = {}
        self.hour = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
        self.policy = POLICY
        self.notes: dict[str, tuple[str, ...]] = {}
        self.continues = "none"
        self.documents: dict[str, tuple[bytes, bytes]] = {}
        self.keys: dict[int, bytes] = {}
        self.effects: dict[str, bytes] = {}
        self._drawn = 0

    def copy(self) -> "LyingLedger":
        """A log with the same past and the same key, for another future."""
        twin = LyingLedger(self.origin)
        twin.key, twin.entries, twin.hour, twin._drawn = self.key, copy.deepcopy(self.entries), self.hour, self._drawn
        twin.notes, twin.documents, twin.effects = dict(self.notes), dict(self.documents), dict(self.effects)
        return twin

    # The honest part.

    def draw(self) -> bytes:
        """32 bytes that never came before."""
        self._drawn += 1
        return hashlib.sha256(b"draw %d" % self._drawn).digest()

    def add(self, deed: str, fields: Mapping[str, object] | None = None, **members: object) -> Self:
        """Append an entry in the form that its deed has."""
        self.entries.append(self.entry(deed, fields, **members))
        return self

    def entry(self, deed: str, fields: Mapping[str, object] | None = None, **members: object) -> dict[str, object]:
        """An entry that may still be inserted anywhere."""
        commitments = {name: self._commit(name) for name in COMMITMENTS.get(deed, "").split()}
        made: dict[str, object] = {"v": 1, "deed": deed, "hour": self._hour(deed), "build": BUILD}
        made |= {"policy": self.policy, "fields": fields or {}, "commitments": commitments}
        if deed.startswith("encounter:"):
            made["once"] = hmac.new(self.draw(), deed.encode(), hashlib.sha256).hexdigest()
        return made | members

    def _hour(self, deed: str) -> str:
        """The hour that an entry tells: of three deeds that of the entry before, or their day's first."""
        if deed not in ("instance:day:closed", "encounter:follow-up:recorded", "encounter:receipt:issued"):
            return f"{self.hour:%Y-%m-%dT%HZ}"
        return max(str(self.entries[-1]["hour"]), f"{self.hour:%Y-%m-%dT00Z}")

    def _commit(self, name: str) -> str:
        opening = self.draw()
        value: object = RECEIPT if name == "receipt" else None
        commitment = hmac.new(opening, canonical(value), hashlib.sha256).hexdigest()
        self.openings[commitment] = opening.hex()
        return commitment

    def begin(self) -> Self:
        """The first entries of every log."""
        self.add("instance:ledger:created", {"origin": self.origin, "continues": self.continues})
        self.adopt(POLICY, "first", ("nobody",))
        return self.authorise()

    def authorise(self, seat: str = "new") -> Self:
        """Somebody may use it."""
        return self.add("officer:account:authorised", {"seat": seat, "trained_until": "2028-02-29"})

    def adopt(self, policy: str, change: str = "tightened", signed_by: tuple[str, ...] = ("chief",)) -> Self:
        """A new policy from here on, with its effect where it has one and none was told before."""
        self.affect(policy)
        self.policy, self.notes[policy] = policy, signed_by
        return self.add("policy:version:adopted", {"change": change, "demonstration": "yes", "version": "1"})

    def announce(self, policy: str, earliest: str, signed_by: tuple[str, ...] = ALL_OF_THEM) -> Self:
        """A looser policy, some time before it is adopted."""
        self.affect(policy)
        self.notes[policy] = signed_by
        return self.add("policy:loosening:announced", {"proposed": policy, "earliest": earliest, "version": "1"})

    def affect(self, policy: str, threshold: int | None = None, **lies: object) -> Self:
        """Tell the effect of a policy that comes next: the true one where it has one, or one with other members."""
        before, after = (json.loads(TEXTS[digest]) for digest in (self.policy, policy))
        if lies or threshold or (effects.touches(before, after) and policy not in self.effects):
            self.effects[policy] = canonical(effects.effect(before, after, threshold or 495000) | lies)
        return self

    def register(self, item: Mapping[str, object], text: bytes = b"# DPIA\n", by: str = "nobody") -> Self:
        """A document of a policy (`document()`), in full."""
        until = item.get("valid_until", "none")
        said = f"overt-activation-document\n{item['kind']}\n{item['digest']}\n{until}\n"
        self.documents[str(item["digest"])] = (text, f"{said}\n{signature(by, SIGNATORIES[by], said)}".encode())
        fields = {"kind": item["kind"], "document": item["digest"], "valid_until": until}
        return self.add("policy:document:registered", fields)

    def suspend(self, number: int, reach: str, code: str, deed: str = "ordered") -> Self:
        """An order of the oversight body."""
        return self.add(f"policy:suspension:{deed}", {"number": number, "reach": reach, "suspended": code})

    def check(self) -> Self:
        """One whole check, an hour later."""
        self.later(hours=1)
        self.add("encounter:check:opened", CHECK)
        self.add("encounter:notice:recorded", {"notice": "given-or-deceased"})
        self.add("encounter:search:performed", SEARCH)
        self.add("encounter:comparison:recorded", {"simulated": "yes"})
        self.add("encounter:candidates:revealed")
        self.add("encounter:decision:recorded")
        self.add("encounter:follow-up:recorded")
        return self.issue()

    def issue(self) -> Self:
        """A receipt, after a full round."""
        return self.fill_round().add("encounter:receipt:issued", {"declined": "no"})

    def later(self, **delta: int) -> Self:
        """Time passes; a day that is over is closed."""
        then = self.hour + datetime.timedelta(**delta)
        if then.date() > self.hour.date():
            self.close_day()
        self.hour = then
        return self

    def close_day(self, **fields: object) -> Self:
        """Fill the day up with follow-ups, and close it with its counts; or with other fields."""
        day = f"{self.hour:%Y-%m-%d}"
        self.fill_round()
        counts = "sha256:" + hashlib.sha256(canonical({"day": day, "deeds": self.counts(day)})).hexdigest()
        return self.add("instance:day:closed", {"day": day, "counts": counts} | fields)

    def of(self, day: str) -> list[dict[str, object]]:
        """The entries of a day."""
        return [entry for entry in self.entries if str(entry["hour"]).startswith(day)]

    def fill_round(self) -> Self:
        """Follow-ups up to a full round since the last receipt or end of a day."""
        while not (count := self.follow_ups()) or count % 8:
            self.add("encounter:follow-up:recorded")
        return self

    def follow_ups(self) -> int:
        """How many follow-ups there are since the last receipt or end of a day."""
        deeds = [str(entry["deed"]) for entry in self.entries]
        ends = [i for i, deed in enumerate(deeds) if deed in ("encounter:receipt:issued", "instance:day:closed")]
        return deeds[ends[-1] + 1 if ends else 0 :].count("encounter:follow-up:recorded")

    def counts(self, day: str) -> dict[str, dict[str, object]]:
        """What a day's entries count up to."""
        deeds: dict[str, dict[str, object]] = {}
        for entry in self.of(day):
            if entry["deed"] in ("encounter:follow-up:recorded", "instance:day:closed"):
                continue
            found = deeds.setdefault(str(entry["deed"]), {"count": 0})
            found["count"] = int(str(found["count"])) + 1
            fields = entry["fields"]
            assert isinstance(fields, dict)
            for name, value in fields.items():
                for code in value if isinstance(value, list) else [value]:
                    if isinstance(code, str) and re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", code):
                        codes = found.setdefault(name, {})
                        assert isinstance(codes, dict)
                        codes[code] = codes.get(code, 0) + 1
        return deeds

    def refuse(self) -> Self:
        """A check that was not opened."""
        return self.add("encounter:check:refused", {"refusal": "ground_not_allowed_here"})

    def end_early(self) -> Self:
        """A check that the person ended."""
        self.add("encounter:check:opened", CHECK)
        return self.add("encounter:check:ended", {"end": "declined-photo", "step": "notice"})

    def fill(self, size: int) -> Self:
        """Filler up to a size."""
        while len(self.entries) < size:
            self.add("encounter:check:refused", {"refusal": "incomplete_encounter"})
        return self

    # What it shows.

    @property
    def vkey(self) -> str:
        """The verifier key."""
        return vkey(self.origin, self.key)

    def sign(self, text: str) -> bytes:
        """A note."""
        return f"{text}\n{signature(self.origin, self.key, text)}".encode()

    def leaves(self, size: int | None = None) -> list[bytes]:
        """Leaf hashes."""
        return [tree.leaf(canonical(entry)) for entry in self.entries[:size]]

    def checkpoint(self, size: int | None = None) -> bytes:
        """The signed checkpoint of the first `size` entries."""
        leaves = self.leaves(size)
        root = base64.b64encode(tree.mth(leaves)).decode()
        return self.sign(f"{self.origin}\n{len(leaves)}\n{root}\n")

    def publish(self, root: Path, size: int | None = None) -> Path:
        """Write checkpoint, tiles and bundles of the first `size` entries; earlier files stay, as on a real mirror."""
        leaves, entries = self.leaves(size), [canonical(entry) for entry in self.entries[:size]]
        _write(root / "checkpoint", self.checkpoint(size))
        for digest, signed_by in self.notes.items():
            text = TEXTS[digest] + "\n"
            if digest in self.effects:
                text += f"effect {_digest(self.effects[digest])}\n"
            lines = "".join(signature(who, SIGNATORIES[who], text) for who in signed_by)
            _write(root / "policy" / digest.removeprefix("sha256:"), f"{text}\n{lines}".encode())
        for text_of in self.effects.values():
            _write(root / "effect" / _digest(text_of).removeprefix("sha256:"), text_of)
        for contract in sorted({json.loads(TEXTS[digest])["model"]["contract"] for digest in self.notes}):
            made = effects.report(contract)
            _write(root / "report" / _digest(made).removeprefix("sha256:"), made)
        for number, note in self.keys.items():
            _write(root / "key" / str(number), note)
        for digest, (text, note) in self.documents.items():
            _write(root / "document" / digest.removeprefix("sha256:"), text)
            _write(root / "document" / (digest.removeprefix("sha256:") + ".note"), note)
        for number in range(-(-len(leaves) // 256)):
            part = entries[number * 256 : number * 256 + 256]
            _write(root / name("entries", number, len(part)), bundle(part))
        level = 0
        while len(leaves) >> 8 * level:
            for number in range(-(-(len(leaves) >> 8 * level) // 256)):
                part = tree.tile(leaves, level, number)
                _write(root / name(level, number, len(part)), b"".join(part))
            level += 1
        return root

    def proof(self, index: int, size: int | None = None) -> str:
        """A tlog-proof."""
        hashes = [base64.b64encode(node).decode() for node in tree.path(index, self.leaves(size))]
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *hashes, ""]
        return "\n".join(lines) + "\n" + self.checkpoint(size).decode()

    def submission(self, old: int, size: int | None = None, proof: list[bytes] | None = None) -> bytes:
        """What the log hands to a witness."""
        leaves = self.leaves(size)
        if proof is None:
            proof = tree.consistency(old, leaves) if 0 < old < len(leaves) else []
        lines = [f"old {old}", *(base64.b64encode(node).decode() for node in proof), "", ""]
        return "\n".join(lines).encode() + self.checkpoint(size)

    def receipt(self, index: int) -> dict[str, dict[str, object]]:
        """A receipt of an entry that opens its commitment `receipt`."""
        entry = self.entries[index]
        commitments = entry["commitments"]
        assert isinstance(commitments, dict)
        opening = {"name": "receipt", "opening": self.openings[commitments["receipt"]], "value": RECEIPT}
        front = {"reference": RECEIPT["reference"], "hour": entry["hour"], "complaint": "Write to us."}
        inside = {"entry": base64.b64encode(canonical(entry)).decode(), "openings": [opening], "origin": self.origin}
        inside |= {"vkey": self.vkey, "proof": self.proof(index)}
        return {"v": 1, "front": front, "inside": inside}  # type: ignore[dict-item]

    def find(self, deed: str) -> int:
        """Index of the first entry of a deed."""
        return next(i for i, entry in enumerate(self.entries) if entry["deed"] == deed)

    def last(self, deed: str) -> int:
        """Index of the last entry of a deed."""
        return max(i for i, entry in enumerate(self.entries) if entry["deed"] == deed)

    # The lies.

    def edit(self, index: int, **members: object) -> Self:
        """Other members in an entry."""
        self.entries[index] = self.entries[index] | members
        return self

    def edit_fields(self, index: int, **fields: object) -> Self:
        """Other fields in an entry."""
        old = self.entries[index]["fields"]
        assert isinstance(old, dict)
        return self.edit(index, fields=old | fields)

    def drop(self, index: int) -> Self:
        """An entry never happened."""
        del self.entries[index]
        return self

    def insert(self, index: int, entry: dict[str, object]) -> Self:
        """An entry that was not there; it takes the hour of its new place."""
        self.entries.insert(index, entry | {"hour": self.entries[index]["hour"]})
        return self

    def swap(self, one: int, other: int) -> Self:
        """Two entries in the other order."""
        self.entries[one], self.entries[other] = self.entries[other], self.entries[one]
        return self

    def truncate(self, size: int) -> Self:
        """The newest entries are gone."""
        del self.entries[size:]
        return self


def bundle(entries: list[bytes]) -> bytes:
    """An entry bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def name(level: int | str, number: int, width: int) -> str:
    """Path of a tile or bundle."""
    return f"tile/{level}/{tree.digits(number)}" + ("" if width == 256 else f".p/{width}")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
