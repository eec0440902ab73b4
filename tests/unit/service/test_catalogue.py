"""Every text of the pages is in the catalogue, is used, and is the same text in every language.

What a template or a page names is found in its syntax tree. A name that is put together at run time is expanded over
the closed list that it is made from (`EXPANSIONS`); one that stands in no list fails.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from markupsafe import Markup

import catalogues as tool
from overt import errors
from overt.access import Role
from overt.encounter import OwedKind
from overt.encounter.questions import ORDER
from overt.errors import Fault, NoSuchPage, UnknownCode
from overt.practice import remarks
from overt.practice.scenes import Scenario
from overt.scope import Outcome as ReferenceOutcome
from overt.service.pages import catalogue as catalogue_module
from overt.service.pages.catalogue import Catalogue, catalogue_for, catalogues, offered, read_catalogues, refusal_ids

SERVICE = Path(catalogue_module.__file__).parents[1]
TEMPLATES = sorted((SERVICE / "pages" / "templates").glob("*.html"))
MODULES = sorted((SERVICE / "pages").glob("*.py"))
WEB = Path(__file__).resolve().parents[3] / "web"
ENGLISH = catalogues()["en"].texts
AFTER = (
    "followed",
    "decision",
    "outcome",
    "identity",
    "who_it_was",
    "ethnicity_self",
    "ethnicity_officer",
    "sex",
    "age_band",
)
"""Questions of an open or a finished check; those before one are `ORDER`."""

EXPANSIONS: Mapping[str, Iterable[str]] = {
    "question.*": (*ORDER, *AFTER),
    "question.*.hint": (*ORDER, *AFTER),
    "question.*.missing": (*ORDER, *AFTER),
    "question.*.short": ORDER,
    "page.*": ("day", "month", "year"),
    "compare.*": ("left", "up", "down", "right"),
    "role.*": [role.value for role in Role],
    "owed.*": [kind.value for kind in OwedKind],
    "reference-outcome.*": [outcome.value for outcome in ReferenceOutcome],
    "practice.scenario.*": [scenario.value for scenario in Scenario],
    "practice.remark.*": [
        "declined-photo",
        "covered",
        *re.findall(r'Remark\(\s*"([\w-]+)"', inspect.getsource(remarks)),
    ],
    "corroboration.*-missing": ("code", "reference", "time"),
}


# --- what is named ---------------------------------------------------------------------------------------------------


def names_in(expression: nodes.Node) -> Iterator[str]:
    """What an argument of `t` may be; `*` stands for what is known at run time only."""
    if isinstance(expression, nodes.Const):
        yield str(expression.value)
    elif isinstance(expression, nodes.CondExpr):
        yield from names_in(expression.expr1)
        assert expression.expr2 is not None
        yield from names_in(expression.expr2)
    elif isinstance(expression, nodes.Concat):
        yield "".join(str(each.value) if isinstance(each, nodes.Const) else "*" for each in expression.nodes)
    else:
        yield "*"


@cache
def in_templates() -> frozenset[tuple[str, str]]:
    """Template and name of every text that a template shows."""
    found = set()
    for path in TEMPLATES:
        tree = Environment(autoescape=True).parse(path.read_text())
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                found |= {(path.name, name) for name in names_in(call.args[0])}
    return frozenset(found)


def strings_of(tree: ast.AST) -> Iterator[str]:
    """Every string of a module, with `*` for what an f-string puts in."""
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield node.value


@cache
def in_modules() -> frozenset[tuple[str, str]]:
    return frozenset((path.name, text) for path in MODULES for text in strings_of(ast.parse(path.read_text())))


def asked_of_catalogues() -> Iterator[tuple[str, str]]:
    """What a module asks of a catalogue in so many words: `texts.text("...")`."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "text":
                yield from ((path.name, text) for text in strings_of(node.args[0]))


def expanded(name: str) -> set[str]:
    if "*" not in name:
        return {name}
    return {name.replace("*", each) for each in EXPANSIONS[name]}


@cache
def in_scripts() -> str:
    """The scripts of the pages, and the page that checks a receipt from a disk."""
    sources = [*(WEB / "src").rglob("*.ts"), *(WEB / "receipt-check").rglob("*")]
    return "\n".join(path.read_text() for path in sources if path.is_file())


