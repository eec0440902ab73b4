"""Whatever the program reads beside its modules is in the wheel too."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_file_of_the_package_is_packed() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    files = [
        path
        for path in (ROOT / "src" / "overt").rglob("*")
        if path.is_file() and path.suffix != ".py" and path.parent.name != "__pycache__"
    ]
    assert len(files) > 10
    assert [str(file) for file in files if not any(file.match(pattern) for pattern in patterns)] == []
