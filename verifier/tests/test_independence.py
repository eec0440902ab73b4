"""The verifier shares no code with the program it checks, and its documents do not drift from it."""

import ast
import re
import tomllib
from pathlib import Path

from overt_verify.deeds import DEEDS
from overt_verify.errors import MEANINGS, Code, VerificationError, shown
from overt_verify.story import ORDER

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
ALLOWED = {"overt_verify", "cryptography", "typer"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
SPEC = (ROOT.parent / "spec" / "ledger-entry.md").read_text(encoding="utf-8")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module).partition(".")[0])
    return found


def test_imports_nothing_but_the_standard_library_and_two_packages() -> None:
    import sys

    assert len(SOURCES) > 10
    for path in SOURCES:
        assert imports(path) - set(sys.stdlib_module_names) <= ALLOWED, path


def test_only_the_command_line_prints_and_uses_typer() -> None:
    for path in SOURCES:
        assert "typer" not in imports(path) or path.name == "cli.py"


def test_only_a_witness_opens_connections_and_writes_files() -> None:
    network = {
        "http",
        "socket",
        "socketserver",
        "ssl",
        "urllib",
        "asyncio",
        "fcntl",
        "tempfile",
        "shutil",
        "subprocess",
    }
    for path in SOURCES:
        # An audit sorts once-tags in a temporary file without a name, which goes with its process.
        allowed = {"tempfile"} if path.name == "once.py" else set()
        assert imports(path) & network <= allowed or path.parent.name == "witness", path
    assert any(imports(path) & network for path in SOURCES)


def test_declares_what_it_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {re.split(r"\W", name)[0] for name in project["dependencies"]} == ALLOWED - {"overt_verify"}


def test_every_code_has_a_meaning_and_stands_in_the_readme() -> None:
    assert MEANINGS.keys() == set(Code)
    assert {code.value for code in Code} == set(re.findall(r"^\| `([a-z_]+)` \|", README, re.MULTILINE))
    for code in Code:
        assert VerificationError(code, "x").meaning.endswith(".")


def test_deeds_are_those_of_the_specification() -> None:
    """Names of deeds, fields and commitments, read out of the table."""
    rows = re.findall(r"^\| `([a-z-]+:[a-z-]+:[a-z-]+)` \| (.*?) ?\| (.*?) ?\|$", SPEC, re.MULTILINE)
    table = {deed: (names(fields), names(commitments)) for deed, fields, commitments in rows}
    assert table == {deed: (shape.fields, shape.commitments) for deed, shape in DEEDS.items()}


def names(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([a-z_]+)`", re.sub(r"\([^)]*\)", "", cell)))


def test_the_order_of_deeds_stands_in_the_readme() -> None:
    rows = [line.split("|")[1:3] for line in README.splitlines() if re.match(r"\| `[a-z]+:[a-z-]+:[a-z]+`.*\| `", line)]
    found = {
        (*re.findall(r"`([a-z:]+)`", later), tuple(re.findall(r"`([a-z:]+)`", earlier))) for later, earlier in rows
    }
    assert found == {(*later.removesuffix(" otherwise").split(), earlier) for later, earlier, _ in ORDER}


def test_hostile_text_is_shown_in_ascii_and_short() -> None:
    assert shown("\x1b[31m\u202e") == "'\\x1b[31m\\u202e'"
    assert len(shown("\U0001f600" * 10_000)) <= 84
