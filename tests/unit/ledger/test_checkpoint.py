"""Checkpoints (C2SP tlog-checkpoint)."""

from base64 import b64encode
from typing import Any

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from overt.ledger.merkle import EMPTY_ROOT, leaf_hash
from overt.ledger.note import Signer, sign_note

EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SIGNER, WITNESS = Signer("overt.example/log", b"s" * 32), Signer("witness.example", b"w" * 32)
ROOT = leaf_hash(b"")
ROOT_TEXT = b64encode(ROOT).decode()


def test_the_example_of_the_standard_reads_and_writes() -> None:
    read = parse_checkpoint(EXAMPLE)
    assert (read.origin, read.size, read.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert read.text == EXAMPLE


def test_a_signed_checkpoint_opens_and_cosignatures_do_not_matter() -> None:
    checkpoint = Checkpoint(SIGNER.name, 1, ROOT)
    note = sign_checkpoint(checkpoint, SIGNER)
    assert open_checkpoint(note, SIGNER.key) == checkpoint
    assert open_checkpoint(sign_note(checkpoint.text, [WITNESS, SIGNER]), SIGNER.key) == checkpoint


def test_an_extension_line_is_kept() -> None:
    text = f"{SIGNER.name}\n1\n{ROOT_TEXT}\nmore\nand more\n"
    assert parse_checkpoint(text).extensions == ("more", "and more")
    assert parse_checkpoint(text).text == text


def test_another_logs_checkpoint_under_a_known_key_is_refused() -> None:
    note = sign_note(Checkpoint("overt.example/other", 1, ROOT).text, [SIGNER])
    with pytest.raises(LedgerProofInvalid):
        open_checkpoint(note, SIGNER.key)
    with pytest.raises(LedgerFormatError):
        sign_checkpoint(Checkpoint("overt.example/other", 1, ROOT), SIGNER)


def test_a_checkpoint_that_only_a_witness_signed_is_refused() -> None:
    with pytest.raises(LedgerProofInvalid):
        open_checkpoint(sign_note(Checkpoint(SIGNER.name, 1, ROOT).text, [WITNESS]), SIGNER.key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        f"log\n1\n{ROOT_TEXT}",
        f"\n1\n{ROOT_TEXT}\n",
        f"log\n01\n{ROOT_TEXT}\n",
        f"log\n-1\n{ROOT_TEXT}\n",
        f"log\n1 \n{ROOT_TEXT}\n",
        f"log\n{2**63}\n{ROOT_TEXT}\n",
        f"log\n1\n{ROOT_TEXT[:-1]}\n",
        "log\n1\nAAAA\n",
        f"log\n1\n{ROOT_TEXT}\n\n",
        f"log\n1\n{ROOT_TEXT}\n\nmore\n",
        f"log\n0\n{ROOT_TEXT}\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LedgerFormatError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "values",
    [("", 1, ROOT), ("log", -1, ROOT), ("log", 1, b""), ("log", 0, ROOT), ("a\nb", 1, ROOT), ("log", 1, ROOT, ("",))],
)
def test_none_is_made_that_could_not_be_read(values: Any) -> None:
    with pytest.raises(LedgerFormatError):
        Checkpoint(*values)


def test_the_empty_log_has_a_checkpoint() -> None:
    assert parse_checkpoint(Checkpoint("log", 0, EMPTY_ROOT).text).size == 0
