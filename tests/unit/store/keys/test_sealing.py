import os
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from overt.errors import SealedDataDamaged
from overt.store.keys import row_aad, seal, unseal
from overt.store.keys.sealing import OVERHEAD

KEY, AAD = bytes(range(32)), row_aad("reference", "image", 7)


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_what_is_sealed_opens_again_and_is_29_bytes_longer(plaintext: bytes, key: bytes, aad: bytes) -> None:
    sealed = seal(key, plaintext, aad)
    assert unseal(key, sealed, aad) == plaintext
    assert len(sealed) == len(plaintext) + 29 == len(plaintext) + OVERHEAD


@pytest.mark.parametrize("at", range(29 + 5))
def test_any_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray(seal(KEY, b"image", AAD))
    sealed[at] ^= 1
    with pytest.raises(SealedDataDamaged):
        unseal(KEY, bytes(sealed), AAD)


@pytest.mark.parametrize("length", [0, 1, 28, 33])
def test_a_cut_value_is_damaged(length: int) -> None:
    with pytest.raises(SealedDataDamaged):
        unseal(KEY, seal(KEY, b"image", AAD)[:length], AAD)


@pytest.mark.parametrize(
    "elsewhere",
    [row_aad("reference", "image", 8), row_aad("reference", "template", 7), row_aad("person", "image", 7), b""],
)
def test_a_value_opens_in_its_own_place_only(elsewhere: bytes) -> None:
    with pytest.raises(SealedDataDamaged):
        unseal(KEY, seal(KEY, b"image", AAD), elsewhere)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealedDataDamaged):
        unseal(os.urandom(32), seal(KEY, b"image", AAD), AAD)


def test_equal_values_look_different_and_the_nonce_is_the_drawn_one() -> None:
    assert seal(KEY, b"image", AAD) != seal(KEY, b"image", AAD)
    assert seal(KEY, b"image", AAD, lambda count: b"n" * count)[1:13] == b"n" * 12


def test_no_two_places_have_the_same_name() -> None:
    names: list[tuple[str, str, int | str]] = [
        ("a", "bc", 1),
        ("ab", "c", 1),
        ("a", "b", "c1"),
        ("a", "bc", "1 "),
        ("", "abc", 1),
    ]
    assert len({row_aad(*name) for name in names}) == len(names)
    assert row_aad("t", "c", UUID(int=5)) == row_aad("t", "c", str(UUID(int=5)))


def test_the_written_form_stays_as_it_is() -> None:
    """Written out by hand: a change of format would make every stored image unreadable."""
    place = b"\0\0\0\x09reference\0\0\0\x05image\0\0\0\x017"
    by_hand = AESGCM(KEY).encrypt(b"n" * 12, b"image", b"overt sealed value 1\0" + place)
    assert seal(KEY, b"image", AAD, lambda count: b"n" * count) == b"\x01" + b"n" * 12 + by_hand
