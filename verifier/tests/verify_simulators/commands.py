"""The commands as somebody types them: what they print, and how they end."""

import json
from typing import Any

from typer.testing import CliRunner

from overt_verify.cli import app


def run(*arguments: object, code: int = 0) -> str:
    """What a command prints; it ends with `code`."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def answer(*arguments: object, code: int = 0) -> dict[str, Any]:
    """The JSON of a command."""
    found: dict[str, Any] = json.loads(run(*arguments, "--json", code=code))
    assert found["verified"] is (code == 0)
    return found