def named_in_scripts(name: str) -> bool:
    """Whether a script names a text: whole, or by how it begins and, quoted, how it goes on (`camera.${state}`)."""
    scripts = in_scripts()
    begun = [each for each in re.findall(r"`([\w.-]+)\$\{", scripts) if name.startswith(each)]
    quoted = [name, *(name.removeprefix(each) for each in begun)]
    return (
        any(re.search(rf"[\"'`]{re.escape(each)}[\"'`]", scripts) for each in quoted) or f"{{{{ {name} }}}}" in scripts
    )


# --- every name is there ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("template", "name"), sorted(in_templates()))
def test_every_text_of_a_template_is_in_the_catalogue(template: str, name: str) -> None:
    if name == "*":
        assert template in ("link.html", "practice_lessons.html"), "its name comes from elsewhere: say from where"
        return
    assert expanded(name) <= set(ENGLISH)


@pytest.mark.parametrize(("module", "name"), sorted(set(asked_of_catalogues())))
def test_every_text_of_a_page_is_in_the_catalogue(module: str, name: str) -> None:
    assert expanded(name) <= set(ENGLISH)


def test_every_expansion_is_of_a_name_that_is_put_together() -> None:
    named = {name for _, name in in_templates()} | {name for _, name in asked_of_catalogues()}
    assert set(EXPANSIONS) <= named, "what nothing names any more"


def test_every_question_of_the_pages_has_its_texts() -> None:
    """Those that `choice_page` and the outcome's page are asked with, and no other."""
    asked = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "choice_page":
                asked |= {each for each in strings_of(node.args[5]) if "*" not in each}
    assert asked <= set(AFTER)
    assert len(asked) > 3


# --- every text is used ----------------------------------------------------------------------------------------------


def test_no_text_is_unused() -> None:
    used = {each for _, name in in_templates() if name != "*" for each in expanded(name)}
    used |= {each for _, name in asked_of_catalogues() for each in expanded(name)}
    used |= {text for _, text in in_modules()}
    for path in TEMPLATES:  # texts that a template hands on under another name: a heading out of a list
        tree = Environment(autoescape=True).parse(path.read_text())
        used |= {str(const.value) for const in tree.find_all(nodes.Const)}
    used |= {each for error in tool.shown_errors() for each in refusal_ids(error.code)}
    left = sorted(set(ENGLISH) - used)
    unused = [name for name in left if not named_in_scripts(name.removeprefix("script."))]
    assert unused == []


def test_a_text_that_no_script_names_would_be_found() -> None:
    assert not named_in_scripts("camera.nobody-says-this")
    assert not named_in_scripts("nobody-says-this")
    assert named_in_scripts("camera.torch-warning")


# --- nothing is said elsewhere ---------------------------------------------------------------------------------------

