"""The file of `overt gallery relate`: what it may say, and that a refusal names a line and nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.errors import RelationsRefused
from overt.gallery.relations import COLUMNS, MAX_TEXT, NONE, Relation, RelationRow, read_relations

HEADER = "person,relation,other"
LABELS = st.text("abc 123", min_size=1, max_size=4).map(str.strip).filter(bool)
PAIRS = st.tuples(LABELS, LABELS).filter(lambda two: two[0] != two[1]).map(lambda two: (min(two), max(two)))
SAID = st.dictionaries(PAIRS, st.sampled_from([*Relation, None]), min_size=1, max_size=6)


def file(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def said(text: str) -> dict[tuple[str, str], Relation | None]:
    return {row.pair: row.relation for row in read_relations(text)}


def test_each_code_is_read_and_none_takes_back() -> None:
    rows = read_relations(file("a,twin,b", "c,sibling,a", "b,relative,c", "d,none,a"))
    assert rows == (
        RelationRow(2, ("a", "b"), Relation.TWIN),
        RelationRow(3, ("a", "c"), Relation.SIBLING),
        RelationRow(4, ("b", "c"), Relation.RELATIVE),
        RelationRow(5, ("a", "d"), None),
    )


def test_columns_stand_in_any_order_behind_a_mark() -> None:
    assert said("\ufeffother,person,relation\n b ,a, twin \n") == {("a", "b"): Relation.TWIN}


@given(SAID, st.data())
def test_a_relation_has_no_direction_and_may_be_repeated(
    wanted: dict[tuple[str, str], Relation | None], data: st.DataObject
) -> None:
    rows = [(a, code or NONE, b) for (a, b), code in wanted.items()]
    again = data.draw(st.lists(st.sampled_from(rows)))
    turned = [row[::-1] if data.draw(st.booleans()) else row for row in (*rows, *again)]
    shuffled = data.draw(st.permutations(turned))
    assert said(file(*(",".join(row) for row in shuffled))) == wanted


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("anna,twin,anna", "themself"),
        ("anna,twin, anna ", "themself"),
        ("anna,cousin,berta", "not one of twin, sibling, relative, none"),
        ("anna,Twin,berta", "not one of"),
        ("anna,,berta", "not one of"),
        ("anna,twin,", "lacks a person"),
        (",twin,berta", "lacks a person"),
        ("anna,twin," + "b" * (MAX_TEXT + 1), "longer than"),
        ("anna,twin,b\x00", "longer than"),
        ("anna,twin", "as many values"),
        ("anna,twin,berta,carla", "as many values"),
        ('anna,twin,"berta" ', "not CSV"),
        ("berta,sibling,a", "contradicts line 2"),
        ("a,none,berta", "contradicts line 2"),
    ],
)
def test_a_wrong_row_is_refused_by_its_line_and_names_nobody(row: str, why: str) -> None:
    with pytest.raises(RelationsRefused) as refused:
        read_relations(file("a,twin,berta", row))
    assert why in refused.value.detail
    assert "ine 3" in refused.value.detail
    assert not {"anna", "berta", "carla", "cousin"} & set(refused.value.detail.replace(",", " ").split())


OTHER_FORMS = (
    "",
    HEADER,
    "person,relation\na,twin\n",
    f"{HEADER},remark\na,twin,b,c\n",
    "person,relation,person\na,b,c\n",
)


@pytest.mark.parametrize("text", OTHER_FORMS)
def test_another_form_or_no_row_is_refused(text: str) -> None:
    with pytest.raises(RelationsRefused):
        read_relations(text)


def test_the_columns_are_those_of_the_example() -> None:
    assert ",".join(COLUMNS) == HEADER
