"""The tool that keeps catalogues whole: nothing is lost, nothing is translated, what changed has to be read again."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogues import Book, Entry, brought_up, english_of, main, placeholders, problems, read, renewed, written
from overt.errors import UnknownCode

HEAD = '# Name: English\n# Status: read\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
ENGLISH = Book(HEAD, {"a": Entry("Say {what}"), "b": Entry('Quotes " and \\ and\nlines')})


def test_a_file_is_written_sorted_with_its_head_as_it_was() -> None:
    text = written(ENGLISH)
    assert text.startswith(HEAD + '\nmsgid "a"\nmsgstr "Say {what}"\n')
    assert text.endswith('msgid "b"\nmsgstr "Quotes \\" and \\\\ and\\nlines"\n')
    assert read(text) == ENGLISH


LINES = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=20).map(str.strip)
TEXTS = st.lists(LINES.filter(bool), min_size=1, max_size=3).map("\n".join)
ENTRIES = st.builds(Entry, TEXTS | st.just(""), TEXTS | st.just(""), st.booleans(), st.just(()))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}(\.[a-z]{1,6}){0,2}", fullmatch=True), ENTRIES, max_size=5))
def test_what_is_written_is_read_again(entries: dict[str, Entry]) -> None:
    assert read(written(Book(HEAD, entries))) == Book(HEAD, entries)


def test_a_new_text_is_empty_beside_the_english_one() -> None:
    assert brought_up(Book(HEAD, {}), ENGLISH).entries["a"] == Entry("", "Say {what}")


def test_a_translation_stays_with_its_notes_until_the_english_changes() -> None:
    mine = Entry("Dweud {what}", "Say {what}", notes=("informal",))
    book = Book(HEAD, {"a": mine, "gone": Entry("x", "x")})
    kept = brought_up(book, ENGLISH)
    assert kept.entries["a"] == mine
    assert "gone" not in kept.entries
    changed = replace(ENGLISH, entries={**ENGLISH.entries, "a": Entry("Tell {what}")})
    again = brought_up(kept, changed)
    assert again.entries["a"] == replace(mine, english="Tell {what}", fuzzy=True)
    assert brought_up(again, changed) == again, "and nobody has read it by running this twice"
    assert read(written(again)) == again


def test_an_untranslated_text_has_nothing_to_be_read_again() -> None:
    book = brought_up(Book(HEAD, {"a": Entry("", "Old")}), ENGLISH)
    assert not book.entries["a"].fuzzy


def test_the_texts_of_refusals_are_brought_in_and_old_ones_taken_out() -> None:
    book = replace(
        ENGLISH, entries={**ENGLISH.entries, "refusal.gone.message": Entry("x"), "refusal.code": Entry("Code")}
    )
    entries = english_of(book).entries
    assert entries[f"refusal.{UnknownCode.code}.message"].text == UnknownCode.message
    assert entries[f"refusal.{UnknownCode.code}.remedy"].text == UnknownCode.remedy
    assert "refusal.gone.message" not in entries
    assert entries["refusal.code"].text == "Code"
    assert entries["a"] == ENGLISH.entries["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dweud {what}", []),
        ("", []),
        ("Dweud", ["a: {...} is not as in English"]),
        ("Dweud {what} {who}", ["a: {...} is not as in English"]),
        ("Dweud {beth}", ["a: {...} is not as in English"]),
    ],
)
def test_placeholders_are_those_of_english(text: str, said: list[str]) -> None:
    other = brought_up(Book(HEAD, {}), ENGLISH)
    other = replace(other, entries={**other.entries, "a": Entry(text)})
    assert problems(other, ENGLISH) == said


def test_texts_too_many_and_too_few_are_said() -> None:
    other = Book(HEAD, {"a": Entry(), "c": Entry("x")})
    assert problems(other, ENGLISH) == ["b: missing", "c: not in English"]


def test_placeholders() -> None:
    assert placeholders("{a} and {b}, {a}; {{not}}") == {"a", "b"}


def test_a_folder_is_brought_up_to_date_and_then_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english, welsh = tmp_path / "en.po", tmp_path / "cy.po"
    english.write_text(written(ENGLISH), encoding="utf-8")
    assert main(["--check"], tmp_path) == 1
    assert english.read_text(encoding="utf-8") == written(ENGLISH), "looking changes nothing"
    assert main(["--new", "cy", "Cymraeg"], tmp_path) == 0
    with pytest.raises(FileExistsError):
        main(["--new", "cy", "Cymraeg"], tmp_path)
    assert main(["--check"], tmp_path) == 0
    assert "# Name: Cymraeg\n# Status: untranslated\n" in welsh.read_text(encoding="utf-8")
    assert read(welsh.read_text(encoding="utf-8")).entries["a"] == Entry("", "Say {what}")
    welsh.write_text(welsh.read_text(encoding="utf-8") + '\nmsgid "zz"\nmsgstr "x"\n', encoding="utf-8")
    capsys.readouterr()
    assert main([], tmp_path) == 0
    assert capsys.readouterr().out == "cy.po: zz is dropped\ncy.po: written\n"
    assert {path.name: text for path, text in renewed(tmp_path).items()} == {
        path.name: path.read_text(encoding="utf-8") for path in (english, welsh)
    }
