"""The lint of words: it finds every kind of bad example, lets the guide's own words stand, and the documents pass."""

from pathlib import Path

import pytest

from wording import RULES, TERMS, main, problems, said_in

ROOT = Path(__file__).resolve().parents[3]
ABOUT_EVALUATION = [
    path
    for path in (
        *(ROOT / "docs" / f"{name}.md" for name in ("evaluation", "words", "accuracy", "calibration")),
        ROOT / "spec" / "evaluation-report.md",
        *(ROOT / "src" / "overt" / "evaluation" / "report").glob("*.html"),
        *(ROOT / "src" / "overt" / "evaluation" / "report").glob("*.md"),
    )
    if path.name != "accuracy.md" or path.exists()
]
BAD = (
    "The model is unbiased.",
    "It is free of bias",
    "A fair comparison of people.",
    "Fairness was evaluated.",
    "Two matches were shown.",
    "The system has an accuracy of 99 %.",
    "It is highly accurate.",
    "an error-free search",
    "It works equally well for women and men.",
    "It works regardless of ethnicity.",
)
GOOD = (
    "False match rate and true match rate, false non-match rate (ISO/IEC 19795-1).",
    "Say `unbiased` never.",
    "Accuracy under the open set protocol: FNIR 6.1 %.",
    "an unfairly long sentence is no claim about people",
    "a matchless affair, unhittable",
)


@pytest.mark.parametrize("text", BAD)
def test_a_bad_example_is_found(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("text", GOOD)
def test_a_good_example_is_not(text: str) -> None:
    assert problems(text) == []


def test_each_rule_has_a_bad_example() -> None:
    assert [rule.why for rule in RULES if not any(rule.words.search(TERMS.sub("", text)) for text in BAD)] == []


def test_a_protocol_in_another_paragraph_does_not_help() -> None:
    assert problems("The protocol is open set.\n\nThe accuracy is high.")
    assert not problems("The protocol is open set;\nthe accuracy is high.")


def test_a_heading_may_name_accuracy_and_the_text_below_it_may_not() -> None:
    assert not problems("# Accuracy\n")
    assert problems("# Accuracy\nThe accuracy is high.")
    assert problems("# An unbiased model\n")


def test_of_a_page_the_text_and_what_is_spoken_is_read_and_not_the_style(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<style>.match{}</style><p class='hit'>FNIR</p><p>accuracy</p><svg aria-label='x'></svg>")
    assert [each.word for each in problems(said_in(page))] == ["accuracy"]
    page.write_text('<svg role="img" aria-label="a match of two"></svg>')
    assert [each.word for each in problems(said_in(page))] == ["match"]


def test_the_command_names_file_word_and_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.md"
    text.write_text("unbiased")
    assert main([str(text)]) == 1
    assert f"{text}: unbiased: no evaluation shows that" in capsys.readouterr().out
    text.write_text("FNIR 6.1 %")
    assert main([str(text)]) == 0


@pytest.mark.parametrize("path", ABOUT_EVALUATION, ids=lambda path: path.name)
def test_the_documents_keep_to_the_guide(path: Path) -> None:
    assert problems(said_in(path)) == []
