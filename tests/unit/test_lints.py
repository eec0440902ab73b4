"""Rules that a type checker cannot see, as lints over the source; each lint is itself tried on a bad example."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import overt

SOURCE = Path(overt.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rsplit(".", 1)[-1]


def mints(tree: ast.AST) -> bool:
    return "mint" in calls(tree) or any(
        isinstance(node, ast.ImportFrom) and any(alias.name in ("mint", "_MINTED") for alias in node.names)
        for node in ast.walk(tree)
    )


def spools(tree: ast.AST) -> bool:
    """Multipart forms are spooled to disk by the framework: a probe would be written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("fastapi", "starlette"):
            if {"File", "Form", "UploadFile"} & {alias.name for alias in node.names}:
                return True
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "request.form":
            return True
    return False


def logs_content(tree: ast.AST) -> bool:
    """A log call whose arguments name a photograph, a template or a person's name."""
    forbidden = {"photo", "image", "pixels", "vector", "template", "names", "display_name", "probe", "jpeg"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            logger = ast.unparse(node.func.value)
            if logger in ("log", "logger", "logging", "structlog") and forbidden & {
                each.id
                for part in [*node.args, *(k.value for k in node.keywords)]
                for each in ast.walk(part)
                if isinstance(each, ast.Name)
            }:
                return True
    return False


LINTS = {
    "mints": (mints, "from overt.authority import mint\nmint(1, 2, 3, 4, 5)", ("authority.py", "encounter/")),
    "spools": (spools, "from fastapi import UploadFile\nasync def f(photo: UploadFile): ...", ()),
    "spools by hand": (spools, "async def f(request): return await request.form()", ()),
    "logs_content": (logs_content, "log.info('seen', photo)", ()),
}


@pytest.mark.parametrize("name", LINTS)
def test_lint_finds_a_bad_example(name: str) -> None:
    lint, bad, _ = LINTS[name]
    assert lint(ast.parse(bad))
    assert not lint(ast.parse("x = 1"))


@pytest.mark.parametrize("name", LINTS)
def test_source_is_clean(name: str) -> None:
    lint, _, allowed = LINTS[name]
    found = [path.relative_to(SOURCE).as_posix() for path in MODULES if lint(ast.parse(path.read_text()))]
    assert [path for path in found if not path.startswith(allowed or ("\0",))] == []


def test_authority_cannot_be_built_by_hand() -> None:
    from datetime import UTC, datetime
    from uuid import uuid4

    from overt.authority import Authority
    from overt.identifiers import Digest, EncounterId, OfficerId
    from overt.scope import Scope

    scope = Scope({}, False, 1, Digest("sha256:0"))
    with pytest.raises(TypeError, match="by the encounter"):
        Authority(EncounterId(uuid4()), OfficerId("x"), scope, datetime.now(UTC), Digest("sha256:0"))


def test_multipart_is_not_even_installable_by_accident() -> None:
    """The framework can only spool a form when this package is there; the pinned requirements do not hold it."""
    pins = (SOURCE.parents[1] / "requirements" / "base.txt").read_text()
    assert "python-multipart" not in pins
