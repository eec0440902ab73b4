"""Documents that cannot drift: what they say of commands, codes, settings, files and words is compared with the code.

`python tests/unit/test_documents.py` writes docs/refusals.md anew.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from overt import errors
from overt.cli.main import app
from overt.gallery.manifest import RowReason
from overt.ledger.deeds import FORMS, Deed
from overt_verify.cli import app as verifier_app

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tools"))
from wording import TERMS  # noqa: E402

SOURCE = ROOT / "src" / "overt"
REFUSALS = ROOT / "docs" / "refusals.md"
OWN = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
DOCUMENTS = sorted([*OWN, *ROOT.glob("docs/**/*.md"), *ROOT.glob("spec/*.md"), ROOT / "verifier" / "README.md"])
SPEECH = sorted(
    [*DOCUMENTS, *ROOT.glob("examples/*.toml"), *SOURCE.rglob("*.py")]
    + [path for kind in ("toml", "html", "json") for path in SOURCE.rglob(f"*.{kind}") if "static" not in path.parts]
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


# --- refusals ------------------------------------------------------------------------------------------------------

FAMILIES: tuple[tuple[type[errors.OvertError], str], ...] = (
    (errors.StepRefusal, "The order of the steps"),
    (errors.EncounterRefusal, "The check: fields, people, pilot"),
    (errors.CaptureRefusal, "The photograph"),
    (errors.ModelRefusal, "The model files"),
    (errors.GalleryRefusal, "The gallery"),
    (errors.SearchRefusal, "Search, candidates, calibration"),
    (errors.PolicyRefusal, "The policy"),
    (errors.EvaluationRefusal, "The evaluation"),
    (errors.InstanceRefusal, "The instance, its database and keys"),
    (errors.Refusal, "The ledger"),
    (errors.UsageError, "Wrong use"),
    (errors.Fault, "Faults"),
)
BASES = {base for base, _ in FAMILIES} - {errors.UsageError, errors.Fault} | {errors.OvertError}
INTRODUCTION = """\
# Refusals

Written by `python tests/unit/test_documents.py` from `overt.errors`; a test compares the two. Do not edit.

