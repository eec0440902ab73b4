"""Receipts (spec/receipt.md): one entry with its proof and the openings that the person may see.

Rules:
* What lies in `front` may be seen by whoever finds the receipt; everything else is `inside`.
* The hour on the front is the entry's own; it is never handed in beside it.
* A receipt is never handed out before it has been checked as its holder would check it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.identifiers import JsonValue
from overt.ledger.canonical import canonical, decode_base64, encode_base64, parse_canonical
from overt.ledger.checkpoint import Checkpoint
from overt.ledger.commitment import check_opening
from overt.ledger.entry import Entry, Opening, parse
from overt.ledger.fields import is_hex64
from overt.ledger.note import VerifierKey
from overt.ledger.proof import check_proof

FORMAT = 1
MAX_BYTES = 262_144
_REFERENCE = re.compile(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){1,3}")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was checked: its front, the entry, and by commitment name the values that were opened."""

    reference: str
    complaint: str
    entry: Entry
    opened: Mapping[str, JsonValue] = field(repr=False)
    checkpoint: Checkpoint


def reference_code(random: bytes) -> str:
    """A code to quote: two groups of four of `0-9 A-Z` without I, L, O, U, from 5 random bytes.

    Raises:
        ValueError: not 5 bytes.
    """
    if len(random) != 5:
        raise ValueError("a reference is made of 5 random bytes")
    number = int.from_bytes(random, "big")
    code = "".join(_DIGITS[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{code[:4]}-{code[4:]}"


def build_receipt(
    reference: str, complaint: str, entry: bytes, openings: Mapping[str, Opening], proof: bytes, key: VerifierKey
) -> bytes:
    """The bytes of a receipt.

    Args:
        reference: random and short, such as `reference_code` gives.
        complaint: how to complain, in plain words.
        entry: the ledger entry's bytes.
        openings: of those of its commitments that the person may see.
        proof: the tlog-proof of the entry.
        key: the log's verifier key; its name is the origin.

    Raises:
        LedgerFormatError, LedgerProofInvalid: its holder could not verify it.
    """
    shown: list[JsonValue] = [
        {"name": name, "opening": openings[name].opening.hex(), "value": openings[name].value}
        for name in sorted(openings)
    ]
    receipt = canonical(
        {
            "v": FORMAT,
            "front": {"reference": reference, "hour": parse(entry).hour, "complaint": complaint},
            "inside": {
                "entry": encode_base64(entry),
                "openings": shown,
                "origin": key.name,
                "vkey": key.encode(),
                "proof": proof.decode("utf-8", "replace"),
            },
        }
    )
    check_receipt(receipt, key)
    return receipt


def check_receipt(data: bytes, key: VerifierKey) -> Receipt:
    """Check a receipt against a verifier key that came from elsewhere (spec/receipt.md, "Checking one").

    Raises:
        LedgerFormatError: not in the form of a receipt.
        LedgerProofInvalid: another log's, a proof or an opening that does not check, or a front of another entry.
    """
    whole = _object(parse_canonical(data, MAX_BYTES), "v front inside")
    front = _object(whole["front"], "reference hour complaint")
    inside = _object(whole["inside"], "entry openings origin vkey proof")
    reference, complaint = _text(front["reference"], 19), _text(front["complaint"], 4000)
    if whole["v"] is True or whole["v"] != FORMAT or not _REFERENCE.fullmatch(reference):
        raise LedgerFormatError("The receipt is of another format.")
    if inside["vkey"] != key.encode() or inside["origin"] != key.name:
        raise LedgerProofInvalid("The receipt is of another log.")
    body = decode_base64(_text(inside["entry"], MAX_BYTES))
    entry = parse(body)
    checkpoint = check_proof(_text(inside["proof"], MAX_BYTES).encode(), body, key)
    opened = _check_openings(inside["openings"], entry)
    said = opened.get("receipt")
    if front["hour"] != entry.hour or (isinstance(said, dict) and said.get("reference", reference) != reference):
        raise LedgerProofInvalid("The front of the receipt is not of the entry inside.")
    return Receipt(reference, complaint, entry, MappingProxyType(opened), checkpoint)


def _check_openings(value: JsonValue, entry: Entry) -> dict[str, JsonValue]:
    if not isinstance(value, list):
        raise LedgerFormatError("The openings are not an array.")
    shown = [_object(item, "name opening value") for item in value]
    names = [_text(item["name"], 64) for item in shown]
    if names != sorted(set(names)) or not set(names) <= set(entry.commitments):
        raise LedgerFormatError("The openings are not of the entry's commitments, in order.")
    for name, item in zip(names, shown, strict=True):
        if not is_hex64(item["opening"]):
            raise LedgerFormatError("An opening is not 64 hex digits.")
        check_opening(entry.commitments[name], bytes.fromhex(str(item["opening"])), item["value"])
    return {name: item["value"] for name, item in zip(names, shown, strict=True)}


def _object(value: JsonValue, names: str) -> dict[str, JsonValue]:
    if not isinstance(value, dict) or set(value) != set(names.split()):
        raise LedgerFormatError("The receipt does not have exactly the members of its format.")
    return value


def _text(value: JsonValue, limit: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise LedgerFormatError("A text of the receipt is missing, or longer than it may be.")
    return value
