"""Labels and clean-up lists: what is read, and every way in which a file is refused."""

import contextlib
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.errors import EvaluationCleanupInvalid, EvaluationLabelsInvalid
from overt.evaluation.lists import CleanupList, Labels, one_name_each, read_cleanup, read_labels
from overt.identifiers import Digest


def listed(same: dict[str, str]) -> CleanupList:
    return CleanupList("a list", Digest("sha256:0"), frozenset(), same)


def test_labels_by_folder_with_their_lines() -> None:
    labels = read_labels(b"\xef\xbb\xbfperson,gender,age\nanna,F,30\n\nbert,M,\n")
    assert labels == Labels(("gender", "age"), {"anna": ("F", "30"), "bert": ("M", "")}, {"anna": 2, "bert": 4})


def test_a_name_has_one_spelling_of_unicode() -> None:
    assert set(read_labels("person\nJosé\n".encode()).values) == {"José"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no header"),
        (b"person,gender,gender\n", "no header"),
        (b"person,,age\n", "no header"),
        (b"person,gender\nanna\n", "Line 2"),
        (b"person,gender\nanna,F,30\n", "Line 2"),
        (b"person,gender\nanna,F\nanna,M\n", "Line 3"),
        (b"person,gender\n,F\n", "Line 2"),
        (b"person,gender\nanna,\xff\n", "UTF-8"),
        (b'person,gender\nanna,"F\n', "CSV"),
        (b"\x00\x01\x02", "CSV"),
    ],
)
def test_labels_in_another_form_are_refused_without_a_name(content: bytes, said: str) -> None:
    if content == b"\x00\x01\x02":  # a column name like any other, and no row
        assert read_labels(content).values == {}
        return
    with pytest.raises(EvaluationLabelsInvalid, match=said) as refused:
        read_labels(content)
    assert "anna" not in refused.value.detail


def test_a_cleanup_list_has_its_digest() -> None:
    content = b"action,subject,person\ndrop,anna/1.jpg,\nsame_person,berta,bert\n"
    digest = Digest("sha256:" + hashlib.sha256(content).hexdigest())
    expected = CleanupList("cleanup.csv", digest, frozenset({"anna/1.jpg"}), {"berta": "bert"})
    assert read_cleanup("cleanup.csv", content) == expected


@pytest.mark.parametrize(
    "row",
    ["drop,,", "drop,anna/1.jpg,bert", "same_person,anna,", "same_person,,anna", "remove,anna,", "drop,anna", "anna"],
)
def test_a_row_that_is_no_action_is_refused_by_its_line(row: str) -> None:
    with pytest.raises(EvaluationCleanupInvalid, match="Line 3") as refused:
        read_cleanup("x", f"action,subject,person\ndrop,bert/1.jpg,\n{row}\n".encode())
    assert "anna" not in refused.value.detail


@pytest.mark.parametrize("content", [b"", b"subject,action,person\n", b"action,subject\n", b"\xff\n"])
def test_a_list_with_another_header_is_refused(content: bytes) -> None:
    with pytest.raises(EvaluationCleanupInvalid):
        read_cleanup("x", content)


def test_chains_lead_to_one_name() -> None:
    assert one_name_each((listed({"a": "b"}), listed({"b": "c"}))) == {"a": "c", "b": "c"}


@pytest.mark.parametrize("lists", [({"a": "a"},), ({"a": "b", "b": "a"},), ({"a": "b"}, {"a": "c"})])
def test_circles_and_contradictions_are_refused(lists: tuple[dict[str, str], ...]) -> None:
    with pytest.raises(EvaluationCleanupInvalid):
        one_name_each(tuple(map(listed, lists)))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_meet_one_family(content: bytes) -> None:
    with contextlib.suppress(EvaluationLabelsInvalid):
        read_labels(content)
    with contextlib.suppress(EvaluationCleanupInvalid):
        read_cleanup("x", content)


def test_the_list_of_the_faces_for_evaluation(shared_data: Path) -> None:
    read = read_cleanup("cleanup.csv", (shared_data / "lfw" / "cleanup.csv").read_bytes())
    assert (len(read.drops), len(read.same)) == (12, 8)
