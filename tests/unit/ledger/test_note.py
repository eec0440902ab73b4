"""Signed notes, against the example of the standard and that of the Go checksum database."""

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.note import MAX_SIGNATURES, Signer, VerifierKey, open_note, parse_vkey, sign_note, split_note

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ALICE, BOB = Signer("alice.example/log", b"a" * 32), Signer("bob.example/witness", b"b" * 32)
TEXT = "first line\n\nafter an empty line\n"


@pytest.mark.parametrize(
    ("vkey", "note", "text"),
    [(FOO, FOO_NOTE, "This is an example message.\n"), (PETER, PETER_TEXT + "\n" + PETER_LINE, PETER_TEXT)],
)
def test_published_notes_open(vkey: str, note: str, text: str) -> None:
    key = parse_vkey(vkey)
    opened = open_note(note.encode(), [key])
    assert (opened.text, opened.signed_by, opened.unknown) == (text, (key,), ())
    assert key.encode() == vkey


def test_a_note_opens_again_whoever_of_its_signers_is_trusted() -> None:
    note = sign_note(TEXT, [ALICE, BOB])
    assert open_note(note, [ALICE.key, BOB.key]).signed_by == (ALICE.key, BOB.key)
    opened = open_note(note, [BOB.key])
    assert (opened.text, opened.signed_by) == (TEXT, (BOB.key,))
    assert [(each.name, each.key_id) for each in opened.unknown] == [(ALICE.name, ALICE.key.key_id)]


def test_unknown_signatures_are_passed_over_even_with_a_known_name_or_id() -> None:
    other = Signer(ALICE.name, b"c" * 32)
    note = sign_note(TEXT, [other, ALICE])
    assert open_note(note, [ALICE.key]).signed_by == (ALICE.key,)
    with pytest.raises(LedgerProofInvalid):
        open_note(sign_note(TEXT, [other]), [ALICE.key])


def test_a_false_signature_of_a_trusted_key_spoils_the_note() -> None:
    lines = sign_note("another text\n", [ALICE]).decode().partition("\n\n")[2]
    note = sign_note(TEXT, [BOB]) + lines.encode()
    assert open_note(note, [BOB.key]).signed_by == (BOB.key,)
    with pytest.raises(LedgerProofInvalid):
        open_note(note, [ALICE.key, BOB.key])


def test_nobody_trusted_opens_nothing() -> None:
    with pytest.raises(LedgerProofInvalid):
        open_note(sign_note(TEXT, [ALICE]), [])


def spoilt_notes() -> list[bytes]:
    note = sign_note(TEXT, [ALICE]).decode()
    head, _, line = note.rpartition("\n\n")
    return [
        text.encode()
        for text in (
            "",
            TEXT,
            TEXT + "\n",
            note[:-1],
            note + "\n",
            head + "\n" + line,
            note.replace("—", "-"),
            note.replace("— ", "—  "),
            note.replace(ALICE.name, "two words"),
            note.replace(ALICE.name, "a+b"),
            note.replace(ALICE.name, "a\u2003b"),
            note.replace("first", "fi\trst"),
            note.replace("first", "fi\rrst"),
            note.replace("first", "fi\x00rst"),
            head + "\n\n— " + ALICE.name + " AAAA\n",
            head + "\n\n— " + ALICE.name + " A\n",
            head + "\n\n" + line * (MAX_SIGNATURES + 1),
            "x" * 1_000_000 + note,
        )
    ] + [note.encode().replace(b"first", b"\xff")]


@pytest.mark.parametrize("note", spoilt_notes(), ids=range(len(spoilt_notes())))
def test_what_is_not_a_note_is_refused(note: bytes) -> None:
    with pytest.raises(LedgerFormatError):
        split_note(note)


def test_at_least_sixteen_signatures_are_read() -> None:
    signers = [Signer(f"witness{n}.example", bytes([n]) * 32) for n in range(16)]
    assert len(split_note(sign_note(TEXT, signers))[1]) == 16


def test_a_changed_text_does_not_open() -> None:
    with pytest.raises(LedgerProofInvalid):
        open_note(FOO_NOTE.replace("example message", "exemple message").encode(), [parse_vkey(FOO)])


def test_no_part_and_no_mangling_of_a_vkey_is_one() -> None:
    parts = [PETER[i:j] for i in range(len(PETER)) for j in range(i + 1, len(PETER) + 1) if j - i < len(PETER)]
    mangled = [PETER[:i] + chr(ord(PETER[i]) + 1) + PETER[i + 1 :] for i in range(len(PETER))]
    others = [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
        "\ud800" + PETER,
    ]
    for text in parts + mangled + others:
        with pytest.raises(LedgerFormatError):
            parse_vkey(text)


@pytest.mark.parametrize(
    ("name", "public"), [("", bytes(32)), ("a b", bytes(32)), ("a+b", bytes(32)), ("a", bytes(31))]
)
def test_a_key_has_a_proper_name_and_length(name: str, public: bytes) -> None:
    with pytest.raises(LedgerFormatError):
        VerifierKey(name, public)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\ud800\n"])
def test_such_a_text_is_not_signed(text: str) -> None:
    with pytest.raises(LedgerFormatError):
        sign_note(text, [ALICE])
    with pytest.raises(LedgerFormatError):
        sign_note(TEXT, [])


def test_a_private_key_is_not_printed() -> None:
    assert repr(ALICE) == "Signer(name='alice.example/log')"
