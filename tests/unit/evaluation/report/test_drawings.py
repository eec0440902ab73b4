"""Drawings: every value where its axis puts it, nothing outside, texts apart from each other, none of them markup."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from overt.evaluation.densities import Densities
from overt.evaluation.figures import Curve, Rate
from overt.evaluation.report.dots import dots
from overt.evaluation.report.plots import by_size, cmc, det, spread
from overt.evaluation.report.svg import WIDTH, Axis, Transform, linear, logarithmic, normal_deviate
from overt.evaluation.result import Evaluation
from simulators.evaluations import EVALUATION, FPIRS, HOSTILE, NOBODY, rate, simulated

FOUND = EVALUATION.identification


def parsed(drawing: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing))


def points(drawing: Markup, kind: str) -> list[tuple[float, float]]:
    """Corners of the first line or band of a kind."""
    (found, *_) = [each for each in parsed(drawing).iter() if each.get("class") == kind and each.get("points")]
    return [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+),([-\d.]+)", found.get("points", ""))]


def texts(drawing: Markup) -> list[str]:
    return ["".join(each.itertext()) for each in parsed(drawing).iter("text")]


def everything(shown: Markup) -> list[tuple[float, float]]:
    """Every place that a drawing names, but those of turned text."""
    found = []
    for each in parsed(shown).iter():
        for x, y in (("x1", "y1"), ("x2", "y2"), ("cx", "cy"), ("x", "y")):
            if (across := each.get(x)) is not None:
                found.append((float(across), float(each.get(y, ""))))
        found += [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+),([-\d.]+)", each.get("points", ""))]
    return found


def all_of(of: Evaluation) -> list[Markup]:
    return [
        det(of.identification.det, of.identification.fnir_at_fpir, "FNIR", "FPIR"),
        cmc(of.identification.cmc),
        spread(of.densities, of.identification.threshold_at_fpir),
        by_size(of.identification.by_size, "0.01"),
        dots("FPIR", [(group.value, group.fpir["0.1"]) for group in of.groups], FOUND.fnir_at_fpir["0.1"]),
    ]


DRAWINGS = [*all_of(EVALUATION), *all_of(simulated().evaluation)]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda each: str(each)[70:90])
def test_a_drawing_is_whole_says_what_it_shows_and_keeps_inside(drawing: Markup) -> None:
    root = parsed(drawing)
    assert root.get("role") == "img"
    assert len(root.get("aria-label", "")) > 20
    width, height = map(float, root.get("viewBox", "").split()[2:])
    assert width == WIDTH
    outside = [(x, y) for x, y in everything(drawing) if not (-0.1 <= x <= width + 0.1 and -0.1 <= y <= height + 0.1)]
    assert outside == []


def test_the_same_figures_give_the_same_bytes() -> None:
    assert all_of(EVALUATION) == all_of(EVALUATION)


@given(
    low=st.floats(0.0001, 0.4),
    high=st.floats(0.5, 0.999),
    values=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    transform=st.sampled_from([linear, logarithmic, normal_deviate]),
)
def test_an_axis_keeps_order_and_ends(
    low: float, high: float, values: tuple[float, float], transform: Transform
) -> None:
    axis = Axis("x", low, high, (), transform)
    one, two = sorted(values)
    assert 0 <= axis.place(one) <= axis.place(two) <= 1
    assert (axis.place(low), axis.place(high)) == (0, 1)


def test_a_det_curve_falls_through_its_marks() -> None:
    drawing = det(FOUND.det, FOUND.fnir_at_fpir, "FNIR", "FPIR")
    line = points(drawing, "curve one")
    assert len(line) == 4, "the point at FPIR 90 % is not drawn"
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert [y for _, y in line] == sorted(y for _, y in line), "y goes down the page as FNIR falls"
    assert len(list(parsed(drawing).iter("circle"))) == len(FPIRS)
    band = points(drawing, "band one")
    upper, lower = band[: len(line)], band[len(line) :][::-1]
    assert all(up[1] <= on[1] <= down[1] for up, on, down in zip(upper, line, lower, strict=True))


def test_a_det_curve_of_no_errors_lies_at_the_end_of_its_axis() -> None:
    flat = Curve((0.001, 0.01, 0.1), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.067, 0.067, 0.067))
    marks = {"0.01": Rate(216, 0, 0.0, 0.0, 0.067)}
    drawing = det(flat, marks, "FNIR", "FPIR")
    bottom = max(y for _, y in points(drawing, "band one"))
    assert {y for _, y in points(drawing, "curve one")} == {bottom}
    assert "FNIR 0 % [0 to 6.7 %] (0 of 216)" in parsed(drawing).get("aria-label", "")


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda each: str(each)[70:90])
def test_texts_of_an_axis_leave_each_other_room(drawing: Markup) -> None:
    ticks = [each for each in parsed(drawing).iter("text") if "tick" in str(each.get("class"))]
    places = [
        (float(each.get("x", "")), float(each.get("y", "")), 6.2 * len("".join(each.itertext()))) for each in ticks
    ]
    touching = [
        (one, other)
        for at, one in enumerate(places)
        for other in places[at + 1 :]
        if abs(one[1] - other[1]) < 9 and abs(one[0] - other[0]) < (one[2] + other[2]) / 2
    ]
    assert touching == []


def test_the_band_of_a_cmc_never_falls() -> None:
    line = points(cmc(FOUND.cmc), "band one")
    lower = line[len(FOUND.cmc.x) :][::-1]
    assert [y for _, y in lower] == sorted((y for _, y in lower), reverse=True)


def test_densities_show_each_threshold_and_what_is_empty_is_left_out() -> None:
    drawing = spread(EVALUATION.densities, FOUND.threshold_at_fpir)
    assert [each for each in texts(drawing) if each.startswith("FPIR")] == ["FPIR 10 %", "FPIR 1 %", "FPIR 0.1 %"]
    only = Densities(EVALUATION.densities.mated, Curve((), ()), Curve((), ()))
    assert len(list(parsed(spread(only, {})).iter("polyline"))) == 1


def test_groups_come_highest_first_and_unmeasured_ones_last() -> None:
    given_ = [("low", rate(1, 100, 0.01)), ("high", rate(9, 100, 0.05)), ("nobody", NOBODY), ("b", rate(1, 100, 0.01))]
    shown = texts(dots("FPIR", given_, None))
    assert [each for each in shown if each in {"low", "high", "nobody", "b"}] == ["high", "b", "low", "nobody"]
    assert "not measured" in shown
    assert "9.0 % [4.0 to 14.0 %]" in shown


def test_a_long_label_is_cut_in_the_drawing_and_whole_in_its_words() -> None:
    long = "a group with a name that is far too long for its row"
    drawing = dots("FPIR", [(long, rate(1, 100, 0.01))], None)
    assert long not in texts(drawing)
    assert long in parsed(drawing).get("aria-label", "")


def test_no_text_is_markup() -> None:
    drawing = dots("FPIR", [(HOSTILE, rate(1, 100, 0.01))], None)
    assert [each.tag for each in parsed(drawing).iter() if each.tag == "script"] == []
    assert HOSTILE in parsed(drawing).get("aria-label", "")
