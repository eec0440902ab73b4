"""Receipts, format 1 (spec/receipt.md): what a person takes away from a check.

Rules:
* The key comes from somewhere else than the receipt. Reading a receipt with its own key is possible under an option
  with a name that says so, and then proves only that the receipt fits together.
* Any step that fails makes the whole receipt worthless; there is no partial result.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from overt_verify.canonical import JsonValue, parse, serialise
from overt_verify.encoding import base64_bytes, is_hex64, is_hour
from overt_verify.entry import Entry, parse_entry
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.note import VerifierKey
from overt_verify.proof import Inclusion, verify_proof

RECEIPT_LIMIT = 262_144
_REFERENCE = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){1,3}", re.ASCII)
_LONGEST_COMPLAINT = 4000


@dataclass(frozen=True)
class Receipt:
    """A receipt that verified.

    Attributes:
        reference: the code to quote.
        hour: UTC hour of the entry, `YYYY-MM-DDTHHZ`.
        complaint: how to complain, in the force's words.
        entry: the ledger entry.
        opened: values of the commitments that the receipt opens.
        inclusion: where the entry stands and under which checkpoint.
        own_key: whether the key was the receipt's own, so that nothing is proven about who signed.
    """

    reference: str
    hour: str
    complaint: str
    entry: Entry
    opened: Mapping[str, JsonValue]
    inclusion: Inclusion
    own_key: bool


def verify_receipt(data: bytes, key: VerifierKey | None, *, trust_key_in_receipt: bool = False) -> Receipt:
    """Verify a receipt.

    Args:
        data: the file's bytes.
        key: the log's key, obtained elsewhere; None to use the receipt's own.
        trust_key_in_receipt: must be true where `key` is None.

    Raises:
        VerificationError: `receipt_key_not_trusted` without a key, or whatever does not verify.
    """
    if key is None and not trust_key_in_receipt:
        raise VerificationError(Code.RECEIPT_KEY_NOT_TRUSTED, "No key was given to verify this receipt with.")
    front, inside = _halves(data)
    own = VerifierKey.parse(_string(inside, "vkey"))
    if key is not None and own != key:
        message = f"The receipt names the key {shown(str(own))}, not {shown(str(key))}."
        raise VerificationError(Code.UNKNOWN_SIGNER, message)
    if own.name != _string(inside, "origin"):
        raise VerificationError(Code.WRONG_ORIGIN, "The receipt's key and its origin have different names.")
    leaf = base64_bytes(_string(inside, "entry"))
    if leaf is None:
        raise _bad("its entry is not base64")
    inclusion = verify_proof(_string(inside, "proof"), leaf, own)
    entry = parse_entry(leaf, inclusion.index)
    opened = _opened(inside["openings"], entry)
    _check_front(front, entry, opened)
    return Receipt(
        str(front["reference"]), entry.hour, str(front["complaint"]), entry, opened, inclusion, own_key=key is None
    )


def _halves(data: bytes) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    if len(data) > RECEIPT_LIMIT:
        raise VerificationError(Code.FILE_TOO_LARGE, f"A receipt has at most {RECEIPT_LIMIT} bytes.")
    try:
        whole = parse(data, literals=True)
    except ValueError as error:
        raise _bad(str(error)) from error
    members = _object(whole, {"v", "front", "inside"})
    if members["v"] is True or members["v"] != 1:
        raise _bad("its version is not 1")
    front = _object(members["front"], {"reference", "hour", "complaint"})
    return front, _object(members["inside"], {"entry", "openings", "origin", "vkey", "proof"})


def _check_front(front: Mapping[str, JsonValue], entry: Entry, opened: Mapping[str, JsonValue]) -> None:
    reference, hour, complaint = (_string(front, name) for name in ("reference", "hour", "complaint"))
    if not _REFERENCE.fullmatch(reference) or not is_hour(hour) or not 0 < len(complaint) <= _LONGEST_COMPLAINT:
        raise _bad("its front is malformed")
    if hour != entry.hour:
        raise VerificationError(Code.FRONT_MISMATCH, "The hour on the front is not the entry's hour.")
    value = opened.get("receipt")
    if isinstance(value, dict) and "reference" in value and value["reference"] != reference:
        raise VerificationError(Code.FRONT_MISMATCH, "The reference on the front is not the one committed to.")


def _opened(value: JsonValue, entry: Entry) -> dict[str, JsonValue]:
    if not isinstance(value, list):
        raise _bad("its openings are not an array")
    items = [_object(item, {"name", "opening", "value"}) for item in value]
    names = [_string(item, "name") for item in items]
    if names != sorted(set(names)):
        raise _bad("its openings are not in order, or one stands twice")
    for name, item in zip(names, items, strict=True):
        _check_opening(name, item, entry)
    return {name: item["value"] for name, item in zip(names, items, strict=True)}


def _check_opening(name: str, item: Mapping[str, JsonValue], entry: Entry) -> None:
    opening = _string(item, "opening")
    if name not in entry.commitments or not is_hex64(opening):
        raise _bad(f"its opening {shown(name)} is malformed or of no commitment of the entry")
    computed = hmac.new(bytes.fromhex(opening), serialise(item["value"]), hashlib.sha256).hexdigest()
    if computed != entry.commitments[name]:
        message = f"The value shown for {shown(name)} is not the one committed to."
        raise VerificationError(Code.COMMITMENT_MISMATCH, message)


def _object(value: JsonValue, names: set[str]) -> dict[str, JsonValue]:
    if not isinstance(value, dict) or value.keys() != names:
        raise _bad(f"an object does not have exactly the members {', '.join(sorted(names))}")
    return value


def _string(members: Mapping[str, JsonValue], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise _bad(f"its member {name} is not text")
    return value


def _bad(why: str) -> VerificationError:
    return VerificationError(Code.BAD_RECEIPT, f"This is not a receipt of format 1: {why}.")
