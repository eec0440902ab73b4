"""Pairs of groups on the page: each in its row and column, and a list where a square would not fit."""

import re
from dataclasses import replace
from itertools import combinations_with_replacement

from overt.evaluation.figures import GroupPair, Rate
from overt.evaluation.report.card import card
from overt.evaluation.report.in_pairs import MOST_GROUPS, highest, in_pairs
from overt.evaluation.report.numbers import estimate, full
from overt.evaluation.report.page import page
from simulators.evaluations import EVALUATION, FMRS, NOBODY, rate

KEYS = ("0.001", "0.0001")


def pairs_of(groups: str) -> list[GroupPair]:
    """Every pair of groups with an error of its own."""
    found = []
    for number, (one, other) in enumerate(combinations_with_replacement(groups, 2)):
        found.append(GroupPair("x", one, other, dict.fromkeys(KEYS, rate(number, 1000, 0.01))))
    return found


def test_a_square_has_each_pair_in_both_places() -> None:
    pairs = pairs_of("abc")
    found = in_pairs(pairs, ["b", "c", "a"])
    assert (found.listed, found.count, set(found.matrices)) == ((), 6, set(KEYS))
    rows = found.matrices["0.001"]
    assert [(row.name, row.own) for row in rows] == [("b", 1), ("c", 2), ("a", 3)]
    of = {(pair.one, pair.other): pair.fmr["0.001"] for pair in pairs}
    assert [each.k for each in rows[0].rates] == [of["b", "b"].k, of["b", "c"].k, of["a", "b"].k]
    assert [rows[i].rates[j] for i in range(3) for j in range(3)] == [
        rows[j].rates[i] for i in range(3) for j in range(3)
    ]


def test_many_groups_are_listed_highest_first() -> None:
    groups = "abcdefgh"[: MOST_GROUPS + 1]
    found = in_pairs(pairs_of(groups), list(groups))
    assert (found.matrices, found.count) == ({}, 28)
    errors = [each.fmr["0.001"].k for each in found.listed]
    assert errors == sorted(range(28), reverse=True)[:20]


def test_what_was_not_measured_comes_last() -> None:
    none = GroupPair("x", "z", "z", dict.fromkeys(KEYS, NOBODY))
    assert highest([none, *pairs_of("ab")], 9)[-1] is none


def cells(row: str, table: str) -> list[str]:
    """The estimates of a row."""
    found = re.search(rf'<tr><th scope="row">{row}</th>(.*?)</tr>', table)
    assert found
    return [re.sub("<.*", "", each).strip() for each in re.findall(r"<td[^>]*>(.*?)</td>", found[1])]


def test_the_page_has_a_square_for_each_fmr() -> None:
    written = page(EVALUATION).replace("\N{NO-BREAK SPACE}", " ")
    tables = re.findall(r'<table class="matrix">.*?</table>', written, re.DOTALL)
    assert len(tables) == len(FMRS)
    for key, table in zip(FMRS, tables, strict=True):
        of: dict[tuple[str, str], Rate] = {(one.one, one.other): one.fmr[key] for one in EVALUATION.group_pairs}
        expected = [of["women", "women"], of["men", "women"], of["not said", "women"]]
        assert cells("women", table) == [estimate(each) for each in expected]
        assert cells("not said", table)[2] == "not measured"


def test_galleries_that_were_not_measured_are_said_beside_the_table() -> None:
    written = " ".join(page(EVALUATION).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Not measured for not said. A draw has only 1 references of the group." in written
    table = re.search(r"<caption>FPIR in galleries.*?</table>", written)
    assert table
    assert "not said" not in table[0]
    women = EVALUATION.compositions[2]
    rates = [women.only["0.1"], women.others["0.1"], women.mixture["0.1"]]
    assert cells("women", table[0])[1:4] == [estimate(each) for each in rates]
    assert " | ".join(full(each) for each in rates) in card(EVALUATION)
    silent = replace(EVALUATION, compositions=tuple(replace(one, reason="Too few.") for one in EVALUATION.compositions))
    assert "<caption>FPIR in galleries" not in page(silent)


def test_the_threshold_for_every_group_is_on_both() -> None:
    one = EVALUATION.strictest[1]
    assert f"at threshold 0.448 (women needs it); there TMR of everybody is {full(one.tmr)}" in card(EVALUATION)
    table = re.search(
        r"<caption>Thresholds that hold.*?</table>", page(EVALUATION).replace("\N{NO-BREAK SPACE}", " "), re.DOTALL
    )
    assert table
    assert cells("0.01 %", table[0]) == ["women", "0.448", estimate(one.tmr)]
