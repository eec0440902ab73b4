"""Cosignatures, against those of public witnesses, and the recipe of C2SP tlog-cosignature written out by hand."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from overt_verify.cosignature import CosignerKey, cosigned_at
from overt_verify.errors import Code, VerificationError
from overt_verify.note import Signature, VerifierKey, split_note
from overt_verify.witness.secret import Secret

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
NAME = "witness.example/w1"
KEY_ID = hashlib.sha256(NAME.encode() + b"\n\x04" + PUBLIC).digest()[:4]
VKEY = f"{NAME}+{KEY_ID.hex()}+{base64.b64encode(bytes([4]) + PUBLIC).decode()}"
TIME = 1679315147
MESSAGE = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
BLOB = KEY_ID + TIME.to_bytes(8, "big") + PRIVATE.sign(MESSAGE)
LINE = f"\u2014 {NAME} {base64.b64encode(BLOB).decode()}"
KEY = CosignerKey(NAME, PUBLIC)

GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "ledger" / "cosignatures.json"
PUBLISHED: list[dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="ascii"))["published"]
EACH = [(sample, vkey) for sample in PUBLISHED for vkey in sample["witnesses"]]


def at(line: str, text: str = TEXT, key: CosignerKey = KEY) -> int:
    return cosigned_at(text, split_note(f"{text}\n{line}\n".encode())[1], key)


def test_a_witness_writes_what_the_recipe_says() -> None:
    secret = Secret(NAME, PRIVATE)
    assert secret.cosign(TEXT, TIME).line == LINE
    assert secret.key.vkey == VKEY
    assert CosignerKey.parse(VKEY) == KEY


@pytest.mark.parametrize(("sample", "vkey"), EACH, ids=[vkey.split("+")[0] for _, vkey in EACH])
def test_public_witnesses_are_read(sample: dict[str, Any], vkey: str) -> None:
    text, signatures = split_note(sample["checkpoint"].encode())
    key = CosignerKey.parse(vkey)
    assert key.vkey == vkey
    assert cosigned_at(text, signatures, key) == sample["seconds"]
    with pytest.raises(VerificationError) as caught:
        cosigned_at(text + "extension\n", signatures, key)
    assert caught.value.code is Code.BAD_SIGNATURE


def test_the_time_of_the_newest_is_read() -> None:
    newer = Secret(NAME, PRIVATE).cosign(TEXT, TIME + 9).line
    assert at(LINE) == TIME
    assert at(f"{newer}\n{LINE}") == TIME + 9


@pytest.mark.parametrize("change", [4, 11, 12, 75])
def test_a_changed_bit_is_found(change: int) -> None:
    blob = bytearray(BLOB)
    blob[change] ^= 1
    with pytest.raises(VerificationError) as caught:
        at(f"\u2014 {NAME} {base64.b64encode(bytes(blob)).decode()}")
    assert caught.value.code is Code.BAD_SIGNATURE


@pytest.mark.parametrize("value", [b"\0" * 72, b"\xff" * 72, b"1", BLOB[4:] + b"0"])
def test_what_is_no_dated_signature_is_false(value: bytes) -> None:
    with pytest.raises(VerificationError) as caught:
        cosigned_at(TEXT, [Signature(NAME, KEY_ID, value)], KEY)
    assert caught.value.code is Code.BAD_SIGNATURE


def test_extension_lines_are_signed_too() -> None:
    with pytest.raises(VerificationError) as caught:
        at(LINE, TEXT + "more\n")
    assert caught.value.code is Code.BAD_SIGNATURE


def test_another_witness_did_not_cosign() -> None:
    with pytest.raises(VerificationError) as caught:
        at(LINE, key=CosignerKey("witness.example/w2", PUBLIC))
    assert caught.value.code is Code.UNKNOWN_SIGNER


def test_keys_of_logs_and_of_witnesses_are_not_taken_for_each_other() -> None:
    material = b"\x01" + PUBLIC
    key_id = hashlib.sha256(NAME.encode() + b"\n" + material).hexdigest()[:8]
    of_a_log = f"{NAME}+{key_id}+{base64.b64encode(material).decode()}"
    assert VerifierKey.parse(of_a_log).vkey == of_a_log
    with pytest.raises(VerificationError):
        CosignerKey.parse(of_a_log)
    with pytest.raises(VerificationError):
        VerifierKey.parse(VKEY)
