"""Folders of people: who has which image, and that nothing is left out without being counted."""

from pathlib import Path

import pytest

from overt.errors import EvaluationImagesUnusable, EvaluationLabelsInvalid
from overt.evaluation.folder import People, read_people
from overt.evaluation.lists import read_cleanup, read_labels
from simulators.matcher import write_people

LABELS = b"person,gender,age\nanna,F,30\nbert,M,40\nnobody,F,50\n"


def cleaned(folder: Path, rows: str, labels: bytes = LABELS) -> People:
    listed = read_cleanup("list.csv", f"action,subject,person\n{rows}".encode())
    return read_people(folder, read_labels(labels), [listed], ["gender"])


def files(people: People, name: str) -> list[str]:
    index = people.people.index(name)
    return [
        f"{image.parent.name}/{image.name}"
        for image, owner in zip(people.images, people.person, strict=True)
        if owner == index
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_people(tmp_path / "images", {"bert": 2, "anna": 1, "carl": 1})


def test_people_and_images_come_in_the_order_of_names(folder: Path) -> None:
    people = read_people(folder, read_labels(LABELS), groups=["gender"])
    assert people.people == ("anna", "bert", "carl")
    assert people.person == (0, 1, 1, 2)
    assert [image.name for image in people.images] == ["0.jpg", "0.jpg", "1.jpg", "0.jpg"]
    assert people.labels == {"gender": ("F", "M", "")}
    assert (people.left.unlabelled, people.left.label_lines) == (1, (4,))


def test_what_is_no_image_of_a_person_is_counted(folder: Path) -> None:
    (folder / "labels.csv").write_text("x")
    (folder / "anna" / "notes.txt").write_text("x")
    (folder / "anna" / "deeper").mkdir()
    (folder / "anna" / "folder.jpg").mkdir()
    (folder / "anna" / "A.JPEG").write_text("x")
    (folder / "nobody").mkdir()
    (folder / ".hidden").mkdir()
    people = read_people(folder)
    assert files(people, "anna") == ["anna/0.jpg", "anna/A.JPEG"]
    assert (people.left.ignored, people.left.empty) == (4, 1)


def test_a_list_drops_and_joins_and_says_what_it_did(folder: Path) -> None:
    people = cleaned(folder, "drop,bert/1.jpg,\ndrop,zoe/1.jpg,\nsame_person,carl,bert\nsame_person,zoe,anna\n")
    assert people.people == ("anna", "bert")
    assert files(people, "bert") == ["bert/0.jpg", "carl/0.jpg"]
    (used,) = people.cleanup
    assert (used.name, used.dropped, used.joined, used.not_here) == ("list.csv", 1, 1, 2)


def test_somebody_whose_every_image_is_dropped_is_nobody(folder: Path) -> None:
    people = cleaned(folder, "drop,anna/0.jpg,\n")
    assert people.people == ("bert", "carl")
    assert people.left.empty == 1


def test_a_person_may_be_known_by_a_name_that_has_no_folder(folder: Path) -> None:
    people = cleaned(folder, "same_person,anna,anne\nsame_person,carl,anne\n")
    assert people.people == ("anne", "bert")
    assert people.labels["gender"] == ("F", "M")


def test_labels_that_differ_between_two_folders_of_one_person_are_unknown(folder: Path) -> None:
    people = cleaned(folder, "same_person,anna,bert\n")
    assert people.labels["gender"] == ("", "")
    assert people.left.contradicted == 1


def test_a_path_in_a_list_reaches_nothing_else(folder: Path) -> None:
    people = cleaned(folder, "drop,bert/../anna/0.jpg,\n")
    assert people.people == ("anna", "bert", "carl")
    assert people.cleanup[0].not_here == 1


@pytest.mark.parametrize("kind", ["missing", "a file", "empty", "no images"])
def test_a_folder_of_another_kind_is_refused(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "a file":
        place.write_text("x")
    elif kind != "missing":
        place.mkdir()
    if kind == "no images":
        (place / "anna").mkdir()
    with pytest.raises(EvaluationImagesUnusable):
        read_people(place)


def test_an_unknown_column_is_refused_with_those_that_there_are(folder: Path) -> None:
    with pytest.raises(EvaluationLabelsInvalid, match="gender, age"):
        read_people(folder, read_labels(LABELS), groups=["ethnicity"])
    with pytest.raises(EvaluationLabelsInvalid, match="none"):
        read_people(folder, groups=["ethnicity"])


def test_the_faces_for_evaluation(shared_data: Path) -> None:
    folder = shared_data / "lfw"
    labels = read_labels((folder / "labels.csv").read_bytes())
    people = read_people(
        folder, labels, [read_cleanup("cleanup.csv", (folder / "cleanup.csv").read_bytes())], ["gender"]
    )
    assert (len(people.people), len(people.images)) == (2_861, 5_013)
    assert (people.cleanup[0].dropped, people.cleanup[0].joined, people.cleanup[0].not_here) == (12, 8, 0)
    assert (people.left.unlabelled, people.left.contradicted, people.left.label_lines) == (0, 0, ())
