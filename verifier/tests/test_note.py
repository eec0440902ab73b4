"""Signed notes, verifier keys and checkpoints, first with the examples of the standards themselves."""

import pytest
from verify_simulators.lying_ledger import LyingLedger

from overt_verify.checkpoint import open_checkpoint
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey, open_note

# C2SP signed-note, "Example".
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNATURE = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
NOTE = "This is an example message.\n\n" + SIGNATURE


def refused(data: bytes | str, key: VerifierKey) -> Code:
    with pytest.raises(VerificationError) as caught:
        open_checkpoint(data.encode() if isinstance(data, str) else data, key)
    return caught.value.code


def test_opens_the_example_of_the_standard() -> None:
    assert open_note(NOTE.encode(), VerifierKey.parse(VKEY)) == "This is an example message.\n"


def test_unknown_signatures_are_passed_over() -> None:
    other = "— witness.example AAAAAAAAAAAA\n"
    same_name = "— example.com/foo AAAAAAAAAAAA\n"
    data = NOTE.replace(SIGNATURE, other + same_name + SIGNATURE)
    assert open_note(data.encode(), VerifierKey.parse(VKEY)) == "This is an example message.\n"


def test_a_false_signature_beside_a_true_one_spoils_the_note() -> None:
    false = SIGNATURE.replace("Uw2QOkn8", "Uw2QOkn9")
    with pytest.raises(VerificationError) as caught:
        open_note((NOTE + false).encode(), VerifierKey.parse(VKEY))
    assert caught.value.code == Code.BAD_SIGNATURE


def test_text_may_hold_empty_lines() -> None:
    log = LyingLedger()
    assert open_note(log.sign("a\n\nb\n"), VerifierKey.parse(log.vkey)) == "a\n\nb\n"


@pytest.mark.parametrize(
    "data",
    ["", "\n", "\n\n", "text\n", "text\n\n", NOTE[:-1],
     NOTE + "\n", NOTE.replace("—", "-"), NOTE.replace("This", "\tThis"),
     NOTE.replace(SIGNATURE, "— a b c\n"), NOTE.replace(SIGNATURE, "— a+b AAAAAAAA\n"), NOTE.replace("\n", "\r\n"),
     NOTE.replace(SIGNATURE, "— a AAAA\n"), NOTE + SIGNATURE * 64, NOTE.replace("IneyaQM=", "IneyaQN=")],
)  # fmt: skip
def test_malformed_notes(data: str) -> None:
    assert refused(data, VerifierKey.parse(VKEY)) == Code.BAD_NOTE


def test_a_note_that_is_not_utf8() -> None:
    assert refused(b"\xff" + NOTE.encode(), VerifierKey.parse(VKEY)) == Code.BAD_NOTE


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "+530d903a+" + VKEY[25:], VKEY + "A", VKEY.replace("530d903a", "530D903A"), VKEY + "\n",
     VKEY.replace("530d903a", "530d903b"), VKEY.replace("foo", "bar"), VKEY.replace("+Ae", "+Be"),
     VKEY.replace("/", " "),
     "example.com/foo+530d903a+é"],
)  # fmt: skip
def test_malformed_keys(text: str) -> None:
    with pytest.raises(VerificationError) as caught:
        VerifierKey.parse(text)
    assert caught.value.code == Code.BAD_KEY


def test_reads_a_checkpoint() -> None:
    log = LyingLedger().begin()
    checkpoint = open_checkpoint(log.checkpoint(), VerifierKey.parse(log.vkey))
    assert (checkpoint.origin, checkpoint.size, checkpoint.extensions) == (log.origin, 3, ())


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "text",
    ["force.example/log\n0\n", f"force.example/log\n00\n{ROOT}\n", f"force.example/log\n-1\n{ROOT}\n", "\n0\n0\n",
     f"force.example/log\n{2**63}\n{ROOT}\n", "force.example/log\n0\nAAAA\n", f"force.example/log\n0\n{ROOT}\n\nx\n"],
)  # fmt: skip
def test_malformed_checkpoints(text: str) -> None:
    log = LyingLedger()
    assert refused(log.sign(text), VerifierKey.parse(log.vkey)) == Code.BAD_CHECKPOINT


def test_a_checkpoint_of_another_log_under_the_same_key() -> None:
    log = LyingLedger()
    assert refused(log.sign(f"other.example/log\n0\n{ROOT}\n"), VerifierKey.parse(log.vkey)) == Code.WRONG_ORIGIN
