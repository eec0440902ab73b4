"""The oversight body's orders: one written form, one signer, and which checks they are about."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.errors import OrderInvalid, Suspended
from overt.ledger.note import sign_note
from overt.policy.codes import Ground, Place
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from overt.policy.suspension import (
    LARGEST,
    Act,
    Order,
    Reach,
    as_json,
    order_of_note,
    reaches,
    read_order,
    require_not_suspended,
    sign_order,
)

ORIGIN = "force.example/overt"
SIGNER = DEMONSTRATION_SIGNERS["oversight"]
CHECK = SimpleNamespace(officer="one", operator="two", ground="wanted", place="street")
ABOUT = st.one_of(
    st.tuples(st.just(Reach.EVERYTHING), st.just("all")),
    st.tuples(st.just(Reach.PLACE), st.sampled_from([each.value for each in Place])),
    st.tuples(st.just(Reach.GROUND), st.sampled_from([each.value for each in Ground])),
    st.tuples(st.just(Reach.OFFICER), st.text("abc-é", min_size=1, max_size=64)),
)


def order(reach: Reach = Reach.PLACE, code: str = "school", number: int = 3, act: Act = Act.SUSPEND) -> Order:
    return Order(ORIGIN, act, number, reach, code)


def test_the_written_form() -> None:
    expected = (
        '{"code":"school","format":1,"number":3,"order":"suspend","origin":"force.example/overt","reach":"place"}\n'
    )
    assert order().text == expected


@given(ABOUT, st.integers(1, LARGEST), st.sampled_from(Act))
def test_what_is_signed_is_read_back(about: tuple[Reach, str], number: int, act: Act) -> None:
    one = order(*about, number, act)
    note = sign_order(one, SIGNER)
    assert read_order(note, ORIGIN, SIGNER.key) == order_of_note(note) == one
    assert json.loads(one.text) == as_json(one)


@pytest.mark.parametrize(
    ("reach", "code", "number"),
    [
        (Reach.EVERYTHING, "street", 1),
        (Reach.PLACE, "all", 1),
        (Reach.PLACE, "custody-suite", 1),
        (Reach.GROUND, "street", 1),
        (Reach.OFFICER, "", 1),
        (Reach.OFFICER, "x" * 65, 1),
        (Reach.PLACE, "school", 0),
        (Reach.PLACE, "school", -1),
        (Reach.PLACE, "school", LARGEST + 1),
    ],
)
def test_what_cannot_be_ordered(reach: Reach, code: str, number: int) -> None:
    with pytest.raises(OrderInvalid):
        order(reach, code, number)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"number": "3"},
        {"number": True},
        {"number": 1.5},
        {"order": "delete"},
        {"reach": "area"},
        {"code": 7},
        {"code": None},
        {"until": "2027-01-01"},
    ],
)
def test_another_form_is_no_order(change: dict[str, object]) -> None:
    text = json.dumps(as_json(order()) | change, sort_keys=True, separators=(",", ":")) + "\n"
    with pytest.raises(OrderInvalid):
        read_order(sign_note(text, [SIGNER]), ORIGIN, SIGNER.key)


@pytest.mark.parametrize("text", ["\n", "[]\n", "7\n", '{"a": 1}\n', order().text[:-1] + " \n"])
def test_other_text_is_no_order(text: str) -> None:
    with pytest.raises(OrderInvalid):
        read_order(sign_note(text, [SIGNER]), ORIGIN, SIGNER.key)


def test_only_the_oversight_body_orders() -> None:
    for who in ("force-one", "force-two"):
        with pytest.raises(OrderInvalid, match="has not signed"):
            read_order(sign_order(order(), DEMONSTRATION_SIGNERS[who]), ORIGIN, SIGNER.key)
    for note in (b"", b"\xff", b"text"):
        with pytest.raises(OrderInvalid):
            read_order(note, ORIGIN, SIGNER.key)


def test_an_order_for_another_ledger_is_none_here() -> None:
    with pytest.raises(OrderInvalid, match="another ledger"):
        read_order(sign_order(order(), SIGNER), "other.example/overt", SIGNER.key)


@pytest.mark.parametrize(
    ("reach", "code", "about"),
    [
        (Reach.EVERYTHING, "all", True),
        (Reach.PLACE, "street", True),
        (Reach.PLACE, "vehicle", False),
        (Reach.GROUND, "wanted", True),
        (Reach.GROUND, "missing", False),
        (Reach.OFFICER, "one", True),
        (Reach.OFFICER, "two", True),
        (Reach.OFFICER, "three", False),
    ],
)
def test_which_checks_it_is_about(reach: Reach, code: str, about: bool) -> None:
    assert reaches(order(reach, code), CHECK) is about
    if not about:
        require_not_suspended([order(reach, code)], CHECK)
        return
    with pytest.raises(Suspended, match=rf"{reach} {code} \(order 3\)"):
        require_not_suspended([order(Reach.PLACE, "worship", 1), order(reach, code)], CHECK)


def test_an_officer_is_not_public() -> None:
    assert order(Reach.OFFICER, "one").public_code == "one"
    assert order(Reach.OFFICER, "pc-1234").public_code == "one"
    assert order(Reach.PLACE, "school").public_code == "school"