NAMES = re.compile(r"Overt|overt-verify receipt FILE|--key KEY|&\w+;")
SPOKEN = re.compile(r"""(?:alt|title|aria-label|placeholder)="([^"]*)\"""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    """Between its tags stands what a catalogue, a policy or a person says; and names that are the same everywhere."""
    pieces = Environment(autoescape=True).parse(path.read_text()).find_all(nodes.TemplateData)
    html = "".join(piece.data for piece in pieces)
    assert re.findall(r"[A-Za-z]{2,}", NAMES.sub("", re.sub(r"<[^>]*>", " ", html))) == []
    assert "".join(SPOKEN.findall(html)).strip() == ""


# --- languages -------------------------------------------------------------------------------------------------------


def test_english_is_complete_and_offered() -> None:
    english = catalogues()["en"]
    assert next(iter(catalogues())) == "en"
    assert english.offered
    assert english.texts == english.english
    assert all(text.strip() for text in ENGLISH.values())


def test_the_texts_of_refusals_are_the_error_trees() -> None:
    for error in tool.shown_errors():
        message, remedy = refusal_ids(error.code)
        assert (ENGLISH[message], ENGLISH[remedy]) == (error.message, error.remedy), "run: python tools/catalogues.py"


@pytest.mark.parametrize("path", sorted(tool.FOLDER.glob("*.po")), ids=lambda path: path.name)
def test_every_file_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == tool.renewed()[path], "run: python tools/catalogues.py"


@pytest.mark.parametrize("path", sorted(tool.FOLDER.glob("*.po")), ids=lambda path: path.name)
def test_every_language_has_every_text_with_the_same_placeholders(path: Path) -> None:
    english = tool.read((tool.FOLDER / "en.po").read_text(encoding="utf-8"))
    assert tool.problems(tool.read(path.read_text(encoding="utf-8")), english) == []


def test_welsh_is_there_untranslated_and_not_offered() -> None:
    welsh = catalogues()["cy"]
    assert (welsh.name, welsh.offered, welsh.texts) == ("Cymraeg", False, {})
    assert catalogue_for("cy").language == "en"
    assert [each.language for each in offered()] == ["en"]


HEAD = '# Name: {name}\n# Status: {status}\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def languages(folder: Path, **files: tuple[str, Mapping[str, str]]) -> Mapping[str, Catalogue]:
    """Catalogues out of files: language to status and texts."""
    for language, (status, texts) in files.items():
        entries = "".join(f'msgid "{name}"\nmsgstr {json.dumps(text)}\n\n' for name, text in texts.items())
        (folder / f"{language}.po").write_text(HEAD.format(name=language.upper(), status=status) + entries)
    return read_catalogues(folder)


SOME = {"a": "Say {what} <now>", "b": "Only here", "script.c": "In a script"}


@pytest.mark.parametrize("status", ["untranslated", "draft", "READ", "", "read by a machine"])
def test_a_language_that_nobody_has_read_is_not_offered(tmp_path: Path, status: str) -> None:
    found = languages(tmp_path, en=("read", SOME), xx=(status, {"a": "Xay {what}"}), yy=("read", {"a": "Yay {what}"}))
    assert [each.language for each in found.values() if each.offered] == ["en", "yy"]
    assert list(found) == ["en", "xx", "yy"], "English first"


def test_a_file_without_a_head_is_not_offered(tmp_path: Path) -> None:
    languages(tmp_path, en=("read", SOME))
    (tmp_path / "xx.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "x"\n')
    assert not read_catalogues(tmp_path)["xx"].offered


def test_what_is_missing_or_fuzzy_is_said_in_english(tmp_path: Path) -> None:
    other = languages(tmp_path, en=("read", SOME), yy=("read", {"a": "Yay {what}", "script.c": ""}))["yy"]
    assert (other.text("a", what="it"), other.text("b")) == ("Yay it", "Only here")
    assert other.having("script.") == {"c": "In a script"}
    path = tmp_path / "yy.po"
    path.write_text(path.read_text().replace('msgid "a"', '#, fuzzy\nmsgid "a"'))
    assert read_catalogues(tmp_path)["yy"].text("a", what="it") == Markup("Say it <now>")


def test_what_is_put_in_is_escaped_and_markup_of_ours_is_not(tmp_path: Path) -> None:
    english = languages(tmp_path, en=("read", SOME))["en"]
    assert english.text("a", what="<script>") == "Say &lt;script&gt; <now>"
    assert english.text("a", what=Markup("<b>x</b>")) == "Say <b>x</b> <now>"
    with pytest.raises(KeyError):
        english.text("nothing")


def test_a_refusal_is_said_in_the_language_as_far_as_it_has_it(tmp_path: Path) -> None:
    message, remedy = refusal_ids(UnknownCode.code)
    texts = {message: "Nid yw", remedy: "Dewiswch"}
    welsh = languages(tmp_path, en=("read", SOME), cy=("read", texts))["cy"]
    said = welsh.said(UnknownCode())
    assert (said.message, said.detail, said.remedy, said.short) == ("Nid yw", "", "Dewiswch", "Nid yw")
    said = welsh.said(UnknownCode("Not in the policy: place."))
    assert (said.message, said.detail, said.short) == (
        "Nid yw",
        "Not in the policy: place.",
        "Not in the policy: place.",
    )
    said = welsh.said(NoSuchPage())
    assert (said.message, said.detail, said.remedy) == (NoSuchPage.message, "", NoSuchPage.remedy)


def test_every_error_that_is_raised_has_texts() -> None:
    shown = set(tool.shown_errors())
    assert {errors.UsageError, Fault, errors.DeclinedPhoto} <= shown
    assert not {errors.OvertError, errors.Refusal, errors.StepRefusal} & shown