A refusal is a rule saying no. At the command line it ends with status 3 (wrong use: 2, a fault: 1). Over HTTP it is a
problem document (RFC 9457) with the status given here, the code in `code` and in `type` (`urn:overt:CODE`), and the
entry that records it in `ledger_index`. Codes do not change. An address that does not exist has the code `http`. Where
a rule stands: [rules.md](rules.md).
"""


@cache
def error_classes() -> tuple[type[errors.OvertError], ...]:
    found = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.OvertError)]
    return tuple(sorted(found, key=lambda one: one.code))


def family_of(error: type[errors.OvertError]) -> type[errors.OvertError]:
    return next(base for base, _ in FAMILIES if issubclass(error, base))


def refusals_page() -> str:
    parts = [INTRODUCTION]
    for base, title in FAMILIES:
        members = [one for one in error_classes() if one not in BASES and family_of(one) is base]
        parts.append(f"## {title}\n")
        if base in BASES and base is not errors.Refusal:
            parts.append(f"The code of the family is `{base.code}`.\n")
        parts += [entry_of(one) for one in members]
    reasons = ", ".join(f"`{reason.value}`" for reason in RowReason)
    parts.append("## Rows of an import\n")
    parts.append(
        f"`overt gallery import` reports each row that it does not enrol with one of these reasons: {reasons}.\n"
    )
    return "\n".join(parts)


def entry_of(error: type[errors.OvertError]) -> str:
    rule = f" *Rule*: {error.rule}." if error.rule else ""
    return f"### `{error.code}`\n{error.status}. {error.message}\n*What to do*: {error.remedy}{rule}\n"


def test_the_page_of_refusals_is_the_code() -> None:
    assert REFUSALS.read_text(encoding="utf-8") == refusals_page(), "run: python tests/unit/test_documents.py"


def test_every_code_is_on_the_page_once() -> None:
    text = REFUSALS.read_text(encoding="utf-8")
    headed = re.findall(r"^### `(\w+)`$", text, re.MULTILINE)
    assert sorted(headed) == sorted(one.code for one in error_classes() if one not in BASES)
    assert {one.code for one in BASES - {errors.OvertError, errors.Refusal}} <= set(re.findall(r"`(\w+)`", text))


def test_every_rule_of_a_refusal_can_be_read() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))
    ten = {f"architecture rule {number}" for number in re.findall(r"^(\d+)\. \*\*", text, re.MULTILINE)}
    assert len(ten) == 10
    assert {one.rule for one in error_classes() if one.rule} - listed - ten == set()


# --- commands and settings -----------------------------------------------------------------------------------------


@cache
def commands() -> dict[str, set[str]]:
    """Every command of `overt` with its options."""
    root = typer.main.get_command(app)
    found = {"": options_of(root)}
    for name, one in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(one, "commands", None)
        found |= (
            {f"{name} {sub}": options_of(each) for sub, each in inner.items()} if inner else {name: options_of(one)}
        )
    return found


def options_of(command: object) -> set[str]:
    return {"--help", *(name for parameter in command.params for name in parameter.opts)}  # type: ignore[attr-defined]


def code_of(text: str) -> Iterator[str]:
    """Fenced, indented and inline code, one piece at a time; a continued line is one line."""
    text = text.replace("\\\n", " ")
    for fenced in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from fenced.splitlines()
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"^    (\S.*)$", rest, re.MULTILINE)
    yield from (" ".join(piece.split()) for piece in re.findall(r"`([^`]+)`", rest))


def test_every_command_stands_in_operations_and_no_other() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `overt ([a-z -]+)` \|", text, re.MULTILINE)
    assert sorted(listed) == sorted(set(commands()) - {""})


@each(DOCUMENTS)
def test_commands_in_documents_exist(path: Path) -> None:
    called = re.compile(r"(?:^|[\s(/])overt ((?:--\S+ \S+ )*)([a-z-]+)(?: ([a-z][a-z-]*))?(?=[\s`)]|$)(.*)")
    wrong = []
    for piece in code_of(path.read_text(encoding="utf-8")):
        if found := called.search(piece):
            _, first, second, rest = found.groups()
            name = f"{first} {second}" if f"{first} {second}" in commands() else first
            options = set(re.findall(r"(?<=\s)--[a-z-]+", f" {rest}"))
            if name not in commands() or not options <= commands()[name] | commands()[""]:
                wrong.append(piece)
    assert wrong == []


@each(DOCUMENTS)
def test_options_named_alone_exist(path: Path) -> None:
    outside = typer.main.get_command(verifier_app).commands  # type: ignore[attr-defined]
    known = {name for options in commands().values() for name in options}
    known |= {name for one in outside.values() for name in options_of(one)}
    alone = [piece for piece in code_of(path.read_text(encoding="utf-8")) if piece.startswith("--")]
    assert [piece for piece in alone if not {part for part in piece.split() if part.startswith("--")} <= known] == []


def test_every_setting_stands_in_operations_and_no_other() -> None:
    variable = re.compile(r"\b(?:OVERT|OPENCV)_[A-Z_]*[A-Z]\b")
    places = [*SOURCE.rglob("*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/*.py")]
    places += [*ROOT.glob("tools/*.py"), *ROOT.glob("verifier/**/*.py"), ROOT / "Makefile", ROOT / ".ci" / "run"]
    used = {name for path in places for name in variable.findall(path.read_text(encoding="utf-8"))}
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == used


@each(DOCUMENTS)
def test_make_targets_in_documents_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name for piece in code_of(path.read_text(encoding="utf-8")) for name in re.findall(r"^make ([a-z-]+)", piece)
    }
    assert named <= targets


# --- deeds, claims, decisions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", Deed)
def test_each_deed_stands_in_the_written_format(deed: Deed) -> None:
    text = (ROOT / "spec" / "ledger-entry.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{deed.value}` \|(.*)\|(.*)\|$", text, re.MULTILINE)
    assert row, "no row in the table of deeds"
    assert {*re.findall(r"`([a-z_]+)`", row[1])} - {"yes", "no"} == FORMS[deed].fields
    assert {*re.findall(r"`([a-z_]+)`", row[2])} == FORMS[deed].commitments


def test_each_claim_says_who_believes_it_how_and_what_not() -> None:
    text = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    parts = ("Who claims it", "Who has to believe it", "How it is verified", "What it does not say")
    claims = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(claims) > 10
    for claim in claims:
        assert re.findall(r"^\* \*\*(.+?)\*\*: \S", claim, re.MULTILINE) == list(parts), claim.splitlines()[0]


@each(DOCUMENTS)
def test_tests_named_in_documents_exist(path: Path) -> None:
    named = re.findall(r"`((?:verifier/)?tests/[\w/]+\.py)(?:::(\w+))?`", path.read_text(encoding="utf-8"))
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / file).is_file() or f"def {test}" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_each_decision_has_its_parts_and_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    pages = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == [page.name for page in pages]
    for number, page in enumerate(pages, 1):
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {number:04d}: ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Instead"]


# --- links, hosts, words -------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each(DOCUMENTS)
def test_links_resolve(path: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        there = target.exists() and target.is_relative_to(ROOT)
        if not there or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        for link in re.findall(r"\]\(([^)#\s]+\.md)", path.read_text(encoding="utf-8")):
            target = (path.parent / link).resolve()
            waiting += [target] if target not in reached else []
    assert sorted(name_of(path) for path in set(DOCUMENTS) - reached) == []


REGISTRIES = ("pypi", "pythonhosted", "npmjs", "npmmirror", "yarnpkg", "crates", "anaconda", "huggingface", "jsdelivr")
PLACES = re.compile(rf"\b(?:{'|'.join(REGISTRIES)})\.(?:org|com|io|co|net)\b|(?<![\w.])/work/")


def test_no_registry_and_no_place_of_making_is_named() -> None:
    assert {name_of(path): found for path in SPEECH if (found := PLACES.findall(path.read_text("utf-8")))} == {}


WORDS = re.compile(r"\b(?:mis)?match(?:e[sd]|ing)?\b|\bhits?\b|\bun-?biased\b|\bbias-free\b", re.IGNORECASE)


def said(path: Path) -> Iterator[str]:
    """Lines of text that somebody may read: of a program its string literals, docstrings included."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from text.splitlines()
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.splitlines()


def forbidden(path: Path) -> list[str]:
    """Lines with such a word; terms such as "false match rate", of comparing two images, and code are none."""
    code = r"`[^`]*`" if path.name == "words.md" else r"(?!)"
    return [line for line in said(path) if WORDS.search(re.sub(code, "", TERMS.sub("", line)))]


def test_nobody_is_called_more_than_a_candidate() -> None:
    assert {name_of(path): found for path in SPEECH if (found := forbidden(path))} == {}


@pytest.mark.parametrize("line", ["1 match", "two Hits", "unbiased", "a mismatched face", "bias-free"])
def test_the_lint_of_words_finds_a_bad_example(line: str) -> None:
    assert WORDS.search(line)
    assert not WORDS.search("a candidate, matchless; the white hitch")


if __name__ == "__main__":
    REFUSALS.write_text(refusals_page(), encoding="utf-8")
    print(f"written: {name_of(REFUSALS)}")
