"""Whatever comes instead of a browser's answer, it is the same passkey as before or the one refusal; never a fault."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import cbor2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from overt.access.passkeys import (
    Passkey,
    answered_challenge,
    asserted,
    assertion_options,
    passkey_id,
    registered,
    registration_options,
)
from overt.errors import PasskeyInvalid
from simulators.soft_authenticator import How, Json, SoftAuthenticator, changed
from unit.access.builders import ALICE, PARTY, REGISTER, VERIFY

OPTIONS = registration_options(PARTY, ALICE, bytes(32), REGISTER, [])
PHONE = SoftAuthenticator(PARTY.origin)
MADE = PHONE.make(OPTIONS)
PASSKEY = registered(PARTY, REGISTER, ALICE, MADE)
USED = PHONE.use(assertion_options(PARTY, VERIFY))
AFTER = asserted(PARTY, VERIFY, PASSKEY, USED)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("AAAA"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
CBOR = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.binary(max_size=70)
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(-3, 7) | st.text(max_size=4), inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(0, 300), inner)
    ),
    max_leaves=5,
)


def passkey_or_refusal(response: Any) -> Passkey | None:
    try:
        return registered(PARTY, REGISTER, ALICE, response)
    except PasskeyInvalid:
        return None


def use_or_refusal(response: Any, passkey: Passkey = PASSKEY) -> Passkey | None:
    for read in (passkey_id, answered_challenge):
        with suppress(PasskeyInvalid):
            assert isinstance(read(response), bytes)
    try:
        return asserted(PARTY, VERIFY, passkey, response)
    except PasskeyInvalid:
        return None


@st.composite
def mangled(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes cut off, changed, put in, or replaced by others."""
    at = draw(st.integers(0, len(data)))
    put = draw(st.binary(max_size=40))
    return data[:at] + put + data[draw(st.integers(at, len(data))) :]


PARTS_OF_USE = ("authenticatorData", "clientDataJSON", "signature")


@given(st.sampled_from(["attestationObject", "clientDataJSON"]), st.data())
@settings(max_examples=200)
def test_bytes_changed_on_the_way_are_refused_or_the_new_passkeys_own_affair(part: str, data: st.DataObject) -> None:
    """Nobody has signed a new key: who makes one may say of it what they like, but only in answer to this challenge."""
    made = passkey_or_refusal(changed(MADE, part, lambda old: data.draw(mangled(old))))
    assert made is None or made.account == ALICE


@given(st.sampled_from(PARTS_OF_USE), st.data())
@settings(max_examples=300)
def test_bytes_changed_on_the_way_are_no_use(part: str, data: st.DataObject) -> None:
    used = changed(USED, part, lambda old: data.draw(mangled(old)))
    assert use_or_refusal(used) == (AFTER if used == USED else None), "every byte of it is signed"


@st.composite
def members_changed(draw: st.DrawFn, document: Json) -> Any:
    """A document some of whose members are something else, are gone, or are more."""
    whole = deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        within = draw(st.sampled_from([whole, whole["response"]])) if isinstance(whole.get("response"), dict) else whole
        name = draw(st.sampled_from([*sorted(within), "more"])) if within else "more"
        if draw(st.booleans()):
            within[name] = draw(JSON)
        else:
            within.pop(name, None)
    return whole


@given(members_changed(MADE))
@example({"response": {"clientDataJSON": "AAAA", "attestationObject": []}})
@settings(max_examples=200)
def test_members_that_are_something_else_make_no_other_passkey(response: Json) -> None:
    assert passkey_or_refusal(response) in (None, PASSKEY)


@given(members_changed(USED))
@settings(max_examples=200)
def test_members_that_are_something_else_are_no_other_use(response: Json) -> None:
    assert use_or_refusal(response) in (None, AFTER)


STATEMENTS = st.dictionaries(st.sampled_from(["sig", "alg", "x5c", "ver"]), CBOR) | CBOR
ANY_KEY = st.dictionaries(st.integers(-3, 4), CBOR, max_size=6) | CBOR.filter(lambda key: key is not None)


@given(ANY_KEY, st.sampled_from(["none", "packed", "tpm"]), STATEMENTS)
@settings(max_examples=300)
def test_a_key_of_any_form_is_refused_or_never_signs(key: Any, format: str, statement: Any) -> None:
    """Whoever has a link draws their own key, so this is what somebody hostile may send and sign."""
    phone = SoftAuthenticator(PARTY.origin)
    passkey = passkey_or_refusal(phone.make(OPTIONS, how=How(key=key, format=format, statement=statement)))
    if passkey is not None:
        assert use_or_refusal(phone.use(assertion_options(PARTY, VERIFY)), passkey) is None, "it is not the signing key"


ATTESTATIONS = st.fixed_dictionaries(
    {},
    optional={
        "fmt": st.sampled_from(["none", "packed"]) | CBOR,
        "attStmt": STATEMENTS,
        "authData": CBOR,
    },
)


@given(ATTESTATIONS | CBOR)
@settings(max_examples=300)
def test_an_attestation_of_any_form_makes_nothing(document: Any) -> None:
    assert passkey_or_refusal(changed(MADE, "attestationObject", lambda _: cbor2.dumps(document))) is None


@given(st.dictionaries(st.sampled_from(["type", "challenge", "origin", "crossOrigin", "tokenBinding"]), JSON))
@settings(max_examples=200)
def test_client_data_that_is_signed_but_says_something_else_is_no_use(said: Json) -> None:
    """The phone signs what the browser says; a hostile browser may say anything."""
    phone = deepcopy(PHONE)
    answer = phone.use(assertion_options(PARTY, VERIFY), How(said=said))
    used = use_or_refusal(answer)
    wrong = {name: value for name, value in said.items() if name in ("type", "challenge", "origin")}
    assert used is None or not wrong
