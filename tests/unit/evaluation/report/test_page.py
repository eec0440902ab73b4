"""`report.html` and `card.md`: whole without anything else, every figure with its interval, text that stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from overt.evaluation.figures import Rate
from overt.evaluation.report.card import card, md
from overt.evaluation.report.limits import limits
from overt.evaluation.report.numbers import full
from overt.evaluation.report.page import of_100, page
from overt.evaluation.result import Evaluation
from simulators.evaluations import EVALUATION, HOSTILE, NONE, rate, simulated, with_hostile_texts
from wording import problems, said_in

VOID = {"meta", "br", "link", "img", "input"}


class Reading(HTMLParser):
    """Tags, texts, attributes; an element that is not closed is an error."""

    def __init__(self, page_: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page_)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


ALL = [EVALUATION, with_hostile_texts(), simulated().evaluation]


@pytest.mark.parametrize("evaluation", ALL, ids=["by hand", "hostile", "simulated"])
def test_a_page_needs_nothing_else(evaluation: Evaluation) -> None:
    read = Reading(page(evaluation))
    assert {"script", "link", "img", "iframe", "object"} & set(read.tags) == set()
    asks = [each for each in read.attributes if each[1] in ("src", "srcset", "style") or each[1].startswith("on")]
    assert asks == []
    assert {value[0] for _, name, value in read.attributes if name == "href"} == {"#"}
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes
    assert "url(" not in page(evaluation)


def test_every_place_that_is_linked_is_there() -> None:
    read = Reading(page(EVALUATION))
    ids = {value for _, name, value in read.attributes if name == "id"}
    assert {value[1:] for _, name, value in read.attributes if name == "href"} <= ids


def test_hostile_texts_are_texts() -> None:
    read = Reading(page(with_hostile_texts()))
    assert HOSTILE.replace(" %", "\N{NO-BREAK SPACE}%") in read.text


@pytest.mark.parametrize("evaluation", ALL, ids=["by hand", "hostile", "simulated"])
def test_every_drawing_has_words(evaluation: Evaluation) -> None:
    read = Reading(page(evaluation))
    shown = [value for tag, name, value in read.attributes if (tag, name) == ("svg", "aria-label")]
    assert len(shown) == 5 + 2 * len(evaluation.material.columns)
    assert all(value.endswith(".") for value in shown)


def test_the_page_has_the_figures_with_intervals_and_counts() -> None:
    text = plain(Reading(page(EVALUATION)).text)
    found = EVALUATION.identification
    for one in (*found.fnir_at_fpir.values(), found.rank1, *EVALUATION.verification.tmr_at_fmr.values()):
        share, bounds, counted = re.fullmatch(r"(.+) \[(.+)\] \((.+)\)", full(one)).groups()  # type: ignore[union-attr]
        assert f"{share} {bounds}{counted}" in text


def test_no_group_is_the_highest_of_what_was_not_measured() -> None:
    row = re.search(r'<tr><th scope="row">FTA</th>(.*?)</tr>', page(EVALUATION))
    assert row
    assert re.sub("<.*?>", " ", row[1]).split()[:3] == ["-", "not", "measurable"]
    assert "| FTA | sex | - | not measurable | not measurable |" in card(EVALUATION)


def test_no_percentage_stands_without_an_interval() -> None:
    """In the tables: a cell that begins with a rate goes on with its interval."""
    for cell in re.findall(r"<td>([^<]*%)(.*?)</td>", plain(page(EVALUATION))):
        assert re.match(r" <small>[\d.]+ to [\d.]+ %</small><small>[\d,]+ of [\d,]+</small>", cell[1]), cell


def test_groups_stand_highest_first_and_small_ones_are_marked() -> None:
    rows = re.findall(r'<th scope="row">(.*?) <small>([\d,]+) people</small>(.*?)</th>', page(EVALUATION))
    assert [row[0] for row in rows] == ["women", "men", "not said"]
    assert [bool(row[2]) for row in rows] == [False, False, True]


@pytest.mark.parametrize("evaluation", ALL, ids=["by hand", "hostile", "simulated"])
def test_what_the_figures_cannot_support_is_in_both(evaluation: Evaluation) -> None:
    sentences = limits(evaluation)
    assert len(sentences) > 4
    text, written = plain(Reading(page(evaluation)).text), card(evaluation)
    assert [each for each in sentences if plain(each) not in text or f"* {md(each)}" not in written] == []


def test_lists_that_were_applied_are_named_and_none_is_said() -> None:
    row = re.search(r"<tr>(<th scope=\"row\">cleanup.csv.*?)</tr>", page(EVALUATION))
    assert row
    cells = [re.sub("<.*?>", " ", each).split() for each in re.findall(r"<t[hd].*?</t[hd]>", row[1])]
    assert cells == [["cleanup.csv", EVALUATION.material.cleanup[0].digest], ["12"], ["8"], ["3"]]
    assert "12 images dropped, 8 names joined" in card(EVALUATION)
    for written in (page(simulated().evaluation), card(simulated().evaluation)):
        assert "No clean-up list was applied" in written


def test_without_labels_nothing_is_said_of_groups() -> None:
    bare = replace(EVALUATION, groups=(), differentials=(), material=replace(EVALUATION.material, columns=(), notes=()))
    assert "nothing is known here of differences between groups" in plain(Reading(page(bare)).text)
    assert "nothing is known here of differences between groups" in card(bare)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (rate(314, 7681, 0.01), "about 4 of 100"),
        (rate(5, 1000, 0.01), "about 5 of 1,000"),
        (NONE, "none of 200"),
        (rate(1, 1_000_000, 0.01), "fewer than 1 of 100,000"),
        (rate(99, 100, 0.01), "about 99 of 100"),
    ],
)
def test_a_rate_in_people(one: Rate, said: str) -> None:
    assert of_100(one) == said


def test_a_card_keeps_its_tables_whatever_the_labels_say() -> None:
    lines = card(with_hostile_texts()).splitlines()
    assert not any("<script" in line for line in lines)
    rows = [line for line in lines if line.startswith("|")]
    columns = [len(re.split(r"(?<!\\)\|", line)) - 2 for line in rows]
    expected = {
        4: [3, 2 + 8, 2 + len(EVALUATION.groups), 2 + len(EVALUATION.group_pairs)],
        5: [2 + len(EVALUATION.differentials)],
        6: [2 + len(EVALUATION.compositions)],
    }
    assert {count: columns.count(count) for count in set(columns)} == {
        count: sum(tables) for count, tables in expected.items()
    }


@pytest.mark.parametrize("evaluation", [EVALUATION, simulated().evaluation], ids=["by hand", "simulated"])
def test_the_words_are_those_of_the_guide(evaluation: Evaluation, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    place.write_text(page(evaluation), encoding="utf-8")
    assert problems(said_in(place)) == []
    assert problems(card(evaluation)) == []
    assert problems("\n\n".join(limits(evaluation))) == []
